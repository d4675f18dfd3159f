"""The pattern of mail addresses, also with an @ or a dot disguised against address collectors."""

import re

from knowledge.privacy.late_pattern import LatePattern

WORD = r"[A-Za-z0-9-]"
DOT = r"(?:\.| ?(?:ドット|どっと) ?| ?[(\[{<](?:dot|ドット)[)\]}>] ?)"
DOMAIN = rf"{WORD}++(?:{DOT}{WORD}++)++"
JAPANESE_DOMAIN = r"[一-鿿ぁ-んァ-ヶー]{1,30}+\.[ァ-ヶーA-Za-z]{2,24}+"  # ends before hiragana: the sentence goes on
AT = (
    r"(?: ?@(?:マーク)? ?| ?[(\[{<](?:at|アット(?:マーク)?|@)[)\]}>] ?|[★☆◎●◆■]"
    r"| ?(?:アット|あっと)(?:マーク|まーく)? ?)"
)
NAME = r"[A-Za-z0-9_.+-]++"
JAPANESE_NAME = (
    r"(?<![一-鿿々ァ-ヶー])(?:[一-鿿々]{1,8}[._-]?[一-鿿々ァ-ヶー]{0,8}+|[ァ-ヶー]{1,12}+|(?<![ぁ-ん])[ぁ-ん]{1,8}+)"
)
holds_at = re.compile(r"[@(\[{<★☆◎●◆■]|アット|あっと").search
MAIL = LatePattern(
    holds_at,
    rf"(?<![A-Za-z0-9_.+-]){NAME}(?:{AT}{DOMAIN}|@{JAPANESE_DOMAIN})|{JAPANESE_NAME}@{DOMAIN}",
    re.IGNORECASE,
)
