"""Entries with the places they were read from, for messages that name file and line."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from knowledge.entry import Entry
from knowledge.errors import Problem, Severity
from knowledge.list_name import ListName

Only = Collection[str] | None  # ids of changed entries whose problems are wanted; None for every entry's


@dataclass(frozen=True, slots=True)
class LocatedEntry:
    """An entry and its place: in YAML `lines` maps a field (`question`, `variants.3`) to its line.

    In a spreadsheet `line` is the row of the `sheet`, `columns` maps a field to its column, and of the `silent` fields,
    which have none, the row says nothing. `encoding` is one that cannot hold every text, "" for any other.
    `warnings` tell how its texts were read.
    """

    entry: Entry
    file: str = ""
    line: int = 0
    lines: Mapping[str, int] = field(default_factory=dict)
    sheet: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()
    encoding: str = ""
    warnings: tuple[Problem, ...] = ()

    def problem(self, message: str, hint: str, field_name: str = "", severity: Severity = Severity.ERROR) -> Problem:
        """A problem at this entry, placed at `field_name` where that is known."""
        whole = field_name.split(".", maxsplit=1)[0]
        line = self.lines.get(field_name) or self.lines.get(whole, self.line)
        return Problem(
            message,
            hint,
            self.file,
            line,
            self.entry.id,
            field=field_name,
            sheet=self.sheet,
            column=self.columns.get(whole, ""),
            severity=severity,
        )

    def warning(self, message: str, hint: str, field_name: str = "") -> Problem:
        """A warning at this entry."""
        return self.problem(message, hint, field_name, Severity.WARNING)


def concerns(only: Only, entry_id: str, other_id: str = "") -> bool:
    """True when an entry, or one of two, is among those whose problems are wanted."""
    return only is None or entry_id in only or other_id in only


@dataclass(frozen=True, slots=True)
class LocatedList:
    """The text of a list and its place: the file, and in a spreadsheet the sheet with the row of each line."""

    text: str
    file: str = ""
    sheet: str = ""
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Incoming:
    """The entries and lists of an editor's files.

    `bases` gives for an id the digest of the version its row came from, where the file remembers it.
    `exported` are the ids that the file held when it was written: one that is gone was removed by the
    editor. It is None where the file does not remember them; with `is_whole` it then holds every entry of its
    categories. `lists` are those lists that the files hold, `list_bases` the digests of the texts that they came from,
    where that is remembered. `warnings` tell how the files were understood.
    """

    located: tuple[LocatedEntry, ...]
    bases: Mapping[str, str] = field(default_factory=dict)
    exported: frozenset[str] | None = None
    lists: Mapping[ListName, LocatedList] = field(default_factory=dict)
    list_bases: Mapping[ListName, str] = field(default_factory=dict)
    is_whole: bool = True
    warnings: tuple[Problem, ...] = ()
