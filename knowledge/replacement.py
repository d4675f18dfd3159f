"""Replacing files whole: whoever reads one, even after a crash, sees the old content or the new one."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from knowledge.errors import KnowledgeError, Problem


def replace_files(contents: Mapping[Path, bytes]) -> None:
    """Give the files these contents, in this order, and write none that has its content already.

    Every content is on the disk before the first file is replaced. Raises KnowledgeError for the file
    that cannot be written; the ones before it may then be replaced, none is half-written.
    """
    ready: list[tuple[Path, Path]] = []
    try:
        for path, data in contents.items():
            with _named(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                if not path.is_file() or path.read_bytes() != data:
                    target = path.resolve()  # a link stays a link
                    ready.append((_prepared(target, data), target))
        for temporary, target in ready:
            with _named(target):
                temporary.replace(target)
    finally:
        for temporary, _ in ready:
            temporary.unlink(missing_ok=True)


def _prepared(target: Path, data: bytes) -> Path:
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, temporary)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


@contextmanager
def _named(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        problem = Problem(
            f"ファイルに書けません（{error.strerror}）。",
            "空き容量と書き込む権限を確かめてから、もう一度書き出してください。",
            str(path),
        )
        raise KnowledgeError([problem]) from error
