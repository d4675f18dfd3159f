"""The Flask application: search, entries, health, and what Slack asks for when it is connected."""

import logging
import math
import secrets
from collections.abc import Callable, Mapping, Sequence

from flask import Flask, Response, abort, render_template, request, url_for
from werkzeug.exceptions import HTTPException, TooManyRequests

from bot import markdown
from bot.faq import Faq
from bot.process.metrics import Metrics
from bot.reply import Asker
from bot.setting_table import Settings
from bot.web.clients import bucket_of
from bot.web.hostless import HostlessFlask
from bot.web.rate_limit import RateLimit
from bot.web.status import add_health, add_metrics
from bot.wording import sentences
from index.text.filters import drop_invisible
from knowledge.entry import Entry

logger = logging.getLogger(__name__)
DOOR = "web"
MAX_BODY = 1 << 20  # bytes of a request; Slack's own stay far below
MAX_QUERY_FIELD = 500  # characters the search box takes; longer questions are cut by the browser
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; "
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
UNLIMITED = ("static", "slack_events", "health", "readiness", "measured")  # Slack, platforms and styles are not people
ERRORS = {404: "お探しのページは見つかりませんでした。", 429: sentences.TOO_MANY}

View = Callable[[], Response]
MostAsked = Callable[[int], Sequence[Entry]]  # the entries asked for most, at most so many
Page = Callable[[], tuple[str, int, dict[str, str]]]  # what to say, the HTTP status and its headers


def create_web(
    faq: Faq,
    settings: Settings,
    slack_events: View | None = None,
    slack_pages: Mapping[str, Page] | None = None,
    *,
    most_asked: MostAsked = lambda _: (),
    metrics: Metrics | None = None,
    ready: Mapping[str, Callable[[], bool]] | None = None,
) -> Flask:
    """The web application around `faq`; `slack_events` handles POST /slack/events where Slack speaks HTTP.

    `slack_pages` are shown at their paths: they install the bot in a workspace. `settings` bound what comes
    from outside: the rate of requests, and who may read `metrics` at /metrics. `ready` tells of each part
    whether it can be used, for /readyz.
    """
    web = HostlessFlask(__name__)
    web.config["MAX_CONTENT_LENGTH"] = MAX_BODY  # nor is more read of a body that does not say its length
    web.jinja_env.globals.update(
        wording=sentences, parse=markdown.parse, contact=settings.contact_text, max_query=MAX_QUERY_FIELD
    )
    web.jinja_env.tests["list_block"] = lambda block: isinstance(block, markdown.List)
    _add_pages(web, faq, most_asked)
    add_health(web, faq, ready or {})
    if metrics:
        add_metrics(web, metrics, settings)
    if slack_events:
        web.add_url_rule("/slack/events", view_func=slack_events, methods=["POST"])
    _show_pages(web, slack_pages or {})
    _limit(web, settings.web_rate_limit, settings.trusted_proxies)
    _secure(web, SECURITY_HEADERS | (ONLY_HTTPS if settings.public_url.startswith("https:") else {}))
    web.register_error_handler(HTTPException, _http_error)
    web.register_error_handler(Exception, _error)
    return web


def _add_pages(web: Flask, faq: Faq, most_asked: MostAsked) -> None:
    """The pages for people: search, a choice among suggestions, an entry."""

    @web.get("/")
    def home() -> str:
        text = drop_invisible(request.args.get("q", ""))  # what turns text around would do so on the page too
        reply = faq.ask(text, Asker(DOOR), request.args.get("after", "")) if text.strip() else None
        return render_template("home.html", faq=faq, query=text, reply=reply, most_asked=most_asked)

    @web.post("/choose")
    def choose() -> Response | str:
        """A suggested question, or どれでもない, was pressed: stored, then shown."""
        reference, entry_id = request.form.get("reference", ""), request.form.get("entry", "")
        was_asked = faq.stored(reference) is not None  # anybody can send a form; what nobody asked is not stored
        if not entry_id:
            if was_asked:
                faq.none_of_these(reference, Asker(DOOR))
            return render_template("none.html")
        entry = faq.choose(reference, entry_id, Asker(DOOR)) if was_asked else faq.entry(entry_id)
        if entry is None:
            abort(404)
        return Response(status=303, headers={"Location": url_for("entry_page", entry_id=entry.id)})

    @web.get("/faq/<entry_id>")
    def entry_page(entry_id: str) -> str:
        entry = faq.entry(entry_id)
        if entry is None:
            abort(404)
        return render_template("entry.html", faq=faq, entry=entry)


def _secure(web: Flask, headers: dict[str, str]) -> None:
    @web.after_request
    def secure(response: Response) -> Response:
        response.headers.update(headers)
        if request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"  # a page's address holds what somebody asked
        return response


def _limit(web: Flask, per_minute: int, proxies: int) -> None:
    limit = RateLimit(per_minute)

    @web.before_request
    def check_rate() -> None:
        if request.endpoint in UNLIMITED:
            return
        wait = limit.wait(bucket_of(request, proxies))
        if wait:
            raise TooManyRequests(retry_after=math.ceil(wait))


def _show_pages(web: Flask, pages: Mapping[str, Page]) -> None:
    def shown(page: Page) -> Callable[[], tuple[str, int, dict[str, str]]]:
        def show() -> tuple[str, int, dict[str, str]]:
            text, status, headers = page()
            return render_template("notice.html", text=text), status, headers

        return show

    for path, page in pages.items():
        web.add_url_rule(path, path, shown(page), methods=["GET"])


def _http_error(error: HTTPException) -> tuple[str, int, list[tuple[str, str]]]:
    code = error.code or 500
    page = render_template("notice.html", text=ERRORS.get(code, "このリクエストは受け付けられません。"))
    return page, code, [(name, value) for name, value in error.get_headers() if name != "Content-Type"]


def _error(error: Exception) -> tuple[str, int]:
    reference = secrets.token_hex(4)
    logger.error("request failed, reference %s", reference, exc_info=error)
    return render_template("notice.html", text=sentences.FAILED.format(reference=reference)), 500
