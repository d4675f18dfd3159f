"""Figures of a question against those of the answer: what the answer does not have."""

from dataclasses import dataclass

from index.text.analyzer import normalize
from knowledge.amounts.amount import Amount, Side, are_equal, common_measure, possible_numbers
from knowledge.amounts.grammar import amounts


@dataclass(frozen=True, slots=True)
class Difference:
    """An amount of the question that the answer does not have, and those it has of the same kind."""

    asked: Amount
    known: tuple[Amount, ...]


def differences(question: str, answer: str) -> list[Difference]:
    """The question's amounts that the answer contradicts: it has others of the kind, and none that agrees.

    What is asked agrees with its equal, unless their bounds disagree (3か月以上 is not 3か月未満), and
    with a bound or range that it lies in. Where a bound is asked, the answer's bounds decide.
    """
    known = amounts(normalize(answer))
    found: dict[str, Difference] = {}
    for asked in amounts(normalize(question)):
        alike = [amount for amount in known if common_measure(asked, amount)]
        equal = [amount for amount in alike if are_equal(asked, amount)]
        rivals = [amount for amount in alike if amount.rival]
        if asked.bounded:
            rivals = [amount for amount in rivals if amount.bounded] or rivals
        agrees = any(not _opposed(asked, one) for one in equal) or (
            not asked.exact and any(_meets(asked, one) for one in rivals)
        )
        if asked.claim and rivals and not agrees:
            shown = {amount.text: amount for amount in equal or rivals}
            found.setdefault(asked.text, Difference(asked, tuple(shown.values())))
    return list(found.values())


def _opposed(asked: Amount, known: Amount) -> bool:
    """True when bounds at one number disagree; who asks what is beyond a limit has understood it."""
    sides = {asked.side, known.side}
    return Side.LESS in sides and bool(sides & {Side.MORE, Side.BEYOND}) and asked.side is not Side.BEYOND


def _meets(asked: Amount, known: Amount) -> bool:
    """True when what is asked lies in the bound or range that is known, or a plain number in what is asked."""
    if are_equal(asked, known):
        return not _opposed(asked, known)
    ask, have = common_measure(asked, known) or (1, 1)
    if known.bounded:
        return any(_holds(known, one, have) for one in possible_numbers(asked, ask))
    return asked.bounded and _holds(asked, known.number * have, ask)


def _holds(bounds: Amount, number: float, factor: float) -> bool:
    low, high = bounds.range or (
        bounds.number if bounds.side in (Side.MORE, Side.BEYOND) else float("-inf"),
        bounds.number if bounds.side is Side.LESS else float("inf"),
    )
    return low * factor <= number <= high * factor
