"""How long a regular expression that somebody wrote may search: Python's have no end of their own."""

from collections.abc import Iterable
from re import _constants as op  # type: ignore[attr-defined]  # the tree of a pattern has no public door
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from knowledge.entry_rules import MAX_LENGTHS

LONGEST = max(MAX_LENGTHS.values())  # characters that are searched
MOST_WAYS = 3 * LONGEST  # from one character on; more take seconds for the longest text
ENOUGH = 20  # repetitions, where each may match in two ways: they are more than MOST_WAYS
REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT)


def ends_in_time(pattern: str) -> bool:
    """True when the pattern has few ways to match from one character on. Raises re.error."""
    return _ways(_parser.parse(pattern)) <= MOST_WAYS


def _ways(tree: Iterable[tuple[Any, Any]]) -> int:
    """The number of ways in which the parts of a pattern can match one after the other, MOST_WAYS + 1 for more."""
    ways = 1
    for kind, given in tree:
        ways = min(ways * _ways_of(kind, given), MOST_WAYS + 1)
    return ways


def _ways_of(kind: Any, given: Any) -> int:
    if kind in REPEATS:
        least, most, within = int(given[0]), int(given[1]), _ways(given[2])
        return min(most, LONGEST) - min(least, LONGEST) + 1 if within == 1 else pow(within, min(most, ENOUGH))
    if kind is op.BRANCH:
        return sum(map(_ways, given[1]))
    if kind in (op.SUBPATTERN, op.ASSERT, op.ASSERT_NOT, op.POSSESSIVE_REPEAT):
        return _ways(given[-1])
    if kind is op.ATOMIC_GROUP:
        return _ways(given)
    return _ways(given[1]) + _ways(given[2] or ()) if kind is op.GROUPREF_EXISTS else 1
