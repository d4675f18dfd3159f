"""The objects that the API takes and gives, beside those of `bot/exchange/`; requests are checked by these types."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from bot.exchange.entries import EntryObject
from knowledge.questions.feedback import UnhelpfulReason

MAX_PAGE = 100  # entries
Id = Annotated[str, Meta(max_length=64)]
Reference = Annotated[str, Meta(max_length=32, description="`reference` of a reply")]


class EntriesQuery(Struct, frozen=True):
    """A page of entries: at most `limit`, behind the id `after`, of one `category` where one is given."""

    category: Annotated[str, Meta(max_length=50)] = ""
    after: Id = ""
    limit: Annotated[int, Meta(ge=1, le=MAX_PAGE)] = 50


class EntriesPage(Struct, frozen=True):
    """Live entries by id; `next` is the `after` of the next page, null on the last one, `total` counts all pages."""

    entries: tuple[EntryObject, ...]
    next: str | None
    total: int
    categories: tuple[str, ...]
    revision: int


class FeedbackObject(Struct, frozen=True):
    """Feedback on a reply: `entry` is the one that was shown or chosen, `reason` why it did not help."""

    reference: Reference
    kind: Literal["helpful", "unhelpful", "chosen", "none_of_these"]
    entry: Id = ""
    reason: UnhelpfulReason | None = None


class EscalationObject(Struct, frozen=True):
    """A question for people: how to `reach` its asker (an address, a number), and what else the asker says."""

    reference: Reference
    reach: Annotated[str, Meta(min_length=1, max_length=200)]
    words: Annotated[str, Meta(max_length=2_000)] = ""


class Escalated(Struct, frozen=True):
    """The question was handed to people."""

    reference: str
    message: str


class Problem(Struct, frozen=True, omit_defaults=True):
    """An error (RFC 9457): `pointer` leads to a value that cannot be used, `reference` to the entry in our log."""

    type: str
    title: str
    status: int
    detail: str
    pointer: str | None = None
    reference: str | None = None
    contact: str | None = None  # how to reach a person instead
