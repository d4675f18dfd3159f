"""`faqbot slack`: the Slack bot alone, over Socket Mode."""

import argparse
from functools import partial

from bot.app import App
from bot.commands.running import end_signal, open_slack, start_slack
from bot.settings import require
from bot.web.server import Server, listen
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
    slack = open_slack(app, over_socket=True)
    app.ready["slack"] = lambda: False  # until it is connected
    _show_status(app)
    ended = end_signal()
    app.start()
    end_slack = start_slack(app, slack, over_socket=True, on_open=partial(print, CONNECTED, flush=True))
    ended.wait()
    end_slack(GRACE_SECONDS)
    return 0


def _show_status(app: App) -> None:
    """Serve /healthz, /readyz and /metrics where the setting STATUS_PORT asks for it."""
    settings = app.settings
    if settings.status_port:
        status = create_status(app.faq, settings, app.metrics, app.ready)
        Server(status, listen("STATUS_PORT", settings.host, settings.status_port)).start()
