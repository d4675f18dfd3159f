"""The note beside exported files: a digest of each entry and list, by which an import sees what an editor changed."""

import json
from collections.abc import Sequence
from pathlib import Path

from knowledge.entry import Entry
from knowledge.errors import KnowledgeError, Problem
from knowledge.file_io import cause_of
from knowledge.list_name import ListName
from knowledge.lists import Lists, text_digest

NAME = ".exported.json"


def exported_bytes(entries: Sequence[Entry], lists: Lists | None = None) -> bytes:
    """The content of the note for `entries`, whose order makes no difference, and for `lists` where they go along."""
    note = {"entries": {entry.id: entry.digest() for entry in entries}}
    if lists:
        note["lists"] = {name.value: text_digest(lists.text(name)) for name in ListName}
    return (json.dumps(note, indent=1, sort_keys=True) + "\n").encode()


def read_exported_lists(folder: Path) -> dict[ListName, str]:
    """The digests of the lists exported with the entries in `folder`; none without a note, or in one of before."""
    try:
        noted = json.loads((folder / NAME).read_bytes())["lists"]
        return {name: noted[name.value] for name in ListName if isinstance(noted[name.value], str)}
    except (OSError, ValueError, RecursionError, LookupError, TypeError):
        return {}


def read_exported(folder: Path) -> dict[str, str] | None:
    """The digests of the entries exported to `folder` by id, None without a note.

    Raises KnowledgeError when the note is damaged.
    """
    path = folder / NAME
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        raise _damaged(path, cause_of(error) if isinstance(error, OSError) else str(error)) from error
    digests = content.get("entries") if isinstance(content, dict) else None
    if not isinstance(digests, dict) or not all(isinstance(digest, str) for digest in digests.values()):
        raise _damaged(path, "entries がありません")
    return digests


def _damaged(path: Path, reason: str) -> KnowledgeError:
    return KnowledgeError(
        [
            Problem(
                f"書き出したときの記録を読めません（{reason}）。",
                "元のファイルに戻すか、消してください（消すと、ファイルから消した項目は取り込みで消えません）。",
                str(path),
            )
        ]
    )
