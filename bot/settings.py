"""Settings: one table of environment variables with defaults, meanings and checks; only this reads the environment."""

import hashlib
import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.contract_numbers import read_contract_numbers
from knowledge.errors import SettingError

CACHE_FOLDER = Path(__file__).parents[1] / "var"
DATABASE_FILE = CACHE_FOLDER / "faqbot.db"
SLACK_ID = re.compile("[A-Z][A-Z0-9]{2,30}")
PROCESS_KEY = secrets.token_bytes(32)
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
    Setting("METRICS_TOKEN", "", "外から /metrics を読むためのトークン。空なら内部からだけ読める", Secret),
    Setting("STATUS_PORT", "0", "`faqbot slack` の状態を見せるポート（0〜65535）。0なら見せない", _whole(0, 65_535)),
    Setting("LOG_FORMAT", "text", "記録の形（text / json）。json なら1行に1つのJSON", _log_format),
    Setting("SLACK_API_URL", "https://slack.com/api/", "Slack Web APIの場所（代理サーバーや試験用）", _folder_link),
)


# Set by platforms whose disk is emptied at every restart.
EPHEMERAL_PLATFORMS = ("DYNO", "RENDER", "FLY_APP_NAME", "K_SERVICE", "RAILWAY_ENVIRONMENT")
FORBIDDEN = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")  # with both set, Bolt switches to OAuth by itself


@dataclass(frozen=True, slots=True)
class Settings:
    """The values of SETTINGS, read and checked; field names are the variables' in lower case."""

    port: int
    host: str
    database_url: Secret
    public_url: str
    contact_text: str
    log_retention_days: int
    asker_hash_key: Secret
    contract_numbers: re.Pattern[str] | None
    slack_bot_token: Secret
    slack_signing_secret: Secret
    slack_app_token: Secret
    staff_users: tuple[str, ...]
    staff_group: str
    editor_users: tuple[str, ...]
    editor_group: str
    support_channel: str
    editors_channel: str
    review: bool
    rate_limit: int
    web_rate_limit: int
    trusted_proxies: int
    metrics_token: Secret
    status_port: int
    log_format: str
    slack_api_url: str
    platform: str = ""  # the variable by which a platform with an ephemeral disk was recognised

    @property
    def hash_key(self) -> bytes:
        """The key of the asker hashes: the set one, else derived from Slack's secret, else new in every process."""
        secret = self._hash_secret
        return hashlib.sha256(b"askers:" + secret.encode()).digest() if secret else PROCESS_KEY

    @property
    def keeps_hash_key(self) -> bool:
        """Whether another process has the same key, so that what is stored about an asker can be found."""
        return bool(self._hash_secret)

    @property
    def _hash_secret(self) -> Secret:
        return self.asker_hash_key or self.slack_signing_secret or self.slack_app_token

    @property
    def loses_its_data(self) -> bool:
        """Whether the database is a file on a disk that is emptied at every restart."""
        return bool(self.platform) and self.database_url.startswith("sqlite")

    @property
    def slack_over_http(self) -> bool:
        """Whether Slack's events can be received on the web server."""
        return bool(self.slack_bot_token and self.slack_signing_secret)


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings in `environment` (the process's own by default).

    Raises SettingError naming the first variable with an unusable value.
    """
    settings, errors = survey_settings(environment)
    if errors:
        raise errors[0]
    return settings


def survey_settings(environment: Mapping[str, str] | None = None) -> tuple[Settings, list[SettingError]]:
    """The settings with every unusable value at its default, and what is wrong with each of those."""
    given = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    errors = [
        SettingError(
            name,
            f"設定 {name} は使いません。",
            f"Boltが勝手に別の認証方式へ切り替わるため、環境変数 {name} を消してください。",
        )
        for name in FORBIDDEN
        if given.get(name)
    ]
    for setting in SETTINGS:
        try:
            values[setting.field] = _read(setting, given.get(setting.name, ""))
        except SettingError as error:
            values[setting.field] = setting.read(setting.default)
            errors.append(error)
    platform = next((name for name in EPHEMERAL_PLATFORMS if given.get(name)), "")
    return Settings(**values, platform=platform), errors


def shown_settings(environment: Mapping[str, str] | None = None) -> list[tuple[Setting, str, bool]]:
    """Every setting with its value as people may see it, and whether the environment gave it."""
    given = os.environ if environment is None else environment
    found = []
    for setting in SETTINGS:
        text = given.get(setting.name, "").strip()
        hidden = setting.read is Secret and bool(text)  # a default is no secret
        found.append((setting, "***" if hidden else text or setting.default, bool(text)))
    return found


def use_one_math_thread() -> None:
    """Let NumPy compute on one thread; call it before NumPy is imported.

    One question is too little work to share: with more threads than free cores it takes up to 80
    times as long (measured: 3 ms on one thread, 230 ms on four threads and two cores).
    """
    for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")


def require(settings: Settings, *names: str) -> None:
    """Raise SettingError for the first of `names` that is not set, saying where to find its value."""
    for setting in SETTINGS:
        if setting.name in names and not getattr(settings, setting.field):
            raise SettingError(
                setting.name,
                f"設定 {setting.name} がありません。",
                f"{setting.where} の値を、環境変数 {setting.name} に入れてください。",
            )


def _read(setting: Setting, text: str) -> Any:
    try:
        return setting.read(text.strip() or setting.default)
    except (ValueError, KeyError) as error:
        shown = "***" if setting.read is Secret else text
        raise SettingError(
            setting.name,
            f"設定 {setting.name} の値「{shown}」を使えません。",
            f"{setting.meaning}。既定値は「{setting.default}」です。",
        ) from error
