"""The reason of a reply, in a sentence or two for people who know no scores; the explanation has the rest."""

from bot.wording.evidence import AT_FIRST
from bot.wording.explanations import doubt_lines, guard, not_compared
from index.decision.decision import Abstain, Answer, Reason, Suggest
from index.decision.equality import SURE, is_equal
from index.decision.risk import NEVER
from index.ranking.explanation import explain
from index.snapshot import Outcome, Snapshot

EQUAL = "「{question}」の質問か言い方と同じ文なので、この項目で直接答えます。"
NEAR_ENOUGH = (
    "いちばん近い項目は「{question}」です。"
    "確信度{confidence:.2f}が、直接答える目安の{cut:.2f}以上なので、直接答えます。"
)
SAID = (
    "「{question}」に質問の言葉のほとんどがあり、確信度{confidence:.2f}も{cut:.2f}以上なので、この項目で直接答えます。"
)
DECLINED = "「{question}」への質問と読みました。公開している回答が無い項目なので、その項目の文を返します。"
HELD_BACK = (
    "いちばん近い項目は「{question}」で、確信度{confidence:.2f}は足りていますが、{guard}そのため、候補を見せます。"
)
NOT_SURE = (
    "いちばん近い項目は「{question}」です。"
    "確信度{confidence:.2f}が、直接答える目安の{cut:.2f}に届かないので、候補を見せます。"
)
UNEARNED = (
    "いちばん近い項目は「{question}」です。直接の回答の根拠がまだ少ないので、" + AT_FIRST + "にだけ答えます。"
    "この質問の確信度は{confidence:.2f}なので、候補を見せます。"
)
UNKNOWN = (
    "いちばん近い項目「{question}」でも、確信度{confidence:.2f}が、候補を見せる目安の{cut:.2f}に届かないので、"
    "分からないと答えます。"
)
CLOSEST = "質問にいちばん似ているのは、その項目の「{text}」です。"


def plain_reason(snapshot: Snapshot, outcome: Outcome) -> str:
    """The reason for what a question came to."""
    if untold := not_compared(outcome):
        return untold
    place, (told, cut) = outcome.judged_place, _told(snapshot, outcome)
    question = outcome.ranking.hits[place].entry.question
    said = told.format(question=question, confidence=outcome.confidence, cut=cut, guard=guard(snapshot, outcome))
    closest = explain(snapshot.index, outcome.ranking, place).closest_text
    is_near = closest != question and told not in (EQUAL, UNKNOWN)
    return "".join((said, CLOSEST.format(text=closest) if is_near else "", *doubt_lines(snapshot, outcome)))


def _told(snapshot: Snapshot, outcome: Outcome) -> tuple[str, float]:
    """The sentence for what decided, and the confidence that was enough, or not."""
    cuts, sure = snapshot.calibration.thresholds, outcome.confidence
    best = outcome.ranking.hits[outcome.judged_place].entry
    match outcome.decision:
        case Answer():
            enough = (NEAR_ENOUGH, cuts.answer) if sure >= cuts.answer else (SAID, SURE)
            return (EQUAL, SURE) if is_equal(outcome.ranking) else enough
        case Suggest():
            if snapshot.is_held_back(outcome) or (is_equal(outcome.ranking) and not best.declines):
                return HELD_BACK, cuts.decline if best.declines else cuts.answer
            if best.declines and cuts.decline < NEVER:
                return NOT_SURE, cuts.decline
            return (NOT_SURE if snapshot.calibration.answers_more else UNEARNED), cuts.answer
        case Abstain(reason):
            return (DECLINED, cuts.decline) if reason is Reason.DECLINED else (UNKNOWN, cuts.suggest)
