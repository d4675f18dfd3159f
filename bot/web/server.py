"""Serving the web application with gunicorn, from inside our own process."""

import errno
import socket
import threading
from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger
from gunicorn.sock import create_sockets
from werkzeug.serving import make_server

from knowledge.errors import SettingError

THREADS = 16  # questions take milliseconds; the threads mostly wait for Slack or slow browsers
GRACE_SECONDS = 20  # for running requests after Ctrl-C or SIGTERM
DRAIN_SECONDS = 15.0  # for what requests began; the process has to be gone before the grace ends
PORT_FAULTS = {errno.EADDRINUSE: "ほかのプログラムが使っています", errno.EACCES: "使う権限がありません"}


class DiscreetLogger(Logger):  # type: ignore[misc]  # gunicorn has no type hints
    """gunicorn's log within ours: the same lines in the same place, and nothing of what people asked."""

    def setup(self, cfg: Any) -> None:
        """Take the level, and leave handlers and format to the root logger."""
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True

    def warning(self, msg: object, *args: object, **options: Any) -> None:
        """Warn; of an invalid request neither its text, which may hold a question, nor its sender is told."""
        super().warning(str(msg).partition(" from ip=")[0], *args, **options)

    def exception(self, msg: object, *args: object, **options: Any) -> None:
        """Log a failure; an address ends where its query begins."""
        super().exception(str(msg), *(str(arg).partition("?")[0] for arg in args), **options)


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no type hints
    """gunicorn around an application that is already built; ends cleanly on Ctrl-C and SIGTERM."""

    def __init__(
        self,
        web: Flask,
        host: str,
        port: int,
        on_start: Callable[[], None],
        on_end: Callable[[], None],
        *,
        on_ready: Callable[[], None],
    ) -> None:
        """`on_start` and `on_end` run in the process that serves, where threads may be started.

        `on_ready` runs in its parent, once that listens.
        """
        self._web = web
        self._address = (host, port)
        self._options: dict[str, Any] = {
            "worker_class": "gthread",
            "workers": 1,
            "threads": THREADS,
            "graceful_timeout": GRACE_SECONDS,
            "timeout": 60,
            "loglevel": "warning",
            "logger_class": DiscreetLogger,
            "control_socket_disable": True,
            "on_starting": self._listen,
            "when_ready": lambda _arbiter: on_ready(),
            "post_worker_init": lambda _worker: on_start(),
            "worker_exit": lambda _server, _worker: on_end(),
        }
        super().__init__()

    def load_config(self) -> None:
        """Hand our options to gunicorn."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application gunicorn serves."""
        return self._web

    def _listen(self, arbiter: Arbiter) -> None:
        """Listen in gunicorn's place, which tries five times and then ends the process itself. Raises SettingError."""
        if not arbiter.master_pid:  # else it was given the sockets of the gunicorn that it takes over from
            listening = _listening("PORT", *self._address, backlog=arbiter.cfg.backlog)
            arbiter.LISTENERS = create_sockets(arbiter.cfg, arbiter.log, [listening.detach()])


def serve_beside(web: Flask, host: str, port: int) -> None:
    """Serve a few pages in a thread that ends with the process. Raises SettingError where it cannot listen."""
    with _listening("STATUS_PORT", host, port) as listening:
        server = make_server(host, port, web, threaded=True, fd=listening.fileno())
    threading.Thread(target=server.serve_forever, daemon=True).start()


def _listening(name: str, host: str, port: int, backlog: int = 128) -> socket.socket:
    """A socket that listens on `port`, the value of the setting `name`. Raises SettingError for that one or HOST."""
    bare = host.strip("[]")  # as an address of IPv6 is written in a URL
    six = ":" in bare
    both = six and socket.has_dualstack_ipv6()  # `::` is reached by IPv4 too
    try:
        family = socket.AF_INET6 if six else socket.AF_INET
        return socket.create_server((bare, port), family=family, backlog=backlog, dualstack_ipv6=both)
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
