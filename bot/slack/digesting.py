"""Posting the weekly digest: on Mondays from 9:00 in Tokyo, by one of all processes, once."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.digest import digest
from bot.faq import Faq
from bot.repeating import repeat
from bot.slack.posting import post
from bot.slack.views.digest import digest_message
from knowledge.entry import TOKYO
from knowledge.errors import Problem
from knowledge.query_log import QueryLog

MONDAY = 0
HOUR = 9
CHECK_SECONDS = 60.0


def due(now: datetime) -> str:
    """The name of the digest that is to be posted at `now`, until the day is over; "" when none is."""
    local = now.astimezone(TOKYO)
    return f"digest:{local:%Y-%m-%d}" if local.weekday() == MONDAY and local.hour >= HOUR else ""


@dataclass(frozen=True)
class Digests:
    """The digests of one channel; without a channel nothing is posted."""

    home: Callable[[], WebClient | None]  # what speaks in the editors' workspace
    faq: Faq
    log: QueryLog
    channel: str
    dead_links: Callable[[], Sequence[Problem]] = tuple

    def post_due(self, now: datetime) -> bool:
        """Post the digest that is due, unless some process has; returns whether this one did.

        Raises what went wrong; unless Slack said no, the next call tries again.
        """
        key = due(now)
        home = self.home() if key and self.channel else None
        if home is None or not self.log.claim(key):
            return False
        try:
            post(home, self.channel, "", digest_message(digest(self.faq, now, self.dead_links)))
        except Exception as error:
            if not _refused(error):
                self.log.release(key)
            raise
        return True

    def start(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Callable[[], None]:
        """Post every digest when it is due, in a thread that ends with the process; returns what ends it before."""
        ended = threading.Event()
        repeat("the weekly digest", lambda: self.post_due(clock()), partial(ended.wait, CHECK_SECONDS), ended.is_set)
        return ended.set


def _refused(error: Exception) -> bool:
    """Whether Slack understood and said no: the bot is not in the channel, for example."""
    return isinstance(error, SlackApiError) and error.response.status_code == 200
