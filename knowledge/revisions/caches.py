"""The database's cache of vectors, calibrations and index arrays, which a start need not compute; safe to delete."""

import json
import logging
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from knowledge.database.connection import reading
from knowledge.database.tables import calibrations, index_parts, vectors
from knowledge.errors import StoreError

logger = logging.getLogger(__name__)
KEPT_INDEXES = 3  # of the newest revisions, or of one with and without an encoder
PART_BYTES = 4_000_000
KEYS_A_QUERY = 500  # databases bound the number of values in one statement
CHECKSUM_BYTES = 4  # of the CRC-32 before every body: a database does not notice when its file is damaged


class DatabaseCache:
    """Sentence vectors by a key of their text, calibrations and index arrays by their digest.

    The cache only saves time: a failure to read or write is logged and never raised, and a damaged body is
    logged and not found.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def find_vectors(self, keys: Sequence[str]) -> dict[str, bytes]:
        """The kept vectors among `keys`."""
        rows: list[sa.Row[Any]] = []
        for start in range(0, len(keys), KEYS_A_QUERY):
            wanted = vectors.c.key.in_(keys[start : start + KEYS_A_QUERY])
            rows.extend(self._select(sa.select(vectors.c.key, vectors.c.body).where(wanted)))
        found = {row.key: bytes(body) for row in rows if (body := _opened(row.body)) is not None}
        if len(found) < len(rows):
            logger.warning("%d kept vectors are damaged: computed anew", len(rows) - len(found))
        return found

    def keep_vectors(self, bodies: Mapping[str, bytes]) -> None:
        """Keep vectors under these keys (at most KEYS_A_QUERY), instead of any others there."""
        before = sa.delete(vectors).where(vectors.c.key.in_(list(bodies)))
        self._insert(vectors, [[{"key": key, "body": _sealed(body)} for key, body in bodies.items()]], before)

    def find_calibration(self, digest: str) -> dict[str, Any] | None:
        """The calibration kept under `digest`."""
        for (kept,) in self._select(sa.select(calibrations.c.body).where(calibrations.c.digest == digest)):
            body: dict[str, Any] | None = kept.get("body") if isinstance(kept, dict) else None
            if body is not None and kept.get("checksum") == _checksum(body):
                return body
            logger.warning("the calibration kept for %.12s is damaged: measured anew", digest)
        return None

    def keep_calibration(self, digest: str, body: Mapping[str, Any]) -> None:
        """Keep a calibration under `digest`, instead of any other there."""
        before = sa.delete(calibrations).where(calibrations.c.digest == digest)
        sealed = {"checksum": _checksum(body), "body": dict(body)}
        self._insert(calibrations, [[{"digest": digest, "body": sealed}]], before)

    def find_parts(self, digest: str) -> bytes | None:
        """The index arrays kept under `digest`; damaged ones are deleted."""
        wanted = sa.select(index_parts.c.body).where(index_parts.c.digest == digest).order_by(index_parts.c.part)
        parts = [_opened(kept) for (kept,) in self._select(wanted)]
        if None not in parts:
            return b"".join(part for part in parts if part is not None) if parts else None
        logger.warning("the index kept for %.12s is damaged: built anew", digest)
        self._delete(sa.delete(index_parts).where(index_parts.c.digest == digest))
        return None

    def has_parts(self, digest: str) -> bool:
        """True when index arrays are kept under `digest`; does not read their megabytes."""
        return bool(self._select(sa.select(index_parts.c.digest).where(index_parts.c.digest == digest)))

    def keep_parts(self, digest: str, pieces: Iterable[bytes | memoryview]) -> None:
        """Keep index arrays under `digest`, instead of any others there, and only those of the newest few."""
        before = sa.delete(index_parts).where(index_parts.c.digest == digest)
        same = {"digest": digest, "at": datetime.now(UTC)}
        rows = (same | {"part": part, "body": _sealed(body)} for part, body in enumerate(_parts(pieces)))
        self._insert(index_parts, ([row] for row in rows), before)
        digests = sa.select(index_parts.c.digest).group_by(index_parts.c.digest)
        newest = digests.order_by(sa.func.max(index_parts.c.at).desc()).limit(KEPT_INDEXES)
        self._delete(sa.delete(index_parts).where(index_parts.c.digest.not_in(newest)))

    def _select(self, statement: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
        """The rows found, none if they cannot be read."""
        try:
            with reading(self.engine) as connection:
                return connection.execute(statement).all()
        except (StoreError, ValueError) as error:  # ValueError: what is kept is not even JSON
            logger.warning("the cache cannot be read: %s", type(error.__cause__ or error).__name__)
            return []

    def _delete(self, statement: sa.Delete) -> None:
        try:
            with self.engine.begin() as connection:
                connection.execute(statement)
        except SQLAlchemyError as error:
            logger.warning("old index arrays stay: %s", type(error).__name__)

    def _insert(self, table: sa.Table, batches: Iterable[Sequence[dict[str, Any]]], before: sa.Delete) -> None:
        try:
            with self.engine.begin() as connection:
                connection.execute(before)
                for rows in batches:
                    connection.execute(sa.insert(table), rows)
        except IntegrityError:  # every process computes the same from a new revision
            logger.debug("another process was faster to keep it in %s", table.name)
        except SQLAlchemyError as error:  # the database is read-only, say
            logger.warning("not kept in %s: %s", table.name, type(error).__name__)


def _sealed(body: bytes) -> bytes:
    """The body behind its checksum."""
    return zlib.crc32(body).to_bytes(CHECKSUM_BYTES, "big") + body


def _opened(kept: object) -> memoryview | None:
    """The body behind a checksum that fits it, else None."""
    if not isinstance(kept, bytes | memoryview) or not kept:  # SQLite gives text for what became text
        return None
    data = memoryview(kept)
    body = data[CHECKSUM_BYTES:]
    return body if zlib.crc32(body).to_bytes(CHECKSUM_BYTES, "big") == data[:CHECKSUM_BYTES] else None


def _parts(pieces: Iterable[bytes | memoryview]) -> Iterator[bytes]:
    """The pieces as parts of PART_BYTES at least, less than twice as many at most, but for the last; at least one."""
    held: list[bytes | memoryview] = []
    size = 0
    for piece in pieces:
        for start in range(0, len(piece), PART_BYTES):
            held.append(piece[start : start + PART_BYTES])
            size += len(held[-1])
            if size >= PART_BYTES:
                yield b"".join(held)
                held, size = [], 0
    yield b"".join(held)


def _checksum(body: Mapping[str, Any]) -> int:
    return zlib.crc32(json.dumps(body, sort_keys=True).encode())
