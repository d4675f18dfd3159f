"""Changed fields as editors read them: the words taken out and put in are marked, and judged rows said in words."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from markupsafe import Markup, escape

from knowledge.changes import FieldChange
from knowledge.judged import ABSTAIN
from knowledge.list_name import ListName

WORD = re.compile("[0-9０-９][0-9０-９,.，]*|[ァ-ヴー]+|[一-鿿々]+|[A-Za-z]+|[ぁ-ん]+|.", re.DOTALL)
MAX_WORDS = 3_000  # of a text whose words are compared, which takes a moment
MAX_LINES = 1_000  # that are compared
LEFT_OUT = "…"
SETS = ("variants", "related", "lines")  # of which only what is taken out and put in is told
MUST_NOT_ANSWER = "答えてはいけない"

ITEM = re.compile(r"(\s*- )([a-z0-9-]+)(.*)")  # of the site's words: it may be an entry that is shown first

QuestionOf = Callable[[str], str]
Said = Callable[[str, QuestionOf], str]  # a line as editors read it


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
    return [_marked(change, question_of, SAID.get(name or change.field)) for change in changes]


def _marked(change: FieldChange, question_of: QuestionOf, said: Said | None) -> MarkedChange:
    label, old, new = change.label, change.before.splitlines(), change.after.splitlines()
    if change.field in SETS and set(old) != set(new):
        before, after = (
            Markup("\n").join(said(line, question_of) if said else line for line in lines) for lines in (old, new)
        )
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


def _related(entry_id: str, question_of: QuestionOf) -> str:
    return f"「{question_of(entry_id) or entry_id}」"


def _judged(line: str, question_of: QuestionOf) -> str:
    """A judged query with what is right for it; a remark as it stands."""
    query, *more = line.split("\t")
    if not more:
        return line
    ids = [] if more[0] == ABSTAIN else more[0].split("|")
    right = "、".join(_related(one, question_of) for one in ids) or MUST_NOT_ANSWER
    return f"「{query}」 → {right}" + "".join(f"（{kind}）" for kind in more[1:] if kind)


def _item(line: str, question_of: QuestionOf) -> str:
    found = ITEM.fullmatch(line)
    question = question_of(found[2]) if found else ""
    return f"{found[1]}「{question}」{found[3]}" if found and question else line


SAID: Mapping[str, Said] = {"related": _related, ListName.JUDGED: _judged, ListName.SITE: _item}
