"""Fixtures: real parts everywhere; only Slack's wire is fake."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import long_lived
import pytest
import sqlalchemy as sa
from fake_slack import FakeSlack
from in_memory import keep_files_in_memory
from threadpoolctl import threadpool_limits

from bot.process.math_threads import NAMES
from bot.settings import read_settings
from knowledge.folder import SHIPPED, KnowledgeFolder

keep_files_in_memory()
threadpool_limits(1)  # of NumPy, which pytest-randomly imports before anybody can ask for it
os.environ.update(dict.fromkeys(NAMES, "1"))  # for what is imported and started later
os.environ.setdefault("ENCODER", "shipped")  # of the programs that tests start: the second stage has its own tests

from foreign_files import Adopted, adopted_rows
from gate import gate
from hasty import hasten
from made_once import make_once
from making import StartSmall, bot_on, connect_migrated, make_small_folder, web_of
from slack_editors import EDITORS, OTHER_EDITOR
from slack_tester import EDITOR, SECRET, STAFF, SUPPORT, SlackTester, WaitingExecutor, slack_on
from team_tester import TeamTester
from tiny import make_tiny_folder
from workspaces_tester import SEVERAL, WorkspacesTester

from bot.app import App
from bot.gate.publishing import Publishing
from bot.slack.app import create_slack, http_endpoint
from bot.slack.workspaces.installing import install_pages
from bot.web.app import FromSlack
from index.cache import NullCache
from index.encoder.encoder import CachingEncoder, Encoder, load_encoder
from index.ranking.entry_index import EntryIndex
from index.snapshot import Snapshot
from index.snapshot_builder import SnapshotBuilder
from index.text.analyzer import Analyzer
from index.text.tokenizer import Tokenizer
from knowledge.database import tables
from knowledge.database.connection import connect
from knowledge.entry import Entry
from knowledge.revisions.store import KnowledgeBase, Store

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from postgres import Postgres

PREPARED_SECONDS = 120.0
FIRST = ("test_faults.py", "test_fuzz.py", "test_team_browser.py", "test_browser.py")  # with tests of 5 to 20 s
make_once()

if find_spec("hypothesis"):  # `make test-as-installed` has pytest alone
    import hypothesis

    # The same examples in every run, so that a red run can be looked into; `make fuzz` looks for new ones.
    hypothesis.settings.register_profile("tests", derandomize=True, deadline=None)
    hypothesis.settings.load_profile("tests")


@pytest.hookimpl(trylast=True)  # pytest-randomly has shuffled them
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest tests, so that none is the last, for which all other workers wait."""
    items.sort(key=lambda item: item.path.name not in FIRST)


def pytest_configure(config: pytest.Config) -> None:
    """Hear of the session's fixtures too, which a conftest.py below the root does not."""
    config.pluginmanager.register(long_lived)


@pytest.fixture(scope="session")
def entries() -> list[Entry]:
    """The shipped entries."""
    return [located.entry for located in SHIPPED.read_entries()]


@pytest.fixture(scope="session")
def analyzer() -> Analyzer:
    """The analysis chain with the shipped synonyms."""
    return Analyzer(Tokenizer(), SHIPPED.read_synonyms())


@pytest.fixture(scope="session")
def lexical_index(entries: list[Entry], analyzer: Analyzer) -> EntryIndex:
    """The index of the shipped entries without an encoder."""
    return EntryIndex(sorted(entries, key=lambda entry: entry.id), analyzer)


@pytest.fixture(scope="session")
def lexical_snapshot(lexical_index: EntryIndex, analyzer: Analyzer) -> Snapshot:
    """The shipped knowledge base as it runs without the extra."""
    base = KnowledgeBase(1, lexical_index.entries, SHIPPED.read_lists())
    builder = SnapshotBuilder(analyzer.tokenizer, None, NullCache())
    builder.newest = lexical_index
    return builder.build(base, datetime.now(UTC))


@pytest.fixture(scope="session")
def prepared_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the shipped knowledge base and everything derived from it, made once for all workers."""

    def prepare(path: Path) -> None:
        app = App(read_settings({"DATABASE_URL": f"sqlite:///{path}"}))
        assert app.faq.entries()
        app.store.engine.dispose()

    return _made_once(tmp_path_factory, "prepared", prepare)


@pytest.fixture(scope="session")
def shipped_database(prepared_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The prepared database without what the snapshot has too: a tenth of the bytes, which every test copies."""

    def prepare(path: Path) -> None:
        shutil.copy(prepared_database, path)
        engine = connect(f"sqlite:///{path}")
        with engine.begin() as connection:
            for table in (tables.vectors, tables.index_parts):
                connection.execute(table.delete())
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM")
        engine.dispose()

    return _made_once(tmp_path_factory, "shipped", prepare)


