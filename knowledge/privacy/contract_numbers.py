"""Patterns for an operator's own contract numbers, from a simple notation: AB-###### is AB- and six digits.

`#` is a digit, `@` a letter; every other letter, digit, dash, dot, slash or underscore is itself, whatever its width
and case. Free regular expressions are not taken: one careless repetition could stall the bot.
"""

import re
import unicodedata

from knowledge.errors import SettingError

NAME = "CONTRACT_NUMBERS"
MAX_LENGTH, MAX_PATTERNS, MIN_PLACES = 40, 20, 3
ALLOWED = re.compile(r"[A-Za-z0-9#@._/-]+")
PLACES = {"#": r"\d", "@": "[A-Za-z]"}
HINT = (
    "「AB-######」のように、数字の所を #、英字の所を @ で書き、いくつもあればカンマで区切ってください"
    f"（# と @ は合わせて{MIN_PLACES}つ以上、1つ{MAX_LENGTH}文字まで、{MAX_PATTERNS}個まで）。"
)


def read_contract_numbers(text: str) -> re.Pattern[str] | None:
    """One pattern for all of them; None for an empty text. Raises SettingError with the faulty one."""
    shapes = [shape for part in unicodedata.normalize("NFKC", text).split(",") if (shape := part.strip())]
    if len(shapes) > MAX_PATTERNS:
        raise SettingError(NAME, f"設定 {NAME} の形が{len(shapes)}個あります。", HINT)
    for shape in shapes:
        if fault := _fault(shape):
            raise SettingError(NAME, f"設定 {NAME} の「{shape}」{fault}。", HINT)
    if not shapes:
        return None
    longest_first = sorted(shapes, key=len, reverse=True)
    alternatives = "|".join(
        "".join(PLACES.get(character, re.escape(character)) for character in shape) for shape in longest_first
    )
    return re.compile(rf"(?<![A-Za-z0-9])(?:{alternatives})(?![A-Za-z0-9])", re.IGNORECASE | re.ASCII)


def _fault(shape: str) -> str:
    if len(shape) > MAX_LENGTH:
        return f"は{len(shape)}文字あり、長すぎます"
    if unknown := ALLOWED.sub("", shape):
        return f"にある「{unknown[0]}」は使えません"
    if sum(map(shape.count, PLACES)) < MIN_PLACES:
        return "には # と @ が足りず、普通の文まで隠してしまいます"
    return ""
