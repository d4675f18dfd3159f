"""Tokens of several workspaces: found, renewed in time and forgotten where the bot is removed."""

import logging
import threading
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from cachetools import TTLCache, cached
from slack_bolt import BoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.authorize import InstallationStoreAuthorize
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore

from bot.slack.client import MeasuredClient
from knowledge.slack_state.installations import Installations

logger = logging.getLogger(__name__)
KEPT_SECONDS = 3_600.0  # that the organisation of a workspace, which hardly ever changes, is remembered
MAX_KEPT = 10_000  # workspaces


class Workspaces:
    """The workspaces that installed the app with these credentials; `client` says where Slack is, and how to retry."""

    def __init__(
        self, installations: Installations, client_id: str, client_secret: str, client: MeasuredClient
    ) -> None:
        self.client_id = client_id
        self.client_secret = client_secret
        self.installations = installations
        self.store = SQLAlchemyInstallationStore(client_id, installations.engine, logger=logger)
        self.authorize = SerializedAuthorize(
            logger=logger,
            installation_store=self.store,
            client_id=client_id,
            client_secret=client_secret,
            bot_only=True,  # with people's tokens too, Bolt renews twice where two people installed the bot
            cache_enabled=True,  # or Slack would be asked who we are at every event
            client=client,
        )
        self._client = client
        kept: TTLCache[Any, str | None] = TTLCache(MAX_KEPT, KEPT_SECONDS)
        self._enterprise_of = cached(kept, lock=threading.Lock())(installations.enterprise_of)

    def client_of(self, team: str) -> MeasuredClient | None:
        """The client that speaks in a workspace, None where the bot is not installed or its token is refused."""
        context = BoltContext({"client": self._client})
        try:
            enterprise = self._enterprise_of(team)
        except LookupError:
            return None
        found = self.authorize(context=context, enterprise_id=enterprise, team_id=team, user_id=None)
        if found is None:
            return None
        return self._client.with_token(found.bot_token, team, found.bot_user_id)

    def forget(self, body: dict[str, Any]) -> None:
        """Delete the tokens of the workspace that an event comes from, which it says are of no use any more."""
        team = str(body.get("team_id", ""))
        at = body.get("event_time")
        until = datetime.fromtimestamp(at, UTC) if isinstance(at, int) else datetime.now(UTC)
        if self.installations.forget(team, until):
            logger.info("the bot was removed from the workspace %s", team)


class SerializedAuthorize(InstallationStoreAuthorize):
    """Bolt's look-up of a token, one at a time for each workspace.

    Slack renews a token once: of two events that find it expired, the second would be refused and lost.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._turns: defaultdict[str | None, threading.Lock] = defaultdict(threading.Lock)

    def __call__(self, **asked: Any) -> AuthorizeResult | None:
        """The token of a workspace and whose it is; None where there is none that works."""
        with self._turns[asked["team_id"]]:
            # a second time, because another process may have renewed it just before us
            return super().__call__(**asked) or super().__call__(**asked)
