"""The apostrophe before what a spreadsheet would take for a formula: put there in CSV files, and taken off."""

import re

# A spreadsheet takes such a cell for a formula (a Japanese one the full-width signs too); an apostrophe makes
# it text. It also goes before apostrophes that are already there, so that taking one away gives the original.
FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")


def guarded(text: str) -> str:
    """The text as a CSV file holds it."""
    return f"'{text}" if FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """The text that was guarded, any other as it is."""
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text
