"""The form of an entry: what it begins with, what was typed into it, and the faults of each field."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from flask import request

from bot.choosing.choices import Choices
from bot.gate.catching_up import catch_up
from bot.gate.publishing import Publishing
from bot.gate.typed_entry import read_typed, with_id
from bot.web.team.proposing import MAX_REASON
from bot.web.team.whole_numbers import whole_number
from knowledge.changes import FieldChange
from knowledge.entry import Entry
from knowledge.errors import Problem
from knowledge.labels import labelled

LINES = ("variants", "related")
DETAILS = ("as_of", "review_by", "valid_from", "valid_to", "owner", "note", "related", "id")  # rarely written
MIN_RELATED = 3  # inputs for related entries
FIELDS = ("question", "category", "answer", "url", "valid_from", "valid_to", "as_of", "review_by", "owner", "note")


@dataclass(frozen=True, slots=True)
class EntryForm:
    """An entry as text, field by field; `base` is the revision that the editor saw, `entry_id` is "" for a new one."""

    values: Mapping[str, Any]
    base: int
    entry_id: str = ""
    faults: Mapping[str, Sequence[str]] = field(default_factory=dict)  # field: what is wrong with it
    said: str = ""  # about the whole form
    added: str = ""  # a way to ask that was added for the editor
    reason: str = ""  # of the change, where it was given already
    theirs: Sequence[FieldChange] = ()  # what somebody else changed meanwhile

    @classmethod
    def of(cls, entry: Entry, base: int) -> "EntryForm":
        """The form of an entry that is there."""
        return cls(entry.to_fields(), base, entry.id)

    def caught_up(self, publishing: Publishing, entry: Entry) -> "EntryForm":
        """The form of `entry`, with what others changed of it since. Raises StoreError."""
        found = catch_up(publishing, entry, self.base)
        if found is None:
            return self
        entry_id = self.entry_id if found.is_there else ""
        values, said = found.entry.to_fields(), f"{found.said}{found.hint}"
        return replace(self, values=values, base=found.base, entry_id=entry_id, said=said, theirs=found.theirs)

    @classmethod
    def sent(cls, choices: Choices, entry_id: str = "") -> "EntryForm":
        """The form that was sent; a related entry that is none of the `choices` is a fault."""
        typed = request.form
        values: dict[str, Any] = {name: typed.get(name, "") for name in (*FIELDS, "status")}
        related = [line for text in typed.getlist("related") for line in _lines(text)]
        question = values["question"].strip()
        values |= {"variants": [one for one in _lines(typed.get("variants", "")) if one != question]}
        values |= {"related": [choices.found(one) or one for one in related]}
        values |= {"id": entry_id or typed.get("id", "").strip(), "declines": "declines" in typed}
        faults = list(filter(None, map(choices.fault, values["related"])))
        found, base = {"related": faults} if faults else {}, typed.get("base", 0, whole_number)
        return cls(values, base, entry_id, found, reason=typed.get("reason", "").strip()[:MAX_REASON])

    def text(self, name: str) -> str:
        """A field as it stands in its input."""
        value = self.values.get(name) or ""
        if isinstance(value, date):
            return value.isoformat()
        return "\n".join(value) if isinstance(value, list | tuple) else str(value)

    @property
    def has_details(self) -> bool:
        """True when a field that is rarely written has something in it, or a fault."""
        written = DETAILS[:-1] if self.entry_id else DETAILS
        return any(self.text(name) or name in self.faults for name in written)

    def with_variant(self, text: str) -> "EntryForm":
        """The form with another way to ask, where there is one that it does not have yet."""
        variants = list(self.values.get("variants") or ())
        if not text or text in variants or text == self.values.get("question"):
            return self
        return replace(self, values={**self.values, "variants": [*variants, text]}, added=text)

    @property
    def related(self) -> list[str]:
        """The related entries, and "" for each input that is empty."""
        related = list(self.values.get("related") or ())
        return related + [""] * max(1, MIN_RELATED - len(related))

    def read(self) -> tuple[Entry | None, "EntryForm"]:
        """The entry that was typed, and the form with the faults that keep it from being one."""
        entry, found = read_typed(with_id(self.values))
        faults = [(name, text) for name, texts in self.faults.items() for text in texts]
        form = self.with_faults([*faults, *((one.field, f"{one.message}{one.hint}") for one in found)])
        return None if faults else entry, form

    def with_problems(self, problems: Sequence[Problem]) -> "EntryForm":
        """The form with what the gate found; what is about no field of it is said above it."""
        return self.with_faults((one.field, f"{one.message}{one.hint}") for one in problems)

    def with_faults(self, found: Any) -> "EntryForm":
        """The form with these faults, each a field and a text."""
        faults: dict[str, list[str]] = defaultdict(list)
        for name, text in found:
            faults[name.partition(".")[0]].append(labelled(text))
        shown = {name: texts for name, texts in faults.items() if name in (*FIELDS, *LINES, "id", "status")}
        rest = [text for name, texts in faults.items() if name not in shown for text in texts]
        return replace(self, faults=shown, said="".join(rest))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
