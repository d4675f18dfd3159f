"""MCP for people's assistants, as the protocol asks and as honest as the bot.

1. Messages: what is no request is refused with the error that the protocol names; notifications are accepted;
   nothing but POST is served, and no page of another site is.
2. `ask`, `search`, `get_entry` and `verify_quote` tell what the bot tells, word for word, with what belongs to it.
3. Gaps and proposals are for editors with a token. A proposal is measured, waits, and is never published.

The journeys of real clients: test_mcp_clients.py.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from making import StartSmall, web_of
from werkzeug.test import TestResponse

from bot.app import App
from bot.exchange.entries import digest_of
from bot.web.mcp.messages import STATELESS
from bot.wording.editing import JUDGED_WRONGLY
from knowledge.database.tables import queries
from knowledge.revisions.proposals import ProposalState

PAGE = "https://www.example.com"
TRIAL = "無料お試しは何日間できますか？"
TOKEN = "token-of-an-editor"
EDITOR = {"Authorization": f"Bearer {TOKEN}"}
OTHER = {"Authorization": "Bearer token-of-a-program"}
MODERN = {"MCP-Protocol-Version": STATELESS[0]}
META = {"io.modelcontextprotocol/protocolVersion": STATELESS[0], "io.modelcontextprotocol/clientCapabilities": {}}


@pytest.fixture
def small(start_small: StartSmall) -> App:
    given = {"EDITOR_TOKENS": f"sakura:{TOKEN}", "API_TOKENS": "shop:token-of-a-program", "API_ORIGINS": PAGE}
    return start_small(**given)


@pytest.fixture
def client(small: App) -> FlaskClient:
    web = web_of(small)
    return web.test_client()


def post(client: FlaskClient, message: Any, **headers: str) -> TestResponse:
    return client.post("/mcp", json=message, headers=headers)


def asked(client: FlaskClient, method: str, params: Any = None, **headers: str) -> dict[str, Any]:
    answered = post(client, {"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}}, **headers)
    assert answered.status_code == 200
    return dict(answered.get_json())


def called(client: FlaskClient, tool: str, arguments: Any, **headers: str) -> dict[str, Any]:
    """The result of a tool that went well: its text is its object."""
    result = asked(client, "tools/call", {"name": tool, "arguments": arguments}, **headers)["result"]
    assert json.loads(result["content"][0]["text"]) == result["structuredContent"]
    return dict(result["structuredContent"])


def refused(client: FlaskClient, tool: str, arguments: Any, **headers: str) -> str:
    """What a tool says that did not go well."""
    result = asked(client, "tools/call", {"name": tool, "arguments": arguments}, **headers)["result"]
    assert result["isError"] is True and "structuredContent" not in result
    return str(result["content"][0]["text"])


# 1. Messages


@pytest.mark.parametrize("version", ["2025-11-25", "2025-06-18", "2025-03-26"])
def test_a_handshake_ends_at_the_version_of_the_client(client: FlaskClient, small: App, version: str) -> None:
    result = asked(client, "initialize", {"protocolVersion": version, "capabilities": {}})["result"]
    assert (result["protocolVersion"], result["capabilities"]) == (version, {"tools": {}})
    assert small.faq.site.about in result["instructions"]


@pytest.mark.parametrize("version", ["1999-01-01", STATELESS[0], 7, None])
def test_a_handshake_of_another_version_gets_our_newest(client: FlaskClient, version: Any) -> None:
    assert asked(client, "initialize", {"protocolVersion": version})["result"]["protocolVersion"] == "2025-11-25"


@pytest.mark.parametrize("method", ["notifications/initialized", "notifications/cancelled", "notifications/other"])
def test_a_notification_is_accepted_without_an_answer(client: FlaskClient, method: str) -> None:
    answered = post(client, {"jsonrpc": "2.0", "method": method})
    assert (answered.status_code, answered.data) == (202, b"")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", -32700),
        (b"{", -32700),
        (b"\xff", -32700),
        (b"[]", -32600),
        (b'[{"jsonrpc": "2.0", "id": 1, "method": "ping"}]', -32600),
        (b'{"jsonrpc": "1.0", "id": 1, "method": "ping"}', -32600),
        (b'{"jsonrpc": "2.0", "id": null, "method": "ping"}', -32600),
        (b'{"jsonrpc": "2.0", "id": 1, "result": {}}', -32600),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": [1]}', -32600),
    ],
)
def test_what_is_no_message_is_refused(client: FlaskClient, body: bytes, code: int) -> None:
    answered = client.post("/mcp", data=body, content_type="application/json")
    assert answered.status_code == 400
    assert (answered.get_json()["error"]["code"], answered.get_json()["id"]) == (code, None)


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [("resources/list", {}, -32601), ("tools/call", {"name": "publish"}, -32602), ("tools/call", {}, -32602)],
)
def test_what_there_is_not_is_an_error_of_the_protocol(
    client: FlaskClient, method: str, params: Any, code: int
) -> None:
    assert asked(client, method, params)["error"]["code"] == code


def test_an_unknown_version_is_told_those_that_are_known(client: FlaskClient) -> None:
    message = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    answered = post(client, message, **{"MCP-Protocol-Version": "1999-01-01"})
    error = answered.get_json()["error"]
    assert (answered.status_code, error["code"], error["data"]["requested"]) == (400, -32022, "1999-01-01")
    assert set(error["data"]["supported"]) == {"2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26"}


@pytest.mark.parametrize(
    ("headers", "meta", "status", "code"),
    [
        ({"Mcp-Method": "tools/call", "Mcp-Name": "search"}, META, 200, None),
        ({"Mcp-Method": "tools/list", "Mcp-Name": "search"}, META, 400, -32020),
        ({"Mcp-Method": "tools/call", "Mcp-Name": "ask"}, META, 400, -32020),
        ({}, META, 400, -32020),
        ({"Mcp-Method": "tools/call", "Mcp-Name": "search"}, {}, 400, -32602),
        ({"Mcp-Method": "tools/call", "Mcp-Name": "search"}, [], 400, -32602),
        ({"Mcp-Method": "tools/call", "Mcp-Name": "search"}, None, 400, -32602),
        ({"Mcp-Method": "tools/call", "Mcp-Name": "search"}, 5, 400, -32602),
    ],
)
def test_a_stateless_request_says_the_same_in_its_headers_and_its_body(
    client: FlaskClient, headers: dict[str, str], meta: Any, status: int, code: int | None
) -> None:
    params = {"name": "search", "arguments": {"query": "料金"}, "_meta": meta}
    message = {"jsonrpc": "2.0", "id": "a", "method": "tools/call", "params": params}
    answered = post(client, message, **MODERN, **headers)
    assert answered.status_code == status
    assert answered.get_json().get("error", {}).get("code") == code


def test_a_stateless_client_discovers_what_there_is(client: FlaskClient) -> None:
    message = {"jsonrpc": "2.0", "id": 1, "method": "server/discover", "params": {"_meta": META}}
    result = post(client, message, **MODERN, **{"Mcp-Method": "server/discover"}).get_json()["result"]
    assert (result["resultType"], result["supportedVersions"]) == ("complete", list(STATELESS))
    message["method"] = "initialize"
    gone = post(client, message, **MODERN, **{"Mcp-Method": "initialize"})
    assert (gone.status_code, gone.get_json()["error"]["code"]) == (404, -32601)


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
def test_nothing_but_post_is_served(client: FlaskClient, method: str) -> None:
    answered = client.open("/mcp", method=method)
    assert (answered.status_code, answered.content_type) == (405, "application/problem+json")
    assert "POST" in answered.headers["Allow"]


@pytest.mark.parametrize(("origin", "status"), [(PAGE, 200), ("https://evil.example", 403), ("null", 403)])
def test_only_pages_of_the_setting_may_call(client: FlaskClient, origin: str, status: int) -> None:
    assert post(client, {"jsonrpc": "2.0", "id": 1, "method": "ping"}, Origin=origin).status_code == status


def test_a_failure_shows_a_reference_only(
    client: FlaskClient, small: App, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("inner detail")

    monkeypatch.setattr(small.faq, "ask", broken)
    error = asked(client, "tools/call", {"name": "ask", "arguments": {"query": "x"}})["error"]
    assert error["code"] == -32603 and "inner detail" not in error["message"]
    assert error["message"].split()[-1] in caplog.text


# 2. Tools for everybody


def test_an_answer_comes_word_for_word_with_what_belongs_to_it(client: FlaskClient, small: App) -> None:
    given = called(client, "ask", {"query": TRIAL})
    entry = small.faq.entry("free-trial-10days")
    assert entry
    assert (given["decision"], given["entry"]["answer"]) == ("answer", entry.answer)
    assert (given["entry"]["url"], given["notice"]) == (small.faq.link(entry), small.faq.site.notice)
    assert (given["revision"], given["contact"]) == (1, small.faq.site.contact)
    assert 0 < given["wrong_bound"] <= 1
    assert "そのまま引用" in given["rules"]
    with small.store.engine.connect() as connection:
        (row,) = connection.execute(queries.select())
    assert (row.reference, row.door) == (given["reference"], "mcp")


def test_what_the_bot_does_not_know_it_does_not_say(client: FlaskClient) -> None:
    given = called(client, "ask", {"query": "縄文土器の文様"})
    assert (given["decision"], given["entry"]) == ("abstain", None)
    assert "推測で答えず" in given["rules"] and given["contact"]


def test_search_finds_entries_and_logs_nothing(client: FlaskClient, small: App) -> None:
    found = called(client, "search", {"query": "お試しの延長", "limit": 2})["candidates"]
    assert (len(found), found[0]["id"]) == (2, "trial-extension")
    with small.store.engine.connect() as connection:
        assert connection.execute(queries.select()).all() == []


def test_an_entry_can_be_read(client: FlaskClient) -> None:
    assert called(client, "get_entry", {"id": "plan-prices"})["entry"]["id"] == "plan-prices"
    assert "no-such-entry" in refused(client, "get_entry", {"id": "no-such-entry"})


@pytest.mark.parametrize(
    ("changed", "is_current"),
    [
        (lambda answer: answer, True),
        (lambda answer: answer.replace("**", "").replace("\n", "  \n"), True),
        (lambda answer: answer.replace("10日間", "30日間"), False),
        (lambda answer: answer + "お急ぎください。", False),
        (lambda answer: answer[:40], False),
        (lambda _: "", False),
    ],
)
def test_a_quotation_is_our_answer_or_it_is_not(
    client: FlaskClient, small: App, changed: Callable[[str], str], *, is_current: bool
) -> None:
    entry = small.faq.entry("free-trial-10days")
    assert entry and "10日間" in entry.answer
    told = called(client, "verify_quote", {"text": changed(entry.answer)})
    assert told["is_current"] is is_current
    assert (told["entry"] or {}).get("id") == (entry.id if is_current else None)
    assert (told["digest"] == digest_of(entry.answer)) is is_current


@pytest.mark.parametrize(
    ("tool", "arguments", "part"),
    [("ask", {}, "query"), ("search", {"query": "x", "limit": 0}, "limit"), ("get_entry", [], "送られた値")],
)
def test_arguments_that_cannot_be_used_are_named(client: FlaskClient, tool: str, arguments: Any, part: str) -> None:
    assert part in refused(client, tool, arguments)


# 3. Tools for editors


def test_only_editors_see_and_use_their_tools(client: FlaskClient) -> None:
    for_everybody = {"ask", "search", "get_entry", "verify_quote"}
    for headers, names in (({}, for_everybody), (OTHER, for_everybody)):
        assert {tool["name"] for tool in asked(client, "tools/list", **headers)["result"]["tools"]} == names
        assert "EDITOR_TOKENS" in refused(client, "list_gaps", {}, **headers)
        assert "EDITOR_TOKENS" in refused(client, "propose_variant", {}, **headers)
    listed = {tool["name"]: tool for tool in asked(client, "tools/list", **EDITOR)["result"]["tools"]}
    assert set(listed) == {*for_everybody, "list_gaps", "propose_variant"}
    assert [name for name, tool in listed.items() if not tool["annotations"]["readOnlyHint"]] == ["propose_variant"]


def test_an_editor_sees_the_gaps(client: FlaskClient) -> None:
    for _ in range(2):
        called(client, "ask", {"query": "縄文土器の文様"})
    listed = called(client, "list_gaps", {}, **EDITOR)
    assert (listed["total"], listed["gaps"][0]["question"], listed["gaps"][0]["count"]) == (1, "縄文土器の文様", 2)


def test_a_proposed_variant_is_measured_and_waits_and_is_not_published(client: FlaskClient, small: App) -> None:
    wanted = {"id": "trial-extension", "variants": ["体験版をのばしたい"], "reason": "お客様の言い方"}
    told = called(client, "propose_variant", wanted, **EDITOR)
    assert (told["state"], told["variants"]) == ("waiting", ["体験版をのばしたい"])
    assert told["considered"] > 0 and f"faqbot approve {told['proposal']}" in told["next"]
    (stored,) = small.publishing.proposals.waiting()
    assert (stored.id, stored.editor, stored.reason, stored.state) == (
        told["proposal"], "sakura", "お客様の言い方", ProposalState.WAITING,
    )  # fmt: skip
    assert small.store.revision() == 1
    assert small.publishing.publish(small.publishing.examine(stored.id), "kaede") == 2


def test_a_proposal_that_would_be_refused_says_what_to_put_right(client: FlaskClient) -> None:
    wanted = {"id": "plan-prices", "variants": ["クレジットカードの引き落とし日はいつ?"], "reason": "試験"}
    told = called(client, "propose_variant", wanted, **EDITOR)
    assert told["refused"] == 1 and JUDGED_WRONGLY in told["next"]


@pytest.mark.parametrize(
    ("wanted", "part"),
    [
        ({"id": "no-such-entry", "variants": ["x"], "reason": "x"}, "no-such-entry"),
        ({"id": "trial-extension", "variants": [], "reason": "x"}, "variants"),
        ({"id": "trial-extension", "variants": ["x"], "reason": ""}, "reason"),
        ({"id": "trial-extension", "variants": ["\u202eabc"], "reason": "x"}, ""),
        ({"id": "trial-extension", "variants": ["あ" * 301], "reason": "x"}, "variants"),
    ],
)
def test_a_proposal_that_cannot_be_made_is_explained_and_leaves_nothing(
    client: FlaskClient, small: App, wanted: dict[str, Any], part: str
) -> None:
    assert part in refused(client, "propose_variant", wanted, **EDITOR)
    assert small.publishing.proposals.waiting() == []
