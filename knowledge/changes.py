"""The differences between two versions of an entry, field by field, and of a list, line by line."""

from collections.abc import Iterator, Sequence
from dataclasses import MISSING, Field, dataclass, fields
from enum import StrEnum
from typing import Any

from knowledge.entry import Entry, Status
from knowledge.labels import FIELD_LABELS, STATUS_LABELS
from knowledge.list_name import ListName

LINES = "行"  # the label of a list's lines


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
        return LINES if self.field == "lines" else FIELD_LABELS[self.field]


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
    def entry(self) -> Entry | None:
        """The entry that is there afterwards."""
        return self.after

    @property
    def is_rewritten(self) -> bool:
        """True where the question or the answer of an entry that was there is another one."""
        both = self.before, self.after
        return None not in both and len({(one.question, one.answer) for one in both if one}) > 1

    @property
    def kind(self) -> ChangeKind:
        """The kind of the change."""
        if self.before is None:
            return ChangeKind.ADDED
        return ChangeKind.REMOVED if self.after is None else ChangeKind.CHANGED

    def fields(self) -> list[FieldChange]:
        """Every field that differs."""
        return list(_field_changes(self.before, self.after))


@dataclass(frozen=True, slots=True)
class ListChange:
    """A list before and after, or with `line` (what the line is about) one line of it."""

    name: ListName
    before: str
    after: str
    line: str = ""

    @property
    def id(self) -> str:
        """The name of its file, and what the line is about."""
        return f"{self.name.file}「{self.line}」" if self.line else self.name.file

    @property
    def question(self) -> str:
        """The name of the list."""
        return self.name.label

    @property
    def entry(self) -> None:
        """No entry is there afterwards."""

    @property
    def kind(self) -> ChangeKind:
        """A list is always there, if empty."""
        return ChangeKind.CHANGED

    def fields(self) -> list[FieldChange]:
        """The lines taken out and put in."""
        old, new = self.before.splitlines(), self.after.splitlines()
        taken, put = _items(old, new)
        return [FieldChange("lines", "\n".join(taken), "\n".join(put))]


Difference = EntryChange | ListChange


def _items(old: Sequence[str], new: Sequence[str]) -> tuple[list[str], list[str]]:
    """The items taken out and put in; all of them where there is only another order."""
    here, there = set(old), set(new)
    taken, put = [item for item in old if item not in there], [item for item in new if item not in here]
    return (taken, put) if taken or put else (list(old), list(new))


def _field_changes(before: Entry | None, after: Entry | None) -> Iterator[FieldChange]:
    for field in fields(Entry):
        old, new = (getattr(entry, field.name) if entry else _default(field) for entry in (before, after))
        if old == new:
            continue
        if isinstance(old, tuple) and isinstance(new, tuple):
            taken, put = _items(old, new)
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
