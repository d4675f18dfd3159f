"""The nodes of a YAML file, looked through before they are built: no other encoding, no bottomless nesting, no bomb."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from knowledge.errors import KnowledgeError, Problem
from knowledge.file_io import decoded

MAX_DEPTH = 20  # values within each other; an entry's lie 5 deep
MAX_NODES = 200_000  # of one file; 5,000 entries with 25 variants take 150,000
MAX_REPEATED = 1_000_000  # characters and values that references of one file stand for, those within others too
PLAINLY = "括弧 [ ] { } や、「&」「*」の参照を、ほかの項目と同じ形に書き直してください。"
REASONS = {  # what the parser says of the usual mistakes
    "mapping values are not allowed in this context": "「:」が使えないところにあります",
    "block sequence entries are not allowed in this context": "「-」の行が使えないところにあります",
    "did not find expected '-' indicator": "「-」で始まる行と字下げが合っていません",
    "did not find expected key": "字下げが合っていないか、引用符のあとに文字があります",
    "did not find expected ',' or ']'": "「[」を閉じる「]」がありません",
    "did not find expected ',' or '}'": "「{」を閉じる「}」がありません",
    "did not find expected node content": "値がないか、括弧が閉じていません",
    "could not find expected ':'": "「:」がありません",
    "found unexpected end of stream": "引用符が閉じていません",
    "found character that cannot start any token": "タブか、引用符なしでは始められない文字（@ ` % など）があります",
    "found unknown escape character": '引用符「"」の中に、使えない「\\」の書き方があります',
    "found undefined alias": "「*」で始まる値を引用符で囲んでいません",
    "found undefined tag handle": "「!」で始まる値を引用符で囲んでいません",
    "but found another document": "「---」の行で、2つの文書に分かれています",
    "control characters are not allowed": "目に見えない制御文字があります",
}
COMMENT = re.compile(r"[ \t]+#[ \t]*(.*)")


@dataclass(frozen=True, slots=True)
class Nodes:
    """A file as nodes: its root, None for an empty file, the loader that makes values of nodes, and the lines."""

    root: yaml.Node | None
    loader: Any
    lines: Sequence[str]

    def comment_behind(self, node: yaml.Node) -> str:
        """The comment on the line of an unquoted scalar, which may have been meant as a part of it; "" for none."""
        if not isinstance(node, yaml.ScalarNode) or node.style or node.end_mark.line >= len(self.lines):
            return ""
        found = COMMENT.match(self.lines[node.end_mark.line], node.end_mark.column)
        return found[1] if found else ""


def read_nodes(data: bytes, name: str) -> Nodes:
    """The nodes of the file `name` with this content. Raises KnowledgeError."""
    text = decoded(data, name)
    try:
        _refuse_endless(data, name)
        loader = yaml.CBaseLoader(data)
        return Nodes(loader.get_single_node(), loader, text.splitlines())
    except yaml.YAMLError as error:
        raise KnowledgeError([syntax_problem(error, name)]) from error


def syntax_problem(error: yaml.YAMLError, name: str) -> Problem:
    """The problem for a syntax error in the file `name`."""
    mark = getattr(error, "problem_mark", None)
    reason = str(getattr(error, "problem", None) or getattr(error, "reason", ""))
    return Problem(
        f"YAMLとして読めません（{REASONS.get(reason, reason)}）。",
        "その行の字下げ・引用符・「:」のあとの空白を確かめてください。",
        name,
        mark.line + 1 if mark else 0,
    )


@dataclass(slots=True)
class _Value:
    """A value: its anchor, "" for none, the depth of what is within it, and how long it is with all that it repeats."""

    anchor: str
    height: int = 0
    size: int = 1


def _refuse_endless(data: bytes, name: str) -> None:
    """Raise KnowledgeError before nodes are built that would take all memory, or break the process by their depth."""
    known: dict[str, _Value] = {}  # what each anchor names
    within = [_Value("")]
    repeated = 0
    events: Iterator[Any] = yaml.parse(data, Loader=yaml.CBaseLoader)
    for number, event in enumerate(events):
        done: _Value | None = None
        if isinstance(event, yaml.CollectionStartEvent):
            within.append(_Value(event.anchor or ""))
        elif isinstance(event, yaml.CollectionEndEvent):
            done = within.pop()
            known[done.anchor] = done = _Value(done.anchor, done.height + 1, done.size)
        elif isinstance(event, yaml.ScalarEvent):
            known[event.anchor or ""] = done = _Value(event.anchor or "", 0, 1 + len(event.value))
        elif isinstance(event, yaml.AliasEvent):
            done = _repeated(event.anchor or "", known, within)
            repeated += done.size
        if done:
            within[-1].height = max(within[-1].height, done.height)
            within[-1].size += done.size
        _refuse_more(event, name, number, repeated, len(within) + (done.height if done else 0))


def _repeated(anchor: str, known: Mapping[str, _Value], within: Sequence[_Value]) -> _Value:
    """The value that a reference stands for; one to what it stands in has no bottom."""
    if any(value.anchor == anchor for value in within):
        return _Value("", MAX_DEPTH)
    return known.get(anchor, _Value(""))


def _refuse_more(event: Any, name: str, number: int, repeated: int, depth: int) -> None:
    line = event.start_mark.line + 1
    if number > MAX_NODES:
        raise KnowledgeError([Problem("項目や値が多すぎます。", "いくつかのファイルに分けてください。", name, line)])
    if repeated > MAX_REPEATED:
        raise KnowledgeError([Problem("「*」の参照が繰り返す値が多すぎます。", PLAINLY, name, line)])
    if depth > MAX_DEPTH:
        raise KnowledgeError([Problem("値の入れ子が深すぎます。", PLAINLY, name, line)])
