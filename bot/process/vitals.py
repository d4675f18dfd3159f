"""The vitals of a running process, for those who watch it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.process.metrics import Metrics


@dataclass(frozen=True, slots=True)
class Vitals:
    """Its counts and times, and each part that it needs with a function that is True when it can be used."""

    metrics: Metrics
    ready: Mapping[str, Callable[[], bool]]
