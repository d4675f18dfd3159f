"""The messages that were carried from one side of an escalation to the other, to follow their edits and deletions."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from knowledge.database.connection import changing, for_single_statements, reading
from knowledge.database.tables import carried
from knowledge.errors import AlreadyStored

COUNTED_TIME = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Our message `message` in `channel`, which carries the message `key` of an escalation, or a part of it."""

    key: str
    part: int
    reference: str
    channel: str
    message: str


class Copies:
    """The copies in the database; every method may raise StoreError."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = for_single_statements(engine)

    def keep(self, copy: Copy) -> None:
        """Remember a copy."""
        values = {name: getattr(copy, name) for name in Copy.__dataclass_fields__} | {"at": datetime.now(UTC)}
        try:
            with changing(self.engine) as connection:
                connection.execute(sa.insert(carried).values(values))
        except AlreadyStored:  # by an attempt that ended after it
            return

    def of(self, key: str) -> list[Copy]:
        """The copies of the message `key`, in the order of their parts."""
        columns = [carried.c[name] for name in Copy.__dataclass_fields__]
        found = sa.select(*columns).where(carried.c.key == key).order_by(carried.c.part)
        with reading(self.engine) as connection:
            return [Copy(**row) for row in connection.execute(found).mappings()]

    def count(self, reference: str, channel: str) -> int:
        """The copies that an escalation brought to a channel within COUNTED_TIME."""
        since = datetime.now(UTC) - COUNTED_TIME
        theirs = (carried.c.reference == reference) & (carried.c.channel == channel) & (carried.c.at > since)
        with reading(self.engine) as connection:
            return int(connection.scalar(sa.select(sa.func.count()).select_from(carried).where(theirs)) or 0)

    def forget(self, older_than: timedelta) -> None:
        """Delete the copies that were made before that time."""
        with changing(self.engine) as connection:
            connection.execute(sa.delete(carried).where(carried.c.at < datetime.now(UTC) - older_than))
