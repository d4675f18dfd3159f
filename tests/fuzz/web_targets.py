"""The ways in over the web that are fuzzed: the API, MCP, forms and addresses of the pages, and conversations."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from flask.testing import FlaskClient
from hypothesis import strategies as st
from making import web_of

from bot.app import App
from bot.exchange.messages import read_line
from bot.reply import Asker
from bot.web.app import FromSlack
from knowledge.errors import FaqError
from tests.fuzz.inputs import FORM, TEXT, other_shapes
from tests.fuzz.target import LONGEST, Crash, Target, look

JSON = "application/json"
QUESTION = "無料お試しは何日間ですか"
TURN = {"query": QUESTION, "shown": ["free-trial-10days"]}
ASKED = {"query": "延長できますか", "conversation": [TURN, {"query": "料金は？", "shown": []}]}
TOKEN = "token-of-the-fuzzing"
TOOLS: Mapping[str, Any] = {
    "ask": ASKED,
    "search": {"query": QUESTION, "limit": 3},
    "get_entry": {"id": "free-trial-10days"},
    "verify_quote": {"text": "お試しは10日間です。"},
    "list_gaps": {"limit": 3},
}
MESSAGES = (
    ("initialize", {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}),
    ("tools/list", {}),
    *(("tools/call", {"name": name, "arguments": arguments}) for name, arguments in TOOLS.items()),
)
FORMS = {  # what a browser sends to each path
    "/choose": {"reference": "REFERENCE", "entry": "free-trial-10days"},
    "/contact": {"ref": "REFERENCE", "words": "電話してください", "reach": "taro@example.com"},
    "/vote": {"reference": "REFERENCE", "entry": "plan-prices", "helpful": "no", "reason": "outdated"},
    "/team/in": {"key": "x", "next": "/team/entries"},
    "/team/link": {"next": "/team/entries"},
}
ADDRESSES = {
    "/": {"q": QUESTION, "asked": "料金は？", "after": "plan-prices"},
    "/search": {"q": "延長できますか", "asked": QUESTION, "after": "free-trial-10days"},
    "/suggest": {"q": "無料"},
    "/category": {"name": "料金"},
    "/contact": {"q": QUESTION, "ref": "REFERENCE"},
    "/faq/free-trial-10days": {"ref": "REFERENCE"},
    "/api/v1/entries": {"category": "料金", "after": "a", "limit": "5"},
}
SETTINGS = {
    "WEB_RATE_LIMIT": "100000",
    "API_RATE_LIMIT": "100000",
    "API_TOKENS": f"program:{TOKEN}",
    "EDITOR_TOKENS": f"editor:{TOKEN}-2",
    "WIDGET_SITES": "*",
}


def web_targets(app: App, errors: list[str]) -> Iterator[Target]:
    """Each way in with what is tried there; `errors` is what was logged."""
    web = web_of(app, FromSlack(hand_over=lambda _question: None))
    web.testing = False
    client, reference = web.test_client(), app.faq.ask(QUESTION, Asker("fuzz")).reference
    api = {
        "/api/v1/ask": ASKED,
        "/api/v1/feedback": {"reference": reference, "kind": "unhelpful", "entry": "plan-prices", "reason": "outdated"},
        "/api/v1/escalations": {"reference": reference, "reach": "03-1234-5678", "words": "折り返しください"},
    }
    yield Target("api", _sent(api), lambda made: _post(client, errors, *made))
    mcp = [{"jsonrpc": "2.0", "id": 1, "method": method, "params": params} for method, params in MESSAGES]
    yield Target("mcp", _to("/mcp", mcp), lambda made: _post(client, errors, *made))
    yield Target("forms", _forms(FORMS, reference), lambda made: _post(client, errors, *made))
    yield Target("addresses", _forms(ADDRESSES, reference), lambda made: _get(client, errors, *made))
    lines = other_shapes([(json.dumps(ASKED), JSON)]).map(lambda made: made[0].decode("utf-8", "replace"))
    yield Target("conversation", lines | TEXT, lambda line: _converse(app, line))


def _sent(bodies: Mapping[str, Any]) -> st.SearchStrategy[tuple[str, bytes, str]]:
    return st.one_of(*(_to(path, [body]) for path, body in bodies.items()))


def _to(path: str, bodies: Sequence[Any]) -> st.SearchStrategy[tuple[str, bytes, str]]:
    shapes = other_shapes([(json.dumps(body), JSON) for body in bodies])
    return shapes.map(lambda made: (path, made[0], made[1]))


def _forms(forms: Mapping[str, Mapping[str, str]], reference: str) -> st.SearchStrategy[tuple[str, bytes, str]]:
    def of(path: str) -> st.SearchStrategy[tuple[str, bytes, str]]:
        fields = {name: reference if value == "REFERENCE" else value for name, value in forms[path].items()}
        return other_shapes([(urlencode(fields), FORM)]).map(lambda made: (path, made[0], made[1]))

    return st.sampled_from(sorted(forms)).flatmap(of)


def _post(client: FlaskClient, errors: list[str], path: str, body: bytes, kind: str) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}-2"} if path == "/mcp" else {}
    look(errors, lambda: client.post(path, data=body, content_type=kind, headers=headers), path)


def _get(client: FlaskClient, errors: list[str], path: str, query: bytes, _kind: str) -> None:
    look(errors, lambda: client.get(path, query_string=query.decode("latin-1")), path)


def _converse(app: App, line: str) -> None:
    started = time.thread_time()
    try:
        asked = read_line(line)
    except FaqError as error:
        str(error)
        return
    app.faq.ask(asked.query, Asker("fuzz"), asked.conversation)
    if time.thread_time() - started > LONGEST:
        raise Crash(f"a conversation took longer than {LONGEST} s")
