"""`python -m tests.faults.slow_clients`: everybody is served at once while 200 connections send slowly, or nothing.

The connections come from four addresses of this machine. Some send a byte now and then, some have begun a request and
are dead, some take no answer; one that the server closes comes back at once. Meanwhile the page, /healthz and signed
events of Slack are asked for again and again. Exit 1 when one of them took longer than a second or failed.
"""

import argparse
import http.client
import socket
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).parents[1]))

from fake_slack import BOT_USER, TEAM, FakeSlack
from processes import deliver, percentiles

from tests.faults.one_bot import add_prepared, running_bot

LOCAL = "127.0.0.1"
READER = "127.0.0.5"  # whose quota nobody else uses up
PER_MINUTE = "60"  # requests of one address, as in operation
ADDRESSES = tuple(f"127.0.0.{number}" for number in range(1, 5))
LONGEST = 1.0  # seconds for an answer
PAUSES = {"page": 1.1, "/healthz": 0.1, "Slack event": 0.5}  # seconds between two askings; a page has a quota
DRIP = 0.5  # seconds between two bytes of a slow connection
PAGE = "/?q=" + quote("無料お試しは何日間ですか")
BEGUN = (  # what a connection sends at once, and whether it goes on
    (b"GET / HTTP/1.1\r\nHost: exam", True),
    (b"POST /choose HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n\r\nr", True),
    (b"POST /slack/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n{", True),
    (b"", False),
    (b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n", False),
    (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", False),  # and does not take the answer
)


class SlowConnection:
    """One connection of an attacker, opened anew whenever the server has closed it."""

    def __init__(self, port: int, number: int) -> None:
        self._port = port
        self._address = ADDRESSES[number % len(ADDRESSES)]
        self._begun, self._drips = BEGUN[number // len(ADDRESSES) % len(BEGUN)]
        self._socket: socket.socket | None = None
        self.opened = 0

    def go_on(self) -> None:
        """Send one byte more, or come back."""
        try:
            if self._socket is None:
                self._open()
            elif self._is_closed(self._socket):
                self.close()
                self._open()
            elif self._drips:
                self._socket.send(b"x")
        except OSError:
            self.close()

    def close(self) -> None:
        """Hang up."""
        if self._socket:
            self._socket.close()
        self._socket = None

    def _open(self) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1_024)
        self._socket.bind((self._address, 0))
        self._socket.settimeout(1.0)
        self._socket.connect((LOCAL, self._port))
        self._socket.setblocking(False)
        self._socket.send(self._begun)
        self.opened += 1

    def _is_closed(self, connection: socket.socket) -> bool:
        with suppress(BlockingIOError):
            return connection.recv(1, socket.MSG_PEEK) == b""
        return False


def main() -> int:
    """Run and print; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--connections", type=int, default=200)
    add_prepared(parser)
    options = parser.parse_args()
    with running_bot(FakeSlack(), options.prepared, WEB_RATE_LIMIT=PER_MINUTE) as (bot, _):
        assert _get(bot.port, PAGE)
        return _run(bot.port, options.connections, options.seconds)


def _run(port: int, connections: int, seconds: float) -> int:
    slow, over = [SlowConnection(port, number) for number in range(connections)], threading.Event()
    times: dict[str, list[float]] = defaultdict(list)
    failed: dict[str, int] = defaultdict(int)
    asking: dict[str, Callable[[int], bool]] = {
        "page": lambda _: _get(port, PAGE),
        "/healthz": lambda _: _get(port, "/healthz"),
        "Slack event": lambda number: deliver(port, _event(number)),
    }
    threads = [threading.Thread(target=_keep_slow, args=(slow, over))]
    for name, ask in asking.items():
        threads.append(threading.Thread(target=_keep_asking, args=(ask, times[name], failed, name, over)))
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    over.set()
    for thread in threads:
        thread.join()
    print(f"slow connections {connections} from {len(ADDRESSES)} addresses, opened {sum(one.opened for one in slow)}")
    for name in asking:
        worst = f"worst {max(times[name], default=0.0) * 1_000:,.0f} ms"
        print(f"{name}: asked {len(times[name])}, failed {failed[name]}; {percentiles(times[name])}, {worst}")
    late = any(one > LONGEST for of_kind in times.values() for one in of_kind)
    return int(late or any(failed.values()) or not all(times[name] for name in asking))


def _keep_slow(slow: list[SlowConnection], over: threading.Event) -> None:
    while not over.wait(DRIP):
        for one in slow:
            one.go_on()
    for one in slow:
        one.close()


def _keep_asking(
    ask: Callable[[int], bool], times: list[float], failed: dict[str, int], name: str, over: threading.Event
) -> None:
    over.wait(2 * DRIP)  # until the slow ones are there
    number = 0
    while not over.wait(PAUSES[name]):
        started = time.monotonic()
        failed[name] += not ask(number)
        times.append(time.monotonic() - started)
        number += 1


def _get(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(LOCAL, port, timeout=10, source_address=(READER, 0))
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status == 200 and bool(response.read())
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _event(number: int) -> dict[str, object]:
    said = {"type": "app_mention", "text": f"<@{BOT_USER}> 料金はいくらですか", "channel": f"C{number % 50}"}
    event = said | {"user": f"U{number}", "ts": f"17{number:08d}.000100"}
    return {"type": "event_callback", "team_id": TEAM, "event_id": f"Ev{number}", "event": event}


if __name__ == "__main__":
    sys.exit(main())
