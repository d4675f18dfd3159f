"""Serving the web application with gunicorn, from inside our own process."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

THREADS = 16  # questions take milliseconds; the threads mostly wait for Slack or slow browsers
GRACE_SECONDS = 20  # for running requests after Ctrl-C or SIGTERM


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no type hints
    """gunicorn around an application that is already built; ends cleanly on Ctrl-C and SIGTERM."""

    def __init__(self, web: Flask, host: str, port: int, on_start: Callable[[], None]) -> None:
        """`on_start` runs in the process that serves, where threads may be started."""
        self._web = web
        self._options: dict[str, Any] = {
            "bind": f"{host}:{port}",
            "worker_class": "gthread",
            "workers": 1,
            "threads": THREADS,
            "graceful_timeout": GRACE_SECONDS,
            "timeout": 60,
            "loglevel": "warning",
            "control_socket_disable": True,
            "post_worker_init": lambda _worker: on_start(),
        }
        super().__init__()

    def load_config(self) -> None:
        """Hand our options to gunicorn."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application gunicorn serves."""
        return self._web
