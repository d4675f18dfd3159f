"""Slack's Web API client with every call timed and every failure counted."""

import re
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.request import Request

from slack_bolt import BoltContext
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse
from slack_sdk.webhook import WebhookClient, WebhookResponse

from bot.process.metrics import Metrics
from bot.slack.connections import Connections
from bot.slack.repeating import without_waiting

ERROR_CODE = re.compile("[a-z][a-z0-9_]{0,59}")
Next = Callable[[], Any]


class MeasuredClient(WebClient):
    """A WebClient that tells `metrics` of its calls, over `connections` that it shares with those made from it.

    `bot_users` are the bot's user ids by token, as far as asked.
    """

    def __init__(
        self,
        metrics: Metrics,
        bot_users: dict[str | None, str] | None = None,
        connections: Connections | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self._metrics = metrics
        self._bot_users = {} if bot_users is None else bot_users
        self._connections = connections or Connections(self.base_url, self.timeout, self.ssl)
        self._bot_user = ""

    def with_token(self, token: str | None, team: str | None, bot_user: str | None = None) -> "MeasuredClient":
        """A client like this one that speaks with another token in the workspace `team`, as `bot_user` if known."""
        client = MeasuredClient(
            self._metrics,
            self._bot_users,
            self._connections,
            token=token,
            base_url=self.base_url,
            timeout=self.timeout,
            ssl=self.ssl,
            team_id=team,
            retry_handlers=self.retry_handlers,
        )
        client._bot_user = bot_user or ""
        return client

    def hasty(self) -> "MeasuredClient":
        """A client like this one whose calls fail at once where Slack wants to have them later."""
        client = self.with_token(self.token, self.default_params.get("team_id"), self._bot_user)
        client.retry_handlers = without_waiting(self.retry_handlers)
        return client

    def bot_user(self) -> str:
        """The bot's own user id; Slack is asked once for each token. Raises SlackApiError and OSError."""
        if not self._bot_user:
            if self.token not in self._bot_users:
                self._bot_users[self.token] = str(self.auth_test()["user_id"])
            self._bot_user = self._bot_users[self.token]
        return self._bot_user

    def respond(self, url: str, answer: dict[str, Any]) -> WebhookResponse:
        """Give an answer to a response URL, once. Raises OSError and HTTPException."""
        webhook = WebhookClient(url, timeout=self.timeout, ssl=self.ssl, retry_handlers=[])
        started, code = time.perf_counter(), ""
        try:
            response = webhook.send_dict(answer)
            code = "" if response.status_code == HTTPStatus.OK else f"http_{response.status_code}"
            return response
        except Exception as error:
            code = error_code(error)
            raise
        finally:
            self._metrics.slack_call("response_url", time.perf_counter() - started, code)

    def api_call(self, api_method: str, **options: Any) -> SlackResponse:
        """Call a method as WebClient does."""
        started, code = time.perf_counter(), ""
        try:
            return super().api_call(api_method, **options)
        except Exception as error:
            code = error_code(error)
            raise
        finally:
            self._metrics.slack_call(api_method, time.perf_counter() - started, code)

    def _perform_urllib_http_request_internal(self, url: str, req: Request) -> dict[str, Any]:
        """Send one request; slack_sdk itself opens a connection for each, and builds urllib's whole chain for that."""
        if self.proxy or not self._connections.leads_to(url):
            return super()._perform_urllib_http_request_internal(url, req)
        return self._connections.send(req)


def measure_client(client: MeasuredClient) -> Callable[[BoltContext, Next], Any]:
    """A middleware that gives listeners a measured client: Bolt makes a plain one for every request."""

    def measure(context: BoltContext, next_: Next) -> Any:
        context["client"] = client.with_token(context.client.token, context.team_id)
        return next_()

    return measure


def error_code(error: Exception) -> str:
    """A short code for a failed call: Slack's own, or the kind of failure; never a sentence, as codes are counted."""
    if isinstance(error, SlackApiError):
        said = str(error.response.get("error", ""))
        return said if ERROR_CODE.fullmatch(said) else f"http_{error.response.status_code}"
    return type(error).__name__
