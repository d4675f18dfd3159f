"""The table of settings: every environment variable with its type, default, meaning for operators and check."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from bot.setting_values import (
    Secret,
    Setting,
    choice,
    encoder_choice,
    folder_link,
    knowledge_folder,
    long_secret,
    named_secrets,
    origins,
    setting,
    signing_secret,
    site_link,
    slack_id,
    slack_ids,
    targets,
    token,
    whole,
)
from knowledge.folder import SHIPPED, KnowledgeFolder
from knowledge.privacy.contract_numbers import read_contract_numbers

CACHE_FOLDER = Path(__file__).parents[1] / "var"
BASIC = "api.slack.com/apps の Basic Information にある"


@dataclass(frozen=True, slots=True)
class Settings:
    """The values of all settings; a variable is named like its field, in capitals."""

    port: int = setting("3000", "待ち受けるポート番号（1〜65535）", whole(1, 65_535))
    host: str = setting("127.0.0.1", "待ち受けるアドレス。外から受けるときは 0.0.0.0")
    knowledge: KnowledgeFolder = setting(
        str(SHIPPED.path),
        "ナレッジベースのフォルダ（site.yaml と entries のあるもの。`faqbot init` で作れる）",
        knowledge_folder,
    )
    database_url: Secret = setting(
        f"sqlite:///{CACHE_FOLDER / 'faqbot.db'}",
        "データベースの場所（sqlite:////… または postgresql://…）。既定は、ナレッジベースのフォルダの名前ごとに別のファイル",
        Secret,
    )
    public_url: str = setting(
        "", "このサイトの外から見たURL（例: https://faq.example.com）。リンクの無い回答のリンクに使う", site_link
    )
    contact_text: str = setting("", "答えられないときに案内する、人への連絡方法。空なら site.yaml の contact")
    log_retention_days: int = setting("180", "質問の記録を残す日数（1〜3650）", whole(1, 3_650))
    asker_hash_key: Secret = setting(
        "",
        "質問者を見分けるための鍵（16文字以上のランダムな文字列）。空ならSlackの秘密の値から作り、それも無ければ起動ごとに変わる",
        long_secret,
    )
    contract_numbers: re.Pattern[str] | None = setting(
        "", "記録で隠す契約番号の形（AB-######：# は数字、@ は英字。カンマ区切り）", read_contract_numbers
    )
    encoder: str | Path = setting(
        "auto",
        "意味の近さを測るモデル（none / shipped / strong / auto、または model.onnx と tokenizer.json のあるフォルダ）",
        encoder_choice,
    )
    slack_bot_token: Secret = setting(
        "",
        "Slackのボットトークン（xoxb-…）",
        Secret,
        "api.slack.com/apps の OAuth & Permissions にある Bot User OAuth Token",
    )
    slack_signing_secret: Secret = setting(
        "", "SlackのSigning Secret（HTTPで受けるとき。16文字以上）", long_secret, f"{BASIC} Signing Secret"
    )
    slack_app_token: Secret = setting(
        "",
        "Slackのアプリトークン（xapp-…、Socket Modeのとき）",
        Secret,
        f"{BASIC} App-Level Tokens（connections:write）",
    )
    faqbot_slack_client_id: str = setting(
        "", "複数のワークスペースにインストールするときの、SlackアプリのClient ID", str, f"{BASIC} Client ID"
    )
    faqbot_slack_client_secret: Secret = setting(
        "", "複数のワークスペースにインストールするときの、SlackアプリのClient Secret", Secret, f"{BASIC} Client Secret"
    )
    home_team: str = setting(
        "",
        "担当者・編集者と SUPPORT_CHANNEL のあるワークスペースのID（T…）",
        slack_id,
        "Slackをブラウザーで開いたときのURL（app.slack.com/client/T…/C…）の T…",
    )
    staff_users: tuple[str, ...] = setting("", "サポート担当者のSlackユーザーID（U…、カンマ区切り）", slack_ids)
    staff_group: str = setting("", "サポート担当者のSlackユーザーグループのID（S…）", slack_id)
    editor_users: tuple[str, ...] = setting("", "編集者のSlackユーザーID（U…、カンマ区切り）", slack_ids)
    editor_group: str = setting("", "編集者のSlackユーザーグループのID（S…）", slack_id)
    support_channel: str = setting(
        "", "「担当者に聞く」の質問を送るチャンネルのID（C…）。ボットを招待しておく", slack_id
    )
    editors_channel: str = setting(
        "", "提案と毎週のまとめを送る、編集者のチャンネルのID（C…）。ボットを招待しておく", slack_id
    )
    watch_channels: tuple[str, ...] = setting(
        "",
        "呼ばれていない質問にも、確かなときだけ答えるチャンネルのID（C…、カンマ区切り）。ボットを招待しておく",
        slack_ids,
    )
    review: bool = setting(
        "optional",
        "required なら、公開にほかの編集者の承認が要る（optional / required）",
        choice({"optional": False, "required": True}),
    )
    rate_limit: int = setting("20", "1人が1分間にできる質問の数（1〜10000）", whole(1, 10_000))
    web_rate_limit: int = setting(
        "60", "Webページが1つの接続元から1分間に受ける要求の数（1〜100000）", whole(1, 100_000)
    )
    api_tokens: Mapping[str, Secret] = setting(
        "",
        "APIとMCPをより多く使えるプログラムの名前とトークン（名前:16文字以上のトークン、カンマ区切り）",
        named_secrets,
    )
    editor_tokens: Mapping[str, Secret] = setting(
        "", "MCPから変更を提案できる編集者の名前とトークン（名前:16文字以上のトークン、カンマ区切り）", named_secrets
    )
    api_rate_limit: int = setting(
        "600", "APIとMCPが1つのトークンから1分間に受ける要求の数（1〜100000）", whole(1, 100_000)
    )
    api_origins: frozenset[str] = setting(
        "", "APIとMCPを呼んでよいWebサイト（https://www.example.com、カンマ区切り。* はすべて）", origins
    )
    widget_sites: frozenset[str] = setting(
        "",
        "ウィジェットを置いてよいWebサイト（https://www.example.com、カンマ区切り。* はすべて）。空なら無し",
        origins,
    )
    webhook_urls: tuple[str, ...] = setting(
        "", "公開・答えられない質問・担当者への質問を知らせる先のURL（https://…、カンマ区切り）", targets
    )
    webhook_secret: Secret = setting(
        "", "知らせに署名する鍵（whsec_ と、Base64で24バイト以上）。受け取る側にも同じものを入れる", signing_secret
    )
    webhook_private: bool = setting(
        "refused",
        "知らせる先が社内のアドレスでもよいか（refused / allowed）",
        choice({"refused": False, "allowed": True}),
    )
    trusted_proxies: int = setting("0", "X-Forwarded-For を信じる、前段のプロキシの数（0〜10）", whole(0, 10))
    metrics_token: Secret = setting(
        "",
        "/metrics を読むためのトークン（空白の無い英数字・記号で16文字以上）。"
        "PUBLIC_URL も TRUSTED_PROXIES もなければ、内部からは無しで読める",
        token,
    )
    status_port: int = setting("0", "`faqbot slack` の状態を見せるポート（0〜65535）。0なら見せない", whole(0, 65_535))
    log_format: str = setting(
        "text",
        "記録の形（text / json）。json なら1行に1つのJSON",
        choice({"text": "text", "json": "json"}),
    )
    slack_api_url: str = setting("https://slack.com/api/", "Slack Web APIの場所（代理サーバーや試験用）", folder_link)
    platform: str = ""  # no setting: the variable by which a platform with an ephemeral disk was recognised

    @property
    def loses_its_data(self) -> bool:
        """True when the database is a file on a disk that is emptied at every restart."""
        return bool(self.platform) and self.database_url.startswith("sqlite")

    @property
    def has_slack(self) -> bool:
        """True when Slack is configured, for one workspace or for several."""
        return bool(self.slack_bot_token) or self.has_workspaces

    @property
    def has_workspaces(self) -> bool:
        """True when the bot may be installed in several workspaces."""
        return bool(self.faqbot_slack_client_id or self.faqbot_slack_client_secret)


SETTINGS = tuple(Setting(one.name.upper(), **one.metadata) for one in fields(Settings) if one.metadata)
