"""`faqbot check`: every problem of the knowledge base's files, with file, line and what to do."""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.app import App
from index.checks import check_knowledge_base
from index.entry_index import EntryIndex
from index.lookalikes import is_asked
from index.synonym_checks import check_synonyms
from knowledge import judged, synonyms
from knowledge.errors import KnowledgeError, Problem, Severity
from knowledge.links import check_links
from knowledge.yaml_files import read_folder


def run(options: argparse.Namespace, app: App) -> int:
    """Check the files; returns 1 when anything keeps them from being published. The database is not changed."""
    try:
        filed = read_folder(options.folder)
        rules, queries = synonyms.read_synonyms(synonyms.SHIPPED), judged.read_judged(judged.SHIPPED)
        now = datetime.now(UTC)
        index = EntryIndex([item.entry for item in filed if is_asked(item.entry, now)], app.analyzer, app.encoder)
        problems = [
            *check_knowledge_base(index, filed, now),
            *check_synonyms(index, rules, queries, synonyms.SHIPPED),
            *(check_links(filed) if options.links else ()),
        ]
    except KnowledgeError as error:
        return _report(error.problems)
    status = _report(problems)
    if status == 0:
        variants = sum(len(item.entry.variants) for item in filed)
        print(f"公開を止める問題はありません（項目 {len(filed)}件、言い方 {variants}個）。")
    return status


def _report(problems: Sequence[Problem]) -> int:
    for problem in problems:
        print(problem)
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    if problems:
        print(f"問題が{errors}件、注意が{len(problems) - errors}件あります。")
    return 1 if errors else 0
