"""A web server of a test, which ends at once: its base looks only now and then whether it is to."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class LocalServer(ThreadingHTTPServer):
    """It serves in a thread from `start` to `end`."""

    daemon_threads = True
    request_queue_size = 128  # many listeners call at once

    def __init__(self, handler: type[BaseHTTPRequestHandler], port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), handler)
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """End it, by a last call of its own that wakes it."""
        self._ending.set()
        while self._thread.is_alive():
            with suppress(OSError):  # it has just ended
                socket.create_connection(("127.0.0.1", self.server_port), 0.1).close()
            self._thread.join(0.02)
        self.server_close()

    def _serve(self) -> None:
        while not self._ending.is_set():
            self.handle_request()


@contextmanager
def answering(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """The origin of a server whose requests `handler` answers."""
    server = LocalServer(handler)
    server.start()
    yield server.origin
    server.end()
