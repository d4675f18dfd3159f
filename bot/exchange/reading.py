"""Reads objects that programs send: JSON into the declared type, or an error that names the value."""

import re
from typing import Any, TypeVar

import msgspec

from knowledge.errors import FaqError

Type = TypeVar("Type")
PLACE = re.compile(r"^(?P<fault>.*?)(?: - at `\$(?P<path>.*)`)?$", re.DOTALL)
MISSING = re.compile(r"Object missing required field `(\w+)`")
ITEM = re.compile(r"\[(\d+)\]")


class UnreadableError(FaqError):
    """An object is not of its type; `path` leads to the value (`conversation[0].query`, "" for the whole)."""

    def __init__(self, path: str, fault: str) -> None:
        place = ITEM.sub(lambda item: f" の{int(item[1]) + 1}番目", path).replace(".", " の ") or "送られた値"
        super().__init__(f"{place} を読めません。", f"決められた形で送ってください（{fault}）。")
        self.path = path


def decode(text: bytes, kind: type[Type]) -> Type:
    """The object that `text` holds in JSON. Raises UnreadableError, ValueError for text that is no JSON."""
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.ValidationError as error:
        raise _unreadable(error) from error
    except RecursionError as error:  # also in a field that nobody reads
        raise ValueError("nested too deeply") from error


def convert(values: Any, kind: type[Type], *, strict: bool = True) -> Type:
    """The object that `values` (from JSON; of a URL if not `strict`) hold. Raises UnreadableError."""
    try:
        return msgspec.convert(values, kind, strict=strict)
    except msgspec.ValidationError as error:
        raise _unreadable(error) from error
    except UnicodeEncodeError as error:  # some texts are encoded to be read: "\ud800" cannot be
        raise UnreadableError("", "half of a surrogate pair is no text") from error


def _unreadable(error: msgspec.ValidationError) -> UnreadableError:
    found = PLACE.match(str(error))
    fault, path = (found["fault"], (found["path"] or "").removeprefix(".")) if found else ("", "")
    missing = MISSING.search(fault)
    return UnreadableError(".".join(filter(None, (path, missing[1] if missing else ""))), fault)
