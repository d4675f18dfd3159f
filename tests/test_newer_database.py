"""A database that a newer version of the program has used is refused, with what to do and no traceback.

1. Every command that needs the database says so; nothing is changed.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from making import KEY

from bot.cli import main

COMMANDS = (
    *("serve", "ask 料金", "import knowledge/entries --dry-run", "diff", "history", "show plan-prices", "rollback 1"),
    *("proposals", "approve 1", "withdraw 1", "gaps", "privacy export --user U123", "privacy erase --user U123"),
    *("migrate", "evaluate --lexical"),
)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_database_of_a_newer_version_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    file = tmp_path / "newer.db"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("INSERT INTO alembic_version VALUES ('9999')")
    for name, value in {"DATABASE_URL": f"sqlite:///{file}", "ENCODER": "none", "ASKER_HASH_KEY": KEY}.items():
        monkeypatch.setenv(name, value)
    assert main(command.split()) == 1
    told = capsys.readouterr()
    assert "データベースの形式が 9999 です" in told.err and "Traceback" not in told.err
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("alembic_version",)]
