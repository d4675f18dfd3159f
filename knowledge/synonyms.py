"""Synonym rules in Solr's format: `a, b, c` (all mean the same) and `a, b => c` (a and b mean c); 、 is a comma too."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import KnowledgeError, Problem
from knowledge.file_io import read_lines

COMMA = re.compile("[,、，]")


@dataclass(frozen=True, slots=True)
class SynonymRule:
    """One line of the file: any of `sources` also means `targets`.

    A two-way rule has the same words on both sides. `line` counts from 1.
    """

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    line: int

    @property
    def two_way(self) -> bool:
        """True when every word of the rule means every other."""
        return self.sources == self.targets


def read_synonyms(path: Path) -> tuple[SynonymRule, ...]:
    """The rules of a synonym file, see `parse_synonyms`."""
    return parse_synonyms(read_lines(path), str(path))


def parse_synonyms(lines: Sequence[str], place: str) -> tuple[SynonymRule, ...]:
    """The rules of lines from the file `place`; `#` starts a comment.

    Raises KnowledgeError with every line that is no rule.
    """
    problems: list[Problem] = []
    rules = tuple(_rules(lines, place, problems))
    if problems:
        raise KnowledgeError(problems)
    return rules


def _rules(lines: Sequence[str], place: str, problems: list[Problem]) -> Iterator[SynonymRule]:
    for number, raw in enumerate(lines, start=1):
        text = raw.split("#", 1)[0].strip()
        if not text:
            continue
        sides = [tuple(word.strip() for word in COMMA.split(side) if word.strip()) for side in text.split("=>")]
        if len(sides) == 1 and len(sides[0]) > 1:
            yield SynonymRule(sides[0], sides[0], number)
        elif len(sides) == 2 and all(sides):
            yield SynonymRule(sides[0], sides[1], number)
        else:
            problems.append(
                Problem(
                    f"同義語の行「{raw.strip()}」を読めません。",
                    "「値段, 料金」または「入館料 => 料金」の形で書いてください。",
                    place,
                    number,
                )
            )
