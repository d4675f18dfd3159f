"""Sessions: who is signed in to the team's pages, until when, and by which way they came in."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from knowledge.database.connection import changing, reading
from knowledge.database.tables import UtcDateTime, metadata

LASTS = timedelta(hours=12)  # a working day; then everybody signs in again

sessions = sa.Table(
    "team_sessions",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),  # the browser alone has the token
    sa.Column("user", sa.String(255), nullable=False),  # as in the history
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("way", sa.String(16), nullable=False),
    sa.Column("ends_at", UtcDateTime, nullable=False, index=True),
)


class Way(StrEnum):
    """The ways in."""

    LINK = "link"  # for the person at the machine that serves
    SLACK = "slack"


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in; `user` is their name in the history, `name` the one that they read."""

    user: str
    name: str
    way: Way


class Sessions:
    """The sessions in the database; every method may raise StoreError."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def begin(self, session: Session, now: datetime | None = None) -> str:
        """Keep a new session; returns the token that its browser shows from now on."""
        token = secrets.token_urlsafe(32)
        values = {"token_hash": _hash(token), "user": session.user, "name": session.name, "way": session.way.value}
        with changing(self._engine) as connection:
            connection.execute(sa.insert(sessions).values(values | {"ends_at": (now or datetime.now(UTC)) + LASTS}))
        return token

    def find(self, token: str, now: datetime | None = None) -> Session | None:
        """The session of a token; None for one that has ended or never was."""
        mine = (sessions.c.token_hash == _hash(token)) & (sessions.c.ends_at > (now or datetime.now(UTC)))
        with reading(self._engine) as connection:
            row = connection.execute(sa.select(sessions).where(mine)).first()
        return Session(row.user, row.name, Way(row.way)) if row else None

    def end(self, token: str) -> None:
        """End the session of a token."""
        with changing(self._engine) as connection:
            connection.execute(sa.delete(sessions).where(sessions.c.token_hash == _hash(token)))

    def forget_ended(self, now: datetime | None = None) -> int:
        """Delete the sessions that have ended; returns how many."""
        with changing(self._engine) as connection:
            return connection.execute(
                sa.delete(sessions).where(sessions.c.ends_at <= (now or datetime.now(UTC)))
            ).rowcount


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
