"""Keys that make equal texts equal, however they are typed."""

import re
import unicodedata

SAME_SIGNS = str.maketrans("♯⁄〜−‐–—、・", "#/~----,,")
THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
SIGNS = "+#%°@&/$¥€£"  # C, C++ and C# are three things
BETWEEN_DIGITS = ",:~×÷-"  # 3-5日 is not 35日, プラン1、2 not プラン12
DROPPED = re.compile(
    rf"[^\w{SIGNS}.{BETWEEN_DIGITS}]|_"
    r"|(?<![a-z0-9])\.|\.(?![a-z0-9])"  # node.js, 1.5
    rf"|(?<![0-9])[{BETWEEN_DIGITS}]|[{BETWEEN_DIGITS}](?![0-9])"
)
LETTER = re.compile(r"[^\W_]")


def match_key(text: str) -> str:
    """A text without differences in width, case, blanks, quotes and punctuation; "" for one without letters."""
    written = unicodedata.normalize("NFKC", text).lower().translate(SAME_SIGNS)
    return DROPPED.sub("", THOUSANDS.sub("", written)) if LETTER.search(written) else ""
