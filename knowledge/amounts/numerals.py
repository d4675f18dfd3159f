"""Conversion of numbers in Japanese spellings to digits, where a unit follows."""

import re
from decimal import Decimal

from knowledge.amounts.units import BY_NAME, UNITS, pattern_of

MONTHS = re.compile(rf"(?<=[0-9])\s*{BY_NAME['か月'].spelling}")
THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
COUNTERS = pattern_of(unit for unit in UNITS if unit.after_kanji)
KANJI_NUMBER = re.compile(  # 二千, 2千, 1.5万, 3万5千; not the 千 of 数千, 何千; 四日市, 十日町 and 三本木 are places
    rf"(?<![0-9.〇一二三四五六七八九十百千万数何幾])"
    rf"(?:[〇一二三四五六七八九十百千]|[0-9]+(?:\.[0-9]+)?[十百千万])[0-9〇一二三四五六七八九十百千万]*(?={COUNTERS}(?![市町木]))"
)
KANJI_DIGITS = {character: str(digit) for digit, character in enumerate("〇一二三四五六七八九")}
KANJI_UNITS = {"十": 10, "百": 100, "千": 1000}
TEN_THOUSAND = 10_000


def fold_numbers(text: str) -> str:
    """One form for numbers: 十日 → 10日, 2,960円 and 2千9百60円 → 2960円, 1.5万円 → 15000円, 三ヶ月 → 3か月."""
    text = KANJI_NUMBER.sub(_arabic, THOUSANDS.sub("", text))
    return MONTHS.sub("か月", text)


def _arabic(found: re.Match[str]) -> str:
    """The value of a number with kanji; digits in a row are read by place (二〇二六)."""
    total = section = Decimal(0)  # a section is what stands before 万
    digits = ""
    for character in found[0]:
        if character in KANJI_UNITS:
            section += Decimal(digits or 1) * KANJI_UNITS[character]
            digits = ""
        elif character == "万":
            total += (section + Decimal(digits or 0)) * TEN_THOUSAND
            section, digits = Decimal(0), ""
        else:
            digits += KANJI_DIGITS.get(character, character)
    total += section + Decimal(digits or 0)
    return f"{total.normalize():f}"
