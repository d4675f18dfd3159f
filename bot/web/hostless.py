"""Flask without the host that a client names: anybody can name any, and some are no hosts at all."""

from typing import TYPE_CHECKING, Any

from flask import Flask

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class HostlessFlask(Flask):
    """A Flask application that repeats no host and makes no redirect of its own."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.url_map.merge_slashes = False  # else `/faq//x` is redirected to `/faq/x` on the client's host

    def wsgi_app(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        """Answer a request as if it named this machine."""
        return super().wsgi_app(environ | {"HTTP_HOST": "localhost"}, start_response)
