"""Errors as programs get them: application/problem+json, as RFC 9457 says."""

import msgspec
from flask import Request, Response
from werkzeug.exceptions import HTTPException

from bot.exchange.reading import ITEM, UnreadableError
from bot.web.api.objects import Problem

CONTENT_TYPE = "application/problem+json"
TITLES = {
    400: "リクエストを読めません",
    401: "トークンを使えません",
    403: "このサイトからは使えません",
    404: "見つかりません",
    405: "このメソッドは使えません",
    413: "リクエストが大きすぎます",
    415: "JSONではありません",
    422: "値を使えません",
    429: "リクエストが多すぎます",
    500: "処理できませんでした",
    503: "今はお受けできません",
}
DETAILS = {
    400: "本文をUTF-8のJSONで送ってください。",
    401: "Authorization: Bearer に、設定 API_TOKENS か EDITOR_TOKENS にあるトークンを入れてください。",
    403: "呼び出すサイトを、設定 API_ORIGINS に加えてください。",
    404: "アドレスと id、reference を確かめてください。",
    405: "Allow ヘッダーにあるメソッドで送ってください。",
    413: "本文は64KiBまでです。",
    415: "Content-Type: application/json で送ってください。",
    429: "Retry-After ヘッダーの秒数をおいてから、もう一度送ってください。",
    500: "しばらくしてから、もう一度送ってください。",
}


class ProblemError(HTTPException):
    """An HTTP error that says more than its status does."""

    def __init__(self, status: int, detail: str, *, pointer: str | None = None, contact: str | None = None) -> None:
        super().__init__(detail)
        self.code = status
        self.pointer = pointer
        self.contact = contact


def unusable(error: UnreadableError) -> ProblemError:
    """The problem of an object that is not of its type."""
    steps = ITEM.sub(r".\1", error.path).replace(".", "/")
    return ProblemError(422, f"{error.message}{error.hint}", pointer=f"#/{steps}" if steps else "#")


def is_for_programs(request: Request) -> bool:
    """True for a request whose errors are problems, not pages."""
    return request.path == "/mcp" or request.path.startswith("/api/")


def problem(error: HTTPException, reference: str | None = None) -> Response:
    """The response for an error; the reference of a failure is found in the log."""
    status = error.code or 500
    told = error if isinstance(error, ProblemError) else ProblemError(status, DETAILS.get(status, TITLES[400]))
    body = Problem(
        type="about:blank",
        title=TITLES.get(status, TITLES[400]),
        status=status,
        detail=str(told.description),
        pointer=told.pointer,
        reference=reference,
        contact=told.contact,
    )
    response = Response(msgspec.json.encode(body), status)
    response.headers.update([(name, value) for name, value in error.get_headers() if name != "Content-Type"])
    response.headers["Content-Type"] = CONTENT_TYPE
    return response
