"""Checks the connection to Slack: tokens, scopes, channels, clock. Nothing is posted or changed."""

import time
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.finding import Finding
from bot.setting_table import SETTINGS, Settings
from bot.slack.manifest import plain_manifest, scopes_of

PATIENCE_SECONDS = 10
MAX_CLOCK_SECONDS = 60  # Slack's own limit for the age of a signature is 300
CHANNELS = ("SUPPORT_CHANNEL", "EDITORS_CHANNEL")
HOW_TO_INVITE = "チャンネルのIDを確かめ、そのチャンネルで /invite を使ってボットを招待してください。"


def diagnose(settings: Settings, now: Callable[[], float] = time.time) -> Iterator[Finding]:
    """Everything about Slack, in the order in which it has to work; `now` is this machine's clock."""
    if not settings.slack_bot_token:
        yield Finding("Slack", "設定がありません（つながずに動きます。つなぐには SLACK_BOT_TOKEN を設定します）")
        return
    bot = WebClient(settings.slack_bot_token, settings.slack_api_url, timeout=PATIENCE_SECONDS, retry_handlers=[])
    try:
        answer = bot.auth_test()
    except SlackApiError as error:
        yield from _clock(error.response, now)
        yield Finding("SLACK_BOT_TOKEN", f"Slackが受け付けません（{_code(error)}）。", _where("SLACK_BOT_TOKEN"))
        return
    except OSError as error:
        yield _unreachable(settings, error)
        return
    yield from _clock(answer, now)
    yield Finding("SLACK_BOT_TOKEN", f"使えます（{answer.get('team') or answer.get('team_id', '')}）")
    yield _scopes(answer, settings.public_url)
    yield _way_in(settings)
    for name in CHANNELS:
        yield from _channel(bot, name, str(getattr(settings, name.lower())), now())
    for channel in settings.watch_channels:
        yield from _channel(bot, "WATCH_CHANNELS", channel, now())


def _clock(answer: SlackResponse, now: Callable[[], float]) -> Iterator[Finding]:
    """Signatures carry a time, so a wrong clock refuses everything Slack sends."""
    date = _header(answer, "date")
    if not date:
        return
    seconds = round(now() - parsedate_to_datetime(date).timestamp())
    if abs(seconds) <= MAX_CLOCK_SECONDS:
        yield Finding("時計", f"Slackの時刻と合っています（差 {abs(seconds)}秒）")
    else:
        way = "進んで" if seconds > 0 else "遅れて"
        hint = "このままではSlackの署名を確かめられません。NTPなどでこのコンピュータの時計を合わせてください。"
        yield Finding("時計", f"Slackの時刻より{abs(seconds)}秒{way}います。", hint)


def _scopes(answer: SlackResponse, public_url: str) -> Finding:
    needed = set(scopes_of(plain_manifest(public_url)))
    given = {scope.strip() for scope in _header(answer, "x-oauth-scopes").split(",")}
    missing = sorted(needed - given)
    if not missing:
        return Finding("Slackの権限", f"マニフェスト（faqbot manifest）の{len(needed)}個がすべてあります")
    return Finding(
        "Slackの権限",
        f"足りません: {', '.join(missing)}",
        "api.slack.com/apps の OAuth & Permissions で加え、ワークスペースに再インストールしてください。",
    )


def _way_in(settings: Settings) -> Finding:
    """The way that Slack's events come in; the app-level token is tried, which opens no connection yet."""
    if settings.slack_signing_secret:
        return Finding("Slackからの受信", "HTTP（/slack/events）で受けます")
    if not settings.slack_app_token:
        hint = f"{_where('SLACK_APP_TOKEN')}（HTTPで受けるなら SLACK_SIGNING_SECRET を設定してください。）"
        return Finding("Slackからの受信", "SLACK_APP_TOKEN も SLACK_SIGNING_SECRET もありません。", hint)
    try:
        client = WebClient(base_url=settings.slack_api_url, timeout=PATIENCE_SECONDS, retry_handlers=[])
        client.apps_connections_open(app_token=settings.slack_app_token)
    except SlackApiError as error:
        return Finding("SLACK_APP_TOKEN", f"Slackが受け付けません（{_code(error)}）。", _where("SLACK_APP_TOKEN"))
    except OSError as error:
        return _unreachable(settings, error)
    return Finding("SLACK_APP_TOKEN", "使えます（Socket Mode で受けます）")


def _channel(bot: WebClient, name: str, channel: str, now: float) -> Iterator[Finding]:
    """A finding on the bot's place in a channel: its history, from now on so that nothing is read, is for members."""
    if not channel:
        return
    try:
        bot.conversations_history(channel=channel, oldest=f"{now:.6f}", limit=1)
    except SlackApiError as error:
        yield Finding(name, f"ボットがチャンネル {channel} にいません（{_code(error)}）。", HOW_TO_INVITE)
    except OSError as error:
        yield Finding(name, f"確かめられませんでした（{type(error).__name__}）。", "もう一度実行してください。")
    else:
        yield Finding(name, f"ボットがチャンネル {channel} にいます")


def _unreachable(settings: Settings, error: OSError) -> Finding:
    hint = "ネットワークとプロキシの設定、SLACK_API_URL を確かめてください。"
    return Finding("Slack", f"{settings.slack_api_url} に届きません（{type(error).__name__}）。", hint)


def _where(name: str) -> str:
    setting = next(setting for setting in SETTINGS if setting.name == name)
    return f"{setting.where} の値を、環境変数 {name} に入れてください。"


def _code(error: SlackApiError) -> str:
    return str(error.response.get("error", ""))[:60]


def _header(answer: SlackResponse, name: str) -> str:
    return next((str(value) for key, value in answer.headers.items() if key.lower() == name), "")
