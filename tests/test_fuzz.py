"""The fuzzing finds what breaks and makes it small; in the bot, five seconds of it find nothing (`make fuzz` for more).

1. Every way in takes inputs, and none of them crashes.
2. A planted exception, a crash without one, and computing without end are found, made small, told, and end with exit 1.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TARGETS = [
    *("slack values", "slack shapes", "question", "api", "mcp", "forms", "addresses", "conversation"),
    *("xlsx", "csv", "yaml", "team forms", "team addresses", "team spreadsheets"),
]
PLANTED = """
import sys
from contextlib import contextmanager
from hypothesis import strategies as st
from tests.fuzz import __main__ as program
from tests.fuzz.target import Crash, Target

program.LONGEST_OF_ALL = 0.02

def run(made):
    if made >= 1000:
        {crash}

@contextmanager
def targets(folder):
    yield [Target("planted", st.integers(), run)]

program.targets = targets
sys.argv[1:] = ["--seconds", "1", "--seed", "1"]
sys.exit(program.main())
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)


def test_five_seconds_of_fuzzing_break_nothing() -> None:
    result = run("-m", "tests.fuzz", "--seconds", "5", "--seed", "1")
    assert (result.returncode, result.stderr) == (0, ""), result.stdout + result.stderr
    assert re.findall(r"(?m)^(.+): [1-9]\d* inputs, 0 crashes$", result.stdout) == TARGETS


@pytest.mark.parametrize(
    ("crash", "told"),
    [
        ("raise Crash('HTTP 500')", "HTTP 500"),
        ("raise KeyError(made)", "KeyError at "),
        ("while True: made += 1", r"more than 0\.02 s of processor time"),
    ],
)
def test_a_planted_crash_is_found_and_made_small(crash: str, told: str) -> None:
    result = run("-c", PLANTED.format(crash=crash))
    assert (result.returncode, result.stderr) == (1, "")
    assert re.search(rf"planted: \d+ inputs, 1 crashes\n  {told}\n    1000\n", result.stdout)
