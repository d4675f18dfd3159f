"""Answers to machines that watch a running process: is it alive, is it ready, what has it counted."""

import hmac
from collections.abc import Callable, Mapping

from flask import Flask, Response, abort, jsonify, request

from bot.faq import Faq
from bot.process.metrics import CONTENT_TYPE, Metrics
from bot.process.vitals import Vitals
from bot.setting_table import Settings
from bot.web.clients import client_of, is_own
from bot.web.hostless import HostlessFlask
from bot.web.tokens import WrongTokens


def create_status(faq: Faq, settings: Settings, vitals: Vitals) -> Flask:
    """These pages alone, for a process that has no others."""
    web = HostlessFlask(__name__, static_folder=None)
    add_health(web, faq, vitals.ready)
    add_metrics(web, vitals.metrics, settings, WrongTokens(vitals.metrics.wrong_token))
    return web


def add_health(web: Flask, faq: Faq, ready: Mapping[str, Callable[[], bool]]) -> None:
    """`/healthz`: the process lives. `/readyz`: every part that it needs answers, 503 where one does not."""

    @web.get("/healthz")
    def health() -> Response:
        return jsonify(status="ok", revision=faq.searcher.snapshot.revision)

    @web.get("/readyz")
    def readiness() -> tuple[Response, int]:
        found = {part: is_ready() for part, is_ready in ready.items()}
        everything = all(found.values())
        return jsonify(ready=everything, **found), 200 if everything else 503


def add_metrics(web: Flask, metrics: Metrics, settings: Settings, wrong: WrongTokens) -> None:
    """`/metrics`, for whoever has the token; to anybody else there is no such page.

    Our own network needs no token, unless a setting tells that strangers may come through it: a proxy that adds
    no header makes them look like ours.
    """
    has_strangers = bool(settings.public_url or settings.trusted_proxies)

    @web.get("/metrics")
    def measured() -> Response:
        is_ours = not has_strangers and is_own(client_of(request, settings.trusted_proxies))
        if not (is_ours or _has_token(settings.metrics_token)):
            if request.headers.get("Authorization"):
                wrong.add("metrics")
            abort(404)
        return Response(metrics.page(), content_type=CONTENT_TYPE)


def _has_token(token: str) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(token) and hmac.compare_digest(given.encode(), token.encode())
