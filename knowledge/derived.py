"""What is computed from entries and kept so that a start need not compute it again; safe to delete."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from knowledge.database import calibrations, vectors

logger = logging.getLogger(__name__)
KEYS_A_QUERY = 500  # databases bound the number of values in one statement


class Derived:
    """Sentence vectors by a key of their text, and calibrations by their digest.

    A database that cannot be written only costs time: failures are logged, never raised.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def find_vectors(self, keys: Sequence[str]) -> dict[str, bytes]:
        """The kept vectors among `keys`."""
        found: dict[str, bytes] = {}
        with self.engine.connect() as connection:
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
        with self.engine.connect() as connection:
            found = sa.select(calibrations.c.body).where(calibrations.c.digest == digest)
            body: dict[str, Any] | None = connection.scalar(found)
        return body

    def keep_calibration(self, digest: str, body: Mapping[str, Any]) -> None:
        """Keep a calibration under `digest`."""
        self._insert(calibrations, [{"digest": digest, "body": dict(body)}])

    def _insert(self, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
        try:
            with self.engine.begin() as connection:
                connection.execute(sa.insert(table), rows)
        except SQLAlchemyError as error:  # another process was faster, or the database is read-only
            logger.warning("not kept in %s: %s", table.name, type(error).__name__)
