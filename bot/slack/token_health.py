"""Whether Slack accepts our token, for a process that waits for requests and would else not notice."""

import threading
import time

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.settings import Settings

KEPT_SECONDS = 60.0  # that a good answer is believed
ASKED_AGAIN_SECONDS = 5.0  # after a bad one, so that an outage that has passed is soon forgotten
PATIENCE_SECONDS = 2


class TokenHealth:
    """Asks auth.test now and then; safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        self._client = WebClient(
            settings.slack_bot_token, settings.slack_api_url, timeout=PATIENCE_SECONDS, retry_handlers=[]
        )
        self._lock = threading.Lock()
        self._good = False
        self._due = 0.0

    def __call__(self) -> bool:
        """Whether the last auth.test was good; asks anew when that is too long ago."""
        with self._lock:
            if time.monotonic() >= self._due:
                self._good = self._asked()
                self._due = time.monotonic() + (KEPT_SECONDS if self._good else ASKED_AGAIN_SECONDS)
            return self._good

    def _asked(self) -> bool:
        try:
            return bool(self._client.auth_test()["ok"])
        except (SlackApiError, OSError):
            return False
