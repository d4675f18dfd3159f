"""Finds what is new, and delivers it: several processes share the work through the database."""

import hashlib
import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from http.client import HTTPException
from itertools import chain
from urllib.error import HTTPError
from urllib.request import Request

from bot.parts import Parts
from bot.process.background import repeat
from bot.setting_table import Settings
from bot.webhooks.messages import compose
from bot.webhooks.signing import signed_headers
from knowledge.checks.public_network import new_opener
from knowledge.errors import FaqError, SettingError, StoreError
from knowledge.webhooks.deliveries import Deliveries, Event, WebhookDelivery

logger = logging.getLogger(__name__)
PAUSE = 5.0  # seconds between two looks at what is due
GAP_PAUSE = 600.0  # seconds between two looks at the gaps, which takes seconds with thousands of texts
TIMEOUT = 10.0  # seconds that a receiver may take
AGAIN = tuple(timedelta(seconds=one) for one in (5, 300, 1_800, 7_200, 18_000, 36_000, 86_400))
GONE = 410  # the receiver wants no more
USER_AGENT = "faqbot-webhooks"


@dataclass(frozen=True, slots=True)
class Webhooks:
    """The webhooks of a process."""

    settings: Settings
    parts: Parts
    deliveries: Deliveries

    def __post_init__(self) -> None:
        """Raise SettingError where nothing can be signed."""
        if not self.settings.webhook_secret:
            raise SettingError(
                "WEBHOOK_SECRET",
                "設定 WEBHOOK_SECRET がありません。",
                "受け取る側と同じ、whsec_ で始まる文字列を、環境変数 WEBHOOK_SECRET に入れてください。",
            )

    @property
    def targets(self) -> dict[str, str]:
        """The receivers' URLs by their digests: a URL may hold a secret, and the database holds the digest."""
        return {hashlib.sha256(url.encode()).hexdigest()[:16]: url for url in self.settings.webhook_urls}

    def start(self) -> None:
        """Find and deliver, in the background, until the process ends."""
        repeat("webhooks", self.turn, partial(time.sleep, PAUSE))
        repeat("webhook gaps", self.find_gaps, partial(time.sleep, GAP_PAUSE))

    def turn(self, now: datetime | None = None) -> None:
        """Take in what happened, and make every attempt that is due. Raises StoreError."""
        now = now or datetime.now(UTC)
        for event in (Event.PUBLISHED, Event.ESCALATED):
            self.deliveries.add(event, self.deliveries.happened(event, now), list(self.targets), now)
        for delivery in self.deliveries.due(now):
            self._attempt(delivery, now)

    def find_gaps(self, now: datetime | None = None) -> None:
        """Take in the gaps that were not open before. Raises StoreError."""
        now = now or datetime.now(UTC)
        keys = {gap.key: gap.keys for gap in self.parts.overview.gaps()}
        self.deliveries.add(Event.GAP, list(keys), list(self.targets), now, keys)
        self.deliveries.forget(now, still_open=list(chain.from_iterable(keys.values())))

    def _attempt(self, delivery: WebhookDelivery, now: datetime) -> None:
        is_last = delivery.attempts >= len(AGAIN)
        if not self.deliveries.claim(delivery, now + AGAIN[min(delivery.attempts, len(AGAIN) - 1)]):
            return
        url, body = self.targets.get(delivery.target), self._body(delivery)
        status = self._send(url, delivery, body, now) if url and body else None
        if status is None or 200 <= status < 300 or status == GONE or is_last:
            self.deliveries.end(delivery)
        if status is not None and not 200 <= status < 300:
            outcome = "given up" if is_last or status == GONE else "tried again later"
            logger.warning("webhook %s %s: %s, %s", delivery.event, delivery.subject, status or "unreached", outcome)

    def _body(self, delivery: WebhookDelivery) -> bytes | None:
        """The body; None where there is nothing to tell. Raises StoreError: then the next attempt finds it."""
        try:
            return compose(delivery, self.parts)
        except StoreError:
            raise
        except FaqError:
            logger.warning("webhook %s %s: nothing to tell", delivery.event, delivery.subject)
            return None

    def _send(self, url: str, delivery: WebhookDelivery, body: bytes, now: datetime) -> int:
        """The status of the receiver's answer, 0 where it was not reached."""
        message_id = f"{delivery.event}:{delivery.subject}"
        headers = signed_headers(self.settings.webhook_secret, message_id, body, now)
        headers |= {"Content-Type": "application/json", "User-Agent": USER_AGENT}
        try:
            request = Request(url, body, headers, method="POST")  # noqa: S310  # the setting takes http(s) alone
            with new_opener(private=self.settings.webhook_private).open(request, timeout=TIMEOUT) as response:
                return int(response.status)
        except HTTPError as error:
            with error:
                return error.code
        except (OSError, HTTPException, ValueError):  # the last of a redirect, or a name that no resolver takes
            return 0
