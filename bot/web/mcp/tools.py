"""A tool: what it is called, takes and gives, and the call behind it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from bot.exchange.reading import convert
from bot.faq import Faq
from bot.gate.publishing import Publishing
from bot.overview import Overview
from bot.web.tokens import Holder
from knowledge.errors import FaqError

Json = dict[str, Any]
EDITORS_ONLY = (
    "この操作は、編集者のトークンを持つ人だけが行えます。"
    "Authorization: Bearer に、設定 EDITOR_TOKENS のトークンを入れてください。"
)


@dataclass(frozen=True, slots=True)
class Tools:
    """The objects that the tools need: the bot, and for editors the gaps and the gate."""

    faq: Faq
    overview: Overview
    publishing: Publishing


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool; `call` gets the holder of the token too where it is `for_editors`."""

    name: str
    title: str
    description: str
    takes: type
    gives: type
    call: Callable[..., Any]
    for_editors: bool = False
    changes: bool = False

    def described(self) -> Json:
        """The tool as `tools/list` shows it."""
        return {
            "name": self.name,
            "title": self.title,
            "description": self.description,
            "inputSchema": schema_of(self.takes),
            "outputSchema": schema_of(self.gives),
            "annotations": {
                "title": self.title,
                "readOnlyHint": not self.changes,
                "destructiveHint": False,
                "idempotentHint": not self.changes,
                "openWorldHint": False,
            },
        }

    def called(self, tools: Tools, arguments: Any, holder: Holder | None) -> Json:
        """The result of a call; what the caller can mend is an error in it, so that an assistant reads it."""
        if self.for_editors and not (holder and holder.is_editor):
            return _failed(EDITORS_ONLY)
        try:
            taken: Any = convert(arguments, self.takes)
            given = self.call(tools, taken, holder) if self.for_editors else self.call(tools, taken)
        except FaqError as error:
            return _failed(f"{error.message}{error.hint}")
        return _text(msgspec.json.encode(given).decode()) | {"structuredContent": msgspec.to_builtins(given)}


def named(tools: Sequence[Tool], name: Any) -> Tool | None:
    """The tool with this name."""
    return next((tool for tool in tools if tool.name == name), None)


def schema_of(kind: type) -> Json:
    """The JSON Schema of an object, with what it refers to inside."""
    _, inner = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    schema: Json = inner.pop(kind.__name__)
    return schema | ({"$defs": inner} if inner else {})


def _text(text: str) -> Json:
    return {"content": [{"type": "text", "text": text}]}


def _failed(text: str) -> Json:
    return _text(text) | {"isError": True}
