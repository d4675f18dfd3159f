"""The OpenAPI document is made from the routes, is valid, and the API answers nothing that it does not describe.

1. The document is valid by OpenAPI 3.1 and JSON Schema, is served, and has every route of the API and no other.
2. Whatever is sent, as it is described or not, no answer is outside the document.
"""

import json
import re
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from making import web_of
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from bot.app import App
from bot.web.api.openapi import document
from bot.web.api.routes import PREFIX, ROUTES
from knowledge.list_name import ListName
from knowledge.revisions.store import Change

EXAMPLES = 8  # of each route and mode
DOCUMENT = document("試験")

load_all_checks()
IN_THE_DOCUMENT = CHECKS.get_by_names(
    ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance"]
)


@pytest.fixture
def web(small: App) -> Flask:
    return web_of(small)


def test_the_document_is_served_and_says_where_the_api_is(small: App) -> None:
    web = web_of(small).test_client()
    assert web.get(f"{PREFIX}/openapi.json").get_json() == as_sent(document(small.faq.site.title))
    assert document("試験", "https://faq.example.com")["servers"] == [{"url": "https://faq.example.com"}]


def test_the_document_has_the_title_that_the_pages_have_now(small: App) -> None:
    client = web_of(small).test_client()
    edited = re.sub("(?m)^name:.*", "name: 新しい名前", small.store.load().lists.site)
    small.store.publish(Change(lists={ListName.SITE: edited}), "kaede", "", 1)
    small.searcher.refresh()
    assert "新しい名前" in small.faq.site.title
    assert client.get(f"{PREFIX}/openapi.json").get_json()["info"]["title"] == small.faq.site.title


def as_sent(values: dict[str, Any]) -> Any:
    return json.loads(json.dumps(values))


def test_every_route_of_the_api_is_in_the_document_and_no_other(web: Flask) -> None:
    served = {
        (method.lower(), rule.rule.replace("<entry_id>", "{id}"))
        for rule in web.url_map.iter_rules()
        if rule.rule.startswith(PREFIX) and not rule.rule.endswith("openapi.json")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    told = {(method, path) for path, operations in DOCUMENT["paths"].items() for method in operations}
    assert told == served
    assert len(ROUTES) == len(told)


@pytest.mark.parametrize("name", sorted(DOCUMENT["components"]["schemas"]))
def test_every_schema_is_one(name: str) -> None:
    jsonschema_rs.meta.validate(as_sent(DOCUMENT["components"]["schemas"][name]))


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_no_answer_is_outside_the_document(web: Flask, route: Any, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_wsgi(f"{PREFIX}/openapi.json", web)
    operation = schema[PREFIX + route.path][route.method]

    @settings(max_examples=EXAMPLES, phases=[Phase.generate], suppress_health_check=list(HealthCheck), database=None)
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=IN_THE_DOCUMENT)

    schema.validate()
    ask()
