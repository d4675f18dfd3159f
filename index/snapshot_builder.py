"""Building snapshots: the index and the calibration of one revision, each found where it was kept or made anew."""

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from index.cache import Cache
from index.decision.calibration import Calibration, calibrate, code_digest
from index.encoder.encoder import NAME, Encoder
from index.ranking.entry_index import EntryIndex
from index.ranking.index_arrays import IndexArrays
from index.ranking.ranking import Query
from index.ranking.second_stage import SecondStage
from index.snapshot import Snapshot
from index.text.analyzer import Analyzer
from knowledge.entry import Entry
from knowledge.judged import JudgedQuery, with_successors
from knowledge.revisions.store import KnowledgeBase

logger = logging.getLogger(__name__)
MIN_UNCHANGED_SHARE = 0.8  # of the entries unchanged: an edit, not another knowledge base
MAX_CACHED_QUERIES = 10_000  # some 5 kB each with their vectors
SHIPPED_CALIBRATIONS = Path(__file__).parent / "decision" / "calibrations.json"


class SnapshotBuilder:
    """Makes snapshots with one analyzer, one encoder and one set of judged queries."""

    def __init__(
        self,
        analyzer: Analyzer,
        encoder: Encoder | None,
        judged: Sequence[JudgedQuery],
        cache: Cache,
        *,
        entry_encoder: Encoder | None = None,
        second_stage: SecondStage | None = None,
        shipped: Mapping[str, dict[str, Any]] | None = None,
    ) -> None:
        """`entry_encoder` encodes the entries' texts where that is not `encoder` itself.

        `shipped` are the calibrations that need not be measured, by digest; by default the shipped file's.
        """
        self.analyzer = analyzer
        self.encoder = encoder
        self.judged = judged
        self.second_stage = second_stage
        self._query_of = lru_cache(MAX_CACHED_QUERIES)(partial(Query.of, analyzer=analyzer, encoder=encoder))
        self._cache = cache
        self._entry_encoder = entry_encoder
        self._shipped = shipped_calibrations() if shipped is None else shipped
        self._code = code_digest()
        self._newest: EntryIndex | None = None

    def build(
        self,
        base: KnowledgeBase,
        moment: datetime,
        before: Snapshot | None = None,
        *,
        calibrated: bool = True,
        kept: bool = False,
    ) -> Snapshot:
        """The snapshot of the entries that are live at `moment` (timezone-aware); `before` is the one it follows.

        Unless it shall be `calibrated`, an edit is given the calibration of `before`: its own takes seconds.
        Only the one that goes live has its index `kept` for the next start: candidates are many and their
        indexes large, while a calibration is small and found again when the candidate is published.
        """
        live = [entry for entry in base.entries if entry.is_live(moment)]
        digest = self.digest(live)
        index = self._newest = self._index(live, digest)
        if kept:
            self._keep_parts(index, digest)
        edited = before if before and is_edit(before.index.entries, live) else None
        known = edited.calibration if edited else None
        calibration = known if known and not calibrated else self._calibration(index, digest, base, known)
        return Snapshot(base, index, calibration, moment, _next_change(base, moment), self.second_stage)

    def complete(self, candidate: Snapshot, before: Snapshot) -> Snapshot:
        """An uncalibrated candidate as it goes live after `before`: with its own calibration, its index kept."""
        live = candidate.index.entries
        digest, known = self.digest(live), before.calibration if is_edit(before.index.entries, live) else None
        self._keep_parts(candidate.index, digest)
        self._newest = candidate.index
        return replace(candidate, calibration=self._calibration(candidate.index, digest, candidate.base, known))

    def query(self, text: str) -> Query:
        """Analyze and encode a question for any index of this builder; cached, since judged ones are asked often."""
        return self._query_of(text)

    def _index(self, live: Sequence[Entry], digest: str) -> EntryIndex:
        """The index of `live`: the newest one patched after an edit, read back where it was kept, else built."""
        newest = self._newest
        if newest and is_edit(newest.entries, live):
            return newest if newest.entries == tuple(live) else newest.replaced(live)
        kept = self._cache.find_parts(digest)
        arrays = None
        if kept is not None:
            try:
                arrays = IndexArrays.from_bytes(kept)
            except ValueError as error:
                logger.warning("the index kept for %.12s is built anew: %s", digest, error)
        index = EntryIndex(live, self.analyzer, self.encoder, arrays=arrays, entry_encoder=self._entry_encoder)
        if kept is not None and not arrays:
            self._cache.keep_parts(digest, index.arrays.to_bytes())
        return index

    def _keep_parts(self, index: EntryIndex, digest: str) -> None:
        """Keep the parts of an index for the next start."""
        if not self._cache.has_parts(digest):
            self._cache.keep_parts(digest, index.arrays.to_bytes())

    def judged_for(self, base: KnowledgeBase) -> list[JudgedQuery]:
        """The judged queries with all that is right for each in `base`."""
        return with_successors(self.judged, base.entries)

    def _calibration(
        self, index: EntryIndex, digest: str, base: KnowledgeBase, live: Calibration | None
    ) -> Calibration:
        """The kept calibration of exactly this index, or a new one, kept from now on."""
        found = self._shipped.get(digest) or self._cache.find_calibration(digest)
        if found:
            try:
                return _read_calibration(found, digest, semantic=self.encoder is not None)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                logger.warning("the calibration kept for %.12s is measured anew: %r", digest, error)
        calibration = calibrate(index, self.judged_for(base), digest, query_of=self.query, live=live)
        self._cache.keep_calibration(digest, calibration.to_json())
        return calibration

    def digest(self, entries: Sequence[Entry]) -> str:
        """SHA-256 (hexadecimal) of all that a calibration depends on."""
        parts = [
            self._code,
            NAME if self.encoder else "lexical",
            self.analyzer.rules_digest,
            *(entry.digest() for entry in entries),
            *(f"{query.text}\t{'|'.join(query.entries)}" for query in self.judged),
        ]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _read_calibration(values: dict[str, Any], digest: str, *, semantic: bool) -> Calibration:
    """The calibration behind JSON values. Raises ValueError, KeyError, TypeError or AttributeError for others."""
    if values["digest"] != digest:
        raise ValueError("it is of another index")
    return Calibration.from_json(values, semantic=semantic)


def is_edit(before: Sequence[Entry], after: Sequence[Entry]) -> bool:
    """Whether most entries of `before` are in `after`, so that patching pays; both are ordered by id."""
    numbers = {entry.id: entry for entry in before}
    unchanged = sum(numbers.get(entry.id) == entry for entry in after)
    return unchanged >= MIN_UNCHANGED_SHARE * max(len(before), len(after))


def shipped_calibrations() -> dict[str, dict[str, Any]]:
    """The calibrations of the shipped knowledge base by digest, so that a first start need not measure."""
    if not SHIPPED_CALIBRATIONS.exists():
        return {}
    values: dict[str, dict[str, Any]] = json.loads(SHIPPED_CALIBRATIONS.read_text(encoding="utf-8"))
    return values


def _next_change(base: KnowledgeBase, moment: datetime) -> datetime | None:
    """The first time after `moment` at which an entry's validity begins or ends."""
    changes = (at for entry in base.entries for at in (entry.starts_at(), entry.ends_at()) if at and at > moment)
    return min(changes, default=None)
