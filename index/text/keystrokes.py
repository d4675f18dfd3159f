"""Keystrokes that an input method left as letters become kana: きまsか → きますか, kaiyaku shitai → かいやく したい.

The tables hold what is typed (si, tu, zya) and Hepburn's spelling (shi, tsu, ja) alike.
"""

import re
from functools import partial

from index.text import readings, romanisation

VOWELS, VOWEL_KANA = "aiueo", "あいうえお"
TO_HIRAGANA = {katakana: hiragana for hiragana, katakana in readings.TO_KATAKANA.items()}
HEPBURN = {letters: kana.translate(TO_HIRAGANA) for kana, letters in reversed(romanisation.KANA.items())}
TYPED_KANA = {"si": "し", "ti": "ち", "tu": "つ", "hu": "ふ", "zi": "じ", "di": "ぢ", "du": "づ", "o": "お", "wo": "を"}
KANA = HEPBURN | TYPED_KANA
KANA |= {
    (row if row in ("sh", "ch", "j") else f"{row}y") + vowel: kana + small
    for row, kana in [
        (letters[:-1], kana) for letters, kana in KANA.items() if letters.endswith("i") and letters != "i"
    ]
    for vowel, small in zip("auo", "ゃゅょ", strict=True)
}

_SYLLABLE = r"[kstnhmrgzdbp]?[aiueo]|(?:sh|ch|j)[iauo]|tsu|fu|y[auo]|w[ao]|[kstnhmrgzbp]y[auo]"  # keys of KANA
_DOUBLED = r"([kstpgzjdbfhmrc])(?=\1)|t(?=ch)"
PIECE = re.compile(
    rf"(?P<kana>{_SYLLABLE})|(?P<n>nn(?![{VOWELS}y])|n'?)|[a-z]"
)  # the last is the first half of a doubled consonant
WORD = re.compile(rf"(?:(?:{_DOUBLED})?(?:{_SYLLABLE})|n(?![{VOWELS}y])'?)+")  # nn is two of n: one reading, not 2^n
_JAPANESE = "ぁ-ゖァ-ヺー一-鿿"
JAPANESE = re.compile(f"[{_JAPANESE}]")
LEAST_ALONE = 6  # letters of a text that is romanised Japanese as a whole
_LATIN = r"[a-zA-Z0-9@._-]"
WITHIN = re.compile(rf"(?<!{_LATIN})[a-z]+(?!{_LATIN})")
TYPED = re.compile(r"nn|tsu|sh[iuo]|ch[iuo]|[a-z]y[auo]|[a-z][ou]u")  # tennsou, but not kintone
ENGLISH = frozenset(
    ("a", "are", "do", "he", "home", "i", "me", "name", "one", "open", "same", "time", "to", "use", "we", "you")
)
STRAY = re.compile(  # in lower case: a capital letter names a plan
    rf"(?<![a-zA-Z0-9])(?P<row>[b-df-hj-np-tv-z]{{1,2}})(?P<vowel>[{VOWEL_KANA}])"  # kあ, gyお
    r"|(?<=[でま])(?P<sibilant>s)(?=[ぁ-ん、。!?\s]|$)|(?<=[ぁ-ん一-鿿])(?P<stem>[dm])(?=す|せ)"  # でs, dす, mせん
    r"|(?<=[ぁ-んァ-ン])(?P<n>n)(?![a-zA-Z])|(?<=[ぁ-ん])(?<![のはがをと])[b-df-hj-np-tv-z](?=[ぁ-ん、。!?\s]|$)"
    # ませn, うけtもらう
)
STEMS = {"d": "で", "m": "ま"}
SIBILANTS = {"ん": "せ", "ょ": "し"}  # by what follows: ません, でしょう


def convert_keystrokes(text: str) -> str:
    """Letters in which Japanese was typed become hiragana; words of other languages stay."""
    if not JAPANESE.search(text):
        return _hiragana(text.lower()) if is_romanised(text) else text
    return STRAY.sub(_mended, WITHIN.sub(lambda found: _converted(found[0]), text))


def is_romanised(text: str) -> bool:
    """True when every word of a text can be read as romanised Japanese, and none is a common English one."""
    words = re.findall(r"[^\W\d_][^\W\d_']*", text.lower())
    return sum(map(len, words)) >= LEAST_ALONE and all(WORD.fullmatch(word) and word not in ENGLISH for word in words)


_hiragana = partial(PIECE.sub, lambda found: KANA[found[0]] if found["kana"] else "ん" if found["n"] else "っ")


def _converted(word: str) -> str:
    return _hiragana(word) if TYPED.search(word) and WORD.fullmatch(word) and word not in ENGLISH else word


def _mended(found: re.Match[str]) -> str:
    if found["row"]:
        return KANA.get(found["row"] + VOWELS[VOWEL_KANA.index(found["vowel"])], found[0])
    if found["stem"]:
        return STEMS[found["stem"]]
    if found["n"]:
        return "ん" if "ぁ" <= found.string[found.start() - 1] <= "ん" else "ン"
    if found["sibilant"]:
        return SIBILANTS.get(found.string[found.end() : found.end() + 1], "す")
    return ""
