"""A process that has freed memory gives it back to the system, also where one thread's last piece lies behind it."""

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
