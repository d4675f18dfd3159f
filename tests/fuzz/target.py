"""One way in that is fuzzed, and what counts as a crash."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

LONGEST = 2.0  # seconds of computing for a question


@dataclass(frozen=True)
class Target:
    """A way in: what is tried, and what tries it; it raises what our code must not raise."""

    name: str
    inputs: st.SearchStrategy[Any]
    run: Callable[[Any], None]


class Crash(Exception):
    """Something that is no exception and yet must not happen: a 5xx, a slow answer, an error in a listener."""
