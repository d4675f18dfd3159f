"""What a folder of exported files remembers of each entry, so that an import sees what an editor changed."""

import json
from collections.abc import Sequence
from pathlib import Path

from knowledge.entry import Entry
from knowledge.errors import KnowledgeError, Problem

NAME = ".exported.json"


def exported_bytes(entries: Sequence[Entry]) -> bytes:
    """The content of the file that remembers `entries`; equal entries in any order give equal bytes."""
    digests = {entry.id: entry.digest() for entry in entries}
    return (json.dumps({"entries": digests}, indent=1, sort_keys=True) + "\n").encode()


def read_exported(folder: Path) -> dict[str, str] | None:
    """For every id that was exported to `folder` the digest of what was, or None when nothing remembers it.

    Raises KnowledgeError when the file is damaged.
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
