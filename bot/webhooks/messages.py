"""The messages of webhooks: each is composed when it is sent, so that nothing of it is kept."""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from bot.exchange.gaps import gap_object
from bot.parts import Parts
from knowledge.revisions.history import History
from knowledge.revisions.revision_list import revision_contents
from knowledge.webhooks.deliveries import Event, WebhookDelivery


class WebhookBody(Struct, frozen=True):
    """An event as a receiver gets it."""

    type: Event
    timestamp: datetime
    data: dict[str, Any]


def compose(delivery: WebhookDelivery, parts: Parts) -> bytes | None:
    """The body for a delivery; None where there is nothing left to tell. Raises FaqError."""
    data: dict[str, Any] | None
    match delivery.event:
        case Event.PUBLISHED:
            data = _published(int(delivery.subject), parts.publishing.history)
        case Event.ESCALATED:
            data = _escalated(delivery.subject, parts)
        case Event.GAP:
            found = (gap for gap in parts.overview.gaps() if delivery.subject in gap.keys)
            data = next((msgspec.to_builtins(gap_object(gap)) for gap in found), None)
    return None if data is None else msgspec.json.encode(WebhookBody(delivery.event, delivery.at, data))


def _published(number: int, history: History) -> dict[str, Any]:
    revision = history.find(number)
    changed = [change.id for change in revision_contents(history.engine, number).differences]
    return {"revision": number, "at": revision.at, "reason": revision.reason, "changed": changed}


def _escalated(reference: str, parts: Parts) -> dict[str, Any] | None:
    """The question as it is logged, redacted; None where it was erased."""
    stored = parts.log.find(reference)
    if stored is None:
        return None
    return {
        "reference": reference,
        "question": stored.text,
        "decision": stored.decision,
        "entry": stored.entry_id,
        "confidence": round(stored.confidence, 4),
        "revision": stored.revision,
    }
