"""`faqbot check`: every problem of the knowledge base's files, with file, line and what to do."""

import argparse

from bot.app import App
from index.entry_index import EntryIndex
from index.lookalikes import check_retrieval
from index.synonym_checks import check_synonyms
from knowledge import judged, synonyms
from knowledge.checks import check_entries
from knowledge.errors import KnowledgeError, Problem
from knowledge.yaml_files import read_folder


def run(options: argparse.Namespace, app: App) -> int:
    """Check the files; returns 1 when there is any problem. The database is not changed."""
    try:
        filed = read_folder(options.folder)
    except KnowledgeError as error:
        return _report(error.problems)
    index = EntryIndex([item.entry for item in filed], app.analyzer, app.encoder)
    rules, queries = synonyms.read_synonyms(synonyms.SHIPPED), judged.read_judged(judged.SHIPPED)
    status = _report(
        [
            *check_entries(filed),
            *check_retrieval(index, filed),
            *check_synonyms(index, rules, queries, synonyms.SHIPPED),
        ]
    )
    if status == 0:
        variants = sum(len(item.entry.variants) for item in filed)
        print(f"問題はありません（項目 {len(filed)}件、言い方 {variants}個）。")
    return status


def _report(problems: list[Problem] | tuple[Problem, ...]) -> int:
    for problem in problems:
        print(problem)
    if problems:
        print(f"問題が{len(problems)}件あります。")
    return 1 if problems else 0
