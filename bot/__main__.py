"""`faqbot` and `python -m bot`: the command line, with NumPy on one thread."""

import gc
import sys
from importlib import import_module

from bot.process.math_threads import use_one_math_thread

OBJECTS = 20_000  # new ones before garbage is looked for: a start makes many that stay, a server holds little in vain


def main() -> int:
    """Run the command that was typed; returns the exit status."""
    gc.set_threshold(OBJECTS)
    use_one_math_thread()  # before the command line imports NumPy
    status: int = import_module("bot.cli").main()
    gc.freeze()  # the end of the process looks for no garbage among what goes with it, which takes 40 ms
    return status


if __name__ == "__main__":
    sys.exit(main())
