"""Reading YAML files of entries, one per category; every fault has its file and line."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from knowledge.entry_reader import read_entry
from knowledge.errors import KnowledgeError, Problem
from knowledge.file_io import read_whole
from knowledge.files.export_note import NAME, read_exported
from knowledge.files.yaml_nodes import Nodes, read_nodes, syntax_problem
from knowledge.located_entry import Incoming, LocatedEntry

ENDINGS = (".yaml", ".yml")
COMMENTED = ("question", "variants", "answer", "category", "owner", "note")  # fields whose texts may hold a #
MAX_ENTRIES = 20_000  # of one file
LIKE_OTHERS = "ほかの entries/*.yaml と同じ形にしてください。"


@dataclass(frozen=True, slots=True)
class Document:
    """One file: its content, the category at its top, and its entries in line order."""

    path: Path
    data: bytes
    category: str
    located: tuple[LocatedEntry, ...]


def read_folder(folder: Path) -> list[LocatedEntry]:
    """Every entry of every YAML file in `folder` and below it, in file and then line order.

    Raises KnowledgeError with all faults of all files.
    """
    paths = yaml_paths(folder)
    if not paths:
        raise KnowledgeError(
            [Problem("YAMLファイルがありません。", "*.yaml のあるフォルダを指定してください。", str(folder))]
        )
    return [item for document in read_documents(paths) for item in document.located]


def yaml_paths(folder: Path) -> list[Path]:
    """The YAML files in `folder` and below it, without hidden ones, which editors and macOS leave beside others."""
    paths = (path for path in folder.rglob("*") if path.suffix.lower() in ENDINGS and not path.is_dir())
    return sorted(path for path in paths if not any(part.startswith(".") for part in path.relative_to(folder).parts))


def read_incoming(path: Path) -> Incoming:
    """The entries of a folder, or of one file of it, with the note of the folder's last export.

    An entry that is gone from one file of an exported folder may stand in another, so one file removes
    none. Raises KnowledgeError with all faults.
    """
    is_whole = path.is_dir()
    noted = (folder for folder in path.absolute().parents if (folder / NAME).exists())
    digests = read_exported(path if is_whole else next(noted, path.parent))
    located = read_folder(path) if is_whole else read_documents([path])[0].located
    if digests is None:
        return Incoming(tuple(located))
    return Incoming(tuple(located), digests, frozenset(digests if is_whole else ()))


def read_documents(paths: Iterable[Path]) -> list[Document]:
    """The files at `paths`. Raises KnowledgeError with all faults of all files."""
    documents: list[Document] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            data = read_whole(path)
        except KnowledgeError as error:
            problems.extend(error.problems)
        else:
            documents.append(_read(data, path, problems))
    problems.extend(_duplicate_ids([item for document in documents for item in document.located]))
    if problems:
        raise KnowledgeError(problems)
    return documents


def read_document(data: bytes, path: Path) -> Document:
    """The document of a file with this content. Raises KnowledgeError."""
    problems: list[Problem] = []
    document = _read(data, path, problems)
    problems.extend(_duplicate_ids(document.located))
    if problems:
        raise KnowledgeError(problems)
    return document


def _read(data: bytes, path: Path, problems: list[Problem]) -> Document:
    nothing = Document(path, data, "", ())
    name = str(path)
    try:
        nodes = read_nodes(data, name)
    except KnowledgeError as error:
        problems.extend(error.problems)
        return nothing
    top = dict(_pairs(nodes.root, name, problems))
    category, entries = top.pop("category", None), top.pop("entries", None)
    for key, node in top.items():
        hint = "ファイルの先頭に書けるのは category と entries だけです。"
        problems.append(Problem(f"「{key}」という項目はありません。", hint, name, node.start_mark.line + 1))
    if not isinstance(category, yaml.ScalarNode) or not isinstance(entries, yaml.SequenceNode):
        problems.append(Problem("category（文字）と entries（リスト）が要ります。", LIKE_OTHERS, name, 1))
        return nothing
    if len(entries.value) > MAX_ENTRIES:
        hint = f"1つのファイルを{MAX_ENTRIES:,}件以内に分けてください。"
        problems.append(Problem(f"項目が{len(entries.value):,}件あります。", hint, name))
        return nothing
    located = tuple(_located(nodes, category.value, entries, name, problems))
    return Document(path, data, category.value.strip(), located)


def _located(
    nodes: Nodes, category: str, entries: yaml.SequenceNode, name: str, problems: list[Problem]
) -> Iterator[LocatedEntry]:
    for node in entries.value:
        line = node.start_mark.line + 1
        pairs = list(_pairs(node, name, problems))
        lines = dict(_lines(pairs))
        values = dict(_values(nodes, pairs, name, problems))
        entry, faults = read_entry({"category": category, **values})
        entry_id = str(values.get("id", ""))
        problems.extend(
            Problem(fault.message, fault.hint, name, lines.get(fault.field, line), entry_id, fault.field)
            for fault in faults
        )
        if entry is not None:
            place = LocatedEntry(entry, name, line, lines)
            yield replace(place, warnings=tuple(_cut_texts(nodes, pairs, place)))


def _values(
    nodes: Nodes, pairs: Sequence[tuple[str, yaml.Node]], name: str, problems: list[Problem]
) -> Iterator[tuple[str, Any]]:
    for key, node in pairs:
        try:
            yield key, nodes.loader.construct_object(node, deep=True)
        except yaml.YAMLError as error:  # a mapping whose key is a list
            problems.append(syntax_problem(error, name))


def _cut_texts(nodes: Nodes, pairs: Sequence[tuple[str, yaml.Node]], place: LocatedEntry) -> Iterator[Problem]:
    """A warning for every text that a comment follows on its line: its writer may have meant the # as a character."""
    for key, value in pairs:
        items = value.value if isinstance(value, yaml.SequenceNode) else [value]
        for number, node in enumerate(items if key in COMMENTED else ()):
            if comment := nodes.comment_behind(node):
                yield place.warning(
                    f"「#」から後ろ（{comment[:20]}）は、覚え書きとして読み飛ばされます。",
                    "文の一部なら、文全体を「'」で囲んでください。覚え書きなら、上の行に書くと確かです。",
                    f"{key}.{number}" if node is not value else key,
                )


