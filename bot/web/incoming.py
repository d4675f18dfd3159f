"""Requests as they come in: how large each may be, and the answer to one that is too large."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ErrorTask
from waitress.utilities import RequestEntityTooLarge

LARGER = "larger"  # the key of a web application's extensions where its Larger is


@dataclass(frozen=True, slots=True)
class Larger:
    """The one form whose bodies may have up to `most` bytes, of those whom `may_send` knows by their cookies."""

    path: str
    most: int
    may_send: Callable[[str], bool]


TOO_LARGE = (
    "送られた内容が大きすぎます（1MBまで、取り込むファイルは10MBまで）。前のページに戻り、分けて送ってください。"
    "大きなファイルの取り込みは、運用の担当者に頼んでください（faqbot import）。"
)
NOT_KNOWN = (
    "1MBより大きいファイルを送れるのは、サインインしている編集者だけです。まだ何も変わっていません。"
    "前のページに戻って読み込み直し、サインインしてから、もう一度送ってください。"
)


class Refusal(ErrorTask):
    """The answer to what cannot be taken; people see it who send too large a file."""

    def execute(self) -> None:
        """Say so in their language."""
        error = self.request.error  # type: ignore[attr-defined]  # the stubs take the request for its error
        if isinstance(error, RequestEntityTooLarge):
            error.body = NOT_KNOWN if self.request.awaits_leave else TOO_LARGE  # type: ignore[attr-defined]
        super().execute()


class Request(HTTPRequestParser):
    """A request as it comes in; of one that is `larger` no more is read until somebody gives leave."""

    awaits_leave = False
    command: Any  # the stubs take it for bytes, and miss the path
    path: str

    def __init__(self, adjustments: Any, larger: Larger | None = None) -> None:
        super().__init__(adjustments)
        self._larger = larger

    def received(self, data: bytes) -> int:
        """Read what has come; returns how many of its bytes are this request's."""
        taken: int = super().received(data)
        if isinstance(self.error, RequestEntityTooLarge) and self._may_be_larger():
            self.error, self.completed, self.awaits_leave = None, False, True
        return taken

    def take_leave(self, *, is_given: bool) -> None:
        """Read on as far as `larger` goes, or no more."""
        if is_given and self._larger:
            self.adj = copy.copy(self.adj)
            self.adj.max_request_body_size = self._larger.most + 1
            self.awaits_leave = False
        else:
            self.error, self.completed = RequestEntityTooLarge(""), True

    def _may_be_larger(self) -> bool:
        one = self._larger
        asked = self.command, self.path
        return one is not None and not self.chunked and asked == ("POST", one.path) and self.content_length <= one.most

    def parse_header(self, header_plus: bytes) -> None:
        """Read the request line and the headers. Raises ParsingError, also where waitress forgets to."""
        try:
            super().parse_header(header_plus)
        except ValueError as error:  # a URL or a length that Python refuses to read
            raise ParsingError("unreadable") from error
        if "TRANSFER_ENCODING" in self.headers or (self.chunked and "CONTENT_LENGTH" in self.headers):
            raise ParsingError("two lengths")  # a proxy may take the other one, and what follows for a request of ours
