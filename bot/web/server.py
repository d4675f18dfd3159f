"""Serving the web application with gunicorn, from inside our own process."""

import socket
import threading
from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from werkzeug.serving import make_server

from knowledge.errors import SettingError

THREADS = 16  # questions take milliseconds; the threads mostly wait for Slack or slow browsers
GRACE_SECONDS = 20  # for running requests after Ctrl-C or SIGTERM
DRAIN_SECONDS = 15.0  # for what requests began; the process has to be gone before the grace ends


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
        self, web: Flask, host: str, port: int, on_start: Callable[[], None], on_end: Callable[[], None]
    ) -> None:
        """`on_start` and `on_end` run in the process that serves, where threads may be started."""
        self._web = web
        self._options: dict[str, Any] = {
            "bind": f"{host}:{port}",
            "worker_class": "gthread",
            "workers": 1,
            "threads": THREADS,
            "graceful_timeout": GRACE_SECONDS,
            "timeout": 60,
            "loglevel": "warning",
            "logger_class": DiscreetLogger,
            "control_socket_disable": True,
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


def serve_beside(web: Flask, host: str, port: int) -> None:
    """Serve a few pages in a thread that ends with the process. Raises SettingError where the port is taken."""
    try:
        listening = socket.create_server((host, port))
    except OSError as error:
        raise SettingError(
            "STATUS_PORT",
            f"{host}:{port} で待ち受けられません（{type(error).__name__}）。",
            "空いているポートを STATUS_PORT に指定してください。",
        ) from error
    with listening:
        server = make_server(host, port, web, threaded=True, fd=listening.fileno())
    threading.Thread(target=server.serve_forever, daemon=True).start()
