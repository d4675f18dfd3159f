"""A process holds little memory.

1. What it has freed goes back to the system, also where one thread's last piece lies behind it.
2. The threads of every command share two of glibc's arenas.
"""

import subprocess
import sys
import threading
from pathlib import Path

from bot.process.memory import give_back, use_few_arenas

PIECE, PIECES = 64 * 1024, 2_000  # smaller than what malloc maps by itself: 128 MB


def held() -> int:
    """The resident megabytes of this process that are in no file."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("RssAnon"))


def test_what_a_thread_freed_goes_back_to_the_system() -> None:
    last: list[bytes] = []

    def work() -> None:
        pieces = [b"x" * PIECE for _ in range(PIECES)]
        last.append(pieces[-1])

    use_few_arenas()
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    before = held()
    give_back()
    assert held() < before - 100
    assert last


def test_the_threads_of_every_command_share_two_arenas() -> None:
    program = """
import ctypes, sys, threading
from bot.cli import main
main(["config"])
ready, done = threading.Barrier(9), threading.Barrier(9)
def work():
    pieces = [b"x" * 65_536 for _ in range(10)]
    ready.wait()
    done.wait()
threads = [threading.Thread(target=work) for _ in range(8)]
[one.start() for one in threads]
ready.wait()
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
file = ctypes.c_void_p(libc.fopen(b"/dev/stderr", b"w"))
libc.malloc_info(0, file)
libc.fflush(file)
done.wait()
"""
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stderr
    assert 1 <= told.count("<heap nr=") <= 2
