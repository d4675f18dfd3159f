"""`faqbot` and `python -m bot`: the command line, with NumPy on one thread."""

import sys
from importlib import import_module

from bot.process.math_threads import use_one_math_thread


def main() -> int:
    """Run the command that was typed; returns the exit status."""
    use_one_math_thread()  # before the command line imports NumPy
    status: int = import_module("bot.cli").main()
    return status


if __name__ == "__main__":
    sys.exit(main())
