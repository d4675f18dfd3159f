"""Atomic file input and output; OSError becomes KnowledgeError."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from knowledge.errors import KnowledgeError, Problem

MAX_BYTES = 50_000_000  # a knowledge base of 5,000 entries with 8 variants takes 1 MB as a workbook, 3 MB as CSV


def read_whole(path: Path) -> bytes:
    """The bytes of the file. Raises KnowledgeError when it cannot be opened or is larger than MAX_BYTES."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise _cannot("開けません", error, path, "ファイルの場所と名前を確かめてください。") from error
    if len(data) > MAX_BYTES:
        hint = f"{MAX_BYTES // 1_000_000}MB以内にしてください。画像や、使っていない行とシートを消すと小さくなります。"
        raise KnowledgeError([Problem("ファイルが大きすぎます。", hint, str(path))])
    return data


def read_lines(path: Path) -> list[str]:
    """The lines of a text file. Raises KnowledgeError when it cannot be opened or is not UTF-8."""
    return read_text(path).splitlines()


def read_text(path: Path) -> str:
    """The text of a file, line ends as they are. Raises KnowledgeError when it cannot be opened or is not UTF-8."""
    try:
        return read_whole(path).decode()
    except UnicodeDecodeError as error:
        hint = "文字コードを UTF-8 にして保存し直してください。"
        raise KnowledgeError([Problem("UTF-8の文字ファイルとして読めません。", hint, str(path))]) from error


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A new file that replaces `path` when everything is written; on any error `path` stays as it was.

    Raises KnowledgeError when it cannot be written.
    """
    target = path.resolve()  # a link stays a link
    new = target.with_name(f".{uuid4().hex}.tmp")
    try:
        try:
            with new.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            if target.exists():
                shutil.copymode(target, new)
            new.replace(target)
        finally:
            new.unlink(missing_ok=True)
    except OSError as error:
        raise _cannot(
            "書き込めません", error, path, "フォルダがあるか、ほかで開いていないかを確かめてください。"
        ) from error


def replace_together(folder: Path, contents: dict[str, bytes]) -> None:
    """Replace files of `folder` by these contents in this order; a missing folder is made.

    Every content is written before the first file is replaced. Raises KnowledgeError for the file that
    cannot be written; the ones before it may then be replaced, none is half-written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _cannot("書き込めません", error, folder, "フォルダを作れる場所か確かめてください。") from error
    with ExitStack() as opened:
        for name, data in reversed(contents.items()):  # the last one opened is the first to be replaced
            file = opened.enter_context(replacing(folder / name))
            file.write(data)
            file.flush()


def _cannot(what: str, error: OSError, path: Path, hint: str) -> KnowledgeError:
    return KnowledgeError([Problem(f"ファイルを{what}（{error.strerror or error}）。", hint, str(path))])
