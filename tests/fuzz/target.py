"""One way in that is fuzzed, and what counts as a crash."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from werkzeug.test import TestResponse

LONGEST = 2.0  # seconds of computing for a question
LONGEST_OF_ALL = 5.0  # seconds of processor time for any input


@dataclass(frozen=True)
class Target:
    """A way in: what is tried, and what tries it; it raises what our code must not raise."""

    name: str
    inputs: st.SearchStrategy[Any]
    run: Callable[[Any], None]


class Crash(Exception):
    """Something that is no exception and yet must not happen: a 5xx, a slow answer, an error in a listener."""


class EndlessError(BaseException):
    """Raised within whatever computes too long, where nothing that catches every Exception keeps it."""


@contextmanager
def bounded(seconds: float) -> Iterator[None]:
    """Raise EndlessError in this thread, the first one, once the process has computed for `seconds`."""

    def end(*_: object) -> None:
        raise EndlessError

    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.signal(signal.SIGPROF, before)


def look(errors: list[str], send: Callable[[], TestResponse], path: str) -> None:
    """Send a request; `errors` is what was logged meanwhile. Raises Crash for a 5xx, an error or a shown traceback."""
    errors.clear()
    response = send()
    if response.status_code >= 500:
        raise Crash(f"HTTP {response.status_code} at {path}: {errors[:1]}")
    if errors:
        raise Crash(errors[0])
    if b"Traceback (most recent call last)" in response.data:
        raise Crash(f"a traceback is shown at {path}")


def where(error: BaseException) -> str:
    """An exception with the last line of ours that it passed."""
    place = ""
    trace = error.__traceback__
    while trace:
        name = trace.tb_frame.f_code.co_filename
        if any(f"/{package}/" in name for package in ("bot", "index", "knowledge")) and "site-packages" not in name:
            place = f"{Path(name).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__} at {place}"
