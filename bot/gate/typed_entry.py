"""An entry, or more ways to ask for one, as an editor typed them into a form, at any door."""

import secrets
from collections.abc import Iterable, Mapping
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


def new_variants(entry: Entry, texts: Iterable[str]) -> tuple[str, ...]:
    """The texts, each in one line and once, that are neither the entry's question nor one of its variants yet."""
    lines = dict.fromkeys(" ".join(text.split()) for text in texts)
    return tuple(line for line in lines if line and line not in (entry.question, *entry.variants))
