"""Replies as programs get them."""

from typing import Any, Literal, cast

import msgspec
from msgspec import Struct

from bot.exchange.entries import EntryObject, entry_object
from bot.faq import Faq
from bot.reply import Reply
from bot.wording import sentences
from index.message.message import MessageKind


class Candidate(Struct, frozen=True):
    """An entry that may be meant."""

    id: str
    question: str
    confidence: float


class Decided(Struct, frozen=True, kw_only=True):
    """The decision on one question; `entry` answers or declines, `reference` names the question in the log."""

    reference: str
    decision: Literal["answer", "suggest", "abstain"]
    entry: EntryObject | None
    remarks: tuple[str, ...]
    confidence: float
    candidates: tuple[Candidate, ...]


class OneReply(Decided, frozen=True, kw_only=True):
    """The decision on one question of a message."""

    asked: str


class ReplyObject(Decided, frozen=True, kw_only=True):
    """The replies to a message: the fields of the first question, and all its questions under `replies`."""

    query: str
    kind: MessageKind
    replies: tuple[OneReply, ...]
    revision: int
    milliseconds: float


def reply_object(faq: Faq, reply: Reply) -> ReplyObject:
    """The replies to a message."""
    questions = reply.every if reply.message is MessageKind.QUESTION else ()
    return ReplyObject(
        query=reply.query,
        kind=reply.message,
        **_decided(faq, reply),
        replies=tuple(OneReply(asked=one.asked, **_decided(faq, one)) for one in questions),
        revision=reply.revision,
        milliseconds=round(reply.milliseconds, 3),
    )


def reply_json(faq: Faq, reply: Reply) -> dict[str, Any]:
    """The same as `faqbot ask --json` prints it."""
    return cast("dict[str, Any]", msgspec.to_builtins(reply_object(faq, reply)))


def _decided(faq: Faq, reply: Reply) -> dict[str, Any]:
    return {
        "reference": reply.reference,
        "decision": reply.kind,
        "entry": entry_object(faq, reply.entry) if reply.entry else None,
        "remarks": tuple(sentences.remarks(reply)),
        "confidence": round(reply.confidence, 4),
        "candidates": tuple(
            Candidate(hit.entry.id, hit.entry.question, round(confidence, 4))
            for hit, confidence in reply.outcome.confidences()
        ),
    }
