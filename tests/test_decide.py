"""What a ranking is worth and what comes of it, on a knowledge base small enough to reckon by hand.

1. Thresholds are inclusive: from exactly a confidence on we answer, decline or suggest.
2. What an entry says word for word is answered without evidence; what is bare or denied never is.
3. The features are those of their definitions.
"""

from collections.abc import Iterable
from dataclasses import replace
from math import exp, log, log1p, nextafter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.decision import decision as deciding
from index.decision.calibration import Calibration, calibrate
from index.decision.decision import Abstain, Answer, Decision, Reason, Suggest, contradicted, decide, says_little
from index.decision.features import covered_share, feature_names, features, signs
from index.decision.risk import NEVER, Thresholds
from index.encoder.encoder import Encoder
from index.parameters import MAX_BARE_GRAMS, MAX_BARE_INFORMATION, MAX_SUGGESTIONS
from index.ranking.bm25 import Bm25
from index.ranking.entry_index import EntryIndex
from index.ranking.ranking import LEXICAL, SEMANTIC, Ranking
from index.text.analyzer import Analyzer
from index.text.tokenizer import Tokenizer
from knowledge.entry import Entry

PRICE = Entry(
    id="price",
    category="料金",
    question="月額料金はいくらですか",
    answer="月額は2,960円です。",
    variants=("毎月の費用を教えてください", "月々いくらかかりますか"),
)
LEAVE = Entry(id="leave", category="解約", question="解約の手続きを教えてください", answer="管理画面から解約できます。")
REFUND = Entry(id="refund", category="解約", question="解約したら返金されますか", answer="", declines=True)
NUMBER = Entry(id="number", category="電話", question="電話番号は変更できますか", answer="変更できます。")
ABROAD = Entry(id="abroad", category="電話", question="海外からの電話は転送できますか", answer="転送できます。")
ENTRIES = (PRICE, LEAVE, REFUND, NUMBER, ABROAD)
NEVER_ANY = Thresholds(NEVER, NEVER, NEVER)


@pytest.fixture(scope="module")
def plain() -> Analyzer:
    return Analyzer(Tokenizer())


@pytest.fixture(scope="module")
def index(plain: Analyzer) -> EntryIndex:
    return EntryIndex(ENTRIES, plain)


@pytest.fixture(scope="module")
def calibration(index: EntryIndex) -> Calibration:
    return calibrate(index, [], "digest")


def asked(index: EntryIndex, text: str) -> Ranking:
    return index.rank(index.query(text))


def decided(index: EntryIndex, calibration: Calibration, text: str, thresholds: Thresholds) -> tuple[Decision, float]:
    return decide(index, asked(index, text), replace(calibration, thresholds=thresholds))


# -- decisions ------------------------------------------------------------------------------------

LOOSE = "海外から番号を変えたい"  # nearly equal to nothing
TO_REFUSE = "解約したら返金はありますか"


def test_thresholds_are_inclusive(index: EntryIndex, calibration: Calibration) -> None:
    _, at = decided(index, calibration, LOOSE, NEVER_ANY)
    above = nextafter(at, 1.0)
    assert 0.0 < at < 1.0
    hits = asked(index, LOOSE).hits
    for thresholds, expected in (
        (Thresholds(at, NEVER, 0.0), Answer(hits[0])),
        (Thresholds(above, 0.0, at), Suggest(tuple(hits[:MAX_SUGGESTIONS]))),
        (Thresholds(above, 0.0, above), Abstain(Reason.UNKNOWN)),
        (Thresholds(0.0, 0.0, NEVER), Answer(hits[0])),
    ):
        assert decided(index, calibration, LOOSE, thresholds) == (expected, at)


def test_a_declining_entry_declines_from_its_own_threshold_on(index: EntryIndex, calibration: Calibration) -> None:
    _, at = decided(index, calibration, TO_REFUSE, NEVER_ANY)
    above = nextafter(at, 1.0)
    hits = asked(index, TO_REFUSE).hits
    assert hits[0].entry == REFUND
    for thresholds, expected in (
        (Thresholds(NEVER, at, 0.0), Abstain(Reason.DECLINED, hits[0])),
        (Thresholds(0.0, above, 0.0), Suggest(tuple(hits[:MAX_SUGGESTIONS]))),
        (Thresholds(0.0, above, above), Abstain(Reason.UNKNOWN)),
    ):
        assert decided(index, calibration, TO_REFUSE, thresholds) == (expected, at)