@pytest.fixture(scope="session")
def shipped_snapshot(prepared_database: Path, analyzer: Analyzer, encoder: Encoder) -> Snapshot:
    """The shipped knowledge base as it runs, loaded once a worker."""
    with bot_on(f"sqlite:///{prepared_database}", analyzer, encoder) as app:
        return app.searcher.snapshot


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A knowledge base of two categories, where the impact of an edit is measured in a moment."""
    return str(make_small_folder(tmp_path_factory.mktemp("knowledge") / "small"))


@pytest.fixture(scope="session")
def bare_folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A knowledge base of nothing but a name, for tests that bring their own entries: nothing of it is measured."""
    folder = tmp_path_factory.mktemp("knowledge") / "bare"
    (folder / "entries").mkdir(parents=True)
    (folder / "site.yaml").write_text("name: 窓口\n", encoding="utf-8")
    return str(folder)


@pytest.fixture(scope="session")
def prepared_small_database(tmp_path_factory: pytest.TempPathFactory, small_folder: str, analyzer: Analyzer) -> Path:
    """A database with the small knowledge base, without an encoder."""

    def prepare(path: Path) -> None:
        with bot_on(f"sqlite:///{path}", analyzer, KNOWLEDGE=small_folder) as app:
            assert app.faq.entries()

    return _made_once(tmp_path_factory, "small", prepare)


@pytest.fixture(scope="session")
def small_snapshot(prepared_small_database: Path, small_folder: str, analyzer: Analyzer) -> Snapshot:
    """The small knowledge base as it runs without an encoder, loaded once a worker."""
    with bot_on(f"sqlite:///{prepared_small_database}", analyzer, KNOWLEDGE=small_folder) as app:
        return app.searcher.snapshot


def _made_once(tmp_path_factory: pytest.TempPathFactory, name: str, prepare: Callable[[Path], None]) -> Path:
    """A database that the first worker prepares and the others wait for."""
    root = tmp_path_factory.getbasetemp()
    folder = (root.parent if "PYTEST_XDIST_WORKER" in os.environ else root) / name
    ready = folder / "ready"
    try:
        folder.mkdir()
    except FileExistsError:
        deadline = time.monotonic() + PREPARED_SECONDS
        while not ready.exists():
            assert time.monotonic() < deadline, "the worker that prepares the database failed"
            time.sleep(0.05)
    else:
        prepare(folder / "faqbot.db")
        ready.touch()
    return folder / "faqbot.db"


@pytest.fixture
def small_database(prepared_small_database: Path, tmp_path: Path) -> str:
    """The URL of a database of the test's own, with the small knowledge base."""
    path = tmp_path / "small.db"
    shutil.copy(prepared_small_database, path)
    return f"sqlite:///{path}"


@pytest.fixture
def small_environment(small_database: str, small_folder: str) -> dict[str, str]:
    """The settings of a process with the small knowledge base, which starts soonest without an encoder."""
    return {"DATABASE_URL": small_database, "KNOWLEDGE": small_folder, "ENCODER": "none"}


