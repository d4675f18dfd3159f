"""The Flask application: its pages, its bounds on what comes in, its headers and errors."""

import logging
import secrets
from collections.abc import Callable, Mapping
from functools import partial

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError

from bot.faq import Faq
from bot.handing import HandOver
from bot.overview import Overview
from bot.process.metrics import Metrics
from bot.publishing import Publishing
from bot.setting_table import Settings
from bot.web.api.problems import is_for_programs, problem
from bot.web.door import Door
from bot.web.hostless import HostlessFlask
from bot.web.looks import add_looks
from bot.web.machine_pages import add_machine_pages
from bot.web.mcp.tools import Tools
from bot.web.pages import add_pages
from bot.web.programs import add_programs
from bot.web.quotas import limit_requests
from bot.web.status import add_health, add_metrics
from bot.web.team.adding import add_team_pages
from bot.web.team.team import Team
from bot.web.widget import add_widget, in_frame, may_be_framed
from bot.wording import sentences

logger = logging.getLogger(__name__)
MAX_BODY = 1 << 20  # bytes of a request; Slack's own stay far below
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
ONLY_HTTPS = {"Strict-Transport-Security": "max-age=31536000"}  # a year; other hosts of the domain decide themselves
ERRORS = {404: "お探しのページは見つかりませんでした。", 429: sentences.TOO_MANY}

View = Callable[[], Response]
Page = Callable[[], tuple[str, int, dict[str, str]]]  # what to say, the HTTP status and its headers


def create_web(
    faq: Faq,
    settings: Settings,
    slack_events: View | None = None,
    slack_pages: Mapping[str, Page] | None = None,
    *,
    overview: Overview | None = None,
    metrics: Metrics | None = None,
    ready: Mapping[str, Callable[[], bool]] | None = None,
    hand_over: HandOver | None = None,
    publishing: Publishing | None = None,
    team: Team | None = None,
) -> Flask:
    """The pages, API and MCP around `faq`; POST /slack/events goes to `slack_events`, the rest to who takes it."""
    web = HostlessFlask(__name__)
    _add_pages(web, Door(faq, settings, overview, hand_over), team)
    add_programs(web, settings, Tools(faq, overview, publishing), hand_over)
    add_health(web, faq, ready or {})
    if metrics:
        add_metrics(web, metrics, settings)
    _add_slack(web, slack_events, slack_pages or {})
    _guard(web, settings)
    return web


def _add_pages(web: Flask, door: Door, team: Team | None) -> None:
    pages = add_pages(web, door)
    web.register_blueprint(pages)
    if door.settings.widget_sites:
        add_widget(web, pages, lambda: door.faq.site.colour)
    add_machine_pages(web, door)
    add_looks(web, door)
    if team:
        add_team_pages(web, team)


def _add_slack(web: Flask, events: View | None, pages: Mapping[str, Page]) -> None:
    if events:
        web.add_url_rule("/slack/events", view_func=events, methods=["POST"])
    for path, page in pages.items():
        web.add_url_rule(path, path, partial(_show, page), methods=["GET"])


def _guard(web: Flask, settings: Settings) -> None:
    """Bound what comes in, and mind what goes out."""
    web.config["MAX_CONTENT_LENGTH"] = MAX_BODY  # nor is more read of a body that does not say its length
    limit_requests(web, settings)
    headers = SECURITY_HEADERS | (ONLY_HTTPS if settings.public_url.startswith("https:") else {})
    _secure(web, headers, in_frame(headers, settings.widget_sites))
    web.register_error_handler(HTTPException, _http_error)
    web.register_error_handler(Exception, _error)


def _secure(web: Flask, headers: dict[str, str], framed: dict[str, str]) -> None:
    @web.after_request
    def secure(response: Response) -> Response:
        response.headers.update(framed if may_be_framed() else headers)
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "no-store")  # a page's address holds what somebody asked
        return response


def _show(page: Page) -> tuple[str, int, dict[str, str]]:
    text, status, headers = page()
    return render_template("notice.html", text=text), status, headers


def _http_error(error: HTTPException) -> Response | tuple[str, int, list[tuple[str, str]]]:
    if is_for_programs(request):
        return problem(error)
    code = error.code or 500
    page = render_template("notice.html", text=ERRORS.get(code, "このリクエストは受け付けられません。"))
    return page, code, [(name, value) for name, value in error.get_headers() if name != "Content-Type"]


def _error(error: Exception) -> Response | tuple[str, int]:
    reference = secrets.token_hex(4)
    logger.error("request failed, reference %s", reference, exc_info=error)
    if is_for_programs(request):
        return problem(InternalServerError(), reference)
    return render_template("notice.html", text=sentences.FAILED.format(reference=reference)), 500
