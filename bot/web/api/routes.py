"""The routes of the API: one table, from which requests are checked and the OpenAPI document is made."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from flask import Flask, Response, request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from bot.exchange.entries import EntryObject
from bot.exchange.messages import MessageObject
from bot.exchange.reading import UnreadableError, convert, decode
from bot.exchange.replies import ReplyObject
from bot.web.api import calls
from bot.web.api.objects import EntriesPage, EntriesQuery, Escalated, EscalationObject, FeedbackObject
from bot.web.api.problems import unusable

PREFIX = "/api/v1"
MAX_BODY = 1 << 16  # bytes, as of a line of `faqbot ask --json -`


@dataclass(frozen=True, slots=True)
class Route:
    """One route: the call behind it, the type that it takes (of a body or of a query) or an id, and what it gives."""

    method: str
    path: str
    call: Callable[[calls.Api, Any], Any]
    summary: str
    gives: type | None  # None: 204
    takes: type | None = None  # None: the id in its path
    problems: tuple[int, ...] = ()  # beside those that every route may have

    @property
    def name(self) -> str:
        """The name of its operation."""
        return self.call.__name__

    @property
    def has_body(self) -> bool:
        """True when the object that it takes is the body of the request."""
        return self.method == "POST"


ROUTES = (
    Route("POST", "/ask", calls.ask, "Ask a message, with the conversation before it", ReplyObject, MessageObject),
    Route("GET", "/entries", calls.entries, "List the live entries, page by page", EntriesPage, EntriesQuery),
    Route("GET", "/entries/{id}", calls.entry, "Get one live entry", EntryObject, problems=(404,)),
    Route("POST", "/feedback", calls.feedback, "Say if a reply helped", None, FeedbackObject, (404,)),
    Route("POST", "/escalations", calls.escalate, "Hand a question to people", Escalated, EscalationObject, (404, 503)),
)


def add_routes(web: Flask, api: calls.Api) -> None:
    """Add the routes to `web`."""
    for route in ROUTES:
        path = PREFIX + route.path.replace("{id}", "<entry_id>")
        web.add_url_rule(path, f"api_{route.name}", _view(route, api), methods=[route.method])


def read_body() -> bytes:
    """The body of the request, which is to be JSON. Raises HTTPException."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    request.max_content_length = MAX_BODY
    return request.get_data(cache=False)


def _view(route: Route, api: calls.Api) -> Callable[..., Response]:
    def view(entry_id: str = "") -> Response:
        given = route.call(api, _taken(route.takes, has_body=route.has_body) if route.takes else entry_id)
        if route.gives is None:
            return Response(status=204)
        return Response(msgspec.json.encode(given), content_type="application/json")

    return view


def _taken(kind: type, *, has_body: bool) -> Any:
    """The object of a request."""
    try:
        if has_body:
            return decode(read_body(), kind)
        return convert(request.args.to_dict(), kind, strict=False)
    except UnreadableError as error:
        raise unusable(error) from error
    except ValueError as error:  # no JSON
        raise BadRequest from error
