"""Writing entries to YAML files that people edit too.

The lines of unchanged entries stay as they are. A changed entry keeps its comments and other fields, a removed one
takes its own comments along, a new one is appended to the file of its category, and one with a new category moves
there. Every new text is read again before any file is replaced.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path

from knowledge.entry import Entry
from knowledge.errors import KnowledgeError, Problem
from knowledge.file_io import replace_together
from knowledge.files.export_note import NAME, exported_bytes
from knowledge.files.yaml_blocks import Block, Blocks, joined_blocks, split_blocks
from knowledge.files.yaml_edits import edited_text, moved
from knowledge.files.yaml_reader import Document, read_document, read_documents, yaml_paths
from knowledge.files.yaml_text import DASH_COLUMN, FIELD_ORDER, entry_text, scalar_text
from knowledge.lists import Lists

UNSAFE = re.compile(r'[/\\:*?"<>|\s\x00-\x1f\x7f]+')  # in a file name, on one system or another
MAX_NAME = 40  # characters of a category in a file name, 160 bytes at most


@dataclass(frozen=True)
class _File:
    """A file before the change, or an empty one for a new category."""

    document: Document

    @property
    def path(self) -> Path:
        return self.document.path

    @property
    def category(self) -> str:
        return self.document.category

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        return {item.entry.id: item.entry for item in self.document.located}

    @cached_property
    def pieces(self) -> Blocks:
        """Its blocks. Raises KnowledgeError where the entries stand in [ ] or { }."""
        pieces = split_blocks(self.document)
        if pieces is None:
            raise KnowledgeError(
                [
                    Problem(
                        "entries が [ ] や { } で囲んで書いてあるので、書き換えられません。",
                        "囲むのをやめ、「entries:」の下に「- id: …」の行を並べてから、もう一度書き出してください。",
                        str(self.path),
                    )
                ]
            )
        return pieces

    @cached_property
    def blocks(self) -> Mapping[str, Block]:
        return dict(zip(self.entries, self.pieces.blocks, strict=True))

    def lines(self, text: str) -> list[str]:
        """The lines of an entry's YAML with this file's indentation and line ends."""
        dash = self.pieces.blocks[-1].dash if self.pieces.blocks else DASH_COLUMN
        return [line + self.pieces.newline for line in moved(text, dash - DASH_COLUMN).splitlines()]


def write_folder(
    folder: Path, entries: Sequence[Entry], lists: Lists | None = None, *, noted: bool = True
) -> list[Path]:
    """Make the YAML files of `folder` hold exactly `entries`; returns the YAML files it changed.

    With `noted` the note of the export goes beside them (export_note), of `lists` that go along too. Raises
    KnowledgeError when a file cannot be read or an entry cannot be written; then no file is changed. When the disk
    fails midway every file is whole, old or new, and a second call completes it.
    """
    files = [_File(document) for document in read_documents(yaml_paths(folder))]
    origins = {entry_id: file for file in files for entry_id in file.entries}
    changed = {
        file.path: _written(file, wanted, origins)
        for file, wanted in _assigned(folder, files, origins, _by_id(entries))
        if file.entries != wanted
    }
    contents = {str(path.relative_to(folder)): changed[path] for path in sorted(changed)}
    if noted:
        contents[NAME] = exported_bytes(entries, lists)  # last: an old note beside new files does no harm
    replace_together(folder, contents)
    return sorted(changed)


def _by_id(entries: Sequence[Entry]) -> dict[str, Entry]:
    wanted: dict[str, Entry] = {}
    for entry in entries:
        if wanted.setdefault(entry.id, entry) is not entry:
            problem = Problem(
                f"id「{entry.id}」の項目が2つあります。", "どちらかのidを変えてください。", entry_id=entry.id
            )
            raise KnowledgeError([problem])
    return wanted


def _assigned(
    folder: Path, files: Sequence[_File], origins: Mapping[str, _File], wanted: Mapping[str, Entry]
) -> Iterator[tuple[_File, dict[str, Entry]]]:
    """Every file, new ones included, with the entries that belong in it."""
    homes = {file.category: file for file in reversed(files)}
    held: dict[Path, dict[str, Entry]] = {}
    taken = {file.path.name.casefold() for file in files}
    for entry in wanted.values():
        file = origins.get(entry.id)
        if file is None or entry.category not in (file.category, file.entries[entry.id].category):
            file = homes.get(entry.category) or _new_file(folder, entry.category, taken)
            homes.setdefault(entry.category, file)
        held.setdefault(file.path, {})[entry.id] = entry
    for path, file in {file.path: file for file in (*files, *homes.values())}.items():
        yield file, held.get(path, {})


def _new_file(folder: Path, category: str, taken: set[str]) -> _File:
    """An empty file named after its category (NFC, as all texts are); `taken` are the other names in small letters."""
    stem = UNSAFE.sub("-", category)[:MAX_NAME].strip("-.") or "category"
    names = (f"{stem}-{number}.yaml" if number > 1 else f"{stem}.yaml" for number in count(1))
    name = next(name for name in names if name.casefold() not in taken)
    taken.add(name.casefold())
    return _File(Document(folder / name, f"category: {scalar_text(category)}\nentries: []\n".encode(), category, ()))


def _written(file: _File, wanted: Mapping[str, Entry], origins: Mapping[str, _File]) -> bytes:
    """The content of `file` with the entries `wanted`. Raises KnowledgeError when it would be read differently."""
    bodies = {entry.id: _body(file, origins.get(entry.id), entry) for entry in wanted.values()}
    data = _joined(file, bodies)
    if not any(_faults(file.path, data, wanted)):
        return data
    for entry in wanted.values():  # the anchor of an alias went, or ruamel left something behind
        alone = "".join([f"category: {scalar_text(file.category)}\nentries:\n", *bodies[entry.id]]).encode()
        if any(_faults(file.path, alone, {entry.id: entry})):
            bodies[entry.id] = file.lines(entry_text(entry, file.category))
    data = _joined(file, bodies)
    if faults := list(_faults(file.path, data, wanted)):
        raise KnowledgeError(faults)
    return data


def _body(file: _File, origin: _File | None, entry: Entry) -> Sequence[str]:
    """The lines of an entry for `file`, edited from those in `origin` where possible."""
    if origin is None:
        return file.lines(entry_text(entry, file.category))
    block, old = origin.blocks[entry.id], origin.entries[entry.id]
    if origin is file and entry == old:
        return block.lines
    text = edited_text(moved(block.text, DASH_COLUMN - block.dash), old, entry, file.category)
    return file.lines(entry_text(entry, file.category) if text is None else text)


def _joined(file: _File, bodies: Mapping[str, Sequence[str]]) -> bytes:
    arriving = [lines for entry_id, lines in bodies.items() if entry_id not in file.entries]
    return joined_blocks(file.pieces, [bodies.get(entry_id) for entry_id in file.entries], arriving)


def _faults(path: Path, data: bytes, wanted: Mapping[str, Entry]) -> Iterator[Problem]:
    """A problem for every entry that would be read differently from `wanted`."""
    try:
        read = {item.entry.id: item.entry for item in read_document(data, path).located}
    except KnowledgeError as error:
        yield from error.problems
        return
    for entry_id in sorted(wanted.keys() | read.keys()):
        here, there = wanted.get(entry_id), read.get(entry_id)
        if here != there:
            names = [name for name in FIELD_ORDER if getattr(here, name, "") != getattr(there, name, "")]
            yield Problem(
                f"この項目を同じ内容で書けないので、どのファイルも書き換えませんでした（{', '.join(names)}）。",
                "余分な空白が無いか確かめるか、ファイルのこの項目をほかの項目と同じ形に書き直してください。",
                str(path),
                entry_id=entry_id,
                field=names[0],
            )
