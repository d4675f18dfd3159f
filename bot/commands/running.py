"""The processes that run until they are told to end: what `faqbot serve` and `faqbot slack` have in common."""

import signal
import threading
from collections.abc import Callable
from functools import partial

from bot.app import App
from bot.digest import find_dead_links
from bot.slack.app import Slack, create_slack
from bot.slack.digesting import Digests
from bot.slack.socket_mode import connect_socket
from bot.slack.workspaces.token_health import TokenHealth, check_tokens


def open_slack(app: App, *, over_socket: bool) -> Slack:
    """The Slack door. Raises SettingError for a token that Slack refuses."""
    if not app.settings.has_workspaces:
        check_tokens(app.settings, "SLACK_BOT_TOKEN", *(["SLACK_APP_TOKEN"] if over_socket else []))
    return create_slack(app.settings, app.parts, metrics=app.metrics)


def start_slack(
    app: App, slack: Slack, *, over_socket: bool, on_open: Callable[[], None] = lambda: None
) -> Callable[[float], None]:
    """Begin to work; `on_open` is called once the connection of Socket Mode is open.

    Returns the function that ends the work: it takes no more messages and finishes those that are being
    answered, in the given number of seconds at most.
    """
    slack.intake.start()
    Digests(slack.door.home, app.parts, app.settings.editors_channel, partial(find_dead_links, app.faq)).start()
    if not over_socket:
        app.ready["slack"] = TokenHealth(app.settings.slack_api_url, slack.home_token)
        return slack.intake.close
    connection = connect_socket(slack, app.settings, app.metrics, on_open)
    app.ready["slack"] = connection.is_open

    def end(seconds: float) -> None:
        connection.close()
        slack.intake.close(seconds)

    return end


def end_signal() -> threading.Event:
    """An event that is set on Ctrl-C and on SIGTERM, which from now on do nothing else."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    return ended
