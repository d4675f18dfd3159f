"""Asking as people do in tests of what the log adds up to: who, what, and how long ago."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from bot.app import App
from bot.reply import Asker, Reply
from knowledge.database.tables import queries
from knowledge.entry import Entry
from knowledge.revisions.store import Change

SAKURA, KAEDE = Asker("slack", "U0SAKURA"), Asker("slack", "U0KAEDE")
UNKNOWN = "縄文土器の文様"
SUGGESTED = "解約の相談"
ANSWERED = "無料お試しは何日間ですか"


def ask(app: App, text: str, asker: Asker = SAKURA, days_ago: float = 0) -> Reply:
    """Ask, and let it have been some days ago."""
    reply = app.faq.ask(text, asker)
    with app.store.engine.begin() as connection:
        mine = queries.c.reference == reply.reference
        connection.execute(sa.update(queries).where(mine).values(at=datetime.now(UTC) - timedelta(days=days_ago)))
    return reply


def publish(app: App, *entries: Entry) -> None:
    """Publish entries; the live snapshot stays until it is refreshed."""
    app.store.publish(Change(put=entries), "editor", "", app.store.revision())
