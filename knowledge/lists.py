"""The lists of a knowledge base beside its entries: judged queries, synonyms, style and site, each its file's text."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

from knowledge.checks.style import StyleRule, parse_style
from knowledge.judged import JudgedQuery, parse_judged
from knowledge.list_name import ListName, Texts
from knowledge.synonyms import SynonymRule, parse_synonyms


@dataclass(frozen=True)
class Lists:
    """Every list as text; "" for one that is missing. What is read from them raises KnowledgeError for a bad line."""

    judged: str = ""
    synonyms: str = ""
    style: str = ""
    site: str = ""

    def text(self, name: ListName) -> str:
        """The text of one list."""
        return str(getattr(self, name.value))

    def replaced(self, texts: Texts) -> Self:
        """The lists with these texts instead of theirs."""
        return replace(self, **{name.value: text for name, text in texts.items()})

    @cached_property
    def judged_queries(self) -> tuple[JudgedQuery, ...]:
        """The judged queries."""
        return tuple(parse_judged(self.judged.splitlines(), ListName.JUDGED.file))

    @cached_property
    def synonym_rules(self) -> tuple[SynonymRule, ...]:
        """The synonym rules."""
        return parse_synonyms(self.synonyms.splitlines(), ListName.SYNONYMS.file)

    @cached_property
    def style_rules(self) -> tuple[StyleRule, ...]:
        """The rules of the style guide."""
        return parse_style(self.style.splitlines(), ListName.STYLE.file)


NO_LISTS = Lists()


def text_digest(text: str) -> str:
    """SHA-256 (hexadecimal) of a list's text, by which an exported file remembers what it was."""
    return hashlib.sha256(text.encode()).hexdigest()


def joined(lines: Sequence[str]) -> str:
    """The lines as one text, each but the last with an end; the one that was last may have none."""
    ended = [line if line != line.splitlines()[0] else f"{line}\n" for line in lines[:-1]]
    return "".join([*ended, *lines[-1:]])
