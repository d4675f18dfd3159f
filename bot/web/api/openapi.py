"""The OpenAPI document of the API, made from its routes and their types."""

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import msgspec
from flask import Flask, Response

from bot.web.api.objects import Problem
from bot.web.api.problems import CONTENT_TYPE
from bot.web.api.routes import PREFIX, ROUTES, Route
from knowledge.entry_rules import ID_PATTERN

EVERYWHERE = (401, 429, 500)  # problems that every route may have
OF_BODIES = (400, 413, 415, 422)
SCHEMAS = "#/components/schemas/{name}"
TOKEN = "token"  # noqa: S105  # the name of the scheme
Json = dict[str, Any]
ID: Json = {"type": "string", "pattern": f"^{ID_PATTERN.pattern}$"}


def add_document(web: Flask, title: Callable[[], str], public_url: str) -> None:
    """Serve the document, which is made when it is asked for: that takes 10 ms, and an edit may change the title."""

    @web.get(f"{PREFIX}/openapi.json")
    def api_document() -> Response:
        return Response(msgspec.json.encode(document(title(), public_url)), content_type="application/json")


def document(title: str, public_url: str = "") -> Json:
    """The document, by OpenAPI 3.1."""
    types = [kind for route in ROUTES for kind in (route.takes, route.gives) if kind]
    _, schemas = msgspec.json.schema_components([*types, Problem], ref_template=SCHEMAS)
    paths: Json = {}
    for route in ROUTES:
        paths.setdefault(PREFIX + route.path, {})[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version("faqbot")},
        "servers": [{"url": public_url or "/"}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {TOKEN: {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {TOKEN: []}],
    }


def _operation(route: Route, schemas: Json) -> Json:
    problems = sorted({*EVERYWHERE, *(OF_BODIES if route.has_body else (422,) if route.takes else ()), *route.problems})
    operation: Json = {
        "operationId": route.name,
        "summary": route.summary,
        "responses": {
            "200" if route.gives else "204": _said("Done", route.gives, "application/json"),
            **{str(status): _said("Problem", Problem, CONTENT_TYPE) for status in problems},
        },
    }
    if route.has_body and route.takes:
        operation["requestBody"] = {"required": True, "content": _content(route.takes, "application/json")}
    else:
        operation["parameters"] = _parameters(route, schemas)
    return operation


def _parameters(route: Route, schemas: Json) -> list[Json]:
    if route.takes is None:
        return [{"name": "id", "in": "path", "required": True, "schema": ID}]
    fields = schemas[route.takes.__name__]["properties"]
    return [{"name": name, "in": "query", "schema": schema} for name, schema in fields.items()]


def _said(what: str, kind: type | None, content_type: str) -> Json:
    return {"description": what} | ({"content": _content(kind, content_type)} if kind else {})


def _content(kind: type, content_type: str) -> Json:
    return {content_type: {"schema": {"$ref": SCHEMAS.format(name=kind.__name__)}}}
