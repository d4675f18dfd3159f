"""`faqbot export`: the live entries and lists as files that editors work in."""

import argparse

from bot.app import App
from knowledge.files.formats import is_folder, write_files
from knowledge.files.list_files import write_list_files
from knowledge.folder import begin_folder, entries_at, lists_at
from knowledge.lists import NO_LISTS


def run(options: argparse.Namespace, app: App) -> int:
    """Write every entry, drafts and retired ones too, and to a folder the lists; a new one is a knowledge base."""
    base = app.store.load()
    if is_folder(options.path):
        begin_folder(options.path, base.lists.site)
    path = entries_at(options.path)
    if is_folder(path):
        write_list_files(lists_at(options.path), base.lists)
    write_files(path, base.entries, base.lists, noted=path.resolve() != app.settings.knowledge.entries)
    print(f"第{base.revision}版の{len(base.entries)}件を {options.path} に書き出しました。")
    if path.suffix.lower() == ".csv" and base.lists != NO_LISTS:
        print("CSVに入るのは項目だけです。判定つき質問・同義語・表記ルールは、Excelかフォルダに書き出してください。")
    return 0
