"""Changes in words for editors, the same at every door: the fields that differ and the questions affected."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from bot.wording.editing import JUDGED_WRONGLY
from bot.wording.sentences import DECISIONS
from index.review.directions import Direction, direction
from index.review.impact import Impact, ImpactLine, Loss, Source
from index.review.verdicts import Verdict
from knowledge.changes import ChangeKind, Difference, FieldChange
from knowledge.entry import TOKYO

LOSSES = {
    Loss.LOST: "正しい項目が先頭でなくなります",
    Loss.ANSWERED: "答えてはいけない質問に答えます",
    Loss.TAKEN_BACK: "取り下げた項目・消した項目への質問です",
    Loss.MISLED: "項目自身の言い方が、別の項目に届きます",
    Loss.REDIRECTED: "別の項目の回答に変わります",
    Loss.SILENCED: "直接は答えなくなります",
    Loss.OTHER: "結果が変わります",
}
BETTER = "よくなります"
SOURCES = {Source.JUDGED: "判定つき", Source.REAL: "実際の質問", Source.VARIANT: "言い方"}
REFUSED_DRY_RUN = (
    "確認だけを行いました。公開が止まる変化があります。"
    f"内容を直すか、それでも公開するなら --override に理由を書いてください。{JUDGED_WRONGLY}"
)
NO_IMPACT = "結果が変わる質問はありません"
DECLINING = "回答しない項目の案内"
MAX_SHOWN = 60  # characters of a field's text in one line
MAX_BEFORE = 15  # of them before what changed

SETS = ("variants", "related", "lines")  # fields of which only what is taken out and put in is told

QuestionOf = Callable[[str], str]  # an entry's question by its id, "" where there is none


def impact_summary(impact: Impact, *, by_kind: bool = True) -> str:
    """The number of questions asked, and of those that come out differently, `by_kind` where no headings tell them."""
    moments = f"を{impact.moments}つの時点で" if impact.moments > 1 else "を"
    asked = f"{impact.considered}件の質問{moments}確かめました。"
    left_out = f"（多すぎるため、言い方{impact.left_out}件は確かめていません。）" if impact.left_out else ""
    if not impact.lines:
        return f"{asked}{NO_IMPACT}。{left_out}"
    return f"{asked}{len(impact.lines)}件の結果が変わります。{_kinds(impact) if by_kind else ''}{left_out}"


def _kinds(impact: Impact) -> str:
    refused, taken_back = len(impact.refused), len(impact.of(Loss.TAKEN_BACK))
    better = sum(direction(line) is Direction.BETTER for line in impact.lines)
    counts = {"公開が止まる変化": refused, "よくなる変化": better, "取り下げる項目・消す項目への質問": taken_back}
    parts = "、".join(f"{name} {count}件" for name, count in counts.items() if count)
    return f"うち、{parts}です。" if parts else ""


def impact_lines(impact: Impact, question_of: QuestionOf, most: int) -> list[str]:
    """The worst questions, `most` at most, and the number of further ones by kind."""
    shown, rest = impact.lines[:most], Counter(map(loss_label, impact.lines[most:]))
    lines = [f"{'×' if line in impact.refused else '・'} {impact_line(line, question_of)}" for line in shown]
    return lines + _left_out(rest)


def loss_label(line: ImpactLine) -> str:
    """The harm of a change to its question, in Japanese."""
    return BETTER if direction(line) is Direction.BETTER else LOSSES[line.loss]


def impact_line(line: ImpactLine, question_of: QuestionOf) -> str:
    """One question with what came of it before and what comes of it now."""
    return f"{_asked(line)}{loss_label(line)}{_when(line)}: {_both_verdicts(line, question_of)}"


def short_line(line: ImpactLine, question_of: QuestionOf) -> str:
    """The same under a heading that says already if it is better or worse."""
    return f"{_asked(line)}{_when(line)}: {_both_verdicts(line, question_of)}"


def refused_line(line: ImpactLine, question_of: QuestionOf) -> str:
    """A question for which publishing is refused, in a sentence: what is right for it, and what comes instead."""
    right = "」「".join(question_of(entry_id) or entry_id for entry_id in line.expected)
    comes = line.after.entry_id and (question_of(line.after.entry_id) or line.after.entry_id)
    asked = f"{_asked(line)}{_when(line)}"
    if not right:
        return f"{asked}は答えてはいけない質問ですが、「{comes}」で答えるようになります"
    if not comes:
        return f"{asked}の正しい項目「{right}」が、出なくなります"
    return f"{asked}の正しい項目は「{right}」ですが、「{comes}」が先に出るようになります"


def _asked(line: ImpactLine) -> str:
    return f"[{SOURCES[line.source]}]「{' '.join(line.query.split())}」"


def _when(line: ImpactLine) -> str:
    return f"（{line.at.astimezone(TOKYO):%Y-%m-%d %H:%M}から）" if line.at else ""


def _both_verdicts(line: ImpactLine, question_of: QuestionOf) -> str:
    """The verdicts before and after; an entry that stays the same is named once."""
    before, after = line.before, line.after
    if before.entry_id and before.entry_id == after.entry_id:
        said = " → ".join(
            DECLINING if one.decision == "abstain" else DECISIONS[one.decision] for one in (before, after)
        )
        return f"{said}「{question_of(before.entry_id) or before.entry_id}」"
    return " → ".join(verdict(one, question_of) for one in (before, after))


def verdict(one: Verdict, question_of: QuestionOf) -> str:
    """A decision with the entry it fell on; the entry of an abstention is the one that declines."""
    shown = one.entry_id and (question_of(one.entry_id) or one.entry_id)
    if shown and one.decision == "abstain":
        return f"「{shown}」（回答しない項目）を案内"
    return f"{DECISIONS[one.decision]}「{shown}」" if shown else DECISIONS[one.decision]


def change_lines(changes: Iterable[Difference]) -> list[str]:
    """Every changed entry with its changed fields, every changed list with its lines."""
    return [line for change in changes for line in _change_lines(change)]


def first_change_lines(changes: Sequence[Difference], most: int) -> list[str]:
    """Every removed entry, then the others that fit into `most` lines, and the number of further ones by kind."""
    removed = [change for change in changes if change.kind is ChangeKind.REMOVED]
    others = [change for change in changes if change.kind is not ChangeKind.REMOVED]
    lines, rest = change_lines(removed), Counter[str]()
    for change in others:
        own = _change_lines(change)
        if rest or (len(lines) + len(own) > most and len(lines) > len(removed)):
            rest[change.kind] += 1
        else:
            lines += own
    return lines + _left_out(rest)


def _change_lines(change: Difference) -> list[str]:
    fields = change.fields() if change.kind is ChangeKind.CHANGED else []
    return [f"{change.kind}: {change.id}「{change.question}」", *(f"  {field_line(field)}" for field in fields)]


def _left_out(rest: Counter[str]) -> list[str]:
    counts = "・".join(f"{kind} {count}件" for kind, count in rest.items())
    return [f"ほか: {counts}"] if rest else []


def field_line(field: FieldChange, most: int = MAX_SHOWN) -> str:
    """One field before and after, or what it loses or gains, in one line; of long texts the part that changed.

    `most` are the characters that are shown of each side.
    """
    before, after = (_line(text) for text in (field.before, field.after))
    if field.field in SETS and not (before and after):
        return f"{'減る' if before else '加わる'}{field.label}: {_cut(before or after, 0, most)}"
    letters = enumerate(zip(before, after, strict=False))
    same = next((place for place, (old, new) in letters if old != new), min(len(before), len(after)))
    start = max(0, same - MAX_BEFORE) if max(len(before), len(after)) > most else 0
    return f"{field.label}: {' → '.join(_cut(line, start, most) or '（なし）' for line in (before, after))}"


def _line(text: str) -> str:
    return " / ".join(line for line in text.replace("\t", "｜").splitlines() if line.strip())


def _cut(line: str, start: int, most: int) -> str:
    """A line from `start` on, `most` characters at most."""
    end = start + most
    return ("…" if start else "") + (line[start:] if len(line) <= end else f"{line[start : end - 1]}…")
