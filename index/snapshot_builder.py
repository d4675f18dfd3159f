"""Building snapshots: the index and the calibration of one revision, each found where it was kept or made anew."""

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache, lru_cache, partial
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
from index.text.tokenizer import Tokenizer
from knowledge.entry import Entry
from knowledge.judged import JudgedQuery, known_already, with_successors
from knowledge.lists import Lists
from knowledge.revisions.store import KnowledgeBase
from knowledge.synonyms import SynonymRule

logger = logging.getLogger(__name__)
MIN_UNCHANGED_SHARE = 0.8  # of the entries unchanged: an edit, not another knowledge base
MAX_ANALYZERS = 8  # of the live synonyms and those of some candidates
MAX_CACHED_QUERIES = 10_000  # some 5 kB each with their vectors
SHIPPED_CALIBRATIONS = Path(__file__).parent / "decision" / "calibrations.json"


class SnapshotBuilder:
    """Makes snapshots with one tokenizer and one encoder, each with the lists of its knowledge base."""

    def __init__(
        self,
        tokenizer: Tokenizer,
        encoder: Encoder | None,
        cache: Cache,
        *,
        entry_encoder: Encoder | None = None,
        second_stage: SecondStage | None = None,
        shipped: Mapping[str, dict[str, Any]] | None = None,
    ) -> None:
        """`entry_encoder` encodes the entries' texts where that is not `encoder` itself.

        `shipped` are the calibrations that need not be measured, by digest; by default the shipped file's.
        """
        self.encoder = encoder
        self.second_stage = second_stage
        self._analyzer_of = partial(_analyzer, tokenizer)
        self._query_of = lru_cache(MAX_CACHED_QUERIES)(partial(Query.of, encoder=encoder))
        self._cache = cache
        self._entry_encoder = entry_encoder
        self._shipped = shipped_calibrations() if shipped is None else shipped
        self._code = code_digest()
        self.newest: EntryIndex | None = None  # from which the next index is patched after an edit

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

        Unless it shall be `calibrated`, an edit is given the calibration of `before`: its own takes seconds, and is
        measured where the judged queries differ, which is all that they do.
        Only the one that goes live has its index `kept` for the next start: candidates are many and their
        indexes large, while a calibration is small and found again when the candidate is published.
        """
        live = [entry for entry in base.entries if entry.is_live(moment)]
        digest = self.digest(live, base.lists)
        index = self.newest = self._index(live, digest, base.lists)
        if kept:
            self._keep_parts(index, digest)
        known = before.calibration if before and is_edit(before.index.entries, live) else None
        same = before and before.base.lists.judged == base.lists.judged
        calibration = known if known and same and not calibrated else self._calibration(index, digest, base, known)
        return Snapshot(base, index, calibration, moment, _next_change(base, moment), self.second_stage)

    def complete(self, candidate: Snapshot, before: Snapshot) -> Snapshot:
        """An uncalibrated candidate as it goes live after `before`: with its own calibration, its index kept."""
        live = candidate.index.entries
        digest = self.digest(live, candidate.base.lists)
        known = before.calibration if is_edit(before.index.entries, live) else None
        self._keep_parts(candidate.index, digest)
        self.newest = candidate.index
        return replace(candidate, calibration=self._calibration(candidate.index, digest, candidate.base, known))

    def query(self, text: str, analyzer: Analyzer) -> Query:
        """Analyze and encode a question for an index of this builder; cached, since judged ones are asked often."""
        return self._query_of(text, analyzer)

    def _index(self, live: Sequence[Entry], digest: str, lists: Lists) -> EntryIndex:
        """The index of `live`: the newest one patched after an edit, read back where it was kept, else built."""
        newest, analyzer = self.newest, self._analyzer_of(lists.synonym_rules)
        if newest and newest.analyzer.rules_digest == analyzer.rules_digest and is_edit(newest.entries, live):
            return newest if newest.entries == tuple(live) else newest.replaced(live)
        kept = self._cache.find_parts(digest)
        arrays = None
        if kept is not None:
            try:
                arrays = IndexArrays.from_bytes(kept)
            except ValueError as error:
                logger.warning("the index kept for %.12s is built anew: %s", digest, error)
        index = EntryIndex(live, analyzer, self.encoder, arrays=arrays, entry_encoder=self._entry_encoder)
        if kept is not None and not arrays:
            self._cache.keep_parts(digest, index.arrays.to_pieces())
        return index

    def _keep_parts(self, index: EntryIndex, digest: str) -> None:
        """Keep the parts of an index for the next start."""
        if not self._cache.has_parts(digest):
            self._cache.keep_parts(digest, index.arrays.to_pieces())

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
        query_of = partial(self.query, analyzer=index.analyzer)
        judged = judged_for(base)
        known = {query for query, _ in known_already(judged, index.entries)}
        unknown = [query for query in judged if query not in known]
        calibration = calibrate(index, unknown, digest, query_of=query_of, live=live)
        self._cache.keep_calibration(digest, calibration.to_json())
        return calibration

    def digest(self, entries: Sequence[Entry], lists: Lists) -> str:
        """SHA-256 (hexadecimal) of all that a calibration depends on."""
        parts = [
            self._code,
            NAME if self.encoder else "lexical",
            self._analyzer_of(lists.synonym_rules).rules_digest,
            *(entry.digest() for entry in entries),
            *(f"{query.text}\t{'|'.join(query.entries)}" for query in lists.judged_queries),
        ]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@lru_cache(MAX_ANALYZERS)
def _analyzer(tokenizer: Tokenizer, rules: tuple[SynonymRule, ...]) -> Analyzer:
    """The analyzer with these synonyms; every builder of a process has the same, since making one takes 20 ms."""
    return Analyzer(tokenizer, rules)


def judged_for(base: KnowledgeBase) -> list[JudgedQuery]:
    """The judged queries of a knowledge base, with all that is right for each in it."""
    return with_successors(base.lists.judged_queries, base.entries)


def _read_calibration(values: dict[str, Any], digest: str, *, semantic: bool) -> Calibration:
    """The calibration behind JSON values. Raises ValueError, KeyError, TypeError or AttributeError for others."""
    if values["digest"] != digest:
        raise ValueError("it is of another index")
    return Calibration.from_json(values, semantic=semantic)


def is_edit(before: Sequence[Entry], after: Sequence[Entry]) -> bool:
    """True when most entries of `before` are in `after`, so that patching pays; both are ordered by id."""
    numbers = {entry.id: entry for entry in before}
    unchanged = sum(numbers.get(entry.id) == entry for entry in after)
    return unchanged >= MIN_UNCHANGED_SHARE * max(len(before), len(after))


@cache
def shipped_calibrations() -> Mapping[str, dict[str, Any]]:
    """The calibrations of the shipped knowledge base by digest, so that a first start need not measure."""
    if not SHIPPED_CALIBRATIONS.exists():
        return {}
    values: dict[str, dict[str, Any]] = json.loads(SHIPPED_CALIBRATIONS.read_text(encoding="utf-8"))
    return values


def _next_change(base: KnowledgeBase, moment: datetime) -> datetime | None:
    """The first time after `moment` at which an entry's validity begins or ends."""
    changes = (at for entry in base.entries for at in (entry.starts_at(), entry.ends_at()) if at and at > moment)
    return min(changes, default=None)
