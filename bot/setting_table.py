"""The table of settings: environment variables with defaults, meanings for operators, and checks."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.privacy.contract_numbers import read_contract_numbers

CACHE_FOLDER = Path(__file__).parents[1] / "var"
DATABASE_FILE = CACHE_FOLDER / "faqbot.db"
SLACK_ID = re.compile("[A-Z][A-Z0-9]{2,30}")
DEFAULT_CONTACT = "電話代行の窓口（https://kschannel.jp/ ）からお問い合わせください。"


class Secret(str):
    """Text that never shows itself in a repr, so that no log or traceback can give it away."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret('***')" if self else "Secret('')"


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: its name, default, meaning (Japanese, shown to operators) and reader."""

    name: str
    default: str
    meaning: str
    read: Callable[[str], Any] = str
    where: str = ""  # where to find the value, for Slack's own

    @property
    def field(self) -> str:
        """The attribute of `Settings` that holds the value."""
        return self.name.lower()


def _whole(minimum: int, maximum: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        number = int(text)
        if not minimum <= number <= maximum:
            raise ValueError
        return number

    return read


def _link(text: str) -> str:
    if text and not text.startswith(("https://", "http://")):
        raise ValueError
    return text.rstrip("/")


def _folder_link(text: str) -> str:
    return _link(text) + "/"


def _id(text: str) -> str:
    if text and not SLACK_ID.fullmatch(text):
        raise ValueError
    return text


def _review(text: str) -> bool:
    return {"optional": False, "required": True}[text.lower()]


def _log_format(text: str) -> str:
    return {"text": "text", "json": "json"}[text.lower()]


def _ids(text: str) -> tuple[str, ...]:
    return tuple(_id(part.strip()) for part in text.split(",") if part.strip())


SETTINGS = (
    Setting("PORT", "3000", "待ち受けるポート番号（1〜65535）", _whole(1, 65_535)),
    Setting("HOST", "127.0.0.1", "待ち受けるアドレス。外から受けるときは 0.0.0.0"),
    Setting(
        "DATABASE_URL", f"sqlite:///{DATABASE_FILE}", "データベースの場所（sqlite:////… または postgresql://…）", Secret
    ),
    Setting(
        "PUBLIC_URL",
        "",
        "このサイトの外から見たURL（例: https://faq.example.com）。リンクの無い回答のリンクに使う",
        _link,
    ),
    Setting("CONTACT_TEXT", DEFAULT_CONTACT, "答えられないときに案内する、人への連絡方法"),
    Setting("LOG_RETENTION_DAYS", "180", "質問の記録を残す日数（1〜3650）", _whole(1, 3_650)),
    Setting("ASKER_HASH_KEY", "", "質問者を見分けるための鍵（長いランダムな文字列）。空なら起動ごとに変わる", Secret),
    Setting(
        "CONTRACT_NUMBERS",
        "",
        "記録で隠す契約番号の形（AB-######：# は数字、@ は英字。カンマ区切り）",
        read_contract_numbers,
    ),
    Setting(
        "SLACK_BOT_TOKEN",
        "",
        "Slackのボットトークン（xoxb-…）",
        Secret,
        "api.slack.com/apps の OAuth & Permissions にある Bot User OAuth Token",
    ),
    Setting(
        "SLACK_SIGNING_SECRET",
        "",
        "SlackのSigning Secret（HTTPで受けるとき）",
        Secret,
        "api.slack.com/apps の Basic Information にある Signing Secret",
    ),
    Setting(
        "SLACK_APP_TOKEN",
        "",
        "Slackのアプリトークン（xapp-…、Socket Modeのとき）",
        Secret,
        "api.slack.com/apps の Basic Information にある App-Level Tokens（connections:write）",
    ),
    Setting(
        "FAQBOT_SLACK_CLIENT_ID",
        "",
        "複数のワークスペースにインストールするときの、SlackアプリのClient ID",
        str,
        "api.slack.com/apps の Basic Information にある Client ID",
    ),
    Setting(
        "FAQBOT_SLACK_CLIENT_SECRET",
        "",
        "複数のワークスペースにインストールするときの、SlackアプリのClient Secret",
        Secret,
        "api.slack.com/apps の Basic Information にある Client Secret",
    ),
    Setting(
        "HOME_TEAM",
        "",
        "担当者・編集者と SUPPORT_CHANNEL のあるワークスペースのID（T…）",
        _id,
        "Slackをブラウザーで開いたときのURL（app.slack.com/client/T…/C…）の T…",
    ),
    Setting("STAFF_USERS", "", "サポート担当者のSlackユーザーID（U…、カンマ区切り）", _ids),
    Setting("STAFF_GROUP", "", "サポート担当者のSlackユーザーグループのID（S…）", _id),
    Setting("EDITOR_USERS", "", "編集者のSlackユーザーID（U…、カンマ区切り）", _ids),
    Setting("EDITOR_GROUP", "", "編集者のSlackユーザーグループのID（S…）", _id),
    Setting("SUPPORT_CHANNEL", "", "「担当者に聞く」の質問を送るチャンネルのID（C…）。ボットを招待しておく", _id),
    Setting("EDITORS_CHANNEL", "", "提案と毎週のまとめを送る、編集者のチャンネルのID（C…）。ボットを招待しておく", _id),
    Setting("REVIEW", "optional", "required なら、公開にほかの編集者の承認が要る（optional / required）", _review),
    Setting("RATE_LIMIT", "20", "1人が1分間にできる質問の数（1〜10000）", _whole(1, 10_000)),
    Setting("WEB_RATE_LIMIT", "60", "Webページが1つの接続元から1分間に受ける要求の数（1〜100000）", _whole(1, 100_000)),
    Setting("TRUSTED_PROXIES", "0", "X-Forwarded-For を信じる、前段のプロキシの数（0〜10）", _whole(0, 10)),
    Setting(
        "METRICS_TOKEN",
        "",
        "/metrics を読むためのトークン。PUBLIC_URL も TRUSTED_PROXIES もなければ、内部からは無しで読める",
        Secret,
    ),
    Setting("STATUS_PORT", "0", "`faqbot slack` の状態を見せるポート（0〜65535）。0なら見せない", _whole(0, 65_535)),
    Setting("LOG_FORMAT", "text", "記録の形（text / json）。json なら1行に1つのJSON", _log_format),
    Setting("SLACK_API_URL", "https://slack.com/api/", "Slack Web APIの場所（代理サーバーや試験用）", _folder_link),
)
