"""Patterns of what lets somebody in, passwords and tokens, and of accounts at social networks."""

import re

from knowledge.privacy.late_pattern import LatePattern, holds_ascii
from knowledge.privacy.number_words import IS

CALLED = rf"(?:{IS}| is | ?= ?)"
ENTRY_WORD = (
    "(?:パスワード|ぱすわーど|パスフレーズ|パスコード|パス|password|passcode|passwd|pass|PW|暗証番号|暗証コード|PINコード|PIN|"
    "ワンタイムパスワード|認証コード|確認コード|合言葉)"
)
NO_LINK = r"(?!https?:|\[)"
SAID = r"""(?:は|:|=|→| is |「|『|"|'| ){1,5}+"""
PASSWORD = LatePattern(
    holds_ascii,
    # a word only where the sentence ends behind it (パスワードはhunterです), else something with a digit or a sign
    rf"(?<![A-Za-z]){ENTRY_WORD}(?:{SAID}{NO_LINK}([a-z]{{5,40}}+)(?=です|でした|だ|になって|[。」』]|\Z)"
    rf"|(?:{SAID}|が|を|(?=\d)){NO_LINK}((?=[A-Za-z]{{0,40}}[0-9!#$%&*+=?@^_~-])[!-~]{{4,64}}+))",
    re.IGNORECASE,
)
KNOWN_TOKEN = LatePattern(
    holds_ascii,
    r"(?<![A-Za-z0-9])(?:xox[a-z]-[A-Za-z0-9-]{6,255}+|xapp-[A-Za-z0-9-]{6,255}+|gh[opsur]_[A-Za-z0-9]{16,255}+"
    r"|github_pat_\w{16,255}+|glpat-[\w-]{16,64}+|sk[-_][A-Za-z0-9_-]{16,255}+|[rp]k_(?:live|test)_\w{10,255}+"
    r"|AKIA[0-9A-Z]{12,20}+|AIza[\w-]{30,40}+|eyJ[\w-]{8,1000}+(?:\.[\w-]{2,1000}+){1,2}+"
    r"|Bearer [\w.+/=-]{12,1000}+)",
)
CALLED_TOKEN = LatePattern(
    holds_ascii,
    r"(?:トークン|シークレット|APIキー|API ?key|アクセスキー|秘密鍵|ライセンスキー|プロダクトキー|token|secret|webhook)"
    rf"{CALLED}{NO_LINK}((?=[!-~]{{0,40}}\d)[\w+/=.-]{{8,1000}}+)",
    re.IGNORECASE | re.ASCII,
)
NETWORK = (
    r"(?:LINE|ライン|Twitter|ツイッター|(?<![A-Za-z])(?-i:X)|Instagram|インスタグラム|インスタ|Facebook|フェイスブック|FB|Skype|スカイプ|"
    r"Telegram|テレグラム|WeChat|Discord|ディスコード|TikTok|ティックトック|カカオトーク|カカオ|Threads|mixi|SNS|Chatwork|チャットワーク)"
)
HANDLE = r"[A-Za-z0-9][\w.-]{2,30}+"
ACCOUNT_WORD = "(?:の)? ?(?:ID|アイディー?|アカウント(?:名)?|ユーザー(?:名|ID)|ハンドル(?:ネーム)?|垢)"
NETWORK_ID = LatePattern(
    holds_ascii, rf"{NETWORK}{ACCOUNT_WORD}{{1,2}}{CALLED}(?!https?:)((?:@ ?)?{HANDLE})(?!@)", re.IGNORECASE | re.ASCII
)
NETWORK_NAME = LatePattern(
    holds_ascii, rf"{NETWORK}(?:は|:) ?(?=[A-Za-z][A-Za-z.-]{{0,30}}[0-9_])({HANDLE})(?!@)", re.IGNORECASE | re.ASCII
)
NETWORK_HANDLE = LatePattern(
    holds_ascii,
    rf"(?:{NETWORK}|アカウント|DM)(?:[のはでにが、:( ]|です|アカウント|やって(?:い)?ます){{0,4}}(@{HANDLE})(?!@)",
    re.IGNORECASE | re.ASCII,
)
OTHER_WORDS = frozenset(
    ("line", "works", "slack", "google", "chatwork", "twitter", "instagram", "facebook", "official", "web", "email")
)


def is_handle(text: str) -> bool:
    """True for a name at a social network, not for the network's own."""
    return text.lower().strip("@") not in OTHER_WORDS
