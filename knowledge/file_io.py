"""Atomic file input and output; OSError becomes KnowledgeError, its usual causes in Japanese."""

import codecs
import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from knowledge.errors import FaqError, KnowledgeError, Problem

BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
CAUSES = {
    errno.ENOENT: "ファイルかフォルダがありません",
    errno.EACCES: "権限がありません",
    errno.EPERM: "権限がありません",
    errno.EISDIR: "ファイルではなくフォルダです",
    errno.ENOTDIR: "途中がフォルダではありません",
    errno.EEXIST: "同じ名前のものがあります",
    errno.ENOSPC: "ディスクに空きがありません",
    errno.EDQUOT: "ディスクの割り当てを使い切っています",
    errno.EFBIG: "ファイルの大きさの上限を超えます",
    errno.ENAMETOOLONG: "名前が長すぎます",
    errno.ELOOP: "リンクがたどれない輪になっています",
    errno.EINVAL: "名前に使えない文字があります",
    errno.EROFS: "書き込みのできないディスクです",
}
STEPS = {  # where the cause says more of what to do than what was being done
    errno.ENAMETOOLONG: "ファイルやフォルダの名前を255バイト（日本語なら85文字）までにしてください。",
    errno.ELOOP: "リンクの先を直すか、もとのファイルを指定してください。",
    errno.EINVAL: "名前に、使えない文字が入っていないかを確かめてください。",
}
CHECK_NAME = "ファイルの場所と名前を確かめてください。"
MAX_SHOWN = 200  # characters of a path in a message
COMMON = "のにをはがるい。、"  # in almost every Japanese text
MAX_BYTES = 50_000_000  # a knowledge base of 5,000 entries with 8 variants takes 1 MB as a workbook, 3 MB as CSV


def read_whole(path: Path) -> bytes:
    """The bytes of the file. Raises KnowledgeError when it cannot be opened, is no file or larger than MAX_BYTES."""
    try:
        _refuse_device(path)  # one would wait for what nobody writes into a pipe
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise _cannot("開けません", error, path, CHECK_NAME) from error
    if len(data) > MAX_BYTES:
        hint = f"{MAX_BYTES // 1_000_000}MB以内にしてください。画像や、使っていない行とシートを消すと小さくなります。"
        raise KnowledgeError([Problem("ファイルが大きすぎます。", hint, str(path))])
    return data


def refuse_unusable(path: Path) -> None:
    """Raise FaqError for a path that leads to nothing and where nothing can be made."""
    try:
        path.stat()
    except FileNotFoundError:
        return  # it may be made, or whoever wants to read it says so
    except (OSError, ValueError) as error:  # a NUL in it is a ValueError
        number = error.errno or 0 if isinstance(error, OSError) else errno.EINVAL
        message = f"「{_shown(path)}」を使えません（{cause_of(OSError(number, os.strerror(number)))}）。"
        raise FaqError(message, STEPS.get(number, CHECK_NAME)) from error


def read_lines(path: Path) -> list[str]:
    """The lines of a text file. Raises KnowledgeError when it cannot be opened or is not UTF-8."""
    return read_text(path).splitlines()


def read_text(path: Path) -> str:
    """The text of a file, line ends as they are. Raises KnowledgeError when it cannot be opened or is not UTF-8."""
    return decoded(read_whole(path), str(path))


def decoded(data: bytes, file: str) -> str:
    """The text of a file in UTF-8, or in the UTF-16 that its byte order mark tells, without the mark.

    Raises KnowledgeError, which names CP932, in which Japanese Windows saves texts, where the text is in that.
    """
    marked = next((encoding for mark, encoding in BYTE_ORDER_MARKS.items() if data.startswith(mark)), "utf-8")
    try:
        return data.decode(marked)
    except UnicodeDecodeError as error:
        is_cp932 = any(letter in data.decode("cp932", "ignore") for letter in COMMON) and _holds(data, "cp932")
        message = "文字コードが CP932（Shift_JIS、ANSI）です。" if is_cp932 else "UTF-8の文字ファイルとして読めません。"
        hint = "文字コードを UTF-8 にして保存し直してください。"
        raise KnowledgeError([Problem(message, hint, file, data.count(b"\n", 0, error.start) + 1)]) from error


def _holds(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A new file that replaces `path` when everything is written; on any error `path` stays as it was.

    Raises KnowledgeError when it cannot be written.
    """
    target = Path(os.path.realpath(path))  # a link stays a link
    _refuse_device(target)  # a file would take the device's place
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


def cause_of(error: OSError) -> str:
    """Why a file cannot be used, in Japanese where the cause is a usual one, else in the system's words."""
    return CAUSES.get(error.errno or 0) or error.strerror or str(error)


def _refuse_device(path: Path) -> None:
    if path.exists() and not (path.is_file() or path.is_dir()):
        hint = "ふつうのファイルを指定してください。"
        raise KnowledgeError([Problem("ファイルではありません（パイプや装置です）。", hint, str(path))])


def _cannot(what: str, error: OSError, path: Path, hint: str) -> KnowledgeError:
    message, step = f"ファイルを{what}（{cause_of(error)}）。", STEPS.get(error.errno or 0, hint)
    return KnowledgeError([Problem(message, step, _shown(path))])


def _shown(path: Path) -> str:
    text = str(path)
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"
