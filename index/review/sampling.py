"""Sampling: which of very many texts are asked when asking all of them would take minutes."""

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
MAX_TEXTS_ALL_ASKED = 6_000  # texts of all entries: up to so many are all asked, in 2 s
MAX_TEXTS_SAMPLED = 1_500  # texts asked where there are more


def evenly(items: Sequence[T], most: int) -> list[T]:
    """At most `most` of the items, in their order and spread over all of them."""
    step = max(1.0, len(items) / most)
    return [items[int(place * step)] for place in range(min(most, len(items)))]
