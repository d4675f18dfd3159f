"""The SQL statements that a database gets, in tests and benchmarks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa


@contextmanager
def recorded(engine: sa.Engine, also: Callable[[], None] = lambda: None) -> Iterator[list[str]]:
    """The statements that any thread executes within the block; `also` is called at each of them."""
    found: list[str] = []

    def remember(_connection: Any, _cursor: Any, statement: str, *_details: Any) -> None:
        found.append(" ".join(statement.split()))
        also()

    sa.event.listen(engine, "before_cursor_execute", remember)
    try:
        yield found
    finally:
        sa.event.remove(engine, "before_cursor_execute", remember)


def tables(statements: list[str]) -> list[str]:
    """What each statement does and to which table: "INSERT inbox"."""
    after = {"INSERT": "INTO", "UPDATE": "UPDATE", "DELETE": "FROM", "SELECT": "FROM"}
    words = [statement.split() for statement in statements]
    return [f"{one[0]} {one[one.index(after[one[0]]) + 1]}" for one in words]
