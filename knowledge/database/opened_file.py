"""The file of an SQLite database under its path: SQLite itself goes on writing into one that was deleted."""

import sqlite3
from pathlib import Path

import sqlalchemy as sa


class FileRemovedOrReplaced(sqlite3.OperationalError):
    """The path of the database leads to no file, or to another one than is open: what is written would be lost."""


class OpenedFile:
    """The file as it was first opened. Nothing is closed: the last to close a database deletes its log by its name."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened: tuple[int, int] | None = None

    def note(self) -> None:
        """Remember the file that was opened now, unless another one was before."""
        self._opened = self._opened or self._found()

    def check(self) -> None:
        """Raise FileRemovedOrReplaced unless the path still leads to the file that was opened."""
        if self._opened and self._found() != self._opened:
            raise FileRemovedOrReplaced

    def watch(self, engine: sa.Engine) -> None:
        """Check before every statement of the engine, which costs some microseconds."""
        for event in ("do_execute", "do_executemany", "do_execute_no_params"):
            sa.event.listen(engine, event, lambda *_: self.check())

    def _found(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino
