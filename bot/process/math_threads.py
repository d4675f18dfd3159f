"""NumPy on one thread, which has to be asked for before anything imports NumPy."""

import os
import sys

NAMES = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")


def use_one_math_thread() -> None:
    """Let NumPy compute on one thread. Raises RuntimeError where it was imported before, which is too late.

    One question is too little work to share: with several threads that each ask one, and as many math threads as cores,
    it takes up to 80 times as long (measured: 3 ms on one thread, 230 ms on four threads and two cores).
    """
    if "numpy" in sys.modules and NAMES[0] not in os.environ:
        raise RuntimeError("NumPy was imported before it could be told to use one thread.")
    for name in NAMES:
        os.environ.setdefault(name, "1")
