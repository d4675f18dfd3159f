"""The pattern of mail addresses, also with an @ disguised against address collectors."""

import re

WORD = r"[A-Za-z0-9-]"
DOMAIN = rf"{WORD}++(?:\.{WORD}++)++"
JAPANESE_DOMAIN = r"[一-鿿ぁ-んァ-ヶー]{1,30}+\.[ァ-ヶーA-Za-z]{2,24}+"  # ends before hiragana: the sentence goes on
AT = r"(?: ?@ ?| ?[(\[{<](?:at|アット(?:マーク)?)[)\]}>] ?|[★☆◎●◆■]|アットマーク)"
MAIL = re.compile(
    rf"(?<![A-Za-z0-9_.+-])[A-Za-z0-9_.+-]++(?:{AT}{DOMAIN}|@{JAPANESE_DOMAIN})",
    re.IGNORECASE,
)
