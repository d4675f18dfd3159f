"""Failed calls of Slack: which may work later, when, and which Slack's client repeats by itself."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry import RetryHandler
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse

RETRIES = 3
LONGEST_WAIT = 30.0  # seconds that Slack may ask a person's press to wait; beyond it they are told to try later


def is_passing(error: Exception) -> bool:
    """True when the same call may work later: Slack is busy, failing or out of reach."""
    if isinstance(error, SlackApiError):
        said = error.response.get("error")
        return is_rate_limit(error) or error.response.status_code >= 500 or said == "internal_error"
    return isinstance(error, OSError)


def is_unclear(error: Exception) -> bool:
    """True when the call may have worked although it failed; a rate limit says clearly that it has not."""
    return is_passing(error) and not is_rate_limit(error)


def is_rate_limit(error: Exception | None) -> bool:
    """True when Slack took nothing because there was too much of it."""
    if not isinstance(error, SlackApiError):
        return False
    refused = error.response.status_code == HTTPStatus.TOO_MANY_REQUESTS
    return refused or bool(error.response.get("error") == "ratelimited")


def retry_after(error: Exception | None) -> float:
    """Seconds that Slack asks us to wait, 0 where it asks for nothing."""
    return seconds_in(error.response.headers) if isinstance(error, SlackApiError) else 0.0


def seconds_in(headers: Mapping[str, Any]) -> float:
    """The value of Retry-After among the headers of a response, 0 where it is missing or no number."""
    values = [value for name, value in headers.items() if name.lower() == "retry-after"]
    try:
        return max(0.0, float(values[0][0] if isinstance(values[0], list) else values[0]))
    except (IndexError, ValueError):
        return 0.0


def retry_handlers() -> list[RetryHandler]:
    """The repetitions that Slack's client makes by itself; a message is repeated by `post` alone, which looks first."""
    return [_OnLostConnection(), _OnRateLimit(RETRIES), _OnServerError(RETRIES)]


def without_waiting(handlers: list[RetryHandler]) -> list[RetryHandler]:
    """The same repetitions, but that a call which Slack wants to have later fails at once."""
    return [handler for handler in handlers if not isinstance(handler, _OnRateLimit)]


class _OnRateLimit(RateLimitErrorRetryHandler):
    def can_retry(self, *, response: HttpResponse | None = None, **details: Any) -> bool:
        is_soon = response is not None and seconds_in(response.headers) <= LONGEST_WAIT
        return is_soon and super().can_retry(response=response, **details)


class _NoPost(RetryHandler):
    """Repeats everything but a message, as the class beside it says."""

    def can_retry(self, *, request: HttpRequest, **details: Any) -> bool:
        return not request.url.endswith("/chat.postMessage") and super().can_retry(request=request, **details)


class _OnLostConnection(_NoPost, ConnectionErrorRetryHandler): ...


class _OnServerError(_NoPost, ServerErrorRetryHandler): ...
