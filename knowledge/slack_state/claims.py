"""Claims: of all processes and threads that want to do something, one does it."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from knowledge.database.connection import changing, for_single_statements, reading
from knowledge.database.tables import claims
from knowledge.errors import AlreadyStored


class Claims:
    """The claims in the database; every method may raise StoreError."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = for_single_statements(engine)

    def claim(self, key: str, lasting: timedelta | None = None) -> bool:
        """True when this call is the first with `key`, in any process: the claimant acts.

        Once `lasting` has passed another call can be the first again; without it none ever.
        """
        now = datetime.now(UTC)
        try:
            with changing(self.engine) as connection:
                if lasting:
                    is_over = (claims.c.at < now - lasting) | (claims.c.at > now + lasting)  # the clock was set back
                    connection.execute(sa.delete(claims).where((claims.c.key == key) & is_over))
                connection.execute(sa.insert(claims).values(key=key, at=now))
        except AlreadyStored:
            return False
        return True

    def is_claimed(self, key: str) -> bool:
        """True when some call has claimed `key`."""
        with reading(self.engine) as connection:
            return connection.scalar(sa.select(claims.c.key).where(claims.c.key == key)) is not None

    def release(self, key: str) -> None:
        """Give up a claim whose work failed, so that it can be claimed again."""
        with changing(self.engine) as connection:
            connection.execute(sa.delete(claims).where(claims.c.key == key))

    def forget(self, older_than: timedelta) -> None:
        """Delete the claims that were made before that time."""
        with changing(self.engine) as connection:
            connection.execute(sa.delete(claims).where(claims.c.at < datetime.now(UTC) - older_than))
