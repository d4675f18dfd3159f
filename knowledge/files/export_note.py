"""The note beside exported YAML files: a digest of each entry, by which an import sees what an editor changed."""

import json
from collections.abc import Sequence
from pathlib import Path

from knowledge.entry import Entry
from knowledge.errors import KnowledgeError, Problem

NAME = ".exported.json"


def exported_bytes(entries: Sequence[Entry]) -> bytes:
    """The content of the note for `entries`; their order makes no difference."""
    digests = {entry.id: entry.digest() for entry in entries}
    return (json.dumps({"entries": digests}, indent=1, sort_keys=True) + "\n").encode()


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
        raise _damaged(path, str(error)) from error
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
