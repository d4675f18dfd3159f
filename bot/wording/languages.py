"""The language of a question, and a line in it where that is not Japanese: answers are shown as they were written."""

import re

from index.text.keystrokes import is_romanised

LINES = {
    "en": "The answers here are available in Japanese only; this is the published text.",
    "zh": "本服务的回答只有日语，以下为公布的原文。",
    "ko": "답변은 일본어로만 제공되며, 아래는 공개된 원문입니다.",
}
KANA = re.compile("[ぁ-ゖァ-ヺｦ-ﾟ]")
HANGUL = re.compile("[가-힣]{2}")
CHINESE = re.compile("[吗么们这请您你哪钱费电话码]")  # signs that Japanese does not write, or writes otherwise
KANJI = re.compile("[一-龯]")
ENGLISH = re.compile(r"[a-z']{2,}(?:[ ,.?!]+[a-z'0-9]+){2,}", re.IGNORECASE)


OURS = "A-Za-zÀ-ɏ々〆\u3041-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\uac00-\ud7a3"  # letters of those
OTHER = re.compile(rf"[^\W\d_{OURS}]{{2}}")
JAPANESE = "ja"
NAMES = {JAPANESE: "日本語", "en": "英語", "zh": "中国語", "ko": "韓国語", "": "ほかの言語"}


def language_of(question: str) -> str:
    """The code of a question's language, a key of NAMES; single words and figures count as Japanese."""
    if HANGUL.search(question):
        return "ko"
    if KANA.search(question) or is_romanised(question):
        return JAPANESE
    if CHINESE.search(question):
        return "zh"
    if OTHER.search(question):
        return ""
    return "en" if ENGLISH.search(question) and not KANJI.search(question) else JAPANESE


def language_line(question: str) -> str:
    """The line for a question in English, Chinese or Korean, "" for any other."""
    return LINES.get(language_of(question), "")
