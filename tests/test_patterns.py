"""No pattern can be kept busy: what one of its repetitions holds, said again and again before a misfit, ends at once.

Python's matcher holds the interpreter while it tries every way to match, so that one text would stop every door.
"""

import importlib
import itertools
import pkgutil
import re
import signal
from collections.abc import Iterator
from re import _constants as op
from re import _parser

import bot
import index
import knowledge

LETTERS = 48  # of the repeated text: an exponential pattern would take hours, a quadratic one takes microseconds
SECONDS = 2.0
SAMPLES = 80  # of what a repetition holds
PAIRED = 12  # of them that are said in turn with each other
REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT)
OF_CATEGORY = {op.CATEGORY_DIGIT: "1", op.CATEGORY_SPACE: " ", op.CATEGORY_NOT_WORD: "-"}


def patterns() -> dict[str, re.Pattern[str]]:
    """Every compiled pattern that a module holds, in tables too, by where it stands."""
    found = {}
    for package in (bot, index, knowledge):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "migrations" not in module.name and not module.name.endswith("__main__"):
                for name, value in vars(importlib.import_module(module.name)).items():
                    found |= {f"{module.name}.{name}": one for one in held(value)}
    return {where: pattern for where, pattern in found.items() if isinstance(pattern.pattern, str)}


def held(value: object) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, tuple | list | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from held(one)


def samples(tree: _parser.SubPattern) -> list[str]:
    """Some texts that match a part of a pattern, different ones for its alternatives."""
    texts = [""]
    for kind, given in tree:
        texts = [one + more for one in texts for more in samples_of(kind, given)][:SAMPLES]
    return list(dict.fromkeys(texts))


def samples_of(kind: object, given: object) -> list[str]:  # noqa: PLR0911  # a line a kind
    match kind:
        case op.LITERAL:
            return [chr(given)]
        case op.IN:
            return ["a"] if given[0][0] is op.NEGATE else [text for one in given for text in samples_of(*one)]
        case op.RANGE:
            return [chr(given[0]), chr(given[1])]
        case op.CATEGORY:
            return [OF_CATEGORY.get(given, "a")]
        case op.BRANCH:
            return [text for branch in given[1] for text in samples(branch)[:3]]
        case op.SUBPATTERN:
            return samples(given[-1])
        case op.ATOMIC_GROUP:
            return samples(given)
        case op.MAX_REPEAT | op.MIN_REPEAT | op.POSSESSIVE_REPEAT:
            return [text * max(given[0], 1) for text in samples(given[2])] + ([] if given[0] else [""])
        case op.ANY | op.NOT_LITERAL:
            return ["a", "漢"]
        case _:  # places, which hold no text
            return [""]


def repetitions(tree: _parser.SubPattern, before: str = "") -> Iterator[tuple[str, list[str]]]:
    """What may stand before each repetition of a pattern, and what it holds."""
    for kind, given in tree:
        if kind in REPEATS:
            yield before, samples(given[2])
        within = given[1] if kind is op.BRANCH else [part for part in as_parts(given) if hasattr(part, "data")]
        for part in within:
            yield from repetitions(part, before)
        before += next(iter(samples_of(kind, given)), "")


def as_parts(given: object) -> tuple[object, ...]:
    return given if isinstance(given, tuple) else (given,)


def too_long(*_: object) -> None:
    raise TimeoutError


def misfits(pattern: re.Pattern[str]) -> Iterator[str]:
    for before, texts in repetitions(_parser.parse(pattern.pattern, pattern.flags)):
        for text in (*texts, *map("".join, itertools.permutations(texts[:PAIRED], 2))):
            if text:
                yield before + text * (LETTERS // len(text)) + "\x01"


def test_repetitions_before_a_misfit_end_at_once() -> None:
    found = patterns()
    assert len(found) > 100
    before = signal.signal(signal.SIGALRM, too_long)
    try:
        for where, pattern in found.items():
            for text in dict.fromkeys(misfits(pattern)):
                signal.setitimer(signal.ITIMER_REAL, SECONDS)
                try:
                    pattern.search(text)
                    pattern.fullmatch(text)
                except TimeoutError:
                    raise AssertionError(f"{where} does not end with {text!r}") from None
                finally:
                    signal.setitimer(signal.ITIMER_REAL, 0)
    finally:
        signal.signal(signal.SIGALRM, before)


def test_what_is_too_slow_is_found() -> None:
    texts = misfits(re.compile("(?:聞き?|き|料)+"))
    assert any(text.startswith("聞き" * 9) for text in texts)
