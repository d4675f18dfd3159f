"""Trying inputs of each target until its time is over, and making those that crash small."""

import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.errors import Flaky, HypothesisWarning

from tests.fuzz.target import LONGEST_OF_ALL, Crash, EndlessError, Target, bounded, where

BATCH = 50  # inputs; then a crash that was found is set aside
SHRINKING = 10.0  # seconds to make an input that crashes smaller
SHOWN = 2_000  # characters of an input
UNBOUND = settings(
    max_examples=BATCH,
    database=None,
    derandomize=False,
    deadline=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
    verbosity=Verbosity.quiet,
    print_blob=False,
)


@dataclass
class Found:
    """What came of a target: how many inputs it took, and the smallest input of each crash."""

    tried: int = 0
    crashes: dict[str, Any] = field(default_factory=dict)


class TimeOverError(BaseException):
    """Ends a batch, of which Hypothesis would make the other inputs too; it catches every Exception."""


def fuzz_all(every: Sequence[Target], seconds: float, first_seed: int) -> int:
    """Fuzz each target for its share of the time, and print what came of it; returns 1 with crashes."""
    warnings.simplefilter("ignore", HypothesisWarning)  # of inputs that are long, as some must be
    crashed = False
    for target in every:
        found = fuzz(target, seconds / len(every), first_seed)
        print(f"{target.name}: {found.tried} inputs, {len(found.crashes)} crashes", flush=True)
        for crash, smallest in found.crashes.items():
            print(f"  {crash}\n    {smallest!r:.{SHOWN}}")
        crashed = crashed or bool(found.crashes)
    return 1 if crashed else 0


def fuzz(target: Target, seconds: float, first_seed: int) -> Found:
    """Try inputs until the time is over, at least one batch's first."""
    found = Found()
    end = time.monotonic() + seconds
    number = first_seed
    while not found.tried or time.monotonic() < end:
        _batch(target, found, number, end)
        number += 1
    return found


def _batch(target: Target, found: Found, number: int, end: float) -> None:
    crashed: list[tuple[str, Any]] = []  # ever smaller
    limit = [end]

    @seed(number)
    @UNBOUND
    @given(target.inputs)
    def attempt(made: Any) -> None:
        if time.monotonic() > limit[0] and found.tried and repr(made) not in {repr(known) for _, known in crashed[-1:]}:
            if not crashed:
                raise TimeOverError
            return  # only what is known to crash goes on crashing
        found.tried += 1
        crash = _crash(target, made)
        if crash and crash not in found.crashes:
            if not crashed:
                limit[0] = time.monotonic() + SHRINKING
            crashed.append((crash, made))
            raise Crash(crash)

    try:
        attempt()
    except (Crash, Flaky):  # flaky: it crashed, and then not again
        found.crashes.update(crashed[-1:])
    except TimeOverError:
        return


def _crash(target: Target, made: Any) -> str:
    try:
        with bounded(LONGEST_OF_ALL):
            target.run(made)
    except EndlessError:
        return f"more than {LONGEST_OF_ALL:g} s of processor time"
    except Crash as crash:
        return str(crash)
    except Exception as error:  # noqa: BLE001  # whatever it is, it is what we look for
        return where(error)
    return ""
