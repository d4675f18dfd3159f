"""Patterns of phone numbers in Japanese text whose digits and dashes are folded.

Japanese numbers have ten digits, mobile, IP and some toll-free ones eleven, and begin with one 0 (the numbering plan,
電気通信番号計画). Counting digits and groups keeps dates, prices and times apart from them.
"""

import re
from collections.abc import Iterator

from knowledge.privacy.late_pattern import LatePattern, holds_digit

GAP = r"(?: ?[-()./_*~・,の] ?[()]?| {0,2})"  # what people write between two groups, also nothing
MOBILE = rf"0[5-9]0{GAP}\d\d{GAP}\d\d{GAP}\d\d{GAP}\d\d"
GROUPED = "|".join(
    rf"0\d{{{first - 1}}}{GAP}\d{{{second}}}{GAP}\d{{{third}}}"
    for first, second, third in ((2, 4, 4), (3, 3, 4), (4, 2, 4), (5, 1, 4), (4, 3, 3), (4, 3, 4))
)
BREAK = r"[ ()-]{1,3}"
MISTYPED = rf"0\d{{1,3}}{BREAK}\d{{3,4}}{BREAK}\d{{3,4}}"  # a digit too few or too many
SINGLE = r"0(?:[ -]\d){9,10}"
JAPANESE = LatePattern(
    holds_digit, rf"(?<!\d)(?:\((?=0\d{{1,4}}\)))?(?:{MOBILE}|{GROUPED}|{MISTYPED}|{SINGLE}|0\d{{9,10}})(?!\d)"
)
TO_JAPAN = r"(?:\(\+81\)|(?:\+|010-?|00)81)[ -]?(?:\(0\)|0)?(?:[-(). ]{0,2}\d){9,10}"
ABROAD = r"(?:\+|010-)[1-9](?:[-(). ]{0,2}\d){7,14}"
INTERNATIONAL = LatePattern(holds_digit, rf"(?<!\d)(?:{TO_JAPAN}|{ABROAD})(?!\d)")
TIMES = r"(?:[01]\d|2[0-4])[0-5]\d-(?:[01]\d|2[0-4])[0-5]\d"
# Without its area code a number is one only where the text says so.
LOCAL = LatePattern(
    holds_digit,
    rf"(?:電話|でんわ|tel|fax|携帯|ケータイ|けいたい)(?:番号|ばんごう)?[はがのを、,:=( ]{{0,3}}"
    rf"(?!{TIMES})(\d{{2,4}}-\d{{4}})(?![-\d])",
    re.IGNORECASE,
)


def find_with_kanji_dashes(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of every number whose groups stand between 一, typed for a dash because it looks like one."""
    if "一" in text:
        yield from (found.span() for found in JAPANESE.finditer(text.replace("一", "-")))
