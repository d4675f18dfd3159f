"""`faqbot export`: the live entries as files that editors work in."""

import argparse

from bot.app import App
from knowledge.files.formats import write_files
from knowledge.folder import entries_at


def run(options: argparse.Namespace, app: App) -> int:
    """Write every entry, drafts and retired ones too."""
    base = app.store.load()
    path = entries_at(options.path)
    write_files(path, base.entries, noted=path.resolve() != app.settings.knowledge.entries)
    print(f"第{base.revision}版の{len(base.entries)}件を {path} に書き出しました。")
    return 0
