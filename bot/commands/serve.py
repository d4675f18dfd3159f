"""`faqbot serve`: the web page, and Slack where its settings are present."""

import argparse
from contextlib import ExitStack
from functools import partial

from bot.app import App
from bot.commands.slack import open_slack, start_slack
from bot.gate.measuring_ahead import MeasuringAhead
from bot.process.background import end_signal
from bot.process.memory import keep_small
from bot.process.vitals import Vitals
from bot.setting_table import Settings
from bot.slack.app import Slack, http_endpoint, sign_in_with
from bot.slack.outside_questions import hand_over
from bot.slack.workspaces.installing import install_pages
from bot.web.app import FromSlack, create_web
from bot.web.server import Server, address_of, listen
from bot.web.team.links import OneTimeLinks
from bot.web.team.suggestions.board import Suggestions
from bot.web.team.team import Team
from knowledge.team.sessions import Sessions

REQUEST_SECONDS = 10.0  # for requests that are being answered when the process shall end
DRAIN_SECONDS = 15.0  # for what they began in Slack; platforms give a process 30 s in all
HOW_TO_CONNECT = (
    "Slackにはつながっていません。つなぐには、README の「Connect Slack」の手順でSlackアプリを作り、\n"
    "環境変数 SLACK_BOT_TOKEN と SLACK_APP_TOKEN（またはHTTPなら SLACK_SIGNING_SECRET）を設定して起動し直してください。"
)


def run(options: argparse.Namespace, app: App) -> int:
    """Serve until Ctrl-C or SIGTERM."""
    settings = app.settings
    over_socket = bool(settings.slack_app_token and not settings.slack_signing_secret)
    slack = open_slack(app, over_socket=over_socket) if settings.has_slack else None
    team = _team(app, slack, options.editor)
    from_slack = _from_slack(app, slack) if slack else FromSlack()
    web = create_web(settings, app.parts, Vitals(app.metrics, app.ready), team, from_slack)
    server = Server(web, listen("PORT", settings.host, settings.port), settings.trusted_proxies)
    wait_for_end = end_signal()
    keep_small()
    app.start()
    team.suggestions.start()
    with ExitStack() as ends:  # what begins last ends first
        if slack:
            ends.callback(start_slack(app, slack, over_socket=over_socket), DRAIN_SECONDS)
        server.start()
        ends.callback(server.stop, REQUEST_SECONDS)
        print(f"{address_of(settings.host, settings.port)} で待ち受けています（Ctrl-C で終わります）。", flush=True)
        print(_connected(settings), flush=True)
        if team.links:
            team.links.show()
        wait_for_end()
    return 0


def _team(app: App, slack: Slack | None, editor: str) -> Team:
    """The team's pages; where Slack cannot tell who somebody is, whoever sees this process's output is an editor."""
    settings, sessions, ahead = app.settings, Sessions(app.store.engine), MeasuringAhead(app.publishing)
    shared = app.faq, app.publishing, app.overview, settings, sessions, Suggestions(app.publishing)
    if slack and settings.has_workspaces:
        sign_in = sign_in_with(slack, settings)
        return Team(*shared, sign_in=sign_in, ahead=ahead)
    address = f"{settings.public_url or address_of(settings.host, settings.port)}/team/in"
    links = OneTimeLinks(editor, address, partial(print, flush=True))
    return Team(*shared, links, ahead=ahead)


def _from_slack(app: App, slack: Slack) -> FromSlack:
    """The part of the web that Slack adds: its events where it sends them there, installing, a way to people."""
    secret, flow = app.settings.slack_signing_secret, slack.app.oauth_flow
    return FromSlack(
        http_endpoint(slack, secret, app.metrics) if secret else None,
        install_pages(flow) if flow else {},
        partial(hand_over, slack.door) if app.settings.support_channel else None,
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
