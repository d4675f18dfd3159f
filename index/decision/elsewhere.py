"""Questions about another organisation: what its prices or rules are, which no FAQ of ours can tell.

One that only names another (他社から乗り換えたい, 他社と同じ番号ですか) is not about it.
"""

import re
import unicodedata
from functools import lru_cache

OTHERS = (
    r"(?:同業他社|競合(?:他社)?|他[社店院館校]|よそ(?!の)|よその[一-龠ァ-ヶー]{1,6}"
    r"|(?:あっち|あちら)(?!の)|別の[一-龠ァ-ヶー]{2,6}(?:サービス|業者|アプリ)"
    r"|(?:ほか|他|別)の(?:会社|店|所|ところ|業者|事業者|サービス|ホテル|病院|ジム|市|町))"
)
NAMED = re.compile(OTHERS)
ABOUT = re.compile(  # at the head of what is asked, with what makes it the subject or the owner
    rf"(?:^|[。．.！!？?、,\s])(?:ちなみに|では|じゃあ?|あと|なお)?、?{OTHERS}(?:さん|様)?(?:では|じゃ|だと|なら|の場合|は|って|の)"
)


@lru_cache(maxsize=20_000)
def is_about_another(question: str) -> bool:
    """True when another organisation is what a question asks about."""
    return bool(ABOUT.search(unicodedata.normalize("NFKC", question)))


def names_another(text: str) -> bool:
    """True when a text speaks of another organisation at all."""
    return bool(NAMED.search(text))
