"""Checks that Slack accepts our tokens: before a process serves, and now and then while it waits for requests."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from cachetools import TLRUCache, cached
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.setting_table import SETTINGS, Settings
from bot.slack.client import error_code
from knowledge.errors import SettingError, StoreError

logger = logging.getLogger(__name__)
KEPT_SECONDS = 60.0  # that a good answer is believed
ASKED_AGAIN_SECONDS = 5.0  # after a bad one, so that an outage that has passed is soon forgotten
PATIENCE_SECONDS = 2
START_PATIENCE_SECONDS = 5  # the page has to come up soon, also without Slack
REFUSALS = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "missing_scope",
        "not_allowed_token_type",  # one kind of token in the place of the other
        "not_authed",
        "token_expired",
        "token_revoked",
    }
)


def check_tokens(settings: Settings, *names: str) -> None:
    """Ask Slack whether it accepts the tokens that are the settings `names`.

    Raises SettingError for the first that it refuses. An outage is only logged: it will pass.
    """
    client = WebClient(
        settings.slack_bot_token, settings.slack_api_url, timeout=START_PATIENCE_SECONDS, retry_handlers=[]
    )
    try:
        for name in names:
            if name == "SLACK_APP_TOKEN":
                _check(name, lambda: client.apps_connections_open(app_token=settings.slack_app_token))
            else:
                _check(name, client.auth_test)
    except OSError as error:
        logger.warning("Slack cannot be reached: %s", type(error).__name__)


def _check(name: str, ask: Callable[[], object]) -> None:
    try:
        ask()
    except SlackApiError as error:
        if error.response.get("error") not in REFUSALS:
            logger.warning("Slack could not be asked about the token %s: %s", name, error_code(error))
            return
        where = next(setting.where for setting in SETTINGS if setting.name == name)
        raise SettingError(
            name, f"Slackが {name} を受け付けませんでした（{error_code(error)}）。", f"{where}を確かめてください。"
        ) from error


class TokenHealth:
    """Asks auth.test about `token()` now and then; safe to share between threads.

    Where there is no token yet, the bot is still to be installed and nothing is wrong. `timer` gives the time in
    seconds.
    """

    def __init__(self, api_url: str, token: Callable[[], str], timer: Callable[[], float] = time.monotonic) -> None:
        self._api_url = api_url
        self._token = token
        kept = TLRUCache[Any, bool](1, _kept_until, timer)
        self._is_good = cached(kept, condition=threading.Condition())(self._ask)

    def __call__(self) -> bool:
        """True when Slack accepted the token the last time; it is asked anew when that is too long ago."""
        return self._is_good()

    def _ask(self) -> bool:
        try:
            token = self._token()
            client = WebClient(token, self._api_url, timeout=PATIENCE_SECONDS, retry_handlers=[])
            return not token or bool(client.auth_test()["ok"])
        except (SlackApiError, OSError, StoreError):
            return False


def _kept_until(_key: object, good: bool, now: float) -> float:  # noqa: FBT001  # the cache calls it
    return now + (KEPT_SECONDS if good else ASKED_AGAIN_SECONDS)
