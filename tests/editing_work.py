"""Counts the steps of an edit that cost time: measuring an impact, building a snapshot, reading every entry."""

from collections import Counter
from typing import Any

import pytest

from index.review import effect
from index.snapshot_builder import SnapshotBuilder
from knowledge.revisions.store import Store


def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each step is taken from now on."""
    work: Counter[str] = Counter()
    for owner, name in ((effect, "measure_impact"), (SnapshotBuilder, "build"), (Store, "load")):
        monkeypatch.setattr(owner, name, _counting(work, name, getattr(owner, name)))
    return work


def _counting(work: Counter[str], name: str, step: Any) -> Any:
    def taken(*arguments: Any, **named: Any) -> Any:
        work[name] += 1
        return step(*arguments, **named)

    return taken
