"""The cache of calibrations and index arrays, as the builder of snapshots needs it."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol


class Cache(Protocol):
    """Keeps what is computed from entries, each under the digest of all that it depends on.

    It never returns a damaged body, and never raises: it only saves time.
    """

    def find_calibration(self, digest: str) -> dict[str, Any] | None:
        """The calibration kept under `digest`."""

    def keep_calibration(self, digest: str, body: Mapping[str, Any]) -> None:
        """Keep a calibration, instead of any other under `digest`."""

    def find_parts(self, digest: str) -> bytes | None:
        """The index arrays kept under `digest`, as bytes."""

    def has_parts(self, digest: str) -> bool:
        """True when index arrays are kept under `digest`."""

    def keep_parts(self, digest: str, pieces: Iterable[bytes | memoryview]) -> None:
        """Keep the arrays of an index, instead of any others under `digest`; joined they are what is found."""


class NullCache:
    """A cache that keeps nothing, for evaluations."""

    def find_calibration(self, digest: str) -> dict[str, Any] | None:
        """Never finds any."""

    def keep_calibration(self, digest: str, body: Mapping[str, Any]) -> None:
        """Keeps nothing."""

    def find_parts(self, digest: str) -> bytes | None:
        """Never finds any."""

    def has_parts(self, digest: str) -> bool:
        """Never has any."""
        return False

    def keep_parts(self, digest: str, pieces: Iterable[bytes | memoryview]) -> None:
        """Keeps nothing."""


class ReadingCache(NullCache):
    """Finds the calibrations and index arrays that another cache keeps, and keeps nothing itself."""

    def __init__(self, cache: Cache) -> None:
        """`cache` is the other one."""
        self._cache = cache

    def find_calibration(self, digest: str) -> dict[str, Any] | None:
        """The other one's calibration."""
        return self._cache.find_calibration(digest)

    def find_parts(self, digest: str) -> bytes | None:
        """The other one's index arrays."""
        return self._cache.find_parts(digest)
