"""A progress bar on the terminal while many texts are encoded."""

import sys
from collections.abc import Iterable

from tqdm import tqdm

from index.encoder.encoder import Batch

FEW_BATCHES = 10  # are encoded before anybody wonders


def with_progress(batches: Iterable[Batch], total: int) -> Iterable[Batch]:
    """The batches as they come, beside a bar that says how many of `total` are done."""
    hidden = True if total <= FEW_BATCHES else None  # None: where standard error is no terminal
    return tqdm(batches, total=total, desc="意味の準備", unit="組", file=sys.stderr, disable=hidden)
