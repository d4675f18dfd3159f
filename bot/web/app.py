"""The Flask application: search, entries, health, and Slack's events when Slack is connected."""

import logging
import secrets
from collections.abc import Callable

from flask import Flask, Response, abort, jsonify, render_template, request, url_for
from werkzeug.exceptions import HTTPException

from bot import markdown, wording
from bot.faq import Asker, Faq

logger = logging.getLogger(__name__)
DOOR = "web"
MAX_QUERY_FIELD = 500  # characters the search box takes; longer questions are cut by the browser
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

View = Callable[[], Response]


def create_web(faq: Faq, contact: str, slack_events: View | None = None) -> Flask:
    """The web application around `faq`; `slack_events` handles POST /slack/events where Slack speaks HTTP."""
    web = Flask(__name__)
    web.jinja_env.globals.update(wording=wording, parse=markdown.parse, contact=contact, max_query=MAX_QUERY_FIELD)

    web.jinja_env.tests["list_block"] = lambda block: isinstance(block, markdown.List)

    @web.get("/")
    def home() -> str:
        text = request.args.get("q", "")
        reply = faq.ask(text, Asker(DOOR), request.args.get("after", "")) if text.strip() else None
        return render_template("home.html", faq=faq, query=text, reply=reply)

    @web.post("/choose")
    def choose() -> Response | str:
        """A suggested question, or どれでもない, was pressed: stored, then shown."""
        reference, entry_id = request.form.get("reference", "")[:32], request.form.get("entry", "")
        if not entry_id:
            faq.none_of_these(reference, Asker(DOOR))
            return render_template("none.html")
        entry = faq.choose(reference, entry_id, Asker(DOOR))
        if entry is None:
            abort(404)
        return Response(status=303, headers={"Location": url_for("entry_page", entry_id=entry.id)})

    @web.get("/faq/<entry_id>")
    def entry_page(entry_id: str) -> str:
        entry = faq.entry(entry_id)
        if entry is None:
            abort(404)
        return render_template("entry.html", faq=faq, entry=entry)

    @web.get("/healthz")
    def health() -> Response:
        return jsonify(status="ok", revision=faq.searcher.snapshot.revision)

    if slack_events:
        web.add_url_rule("/slack/events", view_func=slack_events, methods=["POST"])
    web.after_request(_secure)
    web.register_error_handler(HTTPException, _http_error)
    web.register_error_handler(Exception, _error)
    return web


def _secure(response: Response) -> Response:
    response.headers.update(SECURITY_HEADERS)
    return response


def _http_error(error: HTTPException) -> tuple[str, int]:
    text = "お探しのページは見つかりませんでした。" if error.code == 404 else "このリクエストは受け付けられません。"
    return render_template("error.html", text=text), error.code or 500


def _error(error: Exception) -> tuple[str, int]:
    reference = secrets.token_hex(4)
    logger.error("request failed, reference %s", reference, exc_info=error)
    return render_template("error.html", text=wording.FAILED.format(reference=reference)), 500
