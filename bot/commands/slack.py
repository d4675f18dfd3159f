"""`faqbot slack`: the Slack bot alone, over Socket Mode. `faqbot serve` opens and starts the same Slack door."""

import argparse
from collections.abc import Callable
from functools import partial

from bot.app import App
from bot.digest import find_dead_links
from bot.process.background import end_signal
from bot.process.memory import keep_small
from bot.process.vitals import Vitals
from bot.settings import require
from bot.slack.app import Slack, create_slack
from bot.slack.digesting import Digests
from bot.slack.socket_mode import connect_socket
from bot.slack.workspaces.token_health import TokenHealth, check_tokens
from bot.web.server import Server, listen
from bot.web.status import create_status
from knowledge.errors import SettingError
from knowledge.team.entry_faults import EntryFaults

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
    wait_for_end = end_signal()
    keep_small()
    app.start()
    end_slack = start_slack(app, slack, over_socket=True, on_open=partial(print, CONNECTED, flush=True))
    wait_for_end()
    end_slack(GRACE_SECONDS)
    return 0


def open_slack(app: App, *, over_socket: bool) -> Slack:
    """The Slack door. Raises SettingError for a token that Slack refuses."""
    if not app.settings.has_workspaces:
        check_tokens(app.settings, "SLACK_BOT_TOKEN", *(["SLACK_APP_TOKEN"] if over_socket else []))
    return create_slack(app.settings, app.parts, app.metrics)


def start_slack(
    app: App, slack: Slack, *, over_socket: bool, on_open: Callable[[], None] = lambda: None
) -> Callable[[float], None]:
    """Begin to work; `on_open` is called once the connection of Socket Mode is open.

    Returns the function that ends the work: it takes no more messages and finishes those that are being
    answered, in the given number of seconds at most.
    """
    slack.intake.start()
    dead_links = partial(find_dead_links, app.faq, EntryFaults(app.store.engine))
    Digests(slack.door.home_client, app.parts, app.settings.editors_channel, dead_links).start()
    if not over_socket:
        app.ready["slack"] = TokenHealth(app.settings.slack_api_url, slack.home_token)
        return slack.intake.close
    connection = connect_socket(slack, app.settings, app.metrics, on_open)
    app.ready["slack"] = connection.is_open

    def end(seconds: float) -> None:
        connection.close()
        slack.intake.close(seconds)

    return end


def _show_status(app: App) -> None:
    """Serve /healthz, /readyz and /metrics where the setting STATUS_PORT asks for it."""
    settings = app.settings
    if settings.status_port:
        status = create_status(app.faq, settings, Vitals(app.metrics, app.ready))
        Server(status, listen("STATUS_PORT", settings.host, settings.status_port)).start()
