"""A new knowledge base folder, written whole or not at all."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from knowledge.entry import Entry
from knowledge.errors import FaqError
from knowledge.file_io import cause_of
from knowledge.files.site_yaml import site_text
from knowledge.files.yaml_writer import write_folder
from knowledge.folder import KnowledgeFolder
from knowledge.site import Site

TEMPLATES = Path(__file__).parent / "new"


def refuse_used(path: Path) -> None:
    """Raise FaqError when a new folder cannot be made at `path`: something is there."""
    if path.exists() and not path.is_dir():
        raise FaqError(f"「{path}」は、フォルダではありません。", "まだ無いフォルダの名前を指定してください。")
    if path.is_dir() and any(path.iterdir()):
        raise FaqError(
            f"フォルダ「{path}」は、空ではありません。", "まだ無い（または空の）フォルダの名前を指定してください。"
        )


def write_new_folder(path: Path, words: Mapping[str, Any], entries: Sequence[Entry]) -> KnowledgeFolder:
    """Make a folder with these words of a site and these entries. Raises FaqError; then there is nothing at `path`."""
    refuse_used(path)
    target = path.resolve()
    new = target.with_name(f".{uuid4().hex}.tmp")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(TEMPLATES, new)
        (new / "site.yaml").write_text(site_text(words), encoding="utf-8")
        readme = new / "README.md"
        readme.write_text(readme.read_text(encoding="utf-8").replace("{name}", words["name"]), encoding="utf-8")
        write_folder(new / "entries", entries, noted=False)
        if target.exists():
            target.rmdir()  # it is empty
        new.rename(target)
    except OSError as error:
        message = f"フォルダ「{path}」を作れません（{cause_of(error)}）。"
        raise FaqError(message, "書き込める場所を指定してください。") from error
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return KnowledgeFolder(target)


def example_entries(site: Site) -> list[Entry]:
    """The entry of a folder that begins with none, as an example."""
    return [
        Entry(
            id="about-this-faq",
            category="はじめに",
            question="このFAQでは、何を尋ねられますか？",
            variants=("何が分かりますか", "どんな質問に答えてくれますか"),
            answer=f"**{site.about}**について、用意された回答をお見せします。\n\n分からないことは、{site.contact}",
        )
    ]
