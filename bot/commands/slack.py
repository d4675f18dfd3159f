"""`faqbot slack`: the Slack bot alone, over Socket Mode."""

import argparse
import signal
import threading
from functools import partial

from bot.app import App
from bot.digest import find_dead_links
from bot.settings import require
from bot.slack.app import create_slack
from bot.slack.digesting import Digests
from bot.slack.socket_mode import connect_socket
from bot.slack.workspaces.token_health import check_tokens
from bot.web.server import serve_beside
from bot.web.status import create_status
from knowledge.errors import SettingError

CONNECTED = "Slack に Socket Mode でつながりました（Ctrl-C で終わります）。"
GRACE_SECONDS = 20.0  # for the questions that are being answered; the rest stays in the inbox


def run(options: argparse.Namespace, app: App) -> int:
    """Listen until Ctrl-C or SIGTERM; questions being answered are answered to the end."""
    settings = app.settings
    if settings.has_workspaces:
        raise SettingError(
            "FAQBOT_SLACK_CLIENT_ID",
            "複数のワークスペース（設定 FAQBOT_SLACK_CLIENT_ID）は、Socket Mode では使えません。",
            "HTTPで受ける `faqbot serve` を使ってください。",
        )
    require(settings, "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")
    check_tokens(settings, "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")
    slack = create_slack(settings, app.parts, metrics=app.metrics)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    app.start_in_this_process()
    app.ready["slack"] = lambda: False  # until it is connected
    if settings.status_port:
        serve_beside(create_status(app.faq, settings, app.metrics, app.ready), settings.host, settings.status_port)
    slack.intake.start()
    Digests(slack.door.home, app.parts, settings.editors_channel, partial(find_dead_links, app.faq)).start()
    connection = connect_socket(slack, settings, app.metrics, lambda: print(CONNECTED, flush=True))
    app.ready["slack"] = connection.is_open
    ended.wait()
    connection.close()
    slack.intake.close(GRACE_SECONDS)
    return 0
