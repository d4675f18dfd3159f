"""`faqbot check`: every problem of the knowledge base's files, with file, line and what to do."""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.app import App
from index.ranking.entry_index import EntryIndex
from index.review.checks import check_knowledge_base
from index.review.confusable_texts import is_asked
from index.review.synonym_checks import check_synonyms
from knowledge import judged, synonyms
from knowledge.checks.links import check_links
from knowledge.errors import KnowledgeError, Problem, Severity
from knowledge.files.yaml_reader import read_folder


def run(options: argparse.Namespace, app: App) -> int:
    """Check the files; returns 1 when anything keeps them from being published. The database is not changed."""
    try:
        located = read_folder(options.folder)
        rules, queries = synonyms.read_synonyms(synonyms.SHIPPED), judged.read_judged(judged.SHIPPED)
        now = datetime.now(UTC)
        index = EntryIndex([item.entry for item in located if is_asked(item.entry, now)], app.analyzer, app.encoder)
        problems = [
            *check_knowledge_base(index, located, now),
            *check_synonyms(index, rules, queries, synonyms.SHIPPED),
            *(check_links(located) if options.links else ()),
        ]
    except KnowledgeError as error:
        return _report(error.problems)
    status = _report(problems)
    if status == 0:
        variants = sum(len(item.entry.variants) for item in located)
        print(f"公開を止める問題はありません（項目 {len(located)}件、言い方 {variants}個）。")
    return status


def _report(problems: Sequence[Problem]) -> int:
    for problem in problems:
        print(problem)
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    if problems:
        print(f"問題が{errors}件、注意が{len(problems) - errors}件あります。")
    return 1 if errors else 0
