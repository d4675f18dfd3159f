"""Handing a question to people from a door where they do not answer: the web, the API, an assistant."""

from collections.abc import Callable
from dataclasses import dataclass

from knowledge.errors import FaqError


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedQuestion:
    """A question for people: its `reference` in the log, how to `reach` its asker, and further `words` of theirs."""

    reference: str
    door: str
    reach: str
    words: str = ""


class NotHandedError(FaqError):
    """The question did not reach the people who answer."""


HandOver = Callable[[HandedQuestion], None]  # raises NotHandedError; the same question twice is handed over once
