"""Invisible and undisplayable characters of copied text, which break search or show as a box in Slack."""

import re
import unicodedata
from dataclasses import dataclass

# Almost every text is of these alone; only the rest is looked at one by one.
ORDINARY = "\t\n\r -~\u00a1-\u00ac\u00ae-\u00ff\u2010-\u2027\u3000-\u3029\u3030-\u3096\u309b-\u30ff一-鿿！-ﾟ"
UNUSUAL = re.compile(f"[^{ORDINARY}]")
INVISIBLE = re.compile("[\u034f\u115f\u1160\u2028\u2029\u2800\u3164\uffa0\ufffc]")  # of categories that are mostly seen
VARIATION_SELECTORS = re.compile("[\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
EMOJI_SELECTORS = "\ufe0e\ufe0f"  # as text, as a picture; keyboards put them behind symbols
KEYCAP = "\u20e3"
KANA_MARKS = "\u3099\u309a"
RADICALS = re.compile("[\u2e80-\u2fdf]")  # parts of kanji, which look like the kanji ⻑ (長) and come out of PDF files
RETYPE = "その部分を消して打ち直してください。"


@dataclass(frozen=True, slots=True)
class StrangeCharacter:
    """The first refused character of a text, with a hint."""

    message: str
    hint: str


def strange_character(text: str) -> StrangeCharacter | None:
    """The first character that breaks search or cannot be displayed, None for a clean text.

    Blanks and line breaks of a keyboard are fine, and so is a selector behind a symbol (☎️). Emoji glued
    together with a zero-width joiner are not: search cannot tell the joiner from one within a word.
    """
    for found in UNUSUAL.finditer(text):
        strange = _strange(text, found.start())
        if strange:
            return strange
    return None


def _strange(text: str, place: int) -> StrangeCharacter | None:
    character, before = text[place], text[place - 1 : place]
    code, category = f"U+{ord(character):04X}", unicodedata.category(character)
    if character == "\ufffd":
        return StrangeCharacter(f"読めなかった文字の跡（{code}）", "元の文章を見て、正しい文字を入れてください。")
    if category in ("Co", "Cn", "Cs"):
        return StrangeCharacter(f"ほかの機械では表示できない文字（{code}）", "普通の文字で打ち直してください。")
    if VARIATION_SELECTORS.match(character):
        return _selector(character, before, code)
    if category in ("Cc", "Cf", "Zl", "Zp") or INVISIBLE.match(character):
        return StrangeCharacter(f"目に見えない文字 {code}", RETYPE)
    if RADICALS.match(character):
        return _radical(character, code)
    return _mark(character, before, code) if unicodedata.combining(character) or category == "Me" else None


def _selector(character: str, before: str, code: str) -> StrangeCharacter | None:
    if character in EMOJI_SELECTORS and _takes_selector(before):
        return None
    hint = f"「{before}」を消して打ち直してください。" if before.strip() else RETYPE
    return StrangeCharacter(f"字形を選ぶ、目に見えない文字 {code}", hint)


def _takes_selector(before: str) -> bool:
    """True when a character is a symbol or begins a keycap (1️⃣)."""
    return before in tuple("0123456789#*‼⁉ℹ") or (before != "" and unicodedata.category(before).startswith("S"))


def _radical(character: str, code: str) -> StrangeCharacter:
    kanji = unicodedata.normalize("NFKC", character)
    hint = f"漢字の「{kanji}」に打ち直してください。" if kanji != character else "同じ形の漢字に打ち直してください。"
    return StrangeCharacter(f"漢字に似た部首の文字「{character}」（{code}）", hint)


def _mark(character: str, before: str, code: str) -> StrangeCharacter | None:
    """Check a combining mark: refused without a letter before it, and where one character would do for both."""
    whole = unicodedata.normalize("NFC", before + character)
    if before and len(whole) == 1:
        return StrangeCharacter(
            f"2つに分かれた文字「{before}」＋{code}", f"1文字の「{whole}」に打ち直してください（NFC）。"
        )
    if character == KEYCAP and before and before in "0123456789#*\ufe0f":
        return None
    alone = not before or not unicodedata.category(before).startswith(("L", "M"))
    if alone or character in KANA_MARKS:
        return StrangeCharacter(f"濁点などの記号だけの文字 {code}", RETYPE)
    return None
