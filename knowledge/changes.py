"""The differences between two versions of an entry, field by field."""

from collections.abc import Iterator
from dataclasses import MISSING, Field, dataclass, fields
from enum import StrEnum
from typing import Any

from knowledge.entry import Entry, Status
from knowledge.labels import FIELD_LABELS, STATUS_LABELS


class ChangeKind(StrEnum):
    """Kinds of changes to a whole entry."""

    ADDED = "追加"
    CHANGED = "変更"
    REMOVED = "削除"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after, as text; of a list only the items removed and added, one a line."""

    field: str
    before: str
    after: str

    @property
    def label(self) -> str:
        """The Japanese name of the field."""
        return FIELD_LABELS[self.field]


@dataclass(frozen=True, slots=True)
class EntryChange:
    """An entry before and after; None where it did not exist."""

    before: Entry | None
    after: Entry | None

    @property
    def id(self) -> str:
        """The entry's id."""
        entry = self.after or self.before
        assert entry
        return entry.id

    @property
    def question(self) -> str:
        """The entry's question, the newer one where it changed."""
        entry = self.after or self.before
        assert entry
        return entry.question

    @property
    def kind(self) -> ChangeKind:
        """The kind of the change."""
        if self.before is None:
            return ChangeKind.ADDED
        return ChangeKind.REMOVED if self.after is None else ChangeKind.CHANGED

    def fields(self) -> list[FieldChange]:
        """Every field that differs."""
        return list(_field_changes(self.before, self.after))


def _field_changes(before: Entry | None, after: Entry | None) -> Iterator[FieldChange]:
    for field in fields(Entry):
        old, new = (getattr(entry, field.name) if entry else _default(field) for entry in (before, after))
        if old == new:
            continue
        if isinstance(old, tuple) and isinstance(new, tuple):
            taken, put = [item for item in old if item not in new], [item for item in new if item not in old]
            if not taken and not put:  # the same in another order
                taken, put = list(old), list(new)
            yield FieldChange(field.name, "\n".join(taken), "\n".join(put))
        else:
            yield FieldChange(field.name, _text(old), _text(new))


def _default(field: Field[Any]) -> Any:
    return "" if field.default is MISSING else field.default


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "はい" if value else ""
    if isinstance(value, Status):
        return STATUS_LABELS[value]
    return "" if value is None else str(value)
