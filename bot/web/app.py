"""The Flask application: its pages, its bounds on what comes in, its headers and errors."""

import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from flask import Flask, Response, abort, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError

from bot.hand_over import HandOver
from bot.parts import Parts
from bot.process.vitals import Vitals
from bot.setting_table import Settings
from bot.web.api.problems import is_for_programs, problem
from bot.web.door import Door
from bot.web.hostless import HostlessFlask
from bot.web.incoming import LARGER
from bot.web.looks import add_looks
from bot.web.machine_pages import add_machine_pages
from bot.web.mcp.tools import Tools
from bot.web.pages import add_pages
from bot.web.programs import add_programs
from bot.web.quotas import limit_requests
from bot.web.status import add_health, add_metrics
from bot.web.team.all_pages import add_team_pages
from bot.web.team.pages import is_among
from bot.web.team.spreadsheets import larger
from bot.web.team.team import Team
from bot.web.tokens import WrongTokens
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
ERRORS = {
    404: "お探しのページは見つかりませんでした。",
    405: "このアドレスは、フォームを送るためのものです。前のページから、もう一度お進みください。",
    413: "送られた内容が大きすぎます。分けて送ってください。",
    429: sentences.TOO_MANY,
}

View = Callable[[], Response]
Page = Callable[[], tuple[str, int, dict[str, str]]]  # what to say, the HTTP status and its headers


@dataclass(frozen=True, slots=True)
class FromSlack:
    """The part of the web that Slack adds: the view of POST /slack/events, pages by their paths, a way to people."""

    events: View | None = None
    pages: Mapping[str, Page] = field(default_factory=dict)
    hand_over: HandOver | None = None


def create_web(settings: Settings, parts: Parts, vitals: Vitals, team: Team, slack: FromSlack) -> Flask:
    """The pages for people, those of the team, the API and MCP, health and metrics; `slack` is empty without Slack."""
    web = HostlessFlask(__name__)
    _add_pages(web, Door(parts.faq, settings, parts.overview, slack.hand_over))
    add_team_pages(web, team)
    web.extensions[LARGER] = larger(team)
    add_programs(web, settings, Tools(parts.faq, parts.overview, parts.publishing), slack.hand_over)
    add_health(web, parts.faq, vitals.ready)
    wrong = WrongTokens(vitals.metrics.wrong_token)
    add_metrics(web, vitals.metrics, settings, wrong)
    _add_slack(web, slack)
    _guard(web, settings, wrong)
    _add_errors(web, team)
    return web


def _add_pages(web: Flask, door: Door) -> None:
    pages = add_pages(web, door)
    web.register_blueprint(pages)
    if door.settings.widget_sites:
        add_widget(web, pages, lambda: door.faq.site.colour)
    add_machine_pages(web, door)
    add_looks(web, door)


def _add_slack(web: Flask, slack: FromSlack) -> None:
    if slack.events:
        web.add_url_rule("/slack/events", view_func=slack.events, methods=["POST"])
    for path, page in slack.pages.items():
        web.add_url_rule(path, path, partial(_show, page), methods=["GET"])


def _guard(web: Flask, settings: Settings, wrong: WrongTokens) -> None:
    """Bound what comes in, and mind what goes out."""
    web.before_request(_refuse_nul)
    web.config["MAX_CONTENT_LENGTH"] = MAX_BODY  # nor is more read of a body that does not say its length
    limit_requests(web, settings, wrong)
    headers = SECURITY_HEADERS | (ONLY_HTTPS if settings.public_url.startswith("https:") else {})
    _secure(web, headers, in_frame(headers, settings.widget_sites))


def _refuse_nul() -> None:
    """Raise NotFound for a path with a NUL: no id has one, and PostgreSQL takes none."""
    if "\0" in request.path:
        abort(404)


def _add_errors(web: Flask, team: Team) -> None:
    """Tell in words what went wrong, on a page of the team's where it was one of theirs."""

    def page(text: str) -> str:
        return render_template("team/notice.html" if is_among(team) else "notice.html", text=text)

    web.register_error_handler(HTTPException, partial(_http_error, page))
    web.register_error_handler(Exception, partial(_error, page))


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


def _http_error(page: Callable[[str], str], error: HTTPException) -> Response | tuple[str, int, list[tuple[str, str]]]:
    if is_for_programs(request):
        return problem(error)
    code = error.code or 500
    said = ERRORS.get(code, "このリクエストは受け付けられません。")
    return page(said), code, [(name, value) for name, value in error.get_headers() if name != "Content-Type"]


def _error(page: Callable[[str], str], error: Exception) -> Response | tuple[str, int]:
    reference = secrets.token_hex(4)
    logger.error("request failed, reference %s", reference, exc_info=error)
    if is_for_programs(request):
        return problem(InternalServerError(), reference)
    return page(sentences.FAILED.format(reference=reference)), 500
