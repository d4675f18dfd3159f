"""Who holds the token that a request to the API or to MCP carries."""

import hmac
from dataclasses import dataclass

from flask import Request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from bot.setting_table import Settings


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
