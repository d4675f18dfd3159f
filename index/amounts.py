"""Amounts in texts, to see where a question's figures are not those of the answer."""

import re
from dataclasses import dataclass

from index.analyzer import fold

UNITS = "円|か月|週間|日|時間|時|分|回|件|通|人|名|社|番号|つ|個|歳|年|割|%"
AMOUNT = re.compile(rf"(?<![0-9.])([0-9]+(?:\.[0-9]+)?)({UNITS})(?:間|目)?(以上|以下|以内|未満|まで)?")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its unit and, where the text says so, the side it bounds (以上, 未満 …)."""

    number: str
    unit: str
    bound: str

    def __str__(self) -> str:
        return self.number + self.unit + self.bound


@dataclass(frozen=True, slots=True)
class Difference:
    """An amount of the question that the answer does not have, and those it has in the same unit."""

    asked: Amount
    known: tuple[Amount, ...]


def amounts(text: str) -> list[Amount]:
    """Every amount of a text, in order, each once."""
    return list(dict.fromkeys(Amount(*parts) for parts in AMOUNT.findall(fold(text))))


def differences(question: str, answer: str) -> list[Difference]:
    """The question's amounts that are not the answer's, where the answer has others in the same unit.

    Equal numbers differ when both are bounded and the bounds disagree: 3か月以上 is not 3か月未満.
    """
    known = amounts(answer)
    found = []
    for asked in amounts(question):
        rivals = [amount for amount in known if amount.unit == asked.unit]
        equal = [amount for amount in rivals if float(amount.number) == float(asked.number)]
        agrees = any(not (asked.bound and amount.bound) or asked.bound == amount.bound for amount in equal)
        if rivals and not agrees:
            found.append(Difference(asked, tuple(equal or rivals)))
    return found
