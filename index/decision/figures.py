"""Figures of a question against those of the answer: what the answer does not have."""

from dataclasses import dataclass

from index.text.amounts import Amount, Side, amounts

ROUGH = 0.08  # 1か月 is 28 to 31 days, and also 4週間
MONTHS = "月"


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
    known = amounts(answer)
    found: dict[str, Difference] = {}
    for asked in amounts(question):
        alike = [amount for amount in known if _factors(asked, amount)]
        equal = [amount for amount in alike if _equal(asked, amount)]
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


def _factors(asked: Amount, known: Amount) -> tuple[float, float] | None:
    """What brings both numbers to one measure, or None where they have none in common."""
    if asked.when == known.when:
        for measure, factor in asked.measures.items():
            if measure in known.measures:
                return factor, known.measures[measure]
    return None


def _numbers(asked: Amount, factor: float) -> list[float]:
    """The numbers that may be meant: 8時 without 朝 or 夜 is also 20時, and hours go on past midnight."""
    hours = (asked.number, asked.number + 12) if asked.halfday else (asked.number,)
    return [hour * factor for hour in (*hours, *(hour + 24 for hour in hours if "時" in asked.measures))]


def _equal(asked: Amount, known: Amount) -> bool:
    factors = _factors(asked, known) or (1, 1)
    number = known.number * factors[1]
    rough = ROUGH * number if (MONTHS in asked.measures) != (MONTHS in known.measures) else 0
    return any(one == number or abs(one - number) <= rough for one in _numbers(asked, factors[0]))


def _opposed(asked: Amount, known: Amount) -> bool:
    """Whether bounds at one number disagree; who asks what is beyond a limit has understood it."""
    sides = {asked.side, known.side}
    return Side.LESS in sides and bool(sides & {Side.MORE, Side.BEYOND}) and asked.side is not Side.BEYOND


def _meets(asked: Amount, known: Amount) -> bool:
    """Whether what is asked lies in the bound or range that is known, or a plain number in what is asked."""
    if _equal(asked, known):
        return not _opposed(asked, known)
    ask, have = _factors(asked, known) or (1, 1)
    if known.bounded:
        return any(_holds(known, one, have) for one in _numbers(asked, ask))
    return asked.bounded and _holds(asked, known.number * have, ask)


def _holds(bounds: Amount, number: float, factor: float) -> bool:
    low, high = bounds.span or (
        bounds.number if bounds.side in (Side.MORE, Side.BEYOND) else float("-inf"),
        bounds.number if bounds.side is Side.LESS else float("inf"),
    )
    return low * factor <= number <= high * factor
