"""The HTTP server: waitress in a thread of this process, with bounds on slow and on greedy clients."""

import errno
import logging
import socket
import threading
import time
from ipaddress import ip_address

from flask import Flask
from waitress import wasyncore
from waitress.server import TcpWSGIServer

from bot.web.app import MAX_BODY
from bot.web.connections import Bounds, Connection
from bot.web.incoming import LARGER
from knowledge.errors import SettingError

logger = logging.getLogger(__name__)
THREADS = 16  # questions take milliseconds; the threads mostly wait for Slack
MAX_HEADERS = 32_768  # bytes, with the request line: a question of 1,000 characters takes 9,000, of emoji 12,000
GRACE_SECONDS = 20.0  # for requests that are being answered when the server stops
LAST_SECONDS = 1  # for the threads whose requests took longer
BOUNDS = Bounds()
PORT_FAULTS = {errno.EADDRINUSE: "ほかのプログラムが使っています", errno.EACCES: "使う権限がありません"}


class Server(TcpWSGIServer):
    """waitress around an application, on a socket that listens already.

    One thread reads every connection and hands complete requests to THREADS others. Where there are too many
    connections, the one that has kept the server waiting longest is closed, so that a new client is always served.
    """

    channel_class = Connection

    def __init__(self, web: Flask, listening: socket.socket, proxies: int = 0, bounds: Bounds = BOUNDS) -> None:
        """`proxies` is the setting TRUSTED_PROXIES: with any, the clients share the proxy's address."""
        self.bounds = bounds
        self.larger = web.extensions.get(LARGER)
        self._bounds_clients = proxies == 0
        self._is_stopping = threading.Event()
        self._grace = GRACE_SECONDS
        self._thread = threading.Thread(target=self._serve, name="web", daemon=True)
        super().__init__(
            web,
            _sock=listening,
            bind_socket=False,
            sockinfo=(listening.family, listening.type, listening.proto, listening.getsockname()),
            sockets=[listening],
            threads=THREADS,
            max_request_header_size=MAX_HEADERS,
            max_request_body_size=MAX_BODY + 1,
            connection_limit=10 * bounds.connections,  # waitress would stop accepting; `make_room` does not
            clear_untrusted_proxy_headers=False,  # bot.web.clients decides what to believe
            log_socket_errors=False,
            ident=None,
        )

    def start(self) -> None:
        """Serve from now on."""
        self._thread.start()

    def stop(self, seconds: float = GRACE_SECONDS) -> None:
        """Accept no more, finish what is being answered for `seconds` at most, then close every connection."""
        self._grace = seconds
        self._is_stopping.set()
        self.pull_trigger()
        self._thread.join()
        self.trigger.close()  # type: ignore[attr-defined]  # an int, the stubs say

    def pull_trigger(self) -> None:
        """Wake the thread that reads, while there is one."""
        if self._thread.is_alive():
            super().pull_trigger()

    def make_room(self, newest: Connection) -> None:
        """Close the connection that has waited longest where `newest` is one too many: of its client, or of all."""
        everybody = [one for one in self._connections() if not one.will_close]
        of_client = [one for one in everybody if one.client == newest.client]
        if self._bounds_clients and len(of_client) > self.bounds.client:
            _longest_waiting(of_client).drop()
        elif len(everybody) > self.bounds.connections:
            _longest_waiting(everybody).drop()

    def handle_error(self) -> None:
        """Log a fault in accepting a connection and go on; waitress would stop listening."""
        logger.exception("a connection could not be accepted")  # noqa: LOG004  # called while one is handled

    def _serve(self) -> None:
        while not self._is_stopping.is_set():
            self._take_turn()
        wasyncore.dispatcher.close(self)  # stops listening, and nothing else
        deadline = time.monotonic() + self._grace
        while time.monotonic() < deadline and any(one.is_busy for one in self._connections()):
            self._take_turn()
            for connection in self._connections():
                if not connection.is_busy:
                    connection.drop()
        for connection in self._connections():
            connection.handle_close()
        self.task_dispatcher.shutdown(timeout=LAST_SECONDS)

    def _connections(self) -> list[Connection]:
        return list(self.active_channels.values())  # type: ignore[attr-defined]  # the stubs miss that it is a dict

    def _take_turn(self) -> None:
        """Wait for something to read or write and do it, then close the connections that are overdue."""
        wasyncore.loop(self.bounds.turn, use_poll=True, map=self._map, count=1)  # type: ignore[attr-defined]
        now = time.monotonic()
        for connection in self._connections():
            if connection.is_overdue(self.bounds, now):
                connection.drop()


def _longest_waiting(connections: list[Connection]) -> Connection:
    """The one that waits for its client longest; the newest is never being answered, so that there is one."""
    return min((one for one in connections if not one.is_being_answered), key=lambda one: one.waiting_since)


def listen(name: str, host: str, port: int) -> socket.socket:
    """A socket that listens on `port`, the value of the setting `name`. Raises SettingError for that one or HOST."""
    bare = host.strip("[]")  # as an address of IPv6 is written in a URL
    six = ":" in bare
    both = six and socket.has_dualstack_ipv6()  # `::` is reached by IPv4 too
    try:
        family = socket.AF_INET6 if six else socket.AF_INET
        return socket.create_server((bare, port), family=family, dualstack_ipv6=both)
    except (OSError, UnicodeError) as error:
        number = getattr(error, "errno", None)
        if number in PORT_FAULTS:
            raise SettingError(
                name,
                f"{host}:{port} で待ち受けられません（{PORT_FAULTS[number]}）。",
                f"空いているポート（1024以上）を {name} に指定してください。",
            ) from error
        raise SettingError(
            "HOST",
            f"設定 HOST の値「{host}」では待ち受けられません（{type(error).__name__}）。",
            "このコンピュータのアドレス（既定は 127.0.0.1、外から受けるときは 0.0.0.0）を指定してください。",
        ) from error


def address_of(host: str, port: int) -> str:
    """The address at which a browser on this machine finds what listens on `host`, also on every address."""
    bare = host.strip("[]")
    six = ":" in bare
    try:
        is_every = not bare or ip_address(bare).is_unspecified
    except ValueError:  # a name
        is_every = False
    named = ("::1" if six else "127.0.0.1") if is_every else bare
    return f"http://[{named}]:{port}" if six else f"http://{named}:{port}"
