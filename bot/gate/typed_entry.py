"""An entry as an editor typed it into a form, at any door."""

import secrets
from collections.abc import Mapping
from typing import Any

from knowledge.entry import Entry
from knowledge.entry_reader import read_entry
from knowledge.entry_rules import Fault


def with_id(values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a form with an id, a random one where none was typed."""
    return {**values, "id": values["id"] or f"faq-{secrets.token_hex(4)}"}


def read_typed(values: Mapping[str, Any]) -> tuple[Entry | None, list[Fault]]:
    """The entry of a form's fields, of which those without anything in them do not count; see `read_entry`."""
    return read_entry({name: value for name, value in values.items() if value not in ("", [], False)})
