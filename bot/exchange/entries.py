"""An entry as programs get it, and the digest by which a quotation of its answer is checked."""

import hashlib
from datetime import date

from msgspec import Struct

from bot import markdown
from bot.faq import Faq
from knowledge.entry import Entry


class EntryObject(Struct, frozen=True, kw_only=True):
    """A live entry; `answer` is Markdown (paragraphs, lists, bold, links), `digest` that of its words."""

    id: str
    category: str
    question: str
    answer: str
    declines: bool  # the question is known, and there is no public answer: `answer` says so
    url: str
    as_of: date | None
    digest: str


def entry_object(faq: Faq, entry: Entry) -> EntryObject:
    """An entry with the address that people are sent to."""
    return EntryObject(
        id=entry.id,
        category=entry.category,
        question=entry.question,
        answer=entry.answer,
        declines=entry.declines,
        url=faq.link(entry),
        as_of=entry.as_of,
        digest=digest_of(entry.answer),
    )


def digest_of(answer: str) -> str:
    """SHA-256 (hexadecimal) of the words of an answer; markup and blanks, which a quotation may lose, do not count."""
    return hashlib.sha256("".join(markdown.unmarked(answer).split()).encode("utf-8", "ignore")).hexdigest()
