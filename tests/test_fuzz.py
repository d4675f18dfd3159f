"""The fuzzing finds what breaks and makes it small; in the bot, three seconds find nothing (`make fuzz` for more).

1. Every way in takes inputs, and none of them crashes.
2. A planted exception, a crash without one, and computing without end are found, made small, told, and end with exit 1.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
TARGETS = [
    *("slack values", "slack shapes", "question", "api", "mcp", "forms", "addresses", "conversation"),
    *("xlsx", "csv", "yaml", "team forms", "team addresses", "team spreadsheets"),
]
PLANTED = """
import sys
from hypothesis import strategies as st
from tests.fuzz import fuzzing
from tests.fuzz.target import Crash, Target

fuzzing.LONGEST_OF_ALL = 0.02

def crash(made):
    if made >= 1000:
        raise Crash("HTTP 500")

def exception(made):
    if made >= 1000:
        raise KeyError(made)

def endless(made):
    while made >= 1000:
        made += 1

planted = [Target(run.__name__, st.integers(), run) for run in (crash, exception, endless)]
sys.exit(fuzzing.fuzz_all(planted, seconds=2, first_seed=1))
"""
TOLD = {"crash": "HTTP 500", "exception": "KeyError at ", "endless": "more than 0.02 s of processor time"}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)


def test_three_seconds_of_fuzzing_break_nothing(prepared_database: Path) -> None:
    result = run("-m", "tests.fuzz", "--seconds", "3", "--seed", "1", "--prepared", str(prepared_database))
    assert (result.returncode, result.stderr) == (0, ""), result.stdout + result.stderr
    assert re.findall(r"(?m)^(.+): [1-9]\d* inputs, 0 crashes$", result.stdout) == TARGETS


def test_planted_crashes_are_found_and_made_small() -> None:
    result = run("-c", PLANTED)
    assert (result.returncode, result.stderr) == (1, "")
    for name, told in TOLD.items():
        assert re.search(rf"(?m)^{name}: \d+ inputs, 1 crashes\n  {re.escape(told)}\n    1000$", result.stdout), name
