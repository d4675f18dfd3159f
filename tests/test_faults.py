"""The short version of `python -m tests.faults`: real processes on PostgreSQL, killed while they answer.

Of every question there is exactly one reply in Slack, although a process is killed, the database is stopped
and each event is delivered several times.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_no_question_is_lost_or_answered_twice_while_processes_die(prepared_database: Path) -> None:
    command = [sys.executable, "-m", "tests.faults", "--questions", "60", "--rate", "10"]
    run = subprocess.run(
        [*command, "--prepared", str(prepared_database)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "process killed" in run.stdout
    assert "replies 60\nlost 0 [], doubled 0 []" in run.stdout
