"""Writing entries back to their YAML files so that nothing an editor wrote there is disturbed.

Of a changed entry only the lines of changed fields are written anew; a removed one goes with its own
comments (knowledge.yaml_blocks.Block says which those are); a new one follows the last of its category's
file; one whose category changed moves there. Every new text is read again before any file is touched.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from pathlib import Path

from knowledge.entry import Entry
from knowledge.errors import KnowledgeError, Problem
from knowledge.file_io import replace_together
from knowledge.files.export_note import NAME, exported_bytes
from knowledge.files.yaml_blocks import Block, Blocks, joined_blocks, split_blocks
from knowledge.files.yaml_layout import BREAKS
from knowledge.files.yaml_reader import SHIPPED, read_document, read_documents
from knowledge.files.yaml_splice import spliced_entry
from knowledge.files.yaml_text import FIELD_ORDER, written_entry, written_scalar


class _Care(IntEnum):
    """Which entries of a file are written anew, the fewest first."""

    NONE = 0
    SPOILT = 1  # changed ones whose lines alone are not what they shall be
    TIED = 2  # those, and every one with an alias, as its anchor may be gone


@dataclass(frozen=True)
class _File:
    """A file as it is, or the empty one that a new category begins with."""

    path: Path
    data: bytes
    category: str
    entries: Mapping[str, Entry]

    @cached_property
    def pieces(self) -> Blocks:
        pieces = split_blocks(self.data)
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


def write_folder(folder: Path, entries: Sequence[Entry]) -> list[Path]:
    """Make the YAML files of `folder` hold exactly `entries`; returns the YAML files it changed.

    Beside them it notes what was exported (knowledge.exported), except for the shipped files. Raises
    KnowledgeError when a file there cannot be read or an entry cannot be written; then no file is
    touched. When the disk fails midway every file is whole, old or new, and a second call completes it.
    """
    files = [
        _File(document.path, document.data, document.category, {item.entry.id: item.entry for item in document.located})
        for document in read_documents(sorted(folder.glob("*.yaml")))
    ]
    origins = {entry_id: file for file in files for entry_id in file.entries}
    changed = {
        file.path: _written(file, wanted, origins)
        for file, wanted in _assigned(folder, files, _by_id(entries))
        if file.entries != wanted
    }
    contents = {path.name: changed[path] for path in sorted(changed)}
    if folder.resolve() != SHIPPED.resolve():
        contents[NAME] = exported_bytes(entries)  # last: an old note beside new files does no harm
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
    folder: Path, files: Sequence[_File], wanted: Mapping[str, Entry]
) -> Iterator[tuple[_File, dict[str, Entry]]]:
    """Every file, new ones too, with the entries it shall hold."""
    homes = {file.category: file for file in reversed(files)}
    held: dict[str, dict[str, Entry]] = {}
    origins = {entry_id: file for file in files for entry_id in file.entries}
    for entry in wanted.values():
        file = origins.get(entry.id)
        if file is None or entry.category not in (file.category, file.entries[entry.id].category):
            file = homes.get(entry.category) or _new_file(folder, entry.category)
            homes.setdefault(entry.category, file)
        held.setdefault(str(file.path), {})[entry.id] = entry
    for file in {str(file.path): file for file in (*files, *homes.values())}.values():
        yield file, held.get(str(file.path), {})


def _new_file(folder: Path, category: str) -> _File:
    digest = hashlib.sha256(category.encode()).hexdigest()
    names = (f"category-{digest[:length]}.yaml" for length in range(8, len(digest) + 1))
    path = next(path for name in names if not (path := folder / name).exists())
    return _File(path, f"category: {written_scalar(category)}\nentries: []\n".encode(), category, {})


def _written(file: _File, wanted: Mapping[str, Entry], origins: Mapping[str, _File]) -> bytes:
    """The content of `file` with the entries `wanted`, as whoever reads it will read it."""
    for care in _Care:
        data = _joined(file, wanted, origins, care)
        faults = list(_faults(file.path, data, wanted))
        if not faults:
            return data
    raise KnowledgeError(faults)


def _joined(file: _File, wanted: Mapping[str, Entry], origins: Mapping[str, _File], care: _Care) -> bytes:
    bodies: list[Sequence[str] | None] = []
    arriving: list[Sequence[str]] = []
    for entry_id, block in file.blocks.items():
        kept = entry_id in wanted
        bodies.append(_body(file, file, block, wanted[entry_id], care) if kept else None)
    for entry_id, entry in wanted.items():
        if entry_id in file.entries:
            continue
        lines: list[str] = []
        if origin := origins.get(entry_id):
            block = origin.blocks[entry_id]
            lines += (" " * file.pieces.dash + line.strip() + file.pieces.newline for line in block.lead)
            lines += _body(origin, file, block, entry, care)
        else:
            lines += _canonical(file, entry)
        arriving.append(lines)
    return joined_blocks(file.pieces, bodies, arriving)


def _body(origin: _File, file: _File, block: Block, entry: Entry, care: _Care) -> Sequence[str]:
    """The lines of `entry` for `file`, as `origin` has them wherever possible."""
    old, pieces = origin.entries[entry.id], file.pieces
    if care is _Care.TIED and block.is_tied:
        return _canonical(file, entry)
    if origin is file and entry == old:
        return block.body
    if origin.pieces.columns != pieces.columns:
        return _canonical(file, entry)
    lines = block.body if origin is file else [line.rstrip(BREAKS) + pieces.newline for line in block.body]
    body = spliced_entry(lines, old, entry, file.category, pieces.newline)
    if care is _Care.NONE:
        return body
    alone = "".join([f"category: {written_scalar(file.category)}\nentries:\n", *body]).encode()
    return _canonical(file, entry) if any(_faults(file.path, alone, {entry.id: entry})) else body


def _canonical(file: _File, entry: Entry) -> list[str]:
    pieces = file.pieces
    return [line + pieces.newline for line in written_entry(entry, file.category, pieces.dash, pieces.indent)]


def _faults(path: Path, data: bytes, wanted: Mapping[str, Entry]) -> Iterator[Problem]:
    """What the reader would read otherwise than `wanted`."""
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