@pytest.mark.parametrize("text", [PRICE.question, "月額料金は、いくらですか？", PRICE.variants[1], LEAVE.question])
def test_what_an_entry_asks_is_answered_without_evidence(
    index: EntryIndex, calibration: Calibration, text: str
) -> None:
    decision, _ = decided(index, calibration, text, NEVER_ANY)
    assert isinstance(decision, Answer)
    assert any(text[:4] in one for one in (decision.hit.entry.question, *decision.hit.entry.variants))


def unsure(calibration: Calibration) -> Calibration:
    """The same with next to no confidence in anything."""
    adjustment = replace(calibration.answers.adjustment, bias=-50.0)
    return replace(calibration, answers=replace(calibration.answers, adjustment=adjustment))


def test_equality_needs_no_confidence_and_near_equality_does(index: EntryIndex, calibration: Calibration) -> None:
    near = "月額の料金が知りたいです"
    assert isinstance(decided(index, calibration, near, NEVER_ANY)[0], Answer)
    assert decided(index, unsure(calibration), near, NEVER_ANY)[0] == Abstain(Reason.UNKNOWN)
    decision, confidence = decided(index, unsure(calibration), PRICE.question, NEVER_ANY)
    assert isinstance(decision, Answer)
    assert confidence < 0.01


def test_a_declining_entry_never_answers(index: EntryIndex, calibration: Calibration) -> None:
    assert decided(index, calibration, REFUND.question, NEVER_ANY)[0] == Abstain(Reason.UNKNOWN)
    assert isinstance(decided(index, calibration, REFUND.question, Thresholds(0.0, NEVER, 0.0))[0], Suggest)


@pytest.mark.parametrize("text", ["", "！？", "  "])
def test_what_cannot_be_read_is_empty(index: EntryIndex, calibration: Calibration, text: str) -> None:
    assert decided(index, calibration, text, Thresholds(0.0, 0.0, 0.0)) == (Abstain(Reason.EMPTY), 0.0)


def test_without_entries_everything_is_empty(plain: Analyzer, calibration: Calibration) -> None:
    nothing = EntryIndex([], plain)
    assert decide(nothing, asked(nothing, "料金"), calibration) == (Abstain(Reason.EMPTY), 0.0)


@pytest.mark.parametrize("text", ["いくら？", "解約したくない"])
def test_what_is_bare_or_denied_is_not_answered(index: EntryIndex, calibration: Calibration, text: str) -> None:
    assert not isinstance(decided(index, calibration, text, Thresholds(0.0, NEVER, 0.0))[0], Answer)


def test_a_denied_wish_alone_holds_an_answer_back(plain: Analyzer, calibration: Calibration) -> None:
    index = EntryIndex([PRICE, LEAVE, NUMBER], plain)
    always = Thresholds(0.0, 0.0, 0.0)
    wanted, _ = decided(index, calibration, "解約の手続きをしたい", always)
    denied, _ = decided(index, calibration, "解約の手続きをしたくない", always)
    assert isinstance(wanted, Answer) and wanted.hit.entry == LEAVE
    assert isinstance(denied, Suggest) and denied.hits[0].entry == LEAVE


def test_a_denied_wish_holds_a_refusal_back_too(plain: Analyzer, calibration: Calibration) -> None:
    index = EntryIndex([PRICE, replace(LEAVE, answer="", declines=True), NUMBER], plain)
    always = Thresholds(0.0, 0.0, 0.0)
    wanted, _ = decided(index, calibration, "解約の手続きをしたい", always)
    denied, _ = decided(index, calibration, "解約の手続きをしたくない", always)
    assert isinstance(wanted, Abstain) and wanted.reason is Reason.DECLINED
    assert isinstance(denied, Suggest) and denied.hits[0].entry.id == LEAVE.id


