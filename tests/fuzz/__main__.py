"""Fuzzing: `python -m tests.fuzz [--seconds 60] [--seed N]` looks for inputs that break the bot.

A crash is any exception but the documented FaqError family, an HTTP 5xx, a question that takes longer than 2 s, or
any input that keeps the processor busy for longer than 5 s. Prints inputs tried and crashes per target; with crashes
the smallest input of each, and exit 1.
"""

import argparse
import logging
import secrets
import sys
import tempfile
from pathlib import Path
from shutil import copy

sys.path.insert(0, str(Path(__file__).parents[1]))

from bot.process.math_threads import use_one_math_thread

use_one_math_thread()  # before anything imports NumPy

from tests.fuzz.fuzzing import fuzz_all
from tests.fuzz.targets import DATABASE, targets


def main() -> int:
    """Fuzz every target for its share of the time; returns 1 with crashes."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument("--prepared", type=Path, help="SQLite file to begin with, which saves the preparation")
    options = parser.parse_args()
    print(f"seed {options.seed}, {options.seconds:g} s", flush=True)
    logging.lastResort = None  # what is logged is looked at, not printed
    with tempfile.TemporaryDirectory() as folder:
        if options.prepared:
            copy(options.prepared, Path(folder, DATABASE))
        with targets(Path(folder)) as every:
            return fuzz_all(every, options.seconds, options.seed)


if __name__ == "__main__":
    sys.exit(main())
