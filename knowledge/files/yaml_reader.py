"""Reading YAML files of entries, one per category; every fault has its file and line."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge.entry_reader import read_entry
from knowledge.errors import KnowledgeError, Problem
from knowledge.files.export_note import read_exported
from knowledge.located_entry import Incoming, LocatedEntry

LIKE_OTHERS = "ほかの entries/*.yaml と同じ形にしてください。"


@dataclass(frozen=True, slots=True)
class Document:
    """One file: its content, the category at its top, and its entries in line order."""

    path: Path
    data: bytes
    category: str
    located: tuple[LocatedEntry, ...]


def read_folder(folder: Path) -> list[LocatedEntry]:
    """Every entry of every `*.yaml` file in `folder`, in file and then line order.

    Raises KnowledgeError with all faults of all files.
    """
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise KnowledgeError(
            [Problem("YAMLファイルがありません。", "*.yaml のあるフォルダを指定してください。", str(folder))]
        )
    return [item for document in read_documents(paths) for item in document.located]


def read_incoming(path: Path) -> Incoming:
    """The entries of a folder, or of one file of it, with the note of the folder's last export.

    An entry that is gone from one file of an exported folder may stand in another, so one file removes
    none. Raises KnowledgeError with all faults.
    """
    is_whole = path.is_dir()
    digests = read_exported(path if is_whole else path.parent)
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
            data = path.read_bytes()
        except OSError as error:
            reason = f"ファイルを読めません（{error.strerror}）。"
            problems.append(Problem(reason, "名前と、読む権限があるかを確かめてください。", str(path)))
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
        loader = yaml.CBaseLoader(data)
        root = loader.get_single_node()
    except yaml.YAMLError as error:
        problems.append(syntax_problem(error, name))
        return nothing
    top = dict(_pairs(root, name, problems))
    category, entries = top.pop("category", None), top.pop("entries", None)
    for key, node in top.items():
        hint = "ファイルの先頭に書けるのは category と entries だけです。"
        problems.append(Problem(f"「{key}」という項目はありません。", hint, name, node.start_mark.line + 1))
    if not isinstance(category, yaml.ScalarNode) or not isinstance(entries, yaml.SequenceNode):
        problems.append(Problem("category（文字）と entries（リスト）が要ります。", LIKE_OTHERS, name, 1))
        return nothing
    located = tuple(_located(loader, category.value, entries, name, problems))
    return Document(path, data, category.value.strip(), located)


def syntax_problem(error: yaml.YAMLError, name: str) -> Problem:
    """The problem for a syntax error in the file `name`."""
    mark = getattr(error, "problem_mark", None)
    reason = getattr(error, "problem", None) or getattr(error, "reason", "")
    return Problem(
        f"YAMLとして読めません（{reason}）。",
        "その行の字下げ・引用符・「:」のあとの空白を確かめてください。",
        name,
        mark.line + 1 if mark else 0,
    )


def _located(
    loader: yaml.CBaseLoader, category: str, entries: yaml.SequenceNode, name: str, problems: list[Problem]
) -> Iterator[LocatedEntry]:
    for node in entries.value:
        line = node.start_mark.line + 1
        pairs = list(_pairs(node, name, problems))
        lines = dict(_lines(pairs))
        values = {key: loader.construct_object(value, deep=True) for key, value in pairs}
        entry, faults = read_entry({"category": category, **values})
        entry_id = str(values.get("id", ""))
        problems.extend(
            Problem(fault.message, fault.hint, name, lines.get(fault.field, line), entry_id, fault.field)
            for fault in faults
        )
        if entry is not None:
            yield LocatedEntry(entry, name, line, lines)


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
        name = str(key.value)
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
