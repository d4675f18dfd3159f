"""Taking personal data out of a question before it is written anywhere.

Every pattern is linear: no nested or overlapping repetition, so that hostile text cannot stall it.
Digits are matched after width folding, so full-width numbers are found too.
"""

import re
import unicodedata

MAIL = re.compile(r"[A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}")
CARD = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)")
PHONE = re.compile(
    r"(?<!\d)(?:\+81[ -]?|0)\d{1,4}[ ()-]{1,2}\d{1,4}[ ()-]{1,2}\d{3,4}(?!\d)"  # written in groups
    r"|(?<!\d)0\d{9,10}(?!\d)"
)
LONG_DIGITS = re.compile(r"\d{7,}")
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))


def redact(text: str) -> str:
    """`text` (NFKC) with mail addresses, phone and card numbers and long digit runs replaced by their kind."""
    text = unicodedata.normalize("NFKC", text).translate(DASHES)
    text = MAIL.sub("[メール]", text)
    text = CARD.sub(lambda found: "[カード番号]" if _luhn(found[0]) else found[0], text)
    text = PHONE.sub("[電話番号]", text)
    return LONG_DIGITS.sub("[番号]", text)


def _luhn(number: str) -> bool:
    """Whether the digits pass the check of ISO/IEC 7812-1, annex B (the Luhn formula)."""
    digits = [int(character) for character in number if character.isdigit()]
    total = 0
    for position, digit in enumerate(reversed(digits)):
        doubled = digit * 2 if position % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0
