"""A confirmation: what an entry says was looked at and holds today; published by the gate, like any change."""

from dataclasses import replace
from datetime import date, timedelta

from bot.gate.publishing import Publishing
from bot.wording import sentences
from knowledge.entry import Entry
from knowledge.errors import FaqError
from knowledge.revisions.store import Change

REVIEWED_AGAIN = timedelta(days=182)  # after a confirmation, for an entry without dates of its own
CONFIRMED = "再確認しました"


def confirm(
    publishing: Publishing, entry_id: str, *, base: int, editor: str, today: date, review_by: date
) -> int | None:
    """Publish that the entry as it was in the revision `base` holds today, and when it is looked at again.

    Returns the new revision, None where somebody else has to approve. Raises FaqError.
    """
    entry = publishing.live().by_id.get(entry_id)
    if entry is None:
        raise FaqError(sentences.GONE)
    change = Change(put=(replace(entry, as_of=today, review_by=review_by),))
    return publishing.publish(publishing.propose(change, editor, CONFIRMED, base), editor)


def review_after(entry: Entry, today: date) -> date:
    """When an entry that is confirmed today is looked at again: after as long as the last time."""
    lasted = entry.review_by - entry.as_of if entry.review_by and entry.as_of else timedelta()
    return today + (lasted if lasted > timedelta() else REVIEWED_AGAIN)
