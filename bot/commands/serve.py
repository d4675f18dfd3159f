"""`faqbot serve`: the web page, and Slack where its settings are present."""

import argparse
import sys

from bot.app import App
from bot.slack.app import check_token, connect_socket, create_slack, http_endpoint
from bot.slack.digesting import Digests
from bot.slack.installing import install_pages
from bot.slack.token_health import TokenHealth
from bot.web.app import create_web
from bot.web.server import Server

HOW_TO_CONNECT = (
    "Slackにはつながっていません。つなぐには、README の「Connect Slack」の手順でSlackアプリを作り、\n"
    "環境変数 SLACK_BOT_TOKEN と SLACK_APP_TOKEN（またはHTTPなら SLACK_SIGNING_SECRET）を設定して起動し直してください。"
)


def run(options: argparse.Namespace, app: App) -> int:
    """Serve until Ctrl-C or SIGTERM."""
    settings = app.settings
    faq = app.faq
    slack = create_slack(settings, faq, app.log, metrics=app.metrics) if settings.has_slack else None
    over_http = slack if slack and settings.slack_signing_secret else None
    over_socket = slack if settings.slack_app_token and not over_http else None
    if slack and not slack.oauth_flow:
        check_token(slack)
    if over_http:
        app.ready["slack"] = TokenHealth(settings)
    elif over_socket:
        app.ready["slack"] = lambda: False  # until it is connected
    web = create_web(
        faq,
        settings.contact_text,
        http_endpoint(over_http, settings.slack_signing_secret, app.metrics) if over_http else None,
        install_pages(slack.oauth_flow) if slack and slack.oauth_flow else None,
        settings=settings,
        metrics=app.metrics,
        ready=app.ready,
    )

    def start() -> None:
        app.start_in_this_process()
        if slack:
            Digests(slack.client, faq, app.log, settings.editors_channel).start()
        if over_socket:
            app.ready["slack"] = connect_socket(over_socket, settings, app.metrics).is_open

    print(f"http://{settings.host}:{settings.port} で待ち受けています（Ctrl-C で終わります）。", flush=True)
    if over_http:
        print("Slack: HTTP（/slack/events）で受けます。", flush=True)
        if settings.has_workspaces:
            print(f"Slack: {settings.public_url}/slack/install からインストールできます。", flush=True)
    elif over_socket:
        print("Slack: Socket Mode で受けます。", flush=True)
    else:
        print(HOW_TO_CONNECT, flush=True)
    Server(web, settings.host, settings.port, start).run()
    sys.stdout.flush()
    return 0
