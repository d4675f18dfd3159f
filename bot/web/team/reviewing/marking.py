"""Changed fields as editors read them: the words taken out and put in are marked, and judged rows said in words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate

from markupsafe import Markup, escape

from bot.wording.changes import SETS
from bot.wording.entry_names import QuestionOf, in_words
from knowledge.changes import FieldChange
from knowledge.list_name import ListName

WORD = re.compile("[0-9０-９][0-9０-９,.，]*|[ァ-ヴー]+|[一-鿿々]+|[A-Za-z]+|[ぁ-ん]+|.", re.DOTALL)
MAX_WORDS = 3_000  # of a text whose words are compared, which takes a moment
MAX_LINES = 1_000  # that are compared
LEFT_OUT = "…"
AROUND = 16  # characters shown before and behind a changed word: a short clause


@dataclass(frozen=True, slots=True)
class MarkedChange:
    """One field before and after with what each is called; every text is escaped."""

    label: str
    was: str
    before: Markup
    now: str
    after: Markup


def marked_changes(
    question_of: QuestionOf, changes: Sequence[FieldChange], name: ListName | None = None
) -> list[MarkedChange]:
    """The changed fields of an entry, or of the list `name`."""
    return [_marked(in_words(change, name, question_of)) for change in changes]


def _marked(change: FieldChange) -> MarkedChange:
    label, old, new = change.label, change.before.splitlines(), change.after.splitlines()
    if change.field in SETS and set(old) != set(new):
        before, after = (Markup("\n").join(lines) for lines in (old, new))
        return MarkedChange(label, f"減る{label}", before, f"加わる{label}", after)
    before, after = marked_words(*_without_equal_lines(change.before, change.after))
    return MarkedChange(label, "前", before, "後", after)


def _without_equal_lines(before: str, after: str) -> tuple[str, str]:
    """Both texts with "…" in place of the lines that stayed, where more than one follow each other."""
    old, new = before.splitlines(), after.splitlines()
    if not old or not new or max(len(old), len(new)) > MAX_LINES:
        return before, after
    here, there = list[str](), list[str]()
    for tag, *(a, b, c, d) in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        stayed = tag == "equal" and b - a > 1
        here += [LEFT_OUT] if stayed else old[a:b]
        there += [LEFT_OUT] if stayed else new[c:d]
    return "\n".join(here), "\n".join(there)


def marked_words(before: str, after: str) -> tuple[Markup, Markup]:
    """Both texts, the first with the words that are taken out marked, the second with those put in."""
    old, new = WORD.findall(before), WORD.findall(after)
    if not old or not new or max(len(old), len(new)) > MAX_WORDS:
        return escape(before), escape(after)
    here, there = Markup(), Markup()
    for tag, *(a, b, c, d) in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        taken, put = "".join(old[a:b]), "".join(new[c:d])
        here += escape(taken) if tag == "equal" or not taken else Markup("<del>{}</del>").format(taken)
        there += escape(put) if tag == "equal" or not put else Markup("<ins>{}</ins>").format(put)
    return here, there


def changed_passages(before: str, after: str) -> Markup:
    """The words taken out and put in, side by side, with the clause around them."""
    old, new = (WORD.findall(text.replace("**", "")) for text in (before, after))
    if max(len(old), len(new)) > MAX_WORDS:
        return escape(after)
    parts, codes = Markup(), SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for place, (tag, *(a, b, c, d)) in enumerate(codes):
        taken, put = "".join(old[a:b]), "".join(new[c:d])
        if tag == "equal":
            parts += escape(_ends(old[a:b], is_first=place == 0, is_last=place == len(codes) - 1))
        else:
            parts += Markup("<del>{}</del>").format(taken) if taken else ""
            parts += Markup("<ins>{}</ins>").format(put) if put else ""
    return parts


def _ends(stayed: Sequence[str], *, is_first: bool, is_last: bool) -> str:
    """Both ends of the words that stayed between two changes; of those before the first or behind the last, one."""
    start = [] if is_first else _clause(stayed)
    end = [] if is_last else _clause(stayed[::-1])[::-1]
    if len(start) + len(end) >= len(stayed):
        return "".join(stayed)
    return "".join((*start, LEFT_OUT, *end))


def _clause(words: Sequence[str]) -> Sequence[str]:
    """The words of the first line that fit into AROUND characters."""
    lengths = accumulate(len(word) if word != "\n" else AROUND + 1 for word in words)
    return words[: sum(length <= AROUND for length in lengths)]
