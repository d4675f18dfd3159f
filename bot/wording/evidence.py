"""How much evidence the live answers have, in Japanese: the same at every door that shows the state."""

from index.decision.equality import SURE
from index.decision.evidence import Evidence, Level
from index.snapshot import Snapshot

MAX_LISTED = 5
FEW_VARIANTS = 5
AT_FIRST = f"登録した質問や言い方と同じ質問と、言葉の大半が登録した言葉にあって確信度が{SURE}以上の質問"


def evidence_lines(snapshot: Snapshot) -> list[str]:
    """How many cases, what bound, whether answers are given, and what would help most."""
    return [*measured_lines(snapshot), *advice_lines(snapshot)]


def measured_lines(snapshot: Snapshot) -> list[str]:
    """How many cases there are, what bound they give, and whether answers are given."""
    return [_counted(snapshot), _given(snapshot)]


def _counted(snapshot: Snapshot) -> str:
    evidence, others = snapshot.calibration.evidence, snapshot.calibration.risk.from_others
    own = f"判定つきの質問{evidence.judged}件・言い方{evidence.variants}個"
    return f"回答の根拠: {own}" + (f"、ほかのナレッジベースの質問{others}件" if others else "")


def _given(snapshot: Snapshot) -> str:
    if not snapshot.calibration.answers_more:
        return f"直接の回答: {AT_FIRST}にだけ答え、ほかは候補を出します。"
    risk, cut = snapshot.calibration.risk, snapshot.calibration.thresholds.answer
    measured = f"測った{risk.answered}件のうち誤り{risk.wrong}件、誤りの上限 {risk.bound:.1%}（95%の信頼上限）"
    return f"直接の回答: 確信度{cut:.3f}以上で答えます（{measured}）。"


def advice_lines(snapshot: Snapshot) -> list[str]:
    """The step that would help most; no line where nothing is missing."""
    evidence = snapshot.calibration.evidence
    lines = [] if evidence.level is Level.MUCH else [_missing(evidence)]
    bare = [e for e in snapshot.index.entries if not e.declines and len(e.variants) < FEW_VARIANTS]
    if bare:
        listed = "、".join(entry.id for entry in bare[:MAX_LISTED])
        more = f" ほか{len(bare) - MAX_LISTED}件" if len(bare) > MAX_LISTED else ""
        lines.append(f"言い方が{FEW_VARIANTS}個より少ない項目: {listed}{more}")
    return lines


def _missing(evidence: Evidence) -> str:
    if evidence.level is Level.NONE:
        return f"あと約{evidence.missing}件の判定つき質問か、項目ごとに5個ほどの言い方があれば、直接答え始められます。"
    return f"あと約{evidence.missing}件の判定つき質問があれば、この内容だけで測ったしきい値になります。"
