"""What is computed from entries and kept so that a start need not compute it again; safe to delete."""

import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from knowledge.database.connection import reading
from knowledge.database.tables import calibrations, index_parts, vectors

logger = logging.getLogger(__name__)
KEPT_PARTS = 3  # of the newest revisions, or of one with and without an encoder
KEYS_A_QUERY = 500  # databases bound the number of values in one statement


class Derived:
    """Sentence vectors by a key of their text, calibrations and index parts by their digest.

    A database that cannot be written only costs time: failures are logged, never raised.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def find_vectors(self, keys: Sequence[str]) -> dict[str, bytes]:
        """The kept vectors among `keys`."""
        found: dict[str, bytes] = {}
        with reading(self.engine) as connection:
            for start in range(0, len(keys), KEYS_A_QUERY):
                wanted = vectors.c.key.in_(keys[start : start + KEYS_A_QUERY])
                rows = connection.execute(sa.select(vectors.c.key, vectors.c.body).where(wanted))
                found.update((row.key, row.body) for row in rows)
        return found

    def keep_vectors(self, bodies: Mapping[str, bytes]) -> None:
        """Keep vectors under new keys."""
        self._insert(vectors, [{"key": key, "body": body} for key, body in bodies.items()])

    def find_calibration(self, digest: str) -> dict[str, Any] | None:
        """The calibration kept under `digest`."""
        with reading(self.engine) as connection:
            found = sa.select(calibrations.c.body).where(calibrations.c.digest == digest)
            body: dict[str, Any] | None = connection.scalar(found)
        return body

    def keep_calibration(self, digest: str, body: Mapping[str, Any]) -> None:
        """Keep a calibration under `digest`, instead of any other there."""
        before = sa.delete(calibrations).where(calibrations.c.digest == digest)
        self._insert(calibrations, [{"digest": digest, "body": dict(body)}], before)

    def find_parts(self, digest: str) -> bytes | None:
        """The parts of an index kept under `digest`."""
        with reading(self.engine) as connection:
            body: bytes | None = connection.scalar(sa.select(index_parts.c.body).where(index_parts.c.digest == digest))
        return body

    def has_parts(self, digest: str) -> bool:
        """Whether the parts of an index are kept under `digest`, without reading their megabytes."""
        with reading(self.engine) as connection:
            found = sa.select(index_parts.c.digest).where(index_parts.c.digest == digest)
            return connection.scalar(found) is not None

    def keep_parts(self, digest: str, body: bytes) -> None:
        """Keep the parts of an index, and only the newest few."""
        self._insert(index_parts, [{"digest": digest, "body": body, "at": datetime.now(UTC)}])
        newest = sa.select(index_parts.c.digest).order_by(index_parts.c.at.desc()).limit(KEPT_PARTS)
        try:
            with self.engine.begin() as connection:
                connection.execute(sa.delete(index_parts).where(index_parts.c.digest.not_in(newest)))
        except SQLAlchemyError as error:
            logger.warning("old index parts stay: %s", type(error).__name__)

    def _insert(self, table: sa.Table, rows: Sequence[dict[str, Any]], before: sa.Delete | None = None) -> None:
        try:
            with self.engine.begin() as connection:
                if before is not None:
                    connection.execute(before)
                connection.execute(sa.insert(table), rows)
        except IntegrityError:  # every process derives the same from a new revision
            logger.debug("another process was faster to keep it in %s", table.name)
        except SQLAlchemyError as error:  # the database is read-only, say
            logger.warning("not kept in %s: %s", table.name, type(error).__name__)
