"""The errors that users and operators see; messages are Japanese."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

ORDERS = re.compile("[\x00-\x1f\x7f-\x9f]")  # that a terminal would follow: a new line, other colours, a blank screen


class FaqError(Exception):
    """An error that a person can correct: `message` names the fault, `hint` the next step."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  → {self.hint}" if self.hint else self.message


class Severity(StrEnum):
    """The effect of a problem on publishing."""

    ERROR = "error"  # the entry is not published until it is mended
    WARNING = "warning"  # shown, and may stay


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in the knowledge base, with its place for the editor.

    `file` is the path as the editor knows it ("" for entries that come from no file), `line` counts
    from 1 (0 when unknown) and is the row of `sheet` in a spreadsheet; `column` is its letter, in a CSV
    file its heading.
    """

    message: str
    hint: str
    file: str = ""
    line: int = 0
    entry_id: str = ""
    field: str = ""
    sheet: str = ""
    column: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        line = str(self.line or "")
        if self.sheet:
            cell = f"「{self.sheet}」{self.column}{line}"
        else:
            cell = f"{line}「{self.column}」" if self.column else line
        place = f"{':'.join(filter(None, (self.file, cell)))}: " if self.file else ""
        about = f"[{self.entry_id}] " if self.entry_id else ""
        mark = "注意: " if self.severity is Severity.WARNING else ""
        told = ORDERS.sub("?", f"{place}{about}{mark}{self.message}")
        return f"{told}\n  → {ORDERS.sub('?', self.hint)}"


class KnowledgeError(FaqError):
    """The knowledge base has faults; `problems` lists every one of them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        listing = "\n".join(str(problem) for problem in self.problems)
        super().__init__(f"ナレッジベースに問題が{len(self.problems)}件あります。\n{listing}")


class SettingError(FaqError):
    """A setting is missing or its value is unusable; `name` is the environment variable."""

    def __init__(self, name: str, message: str, hint: str) -> None:
        super().__init__(message, hint)
        self.name = name


class StoreError(FaqError):
    """The database cannot be used; the knowledge base in memory stays live."""


class AlreadyStored(StoreError):
    """A row with the same key exists."""


class EditConflict(FaqError):
    """Another editor changed the same entry in the meantime."""


class RevisionConflict(FaqError):
    """Another publish came in between; `expected` and `actual` are revisions."""

    def __init__(self, expected: int, actual: int) -> None:
        super().__init__(
            f"ほかの人が先に公開しました（あなたの編集は第{expected}版、現在は第{actual}版）。",
            "最新の内容を確認してから、もう一度公開してください。",
        )
        self.expected = expected
        self.actual = actual
