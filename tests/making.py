"""What many tests make: entries, folders of files as they are read back, bots on a database."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.app import App
from bot.settings import read_settings
from index.encoder.encoder import Encoder
from index.text.analyzer import Analyzer
from knowledge.database.connection import connect
from knowledge.database.migration import migrate
from knowledge.entry import Entry
from knowledge.files.yaml_reader import read_folder
from knowledge.revisions.store import Change, Store

KEY = "key of the tests"


def make_entry(entry_id: str, question: str, answer: str = "お答えします。", **fields: Any) -> Entry:
    """An entry of the category 分類."""
    return Entry(**{"id": entry_id, "category": "分類", "question": question, "answer": answer} | fields)


def entries_in(folder: Path) -> dict[str, Entry]:
    """The entries of a folder by their ids."""
    return {located.entry.id: located.entry for located in read_folder(folder)}


def files_in(folder: Path, pattern: str = "*.yaml") -> dict[str, bytes]:
    """The contents of the files of a folder by their names."""
    return {path.name: path.read_bytes() for path in folder.glob(pattern)}


def publish_first(url: str, *entries: Entry) -> None:
    """Make a database with these entries."""
    engine = connect(url)
    migrate(engine)
    Store(engine).publish(Change(put=entries), "test", "", 0)
    engine.dispose()


@contextmanager
def bot_on(url: str, analyzer: Analyzer, encoder: Encoder | None = None, **settings: str) -> Iterator[App]:
    """Every part of a bot on a database; loading analyzer and encoder again for every test would take half a second."""
    app = App(read_settings({"DATABASE_URL": url, "ASKER_HASH_KEY": KEY} | settings))
    app.tokenizer, app.encoder = analyzer.tokenizer, encoder
    app.second_stage = None  # it has tests of its own, and takes 40 ms an entry
    yield app
    app.store.engine.dispose()
