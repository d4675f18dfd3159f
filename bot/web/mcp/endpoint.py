"""`/mcp`: one request or notification a POST, answered at once and remembered nowhere (streamable HTTP)."""

import logging
import secrets
from collections.abc import Callable
from functools import partial
from importlib.metadata import version

import msgspec
from flask import Flask, Response, request
from werkzeug.exceptions import Forbidden

from bot.setting_table import Settings
from bot.web.api.cross_origin import is_allowed
from bot.web.api.routes import read_body
from bot.web.mcp.asking import ASKING, RULES
from bot.web.mcp.editing import EDITING
from bot.web.mcp.messages import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    META,
    METHOD_NOT_FOUND,
    SHAKING_HANDS,
    STATELESS,
    STATUSES,
    Json,
    Request,
    RpcError,
    read_request,
)
from bot.web.mcp.tools import Tools, named
from bot.web.tokens import Holder, holder_of

logger = logging.getLogger(__name__)
PATH = "/mcp"
Answer = Callable[[], Json]
LIST_KEPT = 60_000  # milliseconds: what a list of tools says depends on the caller's token, and changes with a release
CACHING: Json = {"ttlMs": LIST_KEPT, "cacheScope": "private"}


def add_mcp(web: Flask, tools: Tools, settings: Settings) -> None:
    """Add the endpoint to `web`."""
    web.add_url_rule(PATH, "mcp", partial(_answered, tools, settings), methods=["POST"])


def _answered(tools: Tools, settings: Settings) -> Response:
    """The answer to one message. Raises HTTPException."""
    if not is_allowed(request, settings):  # a page that its visitor's browser lets reach a server of theirs
        raise Forbidden
    body = read_body()
    try:
        asked = read_request(body, request.headers)
    except RpcError as error:
        return _sent({"jsonrpc": "2.0", "id": None, "error": error.to_json()}, 400)
    if asked.id is None:
        return Response(status=202)
    head: Json = {"jsonrpc": "2.0", "id": asked.id}
    try:
        asked.check(request.headers)
        return _sent(head | {"result": _result(tools, asked, holder_of(request, settings))})
    except RpcError as error:
        status = STATUSES.get(error.code, 400) if asked.is_stateless else 200
        return _sent(head | {"error": error.to_json()}, status)


def _result(tools: Tools, asked: Request, holder: Holder | None) -> Json:
    """The result of a request. Raises RpcError."""
    answers: dict[str, Answer] = {
        "initialize": partial(_initialized, tools, asked),
        "server/discover": partial(_discovered, tools),
        "ping": dict,
        "tools/list": partial(_listed, holder),
        "tools/call": partial(_called, tools, asked, holder),
    }
    if asked.method not in answers or (asked.is_stateless and asked.method == "initialize"):
        raise RpcError(METHOD_NOT_FOUND, f"unknown method {asked.method[:64]}")
    result = answers[asked.method]()
    return {"resultType": "complete"} | result if asked.is_stateless else result


def _initialized(tools: Tools, asked: Request) -> Json:
    wanted = asked.params.get("protocolVersion")
    spoken = wanted if wanted in SHAKING_HANDS else SHAKING_HANDS[0]
    return {"protocolVersion": spoken, "serverInfo": _server(tools), **_abilities(tools)}


def _discovered(tools: Tools) -> Json:
    about = {"_meta": {f"{META}serverInfo": _server(tools)}, "supportedVersions": list(STATELESS)}
    return about | _abilities(tools) | CACHING


def _abilities(tools: Tools) -> Json:
    about = f"{tools.faq.site.about}についての質問に、用意された公式の回答で答えます。"
    return {"capabilities": {"tools": {}}, "instructions": f"{about}{RULES}"}


def _server(tools: Tools) -> Json:
    return {"name": "faqbot", "title": tools.faq.site.title, "version": version("faqbot")}


def _listed(holder: Holder | None) -> Json:
    shown = (*ASKING, *EDITING) if holder and holder.is_editor else ASKING
    return {"tools": [tool.described() for tool in shown], **CACHING}


def _called(tools: Tools, asked: Request, holder: Holder | None) -> Json:
    name = asked.params.get("name")
    tool = named((*ASKING, *EDITING), name)
    if tool is None:
        raise RpcError(INVALID_PARAMS, f"unknown tool {str(name)[:64]}")
    try:
        return tool.called(tools, asked.params.get("arguments", {}), holder)
    except Exception as error:
        reference = secrets.token_hex(4)
        logger.exception("a tool failed, reference %s", reference)
        raise RpcError(INTERNAL_ERROR, f"Internal error, reference {reference}") from error


def _sent(message: Json, status: int = 200) -> Response:
    return Response(msgspec.json.encode(message), status, content_type="application/json")
