"""Who holds the token that a request to the API or to MCP carries, and what is said of those that nobody holds."""

import hmac
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from flask import Request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from bot.setting_table import Settings

logger = logging.getLogger(__name__)
QUIET_SECONDS = 60.0  # after a line in the log about wrong tokens: whoever guesses sends thousands


@dataclass
class WrongTokens:
    """Counts every wrong token, and says so now and then."""

    count: Callable[[str], None]
    _said: dict[str, float] = field(default_factory=dict)  # when, by where

    def add(self, where: str) -> None:
        """A token that nobody holds was sent there: to "metrics", or by "programs" to the API or MCP."""
        self.count(where)
        now = monotonic()
        if now - self._said.get(where, -QUIET_SECONDS) >= QUIET_SECONDS:
            self._said[where] = now
            logger.warning("a wrong token came (%s); more within a minute are only counted", where)


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody with a token; only an editor may see gaps and propose changes."""

    name: str
    is_editor: bool


def holder_of(request: Request, settings: Settings) -> Holder | None:
    """The holder of the request's token, None for a request without one. Raises Unauthorized for an unknown token."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if not scheme:
        return None
    found = None
    for is_editor, tokens in ((False, settings.api_tokens), (True, settings.editor_tokens)):
        for name, token in tokens.items():  # all of them: how long it takes must not tell which one it is
            if hmac.compare_digest(given.strip().encode(), token.encode()):
                found = Holder(name, is_editor)
    if found is None or scheme.lower() != "bearer":
        raise Unauthorized(www_authenticate=WWWAuthenticate("bearer"))
    return found
