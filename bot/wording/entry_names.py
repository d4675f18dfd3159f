"""Ids in messages to editors, who know entries by their questions."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from knowledge.errors import Problem

OTHER_OR_ID = re.compile(r"「[^」]*」|https?://\S+|(?<![A-Za-z0-9_-])[a-z0-9]+(?:-[a-z0-9]+)*(?![A-Za-z0-9_-])")

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
