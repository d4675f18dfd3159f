"""Questions about another thing: what an entry about our subject does not say is never answered by it.

1. A thing that is asked about and that the best entry does not say is found; a trade or a story is none.
2. The confidence stays low, in the decision as in the cases from which the cut is chosen, and staff read why.
"""

from dataclasses import replace

import pytest

from bot.app import App
from bot.wording.explanations import OTHER_THING, doubt_lines
from index.decision.cases import judged_cases
from index.decision.decision import Answer, Suggest
from index.decision.learning import confidence_in
from index.decision.other_things import MOST, other_things
from index.ranking.ranking import Rescoring
from knowledge.judged import JudgedQuery


def named(app: App, question: str) -> tuple[str, ...]:
    index = app.faq.searcher.snapshot.index
    ranking = index.rank(index.query(question))
    return other_things(index, ranking.query.text, ranking.order[0])


@pytest.mark.parametrize(
    ("question", "things"),
    [
        ("途中でやめたら違約金はかかりますか", ()),
        ("ジムを途中でやめたら違約金はかかりますか", ("ジム",)),
        ("ＷｉＦｉの初期費用と保証金はいくら用意すればいいですか", ("wifi",)),
        ("退職代行に申し込むとき証明書は写真をメールに添付すればいいですか", ("退職代行",)),
        ("不動産屋です。途中でやめたら違約金はかかりますか", ()),
        ("不動産投資の勧誘の電話は断ってもらえますか", ()),
        ("ホテルで働いています。無料お試しは何日間ですか", ()),
        ("報告のかわりにmacaronを送ってもらえますか", ()),
        ("クレジットカードで払えますか", ()),
        ("バスケットの勧誘の電話は断ってもらえますか", ()),
        ("途中でバスケットをやめたら違約金はかかりますか", ()),
    ],
)
def test_the_other_things_that_are_asked_about(app: App, question: str, things: tuple[str, ...]) -> None:
    assert named(app, question) == things


def test_an_entry_does_not_answer_for_another_thing(app: App) -> None:
    ours, other = (app.faq.preview(f"{of}途中でやめたら違約金はかかりますか").outcome for of in ("", "ジムを"))
    assert isinstance(ours.decision, Answer)
    assert isinstance(other.decision, Suggest)
    assert other.confidence <= MOST < ours.confidence
    assert [
        line
        for line in doubt_lines(app.faq.searcher.snapshot, other)
        if OTHER_THING.format("ジム", other.judged_place + 1) in line
    ]
    assert not doubt_lines(app.faq.searcher.snapshot, ours)


def test_a_case_about_another_thing_counts_as_hardly_confident(app: App) -> None:
    snapshot = app.faq.searcher.snapshot
    models = snapshot.calibration.answers, snapshot.calibration.declines
    ours, other = judged_cases(
        snapshot.index, [JudgedQuery(f"{of}途中でやめたら違約金はかかりますか", ()) for of in ("", "ジムを")]
    )
    assert (ours.other_thing, other.other_thing) == (False, True)
    assert confidence_in(models, other) <= MOST < confidence_in(models, ours)


def test_the_doubt_is_of_the_entry_that_it_lowered(app: App) -> None:
    """The second stage may have moved that entry down, behind one that says the thing or declines."""
    snapshot = app.faq.searcher.snapshot
    other = snapshot.decided(snapshot.index.rank(snapshot.index.query("ジムを途中でやめたら違約金はかかりますか")))
    scores = other.ranking.scores.copy()
    scores[other.ranking.order[1]] += 100
    rescoring = Rescoring(1.0, 1.0, dict.fromkeys(other.ranking.order, 0.0))
    moved = replace(other, first_stage=replace(other.ranking, scores=scores, rescoring=rescoring))
    assert moved.judged_place == 1
    assert [line for line in doubt_lines(snapshot, moved) if OTHER_THING.format("ジム", 2) in line]
