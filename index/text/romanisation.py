"""Latin letters for Japanese: the content words of a text as people spell them, for names that programs can take."""

import re
import unicodedata

from index.text.readings import as_pronounced, reading
from index.text.tokenizer import Token, Tokenizer

ROWS = {  # the consonants of each row of kana, in the order a, i, u, e, o
    "アイウエオ": ("", "", "", "", ""),
    "カキクケコ": ("k", "k", "k", "k", "k"),
    "サシスセソ": ("s", "sh", "s", "s", "s"),
    "タチツテト": ("t", "ch", "ts", "t", "t"),
    "ナニヌネノ": ("n", "n", "n", "n", "n"),
    "ハヒフヘホ": ("h", "h", "f", "h", "h"),
    "マミムメモ": ("m", "m", "m", "m", "m"),
    "ラリルレロ": ("r", "r", "r", "r", "r"),
    "ガギグゲゴ": ("g", "g", "g", "g", "g"),
    "ザジズゼゾ": ("z", "j", "z", "z", "z"),
    "ダヂヅデド": ("d", "j", "z", "d", "d"),
    "バビブベボ": ("b", "b", "b", "b", "b"),
    "パピプペポ": ("p", "p", "p", "p", "p"),
}
KANA = {
    kana: consonant + vowel
    for row, consonants in ROWS.items()
    for kana, consonant, vowel in zip(row, consonants, "aiueo", strict=True)
}
KANA |= {"ヤ": "ya", "ユ": "yu", "ヨ": "yo", "ワ": "wa", "ヲ": "o", "ン": "n", "ヴ": "vu"}
GLIDES = {"ャ": "a", "ュ": "u", "ョ": "o"}  # キャ is ky + a, シャ sh + a
SMALL = {"ァ": "a", "ィ": "i", "ゥ": "u", "ェ": "e", "ォ": "o"}  # ファ is f + a
DOUBLED = "ッ"
FOREIGN = re.compile("[^-]+-([A-Za-z][A-Za-z .'-]*)")  # UniDic's lemma of a loan word: チェック-check
CONTENT = ("名詞", "代名詞", "動詞", "形容詞", "形状詞", "副詞")
EMPTY = frozenset({"事", "物", "為", "時", "つく", "就く", "教える", "下さる", "分かる", "知る", "何", "場合", "方法"})
NOT_LATIN = re.compile("[^a-z0-9]+")


def romanised_words(text: str, tokenizer: Tokenizer) -> list[str]:
    """The content words of a text in [a-z0-9]: loan words as in their own language, others in Hepburn, no long marks.

    A suffix joins the word before it (駐車場: chushajo) unless that is a loan word.
    """
    words: list[str] = []
    is_foreign = False
    for token in tokenizer.tokenize(unicodedata.normalize("NFKC", text)):
        if token.pos == "接尾辞" and words and not is_foreign:
            words[-1] += _spelled(token)
        elif token.pos in (*CONTENT, "接尾辞") and not _is_empty(token):
            words.append(_spelled(token))
            is_foreign = bool(FOREIGN.fullmatch(token.lemma))
    return [word for word in words if word]


def _is_empty(token: Token) -> bool:
    """True for words that say nothing of what a question is about: ある, する, できる, 教える, こと."""
    return token.lemma in EMPTY or (token.pos in ("動詞", "形容詞") and token.pos_detail == "非自立可能")


def _spelled(token: Token) -> str:
    foreign = FOREIGN.fullmatch(token.lemma)
    return NOT_LATIN.sub("", (foreign[1] if foreign else hepburn(as_pronounced(reading(token)))).lower())


def hepburn(kana: str) -> str:
    """Katakana in Hepburn's letters without marks of long vowels; other characters stay."""
    found = ""
    before = ""
    for character in kana:
        if character in GLIDES and found:
            stem = found[:-1]
            found = stem + ("" if stem.endswith(("sh", "ch", "j")) else "y") + GLIDES[character]
        elif character in SMALL and found:
            found = found[:-1] + ("w" if before == "ウ" else "") + SMALL[character]
        elif character not in (DOUBLED, "ー"):
            letters = KANA.get(character, character)
            found += (("t" if letters.startswith("ch") else letters[:1]) if before == DOUBLED else "") + letters
        before = character
    return found
