"""`faqbot check`: every problem of the knowledge base's files, with file, line and what to do."""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from bot.app import App
from bot.terminal.progress import with_progress
from index.encoder.encoder import CachingEncoder
from index.ranking.entry_index import EntryIndex
from index.review.checks import check_knowledge_base
from index.review.confusable_texts import is_asked
from index.review.synonym_checks import check_synonyms
from index.text.analyzer import Analyzer
from knowledge.checks.links import check_links
from knowledge.database.address import missing_file
from knowledge.database.connection import connect
from knowledge.errors import KnowledgeError, Problem, Severity, StoreError
from knowledge.files.yaml_reader import read_folder
from knowledge.folder import folder_at
from knowledge.judged import known_already
from knowledge.located_entry import LocatedEntry
from knowledge.revisions.caches import DatabaseCache


def run(options: argparse.Namespace, app: App) -> int:
    """Check the files; returns 1 when anything keeps them from being published. The database is not changed."""
    folder = folder_at(options.folder) if options.folder else app.settings.knowledge
    if folder and folder != app.settings.knowledge:  # its synonyms and style are part of what is checked
        app = App(replace(app.settings, knowledge=folder), app.loading)
    try:
        located = folder.read_all() if folder else read_folder(options.folder)
        problems = [*_problems(app, located), *(check_links(located) if options.links else ())]
    except KnowledgeError as error:
        return _report(error.problems)
    status = _report(problems)
    if status == 0:
        variants = sum(len(item.entry.variants) for item in located)
        print(f"公開を止める問題はありません（項目 {len(located)}件、言い方 {variants}個）。")
    return status


def _problems(app: App, located: Sequence[LocatedEntry]) -> Iterator[Problem]:
    """The problems of the entries and of the other files of the knowledge base."""
    folder, now = app.settings.knowledge, datetime.now(UTC)
    rules = folder.read_synonyms()
    analyzer = Analyzer(app.tokenizer, rules)
    find = partial(_find_vectors, app.settings.database_url)
    in_threads = app.encoder and CachingEncoder(app.encoder, find, lambda _: None, with_progress)
    asked = [item.entry for item in located if is_asked(item.entry, now)]
    index = EntryIndex(asked, analyzer, app.encoder, entry_encoder=in_threads)
    yield from check_knowledge_base(index, located, now, style=folder.read_style())
    judged = folder.read_judged()
    yield from check_synonyms(index, rules, judged, folder.synonyms)
    for query, owner in known_already(judged, asked):
        message = f"判定つき質問「{query.line}」は、項目「{owner.question}」の質問か言い方と同じです。"
        hint = "直接の回答の根拠に数えません。尋ねられたほかの文で書くか、その行を消してください。"
        yield Problem(message, hint, str(folder.judged), severity=Severity.WARNING)
    ids = {item.entry.id for item in located}
    for favourite in folder.read_site().favourites:
        if favourite not in ids:
            message = f"favourites の「{favourite}」という項目はありません。"
            hint = "idの綴りを確かめるか、その行を消してください。"
            yield Problem(message, hint, str(folder.site), field="favourites", severity=Severity.WARNING)


def _find_vectors(database_url: str, keys: Sequence[str]) -> Mapping[str, bytes]:
    """The vectors that the database keeps, where there is one: most texts that are checked are live already."""
    with suppress(StoreError):
        if missing_file(database_url) is None:
            engine = connect(database_url)
            try:
                return DatabaseCache(engine).find_vectors(keys)
            finally:
                engine.dispose()
    return {}


def _report(problems: Sequence[Problem]) -> int:
    for problem in problems:
        print(problem)
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    if problems:
        print(f"問題が{errors}件、注意が{len(problems) - errors}件あります。")
    return 1 if errors else 0
