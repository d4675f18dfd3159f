"""Days in Japan and moments moved within a statement, which SQLite and PostgreSQL write differently.

SQLite keeps a moment as text; its dates are quicker to work out than its moments.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class TokyoDay(FunctionElement[Any]):
    """The day in Japan on which a moment of the database lies; `str` of it is 2026-01-31."""

    type = sa.Date().with_variant(sa.String(), "sqlite")
    inherit_cache = True


class DayLater(FunctionElement[Any]):
    """The moment 24 hours after a moment of the database."""

    type = sa.DateTime()
    inherit_cache = True


class FiveSecondsEarlier(FunctionElement[Any]):
    """The moment five seconds before a moment of the database, to the millisecond."""

    type = sa.DateTime()
    inherit_cache = True


def _written(element: type[FunctionElement[Any]], dialect: str, statement: str) -> None:
    """Let `element` be written as `statement` for a dialect."""

    def write(written: FunctionElement[Any], compiler: Any, **options: Any) -> str:
        return statement.format(compiler.process(written.clauses, **options))

    compiles(element, dialect)(write)


_written(TokyoDay, "sqlite", "date({0}, '+9 hours')")
_written(TokyoDay, "postgresql", "date({0} + interval '9 hours')")
_written(DayLater, "sqlite", "date({0}, '+1 day') || substr({0}, 11)")
_written(DayLater, "postgresql", "{0} + interval '1 day'")
_written(FiveSecondsEarlier, "sqlite", "strftime('%Y-%m-%d %H:%M:%f', {0}, '-5 seconds')")
_written(FiveSecondsEarlier, "postgresql", "{0} - interval '5 seconds'")
