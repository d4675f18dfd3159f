"""Ids for entries that have none: readable, short, and no two alike."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from itertools import count

from knowledge.entry_rules import ID_PATTERN

LONGEST = 40  # characters of one that is made
NOT_ALLOWED = re.compile("[^a-z0-9]+")
LETTER = re.compile("[a-z]")
FALLBACK = "faq"


def given_id(text: str) -> str:
    """The id that somebody gave, as an entry may have it; "" for a bare number, which says nothing."""
    tidy = NOT_ALLOWED.sub("-", unicodedata.normalize("NFKC", text).lower()).strip("-")
    return tidy if LETTER.search(tidy) and ID_PATTERN.fullmatch(tidy) else ""


def made_id(words: Sequence[str], taken: Collection[str]) -> str:
    """An id of as many of the words as fit that is not `taken`."""
    stem = ""
    for word in words:
        longer = f"{stem}-{word}" if stem else word[:LONGEST]
        if len(longer) > LONGEST - len("-999"):
            break
        stem = longer
    stem = stem or FALLBACK
    names = (stem if number == 1 else f"{stem}-{number}" for number in count(1))
    return next(name for name in names if name not in taken)
