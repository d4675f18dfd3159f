"""The knowledge base as YAML files, one file per category; every fault has its file and line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from knowledge.entry_fields import read_entry
from knowledge.errors import KnowledgeError, Problem
from knowledge.filed import FiledEntry

SHIPPED = Path(__file__).parent / "entries"


def read_folder(folder: Path) -> list[FiledEntry]:
    """Every entry of every `*.yaml` file in `folder`, in file and then line order.

    Raises KnowledgeError with all faults of all files.
    """
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise KnowledgeError(
            [Problem("YAMLファイルがありません。", "*.yaml のあるフォルダを指定してください。", str(folder))]
        )
    filed: list[FiledEntry] = []
    problems: list[Problem] = []
    for path in paths:
        _read_file(path, filed, problems)
    problems.extend(_duplicate_ids(filed))
    if problems:
        raise KnowledgeError(problems)
    return filed


def _read_file(path: Path, filed: list[FiledEntry], problems: list[Problem]) -> None:
    name = str(path)
    try:
        loader = yaml.CBaseLoader(path.read_bytes())
        root = loader.get_single_node()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 0
        reason = getattr(error, "problem", None) or getattr(error, "reason", "")
        problems.append(
            Problem(
                f"YAMLとして読めません（{reason}）。",
                "その行の字下げ・引用符・「:」のあとの空白を確かめてください。",
                name,
                line,
            )
        )
        return
    top = dict(_pairs(root, name, problems))
    category, entries = top.pop("category", None), top.pop("entries", None)
    for key, node in top.items():
        problems.append(
            Problem(
                f"「{key}」という項目はありません。",
                "ファイルの先頭に書けるのは category と entries だけです。",
                name,
                node.start_mark.line + 1,
            )
        )
    if not isinstance(category, yaml.ScalarNode) or not isinstance(entries, yaml.SequenceNode):
        problems.append(
            Problem(
                "category（文字）と entries（リスト）が要ります。",
                "ほかの entries/*.yaml と同じ形にしてください。",
                name,
                1,
            )
        )
        return
    for node in entries.value:
        line = node.start_mark.line + 1
        pairs = list(_pairs(node, name, problems))
        lines = dict(_lines(pairs))
        values = {key: loader.construct_object(value, deep=True) for key, value in pairs}
        entry, faults = read_entry({"category": category.value, **values})
        entry_id = str(values.get("id", ""))
        problems.extend(
            Problem(fault.message, fault.hint, name, lines.get(fault.field, line), entry_id, fault.field)
            for fault in faults
        )
        if entry is not None:
            filed.append(FiledEntry(entry, name, line, lines))


def _lines(pairs: list[tuple[str, yaml.Node]]) -> Iterator[tuple[str, int]]:
    for key, node in pairs:
        yield key, node.start_mark.line + 1
        if isinstance(node, yaml.SequenceNode):
            yield from ((f"{key}.{place}", item.start_mark.line + 1) for place, item in enumerate(node.value))


def _pairs(node: yaml.Node | None, file: str, problems: list[Problem]) -> Iterator[tuple[str, Any]]:
    """The keys of a mapping with their nodes; a key written twice is a problem, not a silent last one wins."""
    if not isinstance(node, yaml.MappingNode):
        line = node.start_mark.line + 1 if node else 1
        problems.append(
            Problem("「項目: 値」の形になっていません。", "ほかの entries/*.yaml と同じ形にしてください。", file, line)
        )
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


def _duplicate_ids(filed: list[FiledEntry]) -> Iterator[Problem]:
    first: dict[str, FiledEntry] = {}
    for item in filed:
        known = first.setdefault(item.entry.id, item)
        if known is not item:
            yield item.problem(
                f"id「{item.entry.id}」がすでに {known.file}:{known.line} にあります。",
                "どちらかのidを変えてください。使ったidは使い回しません。",
                "id",
            )