@pytest.fixture
def database(prepared_database: Path, tmp_path: Path) -> str:
    """The URL of a database of the test's own, with the shipped knowledge base."""
    path = tmp_path / "faqbot.db"
    shutil.copy(prepared_database, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def postgres() -> "Iterator[Postgres]":
    """A PostgreSQL server of this worker."""
    from postgres import Postgres

    server = Postgres()
    yield server
    server.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without tables: once a SQLite file, once on a real PostgreSQL server."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new' / 'faqbot.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = server.database()
    yield url
    server.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database with every table and nothing in them, on either system."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'new' / 'faqbot.db'}"
        connect_migrated(url).dispose()
        yield url
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = server.filled()
    yield url
    server.drop(url)


@pytest.fixture
def engine(migrated_database: str) -> Iterator[sa.Engine]:
    """A connection to such a database."""
    engine = connect(migrated_database)
    yield engine
    engine.dispose()


@pytest.fixture
def store(engine: sa.Engine) -> Store:
    """A live knowledge base before its first revision, on either system."""
    return Store(engine)


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The sentence encoder of `faqbot[semantic]`, which the tests' requirements include; it encodes a text once."""
    loaded = load_encoder()
    assert loaded
    kept: dict[str, bytes] = {}
    return CachingEncoder(loaded, lambda keys: {key: kept[key] for key in keys if key in kept}, kept.update)


@pytest.fixture
def app(
    shipped_database: Path, shipped_snapshot: Snapshot, tmp_path: Path, analyzer: Analyzer, encoder: Encoder
) -> Iterator[App]:
    """Every part of the bot, on a database of the test's own."""
    path = tmp_path / "faqbot.db"
    shutil.copy(shipped_database, path)
    live = replace(shipped_snapshot, built_for=datetime.now(UTC))
    with bot_on(f"sqlite:///{path}", analyzer, encoder, live, WEB_RATE_LIMIT="10000") as app:
        yield app


@pytest.fixture
def start_small(small_database: str, small_folder: str, analyzer: Analyzer) -> Iterator[StartSmall]:
    """Starts a bot on the small knowledge base, without an encoder, with the settings that it is given."""
    with ExitStack() as bots:
        yield lambda **given: bots.enter_context(bot_on(small_database, analyzer, KNOWLEDGE=small_folder, **given))


@pytest.fixture
def small(start_small: StartSmall) -> App:
    """Every part of such a bot, where a test shall not wait for an encoder."""
    return start_small(WEB_RATE_LIMIT="10000")


@pytest.fixture
def edited(start_small: StartSmall, small_snapshot: Snapshot) -> App:
    """The same for many edits: its calibration stays after one, since a new one would take seconds."""
    return start_small(live=small_snapshot, WEB_RATE_LIMIT="10000")


@pytest.fixture
def editors(edited: App, fake_slack: FakeSlack, request: pytest.FixtureRequest) -> Iterator[SlackTester]:
    """Editors of that bot in Slack; with the parameter "required" a publish needs a second one."""
    review = getattr(request, "param", "optional")
    edited.settings = replace(edited.settings, review=review == "required")
    people = {"STAFF_USERS": STAFF, "EDITOR_USERS": f"{EDITOR},{OTHER_EDITOR}"}
    with slack_on(edited, fake_slack, **people, SUPPORT_CHANNEL=SUPPORT, EDITORS_CHANNEL=EDITORS) as slack:
        yield slack


@pytest.fixture
def desk(tmp_path: Path, analyzer: Analyzer) -> Iterator[Publishing]:
    """The editors' gate by itself, on a knowledge base of four entries."""
    made = gate(f"sqlite:///{tmp_path}/gate.db", analyzer)
    yield made
    made.store.engine.dispose()


@pytest.fixture
def reviewed(tmp_path: Path, analyzer: Analyzer) -> Iterator[Publishing]:
    """The same, where a second editor has to approve."""
    made = gate(f"sqlite:///{tmp_path}/gate.db", analyzer, review=True)
    yield made
    made.store.engine.dispose()


@pytest.fixture
def tiny_folder(tmp_path: Path) -> KnowledgeFolder:
    """A knowledge base of three entries with every list, which a test may edit."""
    return make_tiny_folder(tmp_path / "tiny")


@pytest.fixture
def tiny(tiny_folder: KnowledgeFolder, tmp_path: Path, analyzer: Analyzer) -> Iterator[App]:
    """Every part of a bot on it, whose lists are measured and merged in a moment."""
    url = f"sqlite:///{tmp_path / 'faqbot.db'}"
    connect_migrated(url).dispose()
    with bot_on(url, analyzer, KNOWLEDGE=str(tiny_folder.path)) as app:
        assert app.faq.entries()
        yield app


@pytest.fixture
def tester(small: App) -> TeamTester:
    """The team's pages of the small bot, nobody signed in."""
    return TeamTester(small)


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """Chromium, for the tests of a module: its loop would be in the way of other modules' own."""
    from browsing import chromium

    with chromium() as browser:
        yield browser


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits before Slack is asked again waits a twentieth of the time."""
    hasten(monkeypatch.setattr)


@pytest.fixture
def fake_slack(hasty: None) -> Iterator[FakeSlack]:
    """Slack's side of the wire."""
    fake = FakeSlack()
    yield fake
    fake.close()


@pytest.fixture
def slack(app: App, fake_slack: FakeSlack) -> Iterator[SlackTester]:
    """A person in Slack who talks to the bot over HTTP."""
    people = {"STAFF_USERS": f"{STAFF},U0GUEST", "EDITOR_USERS": EDITOR, "SUPPORT_CHANNEL": SUPPORT}
    with slack_on(app, fake_slack, **people) as slack:
        yield slack


@pytest.fixture
def workspaces(app: App, fake_slack: FakeSlack) -> Iterator[WorkspacesTester]:
    """People of several workspaces, who can install the bot."""
    people = {"STAFF_USERS": STAFF, "SUPPORT_CHANNEL": SUPPORT, "SLACK_API_URL": fake_slack.url}
    settings = read_settings(SEVERAL | people)
    executor = WaitingExecutor()
    slack = create_slack(settings, app.parts, app.metrics, executor)
    assert slack.app.oauth_flow
    events = http_endpoint(slack, SECRET, app.metrics)
    web = web_of(app, FromSlack(events, install_pages(slack.app.oauth_flow)))
    yield WorkspacesTester(web.test_client(), fake_slack, executor, slack)
    executor.shutdown()


@pytest.fixture(scope="session")
def tokenizer() -> Tokenizer:
    """The dictionary."""
    return Tokenizer()


@pytest.fixture(scope="session")
def adopted(tokenizer: Tokenizer) -> Adopted:
    """Makes entries of the rows of somebody's FAQ."""
    return partial(adopted_rows, tokenizer)
