"""`faqbot serve`: the web page, and Slack where its settings are present."""

import argparse
import sys
from contextlib import ExitStack
from functools import partial

from flask import Flask

from bot.app import App
from bot.digest import find_dead_links
from bot.settings import Settings
from bot.slack.app import Slack, create_slack, http_endpoint
from bot.slack.digesting import Digests
from bot.slack.socket_mode import connect_socket
from bot.slack.workspaces.installing import install_pages
from bot.slack.workspaces.token_health import TokenHealth, check_tokens
from bot.web.app import create_web
from bot.web.server import DRAIN_SECONDS, Server

HOW_TO_CONNECT = (
    "Slackにはつながっていません。つなぐには、README の「Connect Slack」の手順でSlackアプリを作り、\n"
    "環境変数 SLACK_BOT_TOKEN と SLACK_APP_TOKEN（またはHTTPなら SLACK_SIGNING_SECRET）を設定して起動し直してください。"
)


def run(options: argparse.Namespace, app: App) -> int:
    """Serve until Ctrl-C or SIGTERM."""
    settings = app.settings
    slack = create_slack(settings, app.parts, metrics=app.metrics) if settings.has_slack else None
    over_socket = slack if settings.slack_app_token and not settings.slack_signing_secret else None
    if slack and not settings.has_workspaces:
        check_tokens(settings, "SLACK_BOT_TOKEN", *(["SLACK_APP_TOKEN"] if over_socket else []))
    if slack and not over_socket:
        app.ready["slack"] = TokenHealth(settings.slack_api_url, slack.home_token)
    web, sockets = _web(app, slack), ExitStack()

    def start() -> None:
        app.start_in_this_process()
        if slack:
            slack.intake.start()
            Digests(slack.door.home, app.parts, settings.editors_channel, partial(find_dead_links, app.faq)).start()
        if over_socket:
            connection = connect_socket(over_socket, settings, app.metrics)
            app.ready["slack"] = connection.is_open
            sockets.callback(connection.close)

    def end() -> None:
        sockets.close()
        if slack:
            slack.intake.close(DRAIN_SECONDS)

    def say() -> None:
        print(f"http://{settings.host}:{settings.port} で待ち受けています（Ctrl-C で終わります）。", flush=True)
        print(_connected(settings), flush=True)

    Server(web, settings.host, settings.port, start, end, on_ready=say).run()
    sys.stdout.flush()
    return 0


def _web(app: App, slack: Slack | None) -> Flask:
    settings = app.settings
    over_http = slack if slack and settings.slack_signing_secret else None
    flow = slack.app.oauth_flow if slack else None
    return create_web(
        app.faq,
        settings,
        http_endpoint(over_http, settings.slack_signing_secret, app.metrics) if over_http else None,
        install_pages(flow) if flow else None,
        most_asked=app.overview.most_asked,
        metrics=app.metrics,
        ready=app.ready,
    )


def _connected(settings: Settings) -> str:
    """How Slack is connected, or how to connect it."""
    if settings.has_workspaces:
        where = f"Slack: {settings.public_url}/slack/install からインストールできます。"
        return f"Slack: HTTP（/slack/events）で受けます。\n{where}"
    if settings.slack_bot_token and settings.slack_signing_secret:
        return "Slack: HTTP（/slack/events）で受けます。"
    if settings.slack_bot_token and settings.slack_app_token:
        return "Slack: Socket Mode で受けます。"
    return HOW_TO_CONNECT
