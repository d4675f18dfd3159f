"""The style guide: words that questions and answers should not use, with their replacements."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.checks.pattern_cost import ends_in_time
from knowledge.entry import Status
from knowledge.errors import KnowledgeError, Problem, Severity
from knowledge.file_io import read_lines
from knowledge.located_entry import LocatedEntry, Only, concerns

FORBIDDEN = "!"  # before a word that keeps its entry from being published
FIELDS = ("question", "answer")  # variants are askers' words, the note is for staff


@dataclass(frozen=True, slots=True)
class StyleRule:
    """One line of the file. A `pattern` searches the text as written, a word without one its NFKC form."""

    word: str
    instead: str
    reason: str
    pattern: re.Pattern[str] | None = None
    severity: Severity = Severity.WARNING

    def find(self, written: str, folded: str) -> str:
        """The part of a text that breaks the rule, "" for none; `folded` is the text in NFKC."""
        if self.pattern is None:
            return self.word if unicodedata.normalize("NFKC", self.word) in folded else ""
        found = self.pattern.search(written)
        return found[0] if found else ""


def read_style(path: Path) -> tuple[StyleRule, ...]:
    """The rules of a style guide, see `parse_style`."""
    return parse_style(read_lines(path), str(path))


def parse_style(lines: Sequence[str], place: str) -> tuple[StyleRule, ...]:
    """The rules of lines from the file `place`.

    Raises KnowledgeError with every line that is no rule.
    """
    problems: list[Problem] = []
    rules = tuple(_rules(lines, place, problems))
    if problems:
        raise KnowledgeError(problems)
    return rules


def check_style(located: Sequence[LocatedEntry], rules: Sequence[StyleRule], only: Only = None) -> list[Problem]:
    """A problem for every rule that a question or an answer breaks."""
    return [
        problem
        for item in located
        if item.entry.status is not Status.RETIRED and concerns(only, item.entry.id)
        for field in FIELDS
        for problem in _of(item, field, rules)
    ]


def _of(item: LocatedEntry, field: str, rules: Sequence[StyleRule]) -> Iterator[Problem]:
    written: str = getattr(item.entry, field)
    folded = unicodedata.normalize("NFKC", written)
    for rule in rules:
        if found := rule.find(written, folded):
            reason = f"（{rule.reason}）" if rule.reason else ""
            stays = "" if rule.severity is Severity.ERROR else "このままがよければ、残しても公開できます。"
            yield item.problem(
                f"「{found}」という書き方があります{reason}。",
                f"「{rule.instead}」に書き換えてください。{stays}",
                field,
                rule.severity,
            )


def _rules(lines: Sequence[str], place: str, problems: list[Problem]) -> Iterator[StyleRule]:
    first: dict[str, int] = {}
    for number, raw in enumerate(lines, start=1):
        text, _, reason = raw.partition("#")
        if not text.strip():
            continue
        marked, arrow, instead = (part.strip() for part in text.partition("=>"))
        word = marked.removeprefix(FORBIDDEN).strip()
        known = first.setdefault(word, number)
        if not (word and arrow and instead) or "=>" in instead:
            hint = "「使わない言葉 => 言いかえ  # 理由」の形で書いてください。"
            problems.append(Problem(f"表記の決まり「{raw.strip()}」を読めません。", hint, place, number))
        elif known != number:
            hint = "どちらか1行を消してください。"
            problems.append(Problem(f"「{word}」の決まりが {known}行目にもあります。", hint, place, number))
        elif fault := _fault(word):
            problems.append(Problem(*fault, place, number))
        else:
            severity = Severity.ERROR if word != marked else Severity.WARNING
            pattern = re.compile(word[1:-1]) if _is_pattern(word) else None
            yield StyleRule(word, instead, reason.strip(), pattern, severity)


def _is_pattern(word: str) -> bool:
    return len(word) >= 3 and word.startswith("/") and word.endswith("/")


def _fault(word: str) -> tuple[str, str] | None:
    """The fault of a regular expression, and the next step; None for a sound one and for any other word."""
    try:
        if not _is_pattern(word) or (re.compile(word[1:-1]) and ends_in_time(word[1:-1])):
            return None
    except (re.error, RecursionError, OverflowError):
        return f"正規表現 {word} を読めません。", "括弧の数を確かめるか、「/」で囲まずに言葉だけを書いてください。"
    hint = "長いくり返し（* と +）は1つにし、くり返す括弧の中に、くり返しや「|」を入れないでください。"
    return f"正規表現 {word} は、文によっては調べ終わりません。", hint
