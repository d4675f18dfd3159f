"""`faqbot slack`: the Slack bot alone, over Socket Mode."""

import argparse
import signal
import threading

from bot.app import App
from bot.settings import require
from bot.slack.app import check_token, connect_socket, create_slack
from bot.slack.digesting import Digests


def run(options: argparse.Namespace, app: App) -> int:
    """Listen until Ctrl-C or SIGTERM; questions being answered are answered to the end."""
    require(app.settings, "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")
    bolt = create_slack(app.settings, app.faq, app.log)
    check_token(bolt)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    app.start_in_this_process()
    Digests(bolt.client, app.faq, app.log, app.settings.editors_channel).start()
    close = connect_socket(bolt, app.settings)
    print("Slack に Socket Mode でつながりました（Ctrl-C で終わります）。", flush=True)
    ended.wait()
    close()
    return 0
