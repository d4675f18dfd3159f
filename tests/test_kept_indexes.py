"""What a start finds again of the index that it would have to build.

1. The live index is kept; no candidate's is, however often and at however many moments it is measured.
2. After a publish the new index is kept, by whichever process comes first, and the next start reads it.
3. Of an index in many parts that lacks one nothing is used; it is built anew and kept whole.
4. `faqbot check` encodes no text whose vector the database keeps.
5. The calibration that a candidate needed is found again when it is published.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from making import bot_on, publish_first

from bot.app import App
from bot.cli import build_parser
from bot.commands import check
from index.encoder.encoder import Encoder, Vectors
from index.text.analyzer import Analyzer
from knowledge.database.tables import calibrations, index_parts
from knowledge.entry import Entry
from knowledge.revisions import caches
from knowledge.revisions.caches import KEPT_INDEXES
from knowledge.revisions.store import Change

NAMES = ("会議室", "駐車場", "郵便", "看板", "倉庫", "翻訳")
BASE = tuple(
    Entry(id=f"e{number}", category="設備", question=f"{name}はありますか", answer=f"{name}をお使いいただけます。")
    for number, name in enumerate(NAMES)
)
EDITOR = "sakura"


@pytest.fixture
def app(migrated_database: str, analyzer: Analyzer, bare_folder: str) -> Iterator[App]:
    publish_first(migrated_database, *BASE)
    with bot_on(migrated_database, analyzer, KNOWLEDGE=bare_folder) as app:
        assert app.faq.entries()
        yield app


def kept(app: App) -> set[str]:
    """The digests of the indexes that are kept."""
    with app.store.engine.connect() as connection:
        return set(connection.scalars(sa.select(index_parts.c.digest)))


def live(app: App) -> str:
    """The digest of the live index."""
    return app.builder.digest(app.searcher.snapshot.index.entries, app.searcher.snapshot.base.lists)


def edited(turn: int) -> Change:
    return Change(put=(replace(BASE[0], answer=f"{turn}室あります。", valid_to=date(2099, 4, 1)),))


def test_measuring_candidates_keeps_none_of_their_indexes(app: App) -> None:
    assert kept(app) == {live(app)}
    for turn in range(1 + KEPT_INDEXES):
        app.publishing.propose(edited(turn), EDITOR)
    app.faq_at(datetime(2098, 1, 1, tzinfo=UTC))
    assert kept(app) == {live(app)}


def test_a_published_index_is_kept_and_answers_alike_when_read(app: App, analyzer: Analyzer) -> None:
    before = live(app)
    app.publishing.publish(app.publishing.propose(edited(1), EDITOR), EDITOR, override="試験")
    assert live(app) != before
    assert kept(app) == {before, live(app)}
    text = BASE[0].question
    with bot_on(app.settings.database_url, analyzer, KNOWLEDGE=str(app.settings.knowledge.path)) as again:
        assert again.searcher.snapshot.ask(text).confidences() == app.searcher.snapshot.ask(text).confidences()
    assert kept(app) == {before, live(app)}


def test_two_processes_that_see_a_publish_keep_its_index_once(
    app: App, analyzer: Analyzer, caplog: pytest.LogCaptureFixture
) -> None:
    with bot_on(app.settings.database_url, analyzer, KNOWLEDGE=str(app.settings.knowledge.path)) as other:
        assert other.faq.entries()
        app.publishing.publish(app.publishing.propose(edited(1), EDITOR), EDITOR, override="試験")
        other.searcher.refresh()
        derived = other.builder._cache  # noqa: SLF001  # as when both find it missing at the same moment
        derived.keep_parts(live(other), [])
        assert live(other) == live(app)
        assert len(kept(app)) == 2
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_an_index_of_many_parts_is_read_whole_or_built_anew(
    app: App, analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(caches, "PART_BYTES", 1_000)
    app.publishing.publish(app.publishing.propose(edited(1), EDITOR), EDITOR, override="試験")
    text, parts = BASE[0].question, index_parts.c.digest == live(app)
    for lost, said in ((None, 0), (3, 1), (None, 0)):
        caplog.clear()
        with app.store.engine.begin() as connection:
            connection.execute(sa.delete(index_parts).where(parts, index_parts.c.part == lost))
        with bot_on(app.settings.database_url, analyzer, KNOWLEDGE=str(app.settings.knowledge.path)) as again:
            assert again.searcher.snapshot.ask(text).confidences() == app.searcher.snapshot.ask(text).confidences()
        assert ["is built anew" in record.getMessage() for record in caplog.records] == [True] * said


class NoEncoder:
    """An encoder that must not be asked."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        raise AssertionError(texts)


def test_the_check_encodes_nothing_that_is_live(
    migrated_database: str, analyzer: Analyzer, encoder: Encoder, small_folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with bot_on(migrated_database, analyzer, encoder, KNOWLEDGE=small_folder) as app:
        assert app.faq.entries()
        app.encoder = NoEncoder()
        assert check.run(build_parser().parse_args(["check"]), app) == 0
    assert "公開を止める問題はありません" in capsys.readouterr().out


def test_the_calibration_of_a_candidate_is_found_when_it_is_published(app: App) -> None:
    def digests() -> set[str]:
        with app.store.engine.connect() as connection:
            return set(connection.scalars(sa.select(calibrations.c.digest)))

    change = Change(put=tuple(replace(entry, answer="ございます。") for entry in BASE))  # no edit: it needs its own
    proposal = app.publishing.propose(change, EDITOR)
    measured = digests()
    app.publishing.publish(proposal, EDITOR, override="試験")
    assert live(app) in measured
    assert digests() == measured
