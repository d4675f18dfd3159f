"""The impact in words: whether a change is better or worse, and what stands first."""

import pytest

from bot.web.team.reviewing.impact_groups import FIRST, UNTOUCHED, impact_groups
from bot.wording.changes import impact_line, impact_summary
from index.review.directions import Direction, direction
from index.review.impact import Impact, ImpactLine, Loss, Source
from index.review.twins import each_once
from index.review.verdicts import Verdict

RIGHT, SUGGESTED, ELSEWHERE, NOTHING = (
    *(Verdict("answer", "a"), Verdict("suggest", "a")),
    *(Verdict("answer", "b"), Verdict("abstain", None)),
)
DECLINED = Verdict("abstain", "a")
QUESTIONS = {"a": "業種は？", "b": "色は？"}.__getitem__


def line(
    source: Source, before: Verdict, after: Verdict, loss: Loss = Loss.OTHER, right: tuple[str, ...] = ("a",)
) -> ImpactLine:
    return ImpactLine("質問", source, right, before, after, loss)


@pytest.mark.parametrize(
    ("one", "kind"),
    [
        (line(Source.JUDGED, SUGGESTED, RIGHT), Direction.BETTER),
        (line(Source.JUDGED, SUGGESTED, DECLINED), Direction.BETTER),
        (line(Source.VARIANT, NOTHING, SUGGESTED), Direction.BETTER),
        (line(Source.JUDGED, ELSEWHERE, NOTHING, Loss.SILENCED, ()), Direction.BETTER),
        (line(Source.JUDGED, RIGHT, SUGGESTED, Loss.SILENCED), Direction.WORSE),
        (line(Source.JUDGED, NOTHING, ELSEWHERE, Loss.ANSWERED, ()), Direction.WORSE),
        (line(Source.JUDGED, NOTHING, SUGGESTED, right=()), Direction.OPEN),
        (line(Source.REAL, SUGGESTED, RIGHT, right=()), Direction.OPEN),
        (line(Source.VARIANT, RIGHT, NOTHING, Loss.TAKEN_BACK), Direction.OPEN),
    ],
)
def test_a_change_is_better_or_worse_where_it_is_known_what_is_right(one: ImpactLine, kind: Direction) -> None:
    assert direction(one) is kind


def test_a_question_has_one_line_with_what_is_right_for_it() -> None:
    real, own = line(Source.REAL, NOTHING, RIGHT, right=()), line(Source.VARIANT, NOTHING, RIGHT)
    (kept,) = each_once(Impact((real, own), 2)).lines
    assert (kept.source, direction(kept)) == (Source.REAL, Direction.BETTER)
    misled = line(Source.VARIANT, RIGHT, NOTHING, Loss.MISLED)
    (kept,) = each_once(Impact((misled, line(Source.REAL, RIGHT, NOTHING, Loss.SILENCED, ())), 2)).lines
    assert (kept.source, kept.loss, direction(kept)) == (Source.REAL, Loss.MISLED, Direction.WORSE)


def test_what_was_judged_to_have_no_answer_gets_none_from_an_entry_that_asks_the_same() -> None:
    judged = line(Source.JUDGED, NOTHING, RIGHT, Loss.ANSWERED, ())
    (kept,) = each_once(Impact((judged, line(Source.VARIANT, NOTHING, RIGHT)), 2)).lines
    assert (kept.expected, direction(kept)) == ((), Direction.WORSE)


def test_an_entry_that_declines_is_no_missing_answer() -> None:
    said = impact_line(line(Source.JUDGED, SUGGESTED, DECLINED), QUESTIONS)
    assert said == "[判定つき]「質問」よくなります: 候補 → 回答しない項目の案内「業種は？」"
    (group,) = impact_groups(Impact((line(Source.JUDGED, SUGGESTED, RIGHT),)), QUESTIONS)
    assert group.lines[0].text == "[判定つき]「質問」: 候補 → 回答「業種は？」"


@pytest.mark.parametrize(
    ("right", "after", "said"),
    [
        ((), RIGHT, "は答えてはいけない質問ですが、「業種は？」で答えるようになります"),
        (("b",), RIGHT, "の正しい項目は「色は？」ですが、「業種は？」が先に出るようになります"),
        (("b",), NOTHING, "の正しい項目「色は？」が、出なくなります"),
    ],
)
def test_what_refuses_says_in_a_sentence_what_is_right_and_what_comes(
    right: tuple[str, ...], after: Verdict, said: str
) -> None:
    loss = Loss.LOST if right else Loss.ANSWERED
    one = line(Source.JUDGED, ELSEWHERE if right else NOTHING, after, loss, right)
    (group,) = impact_groups(Impact((one,)), QUESTIONS)
    assert group.lines[0].text == f"[判定つき]「質問」{said}"


def test_what_refuses_stands_first_then_real_questions_and_the_rest_is_folded() -> None:
    refused = line(Source.JUDGED, SUGGESTED, ELSEWHERE, Loss.LOST)
    tried = [line(Source.JUDGED, NOTHING, SUGGESTED, right=())] * (FIRST + 20)
    better = line(Source.VARIANT, NOTHING, RIGHT)
    impact = Impact((refused, *tried, line(Source.REAL, NOTHING, RIGHT, right=()), better), 99)
    groups = impact_groups(impact, lambda entry_id: entry_id)
    assert [(group.title, group.number) for group in groups] == [
        ("× 公開が止まる変化", 1), ("そのほかの変化", FIRST + 21), ("よくなる変化", 1)
    ]  # fmt: skip
    assert groups[1].first[0].text.startswith("[実際の質問]")
    assert (groups[0].first[0].judged, groups[0].first[0].right) == ("質問", ("a",))
    assert (len(groups[1].first), len(groups[1].folded)) == (FIRST, 21)
    assert "うち、公開が止まる変化 1件、よくなる変化 1件です。" in impact_summary(impact)


def test_what_changes_a_little_at_entries_that_nobody_touched_is_folded() -> None:
    before, after = Verdict("answer", "b", "b"), Verdict("suggest", "b", "b")
    apart = line(Source.JUDGED, before, after, Loss.SILENCED, ("b",))
    own = line(Source.JUDGED, Verdict("suggest", "a", "a"), Verdict("answer", "a", "a"))
    refused = line(Source.JUDGED, before, Verdict("abstain", None, "b"), Loss.LOST, ("b",))
    impact = Impact((refused, apart, own), 9)
    titles = [(group.title, len(group.first), len(group.folded)) for group in impact_groups(impact, QUESTIONS, ("a",))]
    assert titles == [("× 公開が止まる変化", 1, 0), ("よくなる変化", 1, 0), (UNTOUCHED, 0, 1)]
    assert UNTOUCHED not in [group.title for group in impact_groups(impact, QUESTIONS)], "synonyms reach every entry"
