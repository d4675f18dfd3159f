"""Rows that an FAQ keeps back: what people write in a column that says which questions are public."""

import re
import unicodedata
from collections.abc import Sequence

PUBLIC = re.compile(
    "(?:公開|掲載|表示)(?:中|済み?|する)?|有効|可|済み?|完了|[○〇◯●✓✔レ]"
    "|publish(?:ed)?|public|live|active|visible|enabled|yes|y|true|on|1|ok"
)
KEPT_BACK = re.compile("[×✕✗✘x否]|不可|no|n|false|off|0|ng")
SAYS_KEPT_BACK = re.compile(
    "[非未不]公開|公開しない|公開不可|公開前|公開予定|[未非]掲載|非表示|下書|社内|社外秘|内部|限定|取り?下げ|停止|終了|廃止|無効"
    "|削除|準備中|作成中|確認中|承認待|保留|要確認|旧版|draft|private|internal|unpublish|archiv|hidden|retired|inactive"
    "|pending|disabled|deleted|(?:in|under|needs?) review"
)
SAYS_PUBLIC = re.compile("公開|掲載|表示|public|visible")
MARKS_KEPT_BACK = re.compile("[非未](?:公開|掲載|表示)|hidden|private")  # a heading: what is marked is not public


def kept_back(heading: str, texts: Sequence[str]) -> list[bool]:
    """True for every row that is not public, by the heading and the texts of all rows in the column of the status.

    Where one says that it is public, only those that say so are; else all but those that say that they are not.
    """
    folded = [unicodedata.normalize("NFKC", text).strip().casefold() for text in texts]
    named = heading.casefold()
    if MARKS_KEPT_BACK.search(named) and not SAYS_PUBLIC.search(MARKS_KEPT_BACK.sub("", named)):
        return [bool(text) and not KEPT_BACK.fullmatch(text) and not SAYS_PUBLIC.match(text) for text in folded]
    if any(map(PUBLIC.fullmatch, folded)):
        return [not PUBLIC.fullmatch(text) for text in folded]
    return [bool(KEPT_BACK.fullmatch(text) or SAYS_KEPT_BACK.search(text)) for text in folded]