def _lines(pairs: list[tuple[str, yaml.Node]]) -> Iterator[tuple[str, int]]:
    for key, node in pairs:
        yield key, node.start_mark.line + 1
        if isinstance(node, yaml.SequenceNode):
            yield from ((f"{key}.{place}", item.start_mark.line + 1) for place, item in enumerate(node.value))


def _pairs(node: yaml.Node | None, file: str, problems: list[Problem]) -> Iterator[tuple[str, Any]]:
    """The keys of a mapping with their nodes; a repeated key is a problem."""
    if not isinstance(node, yaml.MappingNode):
        line = node.start_mark.line + 1 if node else 1
        problems.append(Problem("「項目: 値」の形になっていません。", LIKE_OTHERS, file, line))
        return
    seen: set[str] = set()
    for key, value in node.value:
        name = key.value if isinstance(key, yaml.ScalarNode) else ""
        if name in seen:
            problems.append(
                Problem(
                    f"「{name}」が同じ項目の中に2回あります。", "片方を消してください。", file, key.start_mark.line + 1
                )
            )
        else:
            seen.add(name)
            yield name, value


def _duplicate_ids(located: Sequence[LocatedEntry]) -> Iterator[Problem]:
    first: dict[str, LocatedEntry] = {}
    for item in located:
        known = first.setdefault(item.entry.id, item)
        if known is not item:
            yield item.problem(
                f"id「{item.entry.id}」がすでに {known.file}:{known.line} にあります。",
                "どちらかのidを変えてください。使ったidは使い回しません。",
                "id",
            )
