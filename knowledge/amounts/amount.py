"""Amounts: a number with its unit and its bound, and the comparison of two of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from knowledge.amounts.units import Unit

ROUGH = 0.08  # 1か月 is 28 to 31 days, and also 4週間
DAY_OF_MONTH = {"毎月": 1.0}
MONTHS = "月"


class Side(Enum):
    """The side of its number on which an amount lies."""

    EQUAL = "equal"
    LESS = "less"
    MORE = "more"
    BEYOND = "beyond"  # more, said by naming the limit that is passed (20回を超えたら)


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure with its unit, as `text` for people and in numbers to compare.

    `rival`: as part of an answer it can contradict a figure. `claim`: as part of a question it can be
    contradicted. Dates, ordinals, rates, differences and things counted in passing are neither.
    """

    text: str
    number: float
    unit: Unit = field(hash=False)
    measures: Mapping[str, float] = field(hash=False)
    side: Side
    rival: bool
    claim: bool
    when: str = ""  # 前 or 後
    range: tuple[float, float] | None = None  # both ends (9時から18時), for each of its ends
    exact: bool = False  # a limit that is stated as such: what merely lies within another limit is not it
    halfday: bool = False  # an hour that may be one of the morning or of the afternoon
    start: int = field(default=0, compare=False)  # where it stands in the text, with the figure's limit and bound
    end: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return self.text

    @property
    def bounded(self) -> bool:
        """True when it stands for more than one number."""
        return self.side is not Side.EQUAL or self.range is not None


def common_measure(one: Amount, other: Amount) -> tuple[float, float] | None:
    """The factors that bring both numbers to one measure, None where they have none in common."""
    if one.when == other.when:
        for measure, factor in one.measures.items():
            if measure in other.measures:
                return factor, other.measures[measure]
    return None


def are_equal(asked: Amount, known: Amount) -> bool:
    """True when the numbers are equal in their common measure, which they must have; months roughly so."""
    factors = common_measure(asked, known) or (1, 1)
    number = known.number * factors[1]
    rough = ROUGH * number if (MONTHS in asked.measures) != (MONTHS in known.measures) else 0
    return any(one == number or abs(one - number) <= rough for one in possible_numbers(asked, factors[0]))


def possible_numbers(amount: Amount, factor: float) -> list[float]:
    """The numbers that may be meant: 8時 without 朝 or 夜 is also 20時, and hours go on past midnight."""
    hours = (amount.number, amount.number + 12) if amount.halfday else (amount.number,)
    return [hour * factor for hour in (*hours, *(hour + 24 for hour in hours if "時" in amount.measures))]
