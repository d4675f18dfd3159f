"""Posts the weekly digest: on Mondays from 9:00 in Tokyo, by one of all processes, once."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.digest import digest
from bot.parts import Parts
from bot.process.background import repeat
from bot.slack.delivery.posting import Mark, find, post
from bot.slack.views.digest import digest_message
from bot.slack.views.message import SlackMessage
from knowledge.entry import TOKYO
from knowledge.errors import Problem
from knowledge.slack_state.claims import Claims

MONDAY = 0
HOUR = 9
CHECK_SECONDS = 60.0
LEASE = timedelta(minutes=15)  # more than asking every link and posting take; then whoever posts it has died


def due(now: datetime) -> str:
    """The name of the digest that is to be posted at `now`, until the day is over; "" when none is."""
    local = now.astimezone(TOKYO)
    return f"digest:{local:%Y-%m-%d}" if local.weekday() == MONDAY and local.hour >= HOUR else ""


@dataclass(frozen=True)
class Digests:
    """The digests of one channel; without a channel nothing is posted."""

    home_client: Callable[[], WebClient | None]  # the client for the editors' workspace
    parts: Parts
    channel: str
    dead_links: Callable[[], Sequence[Problem]] = tuple
    _written: dict[str, SlackMessage] = field(init=False, default_factory=dict)  # by name, until it is posted

    def post_due(self, now: datetime) -> bool:
        """Post the digest that is due, unless some process has; returns whether this one did.

        Raises what went wrong; unless Slack said no, the next call tries again. Of a process that dies over it
        another one takes the digest over, and looks first whether Slack has it.
        """
        name = due(now)
        claims = Claims(self.parts.log.engine)
        if not name or not self.channel or claims.is_claimed(name):
            return False
        home, turn = self.home_client(), f"{name} posting"
        if home is None or not claims.claim(turn, LEASE):
            return False
        try:
            posted = self._post(home, name, now)
        except Exception as error:
            if _refused(error):
                claims.claim(name)
            else:
                claims.release(turn)
            raise
        claims.claim(name)
        return posted

    def _post(self, home: WebClient, name: str, now: datetime) -> bool:
        """Post the digest unless Slack has it; asking every link takes long, so it is written only once."""
        mark, nine = Mark(name), now.astimezone(TOKYO).replace(hour=HOUR, minute=0, second=0, microsecond=0)
        if find(home, self.channel, "", mark, nine.timestamp()):
            return False
        if name not in self._written:
            self._written[name] = digest_message(digest(self.parts.faq, self.parts.overview, now, self.dead_links))
        post(home, self.channel, "", self._written[name], mark)
        self._written.clear()
        return True

    def start(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Callable[[], None]:
        """Post every digest when it is due, in a thread of its own; returns the function that ends that thread."""
        ended = threading.Event()
        repeat("the weekly digest", lambda: self.post_due(clock()), partial(ended.wait, CHECK_SECONDS), ended.is_set)
        return ended.set


def _refused(error: Exception) -> bool:
    """True when Slack understood and said no: the bot is not in the channel, for example."""
    return isinstance(error, SlackApiError) and error.response.status_code == 200
