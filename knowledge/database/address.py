"""The URL of a database, and the file that it names where that is SQLite's: whether it is there, and for whom."""

import os
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile

import sqlalchemy as sa

from knowledge.errors import StoreError
from knowledge.file_io import cause_of


def missing_file(url: str) -> Path | None:
    """The SQLite file of `url` that is not there yet, else None; makes nothing. Raises StoreError where none can be."""
    file = file_of(parsed_url(url))
    if file is None:
        return None
    try:
        if file.exists():
            return None
        folder = next(one for one in file.absolute().parents if one.exists())
        TemporaryFile(dir=folder).close()
    except OSError as error:
        raise _no_folder(file.parent, error) from error
    return file


def file_of(url: sa.URL) -> Path | None:
    """The file of an SQLite database; None in memory, and for another database."""
    name = url.database if url.get_backend_name() == "sqlite" else None
    return Path(name) if name and not name.startswith((":memory:", "file:")) else None


def _no_folder(folder: Path, error: OSError) -> StoreError:
    return StoreError(
        f"データベースのフォルダ {folder} を作れません（{cause_of(error)}）。",
        "書き込める場所を DATABASE_URL に指定してください。",
    )


def parsed_url(url: str) -> sa.URL:
    """The parts of a URL, of Heroku's postgres://… too. Raises StoreError for what is none."""
    if url.startswith(("postgres://", "postgresql://")):
        url = "postgresql+psycopg://" + url.split("://", 1)[1]
    try:
        return sa.make_url(url)
    except sa.exc.ArgumentError as error:
        raise StoreError(
            "DATABASE_URL を読めません。", "sqlite:////絶対パス か postgresql://… の形で書いてください。"
        ) from error


def make_private(file: Path) -> None:
    """Make the database file and its folder, where there is none, for our own user alone.

    A file that everybody may read, as earlier versions made it, becomes ours alone too; one that an operator opened
    to a group stays so. An existing folder stays as it is. Raises StoreError where there can be no folder.
    """
    folder = file.parent
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _no_folder(folder, error) from error
    with suppress(OSError):  # SQLite says better what is wrong with a file
        with suppress(FileExistsError):  # an open database must not be opened and closed: that ends SQLite's locks
            os.close(os.open(file, os.O_CREAT | os.O_EXCL, 0o600))
        for path in (file, *(file.with_name(file.name + suffix) for suffix in ("-wal", "-shm"))):
            if path.stat().st_mode & 0o007:
                path.chmod(0o600)
