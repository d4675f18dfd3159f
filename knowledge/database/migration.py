"""The schema of the database and its migrations."""

import os
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from knowledge.database.connection import write_transaction
from knowledge.errors import StoreError

SCHEMA_REVISION = "0020"  # the newest file of migrations/versions; a test compares them
MIGRATIONS = Path(__file__).parent / "migrations"


def schema_revision(engine: sa.Engine) -> str | None:
    """The schema revision found in the database, or None for an empty one. Raises StoreError."""
    try:
        with engine.connect() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return None
            version: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
            return version
    except DBAPIError as error:  # out of reach, or no database at all
        raise StoreError(
            f"データベースに接続できません（{engine.url.render_as_string(hide_password=True)}）。",
            "DATABASE_URL と、データベースが動いていることを確かめてください。",
        ) from error


def migrate(engine: sa.Engine) -> None:
    """Bring the schema up to date; safe to call at every start and from several processes at once.

    Raises StoreError for a database that a newer version of the program has migrated.
    """
    found = schema_revision(engine)
    if found == SCHEMA_REVISION:
        return
    _refuse_unknown(found)
    from alembic import command  # imported here: costs 0.3 s, and most starts need no migration
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", os.fspath(MIGRATIONS))
    with write_transaction(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _refuse_unknown(found: str | None) -> None:
    known = {path.name.split("_")[0] for path in (MIGRATIONS / "versions").glob("*.py")}
    if found is not None and found not in known:
        raise StoreError(
            f"データベースの形式が {found} です。このプログラムが知っている形式は {SCHEMA_REVISION} までです。",
            "データベースを使っていた新しい版のプログラムで動かすか、"
            "この版を使っていたときのバックアップからデータベースを戻してください。",
        )
