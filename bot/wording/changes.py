"""Changes in words for editors, the same at every door: the fields that differ and the questions affected."""

from collections.abc import Callable, Iterable

from index.review.impact import Impact, ImpactLine, Loss, Source
from index.review.verdicts import Verdict
from knowledge.changes import EntryChange, FieldChange
from knowledge.entry import TOKYO

LOSSES = {
    Loss.LOST: "正しい項目が先頭でなくなります",
    Loss.ANSWERED: "答えてはいけない質問に答えます",
    Loss.MISLED: "項目自身の言い方が、別の項目に届きます",
    Loss.REDIRECTED: "別の項目の回答に変わります",
    Loss.SILENCED: "直接は答えなくなります",
    Loss.OTHER: "結果が変わります",
}
SOURCES = {Source.JUDGED: "判定つき", Source.REAL: "実際の質問", Source.VARIANT: "言い方"}
DECISIONS = {"answer": "回答", "suggest": "候補", "abstain": "回答なし"}
NO_IMPACT = "結果が変わる質問はありません"
MAX_SHOWN = 60  # characters of a field's text in one line

QuestionOf = Callable[[str], str]  # an entry's question by its id, "" where there is none


def impact_summary(impact: Impact) -> str:
    """The number of questions asked, and of those that come out differently."""
    left_out = f"（多すぎるため、言い方{impact.left_out}件は確かめていません。）" if impact.left_out else ""
    if not impact.lines:
        return f"{impact.considered}件の質問を確かめました。{NO_IMPACT}。{left_out}"
    refused = f"、うち{len(impact.refused)}件は公開できない変化です" if impact.refused else ""
    return f"{impact.considered}件の質問を確かめました。{len(impact.lines)}件の結果が変わります{refused}。{left_out}"


def impact_line(line: ImpactLine, question_of: QuestionOf) -> str:
    """One question with what came of it before and what comes of it now."""
    before, after = (verdict(one, question_of) for one in (line.before, line.after))
    when = f"（{line.at.astimezone(TOKYO):%Y-%m-%d %H:%M}から）" if line.at else ""
    return f"[{SOURCES[line.source]}]「{line.query}」{LOSSES[line.loss]}{when}: {before} → {after}"


def verdict(one: Verdict, question_of: QuestionOf) -> str:
    """A decision with the entry it fell on."""
    shown = one.entry_id and (question_of(one.entry_id) or one.entry_id)
    return f"{DECISIONS[one.decision]}「{shown}」" if shown else DECISIONS[one.decision]


def change_lines(changes: Iterable[EntryChange]) -> list[str]:
    """Every changed entry with its changed fields."""
    lines = []
    for change in changes:
        lines.append(f"{change.kind}: {change.id}「{change.question}」")
        if change.before and change.after:
            lines.extend(f"  {field_line(field)}" for field in change.fields())
    return lines


def field_line(field: FieldChange) -> str:
    """One field before and after, in one line."""
    before, after = (_short(text) or "（なし）" for text in (field.before, field.after))
    return f"{field.label}: {before} → {after}"


def _short(text: str) -> str:
    joined = " / ".join(line for line in text.splitlines() if line.strip())
    return joined if len(joined) <= MAX_SHOWN else f"{joined[: MAX_SHOWN - 1]}…"
