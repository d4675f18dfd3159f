"""A line in the asker's language where that is not Japanese: answers are shown in Japanese, as they were written."""

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


def language_line(question: str) -> str:
    """The line for a question in English, Chinese or Korean, "" for any other."""
    if HANGUL.search(question):
        return LINES["ko"]
    if KANA.search(question) or is_romanised(question):
        return ""
    if CHINESE.search(question):
        return LINES["zh"]
    return LINES["en"] if ENGLISH.search(question) and not KANJI.search(question) else ""
