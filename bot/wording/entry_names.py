"""Ids in messages to editors, who know entries by their questions."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from knowledge.changes import FieldChange
from knowledge.errors import Problem
from knowledge.judged import ABSTAIN
from knowledge.list_name import ListName

OTHER_OR_ID = re.compile(r"「[^」]*」|https?://\S+|(?<![A-Za-z0-9_-])[a-z0-9]+(?:-[a-z0-9]+)*(?![A-Za-z0-9_-])")

ITEM = re.compile(r"(\s*- )([a-z0-9-]+)(.*)")  # of the site's words: it may be an entry that is shown first
MUST_NOT_ANSWER = "答えてはいけない"

QuestionOf = Callable[[str], str]  # "" for what is no entry's id


def cut_at_ids(text: str, question_of: QuestionOf) -> Iterator[tuple[str, str, str]]:
    """A text cut behind each id: what stands before it, the id and its question; in quotes and addresses is none."""
    end = 0
    for found in OTHER_OR_ID.finditer(text):
        question = question_of(found[0])
        if question and not found[0].startswith("「"):
            yield text[end : found.start()].rstrip(" "), found[0], question
            end = found.end() + (text[found.end() : found.end() + 1] == " ")
    yield text[end:], "", ""


def named(text: str, question_of: QuestionOf) -> str:
    """A text with the question of each entry in place of its id."""
    return "".join(
        f"{before}「{question}」" if question else before for before, _, question in cut_at_ids(text, question_of)
    )


def named_problem(problem: Problem, question_of: QuestionOf) -> Problem:
    """A problem that says by their questions which entry it is about, and which others it names."""
    question = question_of(problem.entry_id) if problem.entry_id else ""
    message, hint = (named(text, question_of) for text in (problem.message, problem.hint))
    if not question:
        return replace(problem, message=message, hint=hint)
    return replace(problem, message=f"「{question}」: {message}", hint=hint, entry_id="")


def in_words(change: FieldChange, name: ListName | None, question_of: QuestionOf) -> FieldChange:
    """A changed field of an entry, or of the list `name`, with questions where its lines have ids."""
    said = SAID.get(name or change.field)
    if said is None:
        return change
    before, after = (
        "\n".join(said(line, question_of) for line in text.splitlines()) for text in (change.before, change.after)
    )
    return replace(change, before=before, after=after)


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


SAID: Mapping[str, Callable[[str, QuestionOf], str]] = {
    "related": _related,
    ListName.JUDGED: _judged,
    ListName.SITE: _item,
}
