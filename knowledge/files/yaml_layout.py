"""Where everything in a YAML text stands, so that a part of it can be replaced and the rest stays as it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

BREAKS = "\r\n\x85\u2028\u2029"  # what ends a line in YAML 1.1; str.splitlines agrees on every text YAML allows
BLOCK_SCALARS = ("|", ">")


@dataclass(frozen=True, slots=True)
class Part:
    """A value as it is written: `start` to `end`, each a line and a column that count from 0.

    `style` is "block" or "flow" for lists and mappings, "*" for an alias, else the sign of the scalar
    (| > ' " or nothing). `parts` are the items of a list, or the keys and values of a mapping in turn.
    Blank lines and comments after the value are not part of it.
    """

    style: str
    start: tuple[int, int]
    end: tuple[int, int]
    value: str = ""
    parts: tuple["Part", ...] = ()

    def pairs(self) -> Iterator[tuple["Part", "Part"]]:
        """The keys of a mapping with their values."""
        return zip(self.parts[::2], self.parts[1::2], strict=True)

    def is_tied(self) -> bool:
        """Whether something in it is an alias for a value that stands elsewhere."""
        return self.style == "*" or any(part.is_tied() for part in self.parts)


def read_layout(lines: Sequence[str]) -> Part:
    """The layout of a text, given in lines with their ends. Raises yaml.YAMLError."""
    events = yaml.parse("".join(lines), Loader=yaml.CBaseLoader)
    for event in events:
        if isinstance(event, yaml.NodeEvent):
            return _part(event, events, lines)
    raise yaml.YAMLError("the text is empty")


def _part(event: Any, events: Iterator[Any], lines: Sequence[str]) -> Part:
    start, end = _spot(event.start_mark), _spot(event.end_mark)
    if isinstance(event, yaml.AliasEvent):
        return Part("*", start, end)
    if isinstance(event, yaml.ScalarEvent):
        style = event.style or ""
        return Part(style, start, _without_blank_lines(end, lines) if style in BLOCK_SCALARS else end, event.value)
    parts = []
    for following in events:
        if isinstance(following, yaml.CollectionEndEvent):
            end = _spot(following.end_mark)
            break
        parts.append(_part(following, events, lines))
    if event.flow_style:
        return Part("flow", start, end, parts=tuple(parts))
    return Part("block", start, parts[-1].end, parts=tuple(parts))  # a block has at least one part


def _without_blank_lines(end: tuple[int, int], lines: Sequence[str]) -> tuple[int, int]:
    line = end[0] if end[1] else end[0] - 1
    while not lines[line].strip(" " + BREAKS):
        line -= 1
    return line, len(lines[line].rstrip(BREAKS))


def _spot(mark: Any) -> tuple[int, int]:
    return mark.line, mark.column
