"""How many requests each client of the web application may make, and the holder of each token."""

import math

from flask import Flask, g, request
from werkzeug.exceptions import TooManyRequests, Unauthorized

from bot.setting_table import Settings
from bot.web.api.problems import is_for_programs
from bot.web.clients import bucket_of
from bot.web.door import PAGES, WIDGET
from bot.web.rate_limit import RateLimit
from bot.web.tokens import Holder, WrongTokens, holder_of

UNLIMITED = ("static", "slack_events", "health", "readiness", "measured")  # Slack, platforms and styles are not people
TYPING = (f"{PAGES}.suggest", f"{WIDGET}.suggest")  # asked at every pause of a typist, with a quota of its own
TYPED_REQUESTS = 5  # for one other request
WRITING = (f"{PAGES}.send", f"{WIDGET}.send", "team.show_link", "api_escalate")
INQUIRIES = 2  # of one client in a minute: people read them


def limit_requests(web: Flask, settings: Settings, wrong: WrongTokens) -> None:
    """Count the requests of each client, and of each holder of a token; a wrong token counts as none."""
    public, of_typing = RateLimit(settings.web_rate_limit), RateLimit(TYPED_REQUESTS * settings.web_rate_limit)
    of_holders, of_writing = RateLimit(settings.api_rate_limit), RateLimit(INQUIRIES)
    limits = dict.fromkeys(TYPING, of_typing) | dict.fromkeys(WRITING, of_writing)

    @web.before_request
    def check_rate() -> None:
        if request.endpoint in UNLIMITED:
            return
        holder = _holder(settings)
        g.client = bucket_of(request, settings.trusted_proxies)
        g.holder = holder.name if isinstance(holder, Holder) else ""
        if isinstance(holder, Holder):
            wait = of_holders.wait(holder.name)
        else:
            limit = limits.get(request.endpoint or "", public)
            wait = limit.wait(g.client)
        if isinstance(holder, Unauthorized):
            wrong.add("programs")
        if wait:
            raise TooManyRequests(retry_after=math.ceil(wait))
        if isinstance(holder, Unauthorized):
            raise holder


def _holder(settings: Settings) -> Holder | Unauthorized | None:
    """Who holds the token of a program's request; the error for one that nobody holds."""
    try:
        return holder_of(request, settings) if is_for_programs(request) else None
    except Unauthorized as error:
        return error
