"""What many tests make: entries, folders of files as they are read back, bots on a database, their web application."""

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from bot.app import App
from bot.process.vitals import Vitals
from bot.setting_table import Settings
from bot.settings import read_settings
from bot.signing_in import SignIn
from bot.web.app import FromSlack, create_web
from bot.web.team.links import OneTimeLinks
from bot.web.team.suggestions.board import Suggestions
from bot.web.team.team import Team
from index.encoder.encoder import Encoder
from index.searcher import Searcher
from index.snapshot import Snapshot
from index.text.analyzer import Analyzer
from knowledge.database.connection import connect
from knowledge.database.migration import migrate
from knowledge.entry import Entry
from knowledge.files.yaml_reader import read_folder
from knowledge.files.yaml_writer import write_folder
from knowledge.folder import SHIPPED
from knowledge.judged import ABSTAIN
from knowledge.revisions.store import Change, Store
from knowledge.team.sessions import Sessions

KEY = "key of the tests"
StartSmall = Callable[..., App]  # the fixture `start_small`
SMALL = {  # the entries of the small knowledge base
    *("plan-prices", "over-call-billing", "no-initial-fee-and-deposit", "price-small-plus-fax", "hearing-surcharge"),
    *("price-same-forward-or-listed", "discount-campaign", "free-trial-10days", "trial-to-contract", "trial-extension"),
    *("trial-number-continuity", "trial-limits"),
}


def make_entry(entry_id: str, question: str, answer: str = "お答えします。", **fields: Any) -> Entry:
    """An entry of the category 分類."""
    return Entry(**{"id": entry_id, "category": "分類", "question": question, "answer": answer} | fields)


def entries_in(folder: Path) -> dict[str, Entry]:
    """The entries of a folder by their ids."""
    return {located.entry.id: located.entry for located in read_folder(folder)}


def files_in(folder: Path, pattern: str = "*.yaml") -> dict[str, bytes]:
    """The contents of the files of a folder by their names."""
    return {path.name: path.read_bytes() for path in folder.glob(pattern)}


def make_small_folder(path: Path) -> Path:
    """Twelve shipped entries with a few of their variants, with some judged queries and variations."""
    path.mkdir()
    for file in (SHIPPED.site, SHIPPED.synonyms, SHIPPED.style):
        shutil.copy(file, path)
    shipped = [located.entry for located in SHIPPED.read_entries() if located.entry.id in SMALL]
    small = [
        replace(
            entry,
            variants=entry.variants[:: 1 + len(entry.variants) // 6],
            related=tuple(one for one in entry.related if one in SMALL),
        )
        for entry in shipped
    ]
    write_folder(path / "entries", small)
    judged = [query for query in SHIPPED.read_judged() if SMALL.issuperset(query.entries)][::8]
    lines = [f"{query.line}\t{'|'.join(query.entries) or ABSTAIN}\n" for query in judged]
    (path / "judged.tsv").write_text("".join(lines), encoding="utf-8")
    variations = SHIPPED.variations.read_text(encoding="utf-8").splitlines(keepends=True)
    (path / "variations.tsv").write_text("".join(variations[::20]), encoding="utf-8")
    return path


@cache
def migrated() -> bytes:
    """The file of a SQLite database with every table and nothing in them."""
    with TemporaryDirectory() as folder:
        engine = connect(f"sqlite:///{folder}/empty.db")
        migrate(engine)
        engine.dispose()
        return Path(folder, "empty.db").read_bytes()


def connect_migrated(url: str) -> sa.Engine:
    """A connection to a database with every table; a new SQLite file is a copy, since migrating takes 0.2 s."""
    file = sa.make_url(url).database or ""
    if url.startswith("sqlite:") and not Path(file).exists():
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        Path(file).write_bytes(migrated())
    engine = connect(url)
    migrate(engine)
    return engine


def publish_first(url: str, *entries: Entry) -> None:
    """Make a database with these entries."""
    engine = connect_migrated(url)
    Store(engine).publish(Change(put=entries), "test", "", 0)
    engine.dispose()


def forget_package(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a package be found and imported anew; after the test what was imported before is back, or nothing."""
    for module in {name, *(module for module in sys.modules if module.partition(".")[0] == name)}:
        monkeypatch.setitem(sys.modules, module, None)  # remembered first, where it was not there either
        monkeypatch.delitem(sys.modules, module)


@contextmanager
def bot_on(
    url: str, analyzer: Analyzer, encoder: Encoder | None = None, live: Snapshot | None = None, **settings: str
) -> Iterator[App]:
    """Every part of a bot on a database; loading analyzer and encoder again for every test would take half a second.

    `live` is the snapshot of the database where it is loaded already, which takes a third of a second; after an edit
    its calibration stays, of which a new one takes twenty.
    """
    app = App(read_settings({"DATABASE_URL": url, "ASKER_HASH_KEY": KEY} | settings))
    app.tokenizer, app.encoder = analyzer.tokenizer, encoder
    app.second_stage = None  # it has tests of its own, and takes 40 ms an entry
    if live:
        app.builder.newest = live.index
        app.searcher = Searcher(app.store.revision, partial(_next_after, app, live))
    yield app
    app.store.engine.dispose()


def team_of(app: App, links: OneTimeLinks | None = None, sign_in: SignIn | None = None) -> Team:
    """The team's pages of a bot; without either way in nobody comes in."""
    sessions, suggestions = Sessions(app.store.engine), Suggestions(app.publishing)
    return Team(app.faq, app.publishing, app.overview, app.settings, sessions, suggestions, links, sign_in)


def web_of(
    app: App, slack: FromSlack | None = None, *, team: Team | None = None, settings: Settings | None = None
) -> Flask:
    """The web application of a bot as `faqbot serve` makes it; `settings` are others than the bot's own."""
    vitals = Vitals(app.metrics, app.ready)
    return create_web(settings or app.settings, app.parts, vitals, team or team_of(app), slack or FromSlack())


def _next_after(app: App, live: Snapshot, before: Snapshot | None) -> Snapshot:
    return app.builder.build(app.store.load(), datetime.now(UTC), before, calibrated=False) if before else live
