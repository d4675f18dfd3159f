"""The messages of MCP (JSON-RPC 2.0): requests as they are read, and the errors for those that cannot be.

Written by hand, because the server of the official SDK is asynchronous and this application is not; the tests
talk to it with the SDK's client. Two ways of the protocol are spoken: since 2026-07-28 every request carries its
version in `_meta` and in headers; before, a client shakes hands (`initialize`), which we remember nothing of.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType
from werkzeug.datastructures import Headers

Json = dict[str, Any]

STATELESS = ("2026-07-28",)
SHAKING_HANDS = ("2025-11-25", "2025-06-18", "2025-03-26")  # the newest first
VERSION_HEADER = "MCP-Protocol-Version"
META = "io.modelcontextprotocol/"
PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
HEADER_MISMATCH = -32020
UNSUPPORTED_VERSION = -32022
STATUSES = {METHOD_NOT_FOUND: 404, INTERNAL_ERROR: 500}  # of the stateless way; 400 for others


class Envelope(Struct):
    """A message as it comes; one without `id` is a notification."""

    jsonrpc: Literal["2.0"]
    method: str
    id: str | int | UnsetType = UNSET
    params: Json = {}  # msgspec copies it


class RpcError(Exception):
    """An error of the protocol; those of a tool are results."""

    def __init__(self, code: int, message: str, data: Json | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data

    def to_json(self) -> Json:
        """The error as it is sent."""
        return {"code": self.code, "message": self.message} | ({"data": self.data} if self.data else {})


@dataclass(frozen=True, slots=True)
class Request:
    """A request for an answer, or a notification (`id` is None)."""

    method: str
    params: Json = field(default_factory=dict)
    id: str | int | None = None
    is_stateless: bool = False

    def check(self, headers: Headers) -> None:
        """Raise RpcError unless the headers of a stateless request say what its body does."""
        if not self.is_stateless or self.id is None:
            return
        given = self.params.get("_meta")
        meta = given if isinstance(given, dict) else {}
        missing = [name for name in ("protocolVersion", "clientCapabilities") if f"{META}{name}" not in meta]
        if missing:
            raise RpcError(INVALID_PARAMS, f"_meta lacks {', '.join(missing)}")
        told = {VERSION_HEADER: meta[f"{META}protocolVersion"], "Mcp-Method": self.method}
        if self.method == "tools/call":
            told["Mcp-Name"] = self.params.get("name")
        for name, value in told.items():
            if headers.get(name) != value:
                raise RpcError(HEADER_MISMATCH, f"the header {name} differs from the body")


def read_request(body: bytes, headers: Headers) -> Request:
    """The message of a body. Raises RpcError."""
    version = headers.get(VERSION_HEADER, "")
    known = (*STATELESS, *SHAKING_HANDS)
    if version and version not in known:
        data = {"supported": list(known), "requested": version}
        raise RpcError(UNSUPPORTED_VERSION, "Unsupported protocol version", data)
    try:
        envelope = msgspec.json.decode(body, type=Envelope)
    except msgspec.ValidationError as error:
        raise RpcError(INVALID_REQUEST, f"no single JSON-RPC request or notification: {error}") from error
    except (ValueError, RecursionError) as error:
        raise RpcError(PARSE_ERROR, "Parse error") from error
    request_id = None if envelope.id is UNSET else envelope.id
    return Request(envelope.method, envelope.params, request_id, version in STATELESS)