def test_what_says_as_much_as_the_bound_is_not_bare(index: EntryIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    query = index.query(LOOSE)
    query = replace(query, analysis=replace(query.analysis, terms=("電話",), grams=("デンワ",)))
    information = index.arrays.words.bm25.information(["電話"])
    monkeypatch.setattr(deciding, "MAX_BARE_INFORMATION", information)
    assert not says_little(index, query)
    monkeypatch.setattr(deciding, "MAX_BARE_INFORMATION", nextafter(information, 9.0))
    assert says_little(index, query)


def test_a_question_is_bare_that_is_short_and_says_little(index: EntryIndex) -> None:
    bm25 = index.arrays.words.bm25
    query = index.query(LOOSE)
    grams = tuple(f"g{n}" for n in range(MAX_BARE_GRAMS))
    [common] = [term for term in ("電話",) if bm25.idf[term] < MAX_BARE_INFORMATION]
    rare = tuple(f"unknown{n}" for n in range(10))
    for terms, held, bare in (
        ((common,), grams, True),
        ((common, common, common, common), grams, True),  # said again it says no more
        ((common,), (*grams, grams[0]), True),
        ((common,), (*grams, "one more"), False),
        (rare, grams, False),
        ((), (), True),
    ):
        analysis = replace(query.analysis, terms=terms, grams=held)
        assert says_little(index, replace(query, analysis=analysis)) is bare


@pytest.mark.parametrize(
    ("text", "question", "variants", "lemmas"),
    [
        ("解約したくない", "解約の手続きは", (), ("解約",)),
        ("解約したい", "解約の手続きは", (), ()),
        ("解約したくない", "解約したくないときは", (), ()),  # the entry denies it itself
        ("解約したくない", "解約の手続きは", ("解約したくないのですが",), ()),
        ("解約したくない", "料金はいくらですか", ("解約の料金は",), ()),  # its own question asks nothing of it
        ("解約したくない、転送したくない", "解約と転送の手続きは", (), ("解約", "転送")),
        ("解約したくない、絶対に解約したくない", "解約の手続きは", (), ("解約",)),
    ],
)
def test_a_denied_wish_contradicts_an_entry_that_asks_about_it(
    plain: Analyzer, text: str, question: str, variants: tuple[str, ...], lemmas: tuple[str, ...]
) -> None:
    index = EntryIndex([replace(LEAVE, question=question, variants=variants)], plain)
    assert contradicted(index, asked(index, text)) == lemmas


# -- features -------------------------------------------------------------------------------------


def named(index: EntryIndex, ranking: Ranking) -> dict[str, float]:
    names = feature_names(semantic=index.encoder is not None)
    return dict(zip(names, features(index, ranking).tolist(), strict=True))


def test_the_features_of_a_ranking_are_those_of_its_scores(index: EntryIndex) -> None:
    ranking = replace(asked(index, LOOSE), scores=np.array([1.0, 0.5, 2.5, -3.0, 4.0]))
    shares = [exp(x) / sum(map(exp, ranking.scores)) for x in ranking.scores]
    found = named(index, ranking)
    assert found["belief"] == pytest.approx(log(shares[4] / (1 - shares[4])))
    assert found["lead"] == pytest.approx(1.5)
    assert found["lead_over_other_kind"] == pytest.approx(1.5)  # over the declining one
    assert found["entropy"] == pytest.approx(-sum(share * log(share) for share in shares))
    assert found["entries"] == pytest.approx(log(5))
    declining = replace(ranking, scores=np.array([1.0, 0.5, 9.0, -3.0, 4.0]))
    assert named(index, declining)["lead_over_other_kind"] == pytest.approx(5.0)
    next_is_of_its_kind = replace(ranking, scores=np.array([3.0, 0.5, 1.0, -3.0, 4.0]))
    found = named(index, next_is_of_its_kind)
    assert (found["lead"], found["lead_over_other_kind"]) == pytest.approx((1.0, 3.0))


def test_a_lead_is_bounded_and_belief_is_finite(index: EntryIndex, plain: Analyzer) -> None:
    far = named(index, replace(asked(index, LOOSE), scores=np.array([1_000.0, 0.0, 0.0, 0.0, 0.0])))
    assert (far["lead"], far["lead_over_other_kind"]) == (10.0, 10.0)
    assert far["belief"] == pytest.approx(log((1 - 1e-6) / 1e-6))
    assert 0.0 <= far["entropy"] < 1e-3
    alone = EntryIndex([NUMBER], plain)
    found = named(alone, asked(alone, "電話番号"))
    assert (found["lead"], found["lead_over_other_kind"], found["entries"]) == (10.0, 10.0, 0.0)
    same_kind = EntryIndex([NUMBER, ABROAD], plain)
    found = named(same_kind, replace(asked(same_kind, "電話番号"), scores=np.array([1.0, 0.5])))
    assert found["lead"] == 0.5
    assert found["lead_over_other_kind"] == 10.0


def test_the_features_of_a_question_are_those_of_its_words(index: EntryIndex) -> None:
    ranking = asked(index, "東京電力の料金は、東京電力の月額はいくら")
    bm25, analysis = index.arrays.words.bm25, ranking.query.analysis
    assert ranking.entries[ranking.order[0]] == PRICE
    found = named(index, ranking)
    assert found["unknown"] == pytest.approx(bm25.unknown_share(analysis.terms))
    assert 0.0 < found["unknown"] < found["unknown_head"] == 1.0
    assert found["length"] == pytest.approx(log1p(len(set(analysis.terms))))
    assert len(set(analysis.terms)) < len(analysis.terms)


@pytest.mark.parametrize(
    ("text", "entry", "true"),
    [
        ("月額料金はいくらですか", PRICE, {"asks"}),
        ("電話番号の変更はいくらですか", NUMBER, {"asks", "missing_kind"}),
        ("電話番号の変更", NUMBER, set()),
        ("電話番号の変更は何日かかりますか", NUMBER, {"asks", "missing_count"}),
        ("昨日電話番号を変更しましたか", NUMBER, {"own_case"}),
        ("月額料金の2,960円", PRICE, set()),
        ("月額料金の5,000円", PRICE, {"missing_figure"}),
    ],
)
def test_the_features_of_what_is_asked_for(index: EntryIndex, text: str, entry: Entry, true: set[str]) -> None:
    ranking = asked(index, text)
    assert ranking.entries[ranking.order[0]] == entry
    found = named(index, ranking)
    for name in ("asks", "missing_count", "missing_kind", "missing_figure", "own_case"):
        assert found[name] == float(name in true), name


def test_an_own_case_is_none_where_the_entry_is_about_one(plain: Analyzer) -> None:
    index = EntryIndex([replace(NUMBER, question="昨日電話番号を変更しましたか")], plain)
    assert named(index, asked(index, "昨日電話番号を変更しましたか"))["own_case"] == 0.0


def test_the_features_of_the_texts_are_what_they_cover(index: EntryIndex) -> None:
    ranking = asked(index, "毎月の料金2960円の費用")
    assert ranking.entries[ranking.order[0]] == PRICE
    analysis, own = ranking.query.analysis, index.analyzed(0)
    words, readings = index.arrays.words.bm25, index.arrays.readings.bm25

    def share(bm25: object, terms: tuple[str, ...], kept: set[str]) -> float:
        distinct = set(terms)
        return bm25.information(distinct & kept) / bm25.information(distinct)  # type: ignore[attr-defined]

    said = {term for one in own.asked for term in one.terms}
    found = named(index, ranking)
    assert found["covered"] == pytest.approx(share(words, analysis.terms, said))
    assert found["covered_with_answer"] == pytest.approx(share(words, analysis.terms, said | set(own.answer.terms)))
    assert found["covered"] < found["covered_with_answer"]
    grams = {gram for one in own.asked for gram in one.grams}
    assert found["covered_readings"] == pytest.approx(share(readings, analysis.grams, grams))
    covered = [share(words, one.terms, set(analysis.terms)) for one in own.asked]
    assert found["text_covered"] == pytest.approx(max(covered))
    assert min(covered) < max(covered)
    assert found["texts"] == pytest.approx(log(index.text_counts[0]))
    assert (found["left_over"], found["rarest_left"]) == (0.0, 0.0)


WORDS = st.sampled_from(("電話", "料金", "解約", "番号", "月額", "転送", "費用", "返金", "海外", "。"))
SAID = st.lists(WORDS, min_size=1, max_size=5).map("と".join)
TEXTS = st.lists(SAID, min_size=2, max_size=5)


@given(st.lists(TEXTS, min_size=1, max_size=4), SAID)
def test_what_texts_cover_is_the_plain_share_of_information(plain: Analyzer, said: list[list[str]], text: str) -> None:
    entries = [
        Entry(id=f"entry-{number}", category="", question=question, answer=answer, variants=tuple(variants))
        for number, (question, answer, *variants) in enumerate(said)
    ]
    index = EntryIndex(entries, plain)
    ranking = asked(index, text)
    analysis, own, found = ranking.query.analysis, index.analyzed(ranking.order[0]), named(index, ranking)

    def share(bm25: Bm25, terms: Iterable[str], kept: Iterable[str]) -> float:
        parts = {term: bm25.idf.get(term, bm25.max_idf) for term in terms}
        return sum(parts[term] for term in parts.keys() & kept) / (sum(parts.values()) or 1.0)

    words, readings = index.arrays.words.bm25, index.arrays.readings.bm25
    held = [term for one in own.asked for term in one.terms]
    grams = [gram for one in own.asked for gram in one.grams]
    assert found["covered"] == pytest.approx(share(words, analysis.terms, held))
    assert found["covered_with_answer"] == pytest.approx(share(words, analysis.terms, [*held, *own.answer.terms]))
    assert found["covered_readings"] == pytest.approx(share(readings, analysis.grams, grams))
    assert found["text_covered"] == pytest.approx(max(share(words, one.terms, analysis.terms) for one in own.asked))


def test_what_neither_texts_nor_answer_say_is_left_over(index: EntryIndex) -> None:
    ranking = asked(index, "月額料金と電話と東京電力")
    assert ranking.entries[ranking.order[0]] == PRICE
    bm25, analysis, own = index.arrays.words.bm25, ranking.query.analysis, index.analyzed(0)
    said = {term for one in own.asked for term in one.terms} | set(own.answer.terms)
    left = [bm25.idf.get(term, bm25.max_idf) for term in set(analysis.terms) - said]
    assert min(left) < max(left) == bm25.max_idf
    found = named(index, ranking)
    assert found["left_over"] == pytest.approx(log1p(sum(left) / bm25.max_idf))
    assert found["rarest_left"] == pytest.approx(max(left) / bm25.max_idf)


def test_the_last_features_are_the_signals_of_the_best_hit(
    index: EntryIndex, plain: Analyzer, encoder: Encoder
) -> None:
    semantic = EntryIndex(ENTRIES, plain, encoder)
    for one, names in ((index, LEXICAL), (semantic, (*LEXICAL, *SEMANTIC))):
        ranking = asked(one, LOOSE)
        found = named(one, ranking)
        best = ranking.order[0]
        assert [found[name] for name in names] == ranking.signals[: len(names), best].tolist()
        assert list(found)[-len(names) :] == list(names)


@pytest.mark.parametrize("question", [NUMBER.question, "？", "a"])
def test_a_single_entry_is_enough_to_be_asked_anything(plain: Analyzer, question: str) -> None:
    alone = EntryIndex([replace(NUMBER, question=question, answer="", category="")], plain)
    for text in (question, "東京電力の解約", "番号"):
        assert np.isfinite(features(alone, asked(alone, text))).all()


def test_what_one_or_two_entries_do_not_say_is_not_covered(plain: Analyzer, calibration: Calibration) -> None:
    for entries in ([NUMBER], [NUMBER, ABROAD]):
        index = EntryIndex(entries, plain)
        found = named(index, asked(index, "東京電力の電話番号と住所"))
        assert found["covered_with_answer"] < 0.7
        assert found["unknown"] > 0.3
        assert found["left_over"] > 0.5
        assert isinstance(decided(index, calibration, NUMBER.question, NEVER_ANY)[0], Answer)


def test_what_nothing_is_said_of_is_not_covered(index: EntryIndex) -> None:
    bm25 = index.arrays.words.bm25
    assert covered_share(bm25, [], {"電話"}) == 0.0
    assert covered_share(bm25, ["電話", "電話"], {"電話"}) == 1.0
    assert covered_share(bm25, ["電話"], set()) == 0.0


def test_signs_say_what_helps_and_what_harms() -> None:
    names = feature_names(semantic=True)
    found = dict(zip(names, signs(names), strict=True))
    assert {name for name, sign in found.items() if sign < 0} == {
        "entropy", "unknown", "unknown_head", "left_over", "rarest_left",
        "missing_count", "missing_kind", "missing_figure", "own_case",
    }  # fmt: skip
    assert {name for name, sign in found.items() if sign == 0} == {"entries", "length", "asks", "texts"}
