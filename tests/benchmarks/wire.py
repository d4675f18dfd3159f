"""Slack's side of the load: an answer to every call as cheap as Python gives one, and who used the cores."""

import json
import os
import selectors
import socket
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from fake_slack import IDENTITY

HEAD_END = b"\r\n\r\n"
MACHINE = "the whole machine"
LOOK_SECONDS, IDLE = 1.0, 0.1  # seconds between two looks, and cores in use by what counts as idle
TICKS = os.sysconf("SC_CLK_TCK")  # in which Linux counts a second of processor time


class QuickSlack:
    """Slack's Web API in one thread that starts none; `at` remembers when each thread got its reply."""

    def __init__(self) -> None:
        self.at: dict[str, float] = {}
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=256)
        self._listening.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listening, selectors.EVENT_READ, bytearray())
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}/api/"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._listening:
                    connection, _address = self._listening.accept()
                    self._selector.register(connection, selectors.EVENT_READ, bytearray())
                elif isinstance(key.fileobj, socket.socket):
                    self._read(key.fileobj, key.data)

    def _read(self, connection: socket.socket, received: bytearray) -> None:
        """Take what has come, and answer when it is a whole request; the connection stays open, as Slack keeps it."""
        more = connection.recv(65_536)
        received += more
        head, found, body = bytes(received).partition(HEAD_END)
        if more and (not found or len(body) < _length(head)):
            return
        if more:
            received.clear()
            answer = json.dumps({"ok": True} | self._answer(head, body)).encode()
            header = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(answer)}\r\n\r\n"
            connection.sendall(header.encode() + answer)
            return
        self._selector.unregister(connection)
        connection.close()

    def _answer(self, head: bytes, body: bytes) -> dict[str, Any]:
        method = head.split(b" ", 2)[1].rpartition(b"/")[2]
        if method == b"auth.test":
            return IDENTITY
        if method != b"chat.postMessage":
            return {}
        text = body.decode()
        params = json.loads(text) if text.startswith("{") else {n: v[0] for n, v in parse_qs(text).items()}
        self.at[str(params["thread_ts"])] = now = time.perf_counter()
        return {"channel": params["channel"], "ts": f"{now:.6f}"}


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


class Shares:
    """How many cores each of several groups of processes uses, descendants included."""

    def __init__(self, **groups: list[int]) -> None:
        self._groups = groups
        self._before = self._seconds()
        self._started = time.monotonic()

    def __str__(self) -> str:
        passed = time.monotonic() - self._started
        now = self._seconds()
        return ", ".join(f"{name} {(now[name] - self._before[name]) / passed:.2f}" for name in now)

    def each(self, count: float) -> str:
        """The processor time that each group took for each of `count` requests: it counts no other work."""
        used = {name: 1000 * (seconds - self._before[name]) for name, seconds in self._seconds().items()}
        return ", ".join(f"{name} {used[name] / max(count, 1):.1f} ms" for name in used if name != MACHINE)

    def _seconds(self) -> dict[str, float]:
        children, used = _processes()

        def total(pid: int) -> float:
            return used.get(pid, 0.0) + sum(map(total, children.get(pid, ())))

        found = {name: sum(map(total, pids)) for name, pids in self._groups.items()}
        own, busy = os.times(), Path("/proc/stat").read_text().split(maxsplit=4)[1:4]  # user, nice, system
        return found | {"sender and Slack": own.user + own.system, MACHINE: sum(map(int, busy)) / TICKS}


def wait_until_idle(*pids: int) -> None:
    """Wait until processes do next to nothing: each encodes the entries for the second stage once it is up."""
    while True:
        before = sum(_processes()[1][pid] for pid in pids)
        time.sleep(LOOK_SECONDS)
        if sum(_processes()[1][pid] for pid in pids) - before < IDLE * LOOK_SECONDS:
            return


def _processes() -> tuple[dict[int, list[int]], dict[int, float]]:
    """Each process's children, and the processor seconds it has used."""
    children: dict[int, list[int]] = {}
    used: dict[int, float] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        pid = int(stat.parent.name)
        children.setdefault(int(fields[1]), []).append(pid)
        used[pid] = (int(fields[11]) + int(fields[12])) / TICKS
    return children, used
