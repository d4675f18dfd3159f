"""`faqbot export`: the live entries as files that editors work in."""

import argparse

from bot.app import App
from knowledge.files.formats import write_files


def run(options: argparse.Namespace, app: App) -> int:
    """Write every entry, drafts and retired ones too."""
    base = app.store.load()
    write_files(options.path, base.entries)
    print(f"第{base.revision}版の{len(base.entries)}件を {options.path} に書き出しました。")
    return 0
