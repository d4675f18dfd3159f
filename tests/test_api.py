"""The API: the same decisions as at every door, for other programs.

1. It takes and gives the objects of `faqbot ask --json -`; entries come in pages; feedback and escalations are stored
   for questions that were asked, and for no others.
2. Every error is a problem (RFC 9457) that names the value and the next step; bodies are bounded.
3. A token allows more than the public rate, a wrong one is told so and counts as none.
4. Only the pages of API_ORIGINS may read what it answers.
5. A question handed over reaches the support channel once; without one its asker is told how to reach people.
"""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from fake_slack import Failure, FakeSlack
from flask.testing import FlaskClient
from making import StartSmall, web_of
from slack_tester import SUPPORT, WaitingExecutor, shown
from slack_tester import TOKEN as SLACK_TOKEN

from bot.app import App
from bot.exchange.entries import digest_of
from bot.exchange.replies import reply_json
from bot.setting_values import Secret
from bot.settings import read_settings, shown_settings
from bot.slack.app import create_slack
from bot.slack.outside_questions import hand_over
from bot.web.app import FromSlack
from index.asking.turns import Turn
from knowledge.database.tables import feedback, queries
from knowledge.errors import SettingError

ASK = "/api/v1/ask"
TRIAL = "無料お試しは何日間できますか？"
TOKEN = "a token of the tests".replace(" ", "-")
BEARER = {"Authorization": f"Bearer {TOKEN}"}
PAGE = "https://www.example.com"


@pytest.fixture
def client(small: App) -> FlaskClient:
    return web_of(small).test_client()


def rows(app: App, table: Any) -> list[Any]:
    with app.store.engine.connect() as connection:
        return list(connection.execute(table.select()))


def asked(client: FlaskClient, query: str = TRIAL) -> dict[str, Any]:
    answered = client.post(ASK, json={"query": query})
    assert answered.status_code == 200
    return dict(answered.get_json())


def as_sent(values: dict[str, Any]) -> dict[str, Any]:
    return dict(json.loads(json.dumps(values)))


# 1. The objects


def test_a_message_is_answered_with_the_object_of_the_command_line(client: FlaskClient, small: App) -> None:
    given = asked(client)
    told = as_sent(reply_json(small.faq, small.faq.preview(TRIAL)))
    for one in (given, told, *given["replies"], *told["replies"]):
        one.pop("reference")
        one.pop("milliseconds", None)
    assert given == told
    assert given["entry"]["id"] == "free-trial-10days"
    assert given["entry"]["digest"] == digest_of(given["entry"]["answer"])


def test_a_conversation_is_read_as_everywhere(client: FlaskClient, small: App) -> None:
    turns = [Turn(TRIAL, ("free-trial-10days",))]
    before = [{"query": TRIAL, "shown": ["free-trial-10days"]}]
    given = client.post(ASK, json={"query": "延長は？", "conversation": before}).get_json()
    told = as_sent(reply_json(small.faq, small.faq.preview("延長は？", turns)))
    assert (given["candidates"], given["remarks"]) == (told["candidates"], told["remarks"])


def test_what_is_asked_is_logged_with_its_door(client: FlaskClient, small: App) -> None:
    reference = asked(client)["reference"]
    (row,) = rows(small, queries)
    assert (row.reference, row.door, row.decision) == (reference, "api", "answer")


def test_the_pages_of_entries_hold_every_live_entry_once(client: FlaskClient, small: App) -> None:
    found, after = [], ""
    while after is not None:
        page = client.get("/api/v1/entries", query_string={"limit": 5, "after": after}).get_json()
        assert len(page["entries"]) <= 5
        found += [entry["id"] for entry in page["entries"]]
        after = page["next"]
    assert found == sorted(entry.id for entry in small.faq.entries())
    assert page["total"] == len(found)


def test_entries_of_a_category_come_alone(client: FlaskClient) -> None:
    categories = client.get("/api/v1/entries").get_json()["categories"]
    assert len(categories) == 2
    page = client.get("/api/v1/entries", query_string={"category": categories[0]}).get_json()
    assert {entry["category"] for entry in page["entries"]} == {categories[0]}


def test_an_entry_has_its_answer_word_for_word(client: FlaskClient, small: App) -> None:
    entry = small.faq.entry("plan-prices")
    assert entry
    given = client.get("/api/v1/entries/plan-prices").get_json()
    assert (given["question"], given["answer"]) == (entry.question, entry.answer)


def test_the_digest_of_an_answer_outlives_its_markup_and_no_change_of_a_word() -> None:
    assert digest_of("料金は **月額10,000円** です。\n\n- 税別") == digest_of("料金は月額10,000円です。\n・税別")
    assert digest_of("料金は月額10,000円です。") != digest_of("料金は月額1,000円です。")


@pytest.mark.parametrize(
    ("given", "kind", "reason"),
    [
        ({"kind": "helpful", "entry": "free-trial-10days"}, "helpful", None),
        ({"kind": "helpful", "entry": "free-trial-10days", "reason": "outdated"}, "helpful", None),
        ({"kind": "unhelpful", "entry": "free-trial-10days", "reason": "outdated"}, "unhelpful", "outdated"),
        ({"kind": "none_of_these"}, "none_of_these", None),
    ],
)
def test_feedback_is_stored(
    client: FlaskClient, small: App, given: dict[str, str], kind: str, reason: str | None
) -> None:
    reference = asked(client)["reference"]
    assert client.post("/api/v1/feedback", json=given | {"reference": reference}).status_code == 204
    (row,) = rows(small, feedback)
    assert (row.reference, row.kind, row.entry_id, row.reason) == (reference, kind, given.get("entry"), reason)


@pytest.mark.parametrize("given", [{"kind": "helpful"}, {"kind": "helpful", "entry": "no-such-entry"}])
def test_feedback_on_an_entry_that_is_not_there_is_refused(
    client: FlaskClient, small: App, given: dict[str, str]
) -> None:
    reference = asked(client)["reference"]
    assert client.post("/api/v1/feedback", json=given | {"reference": reference}).status_code == 404
    assert rows(small, feedback) == []


# 2. Problems


@pytest.mark.parametrize(
    ("path", "body", "status", "part"),
    [
        (ASK, b"", 400, "JSON"),
        (ASK, b"{", 400, "JSON"),
        (ASK, b'{"query": "\xff"}', 400, "UTF-8"),
        (ASK, b"[" * 20_000, 422, ""),
        (ASK, b'{"query": "x", "more": ' + b"[" * 20_000 + b"]" * 20_000 + b"}", 400, "JSON"),
        (ASK, b"[]", 422, "object"),
        (ASK, b"{}", 422, "query"),
        (ASK, b'{"query": 3}', 422, "query"),
        (ASK, b'{"query": "x", "conversation": [{"shown": []}]}', 422, "conversation の1番目 の query"),
        (ASK, b'{"query": "' + b"x" * 70_000 + b'"}', 413, "64KiB"),
        ("/api/v1/feedback", b'{"reference": "0123abcd", "kind": "helpful"}', 404, "0123abcd"),
        ("/api/v1/feedback", b'{"reference": "0123abcd", "kind": "loved"}', 422, "kind"),
        ("/api/v1/escalations", b'{"reference": "0123abcd", "reach": "03-0000-0000"}', 404, "0123abcd"),
        ("/api/v1/escalations", b'{"reference": "0123abcd", "reach": ""}', 422, "reach"),
    ],
)
def test_what_cannot_be_read_is_a_problem_that_names_it(
    client: FlaskClient, path: str, body: bytes, status: int, part: str
) -> None:
    answered = client.post(path, data=body, content_type="application/json")
    assert (answered.status_code, answered.content_type) == (status, "application/problem+json")
    problem = answered.get_json(force=True)
    assert problem["status"] == status and problem["title"] and part in problem["detail"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/entries?limit=0", 422),
        ("GET", "/api/v1/entries?limit=all", 422),
        ("GET", "/api/v1/entries/no-such-entry", 404),
        ("GET", "/api/v1/nothing", 404),
        ("GET", ASK, 405),
        ("POST", ASK, 415),
    ],
)
def test_every_other_error_is_a_problem_too(client: FlaskClient, method: str, path: str, status: int) -> None:
    answered = client.open(path, method=method)
    assert (answered.status_code, answered.content_type) == (status, "application/problem+json")
    assert answered.get_json(force=True)["status"] == status


def test_a_pointer_leads_to_the_value(client: FlaskClient) -> None:
    body = {"query": "x", "conversation": [{"query": "y", "shown": [1]}]}
    assert client.post(ASK, json=body).get_json(force=True)["pointer"] == "#/conversation/0/shown/0"


def test_a_failure_shows_a_reference_only(
    client: FlaskClient, small: App, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("inner detail")

    monkeypatch.setattr(small.faq, "ask", broken)
    answered = client.post(ASK, json={"query": "x"})
    assert answered.status_code == 500
    assert "inner detail" not in answered.get_data(as_text=True)
    assert answered.get_json(force=True)["reference"] in caplog.text


# 3. Tokens


def test_a_token_allows_more_than_the_public_rate(start_small: StartSmall) -> None:
    app = start_small(WEB_RATE_LIMIT="1", API_RATE_LIMIT="3", API_TOKENS=f"shop:{TOKEN}")
    client = web_of(app).test_client()
    path = "/api/v1/entries/plan-prices"
    assert [client.get(path).status_code for _ in range(2)] == [200, 429]
    assert [client.get(path, headers=BEARER).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = client.get(path, headers=BEARER)
    assert int(refused.headers["Retry-After"]) >= 1 and refused.content_type == "application/problem+json"


@pytest.mark.parametrize("value", ["Bearer wrong", "Bearer", "Bearer é", f"Basic {TOKEN}", f"Bearer {TOKEN}x"])
def test_a_wrong_token_is_refused_and_counts_as_none(start_small: StartSmall, value: str) -> None:
    app = start_small(WEB_RATE_LIMIT="1", API_TOKENS=f"shop:{TOKEN}")
    client = web_of(app).test_client()
    refused = client.get("/api/v1/entries", headers={"Authorization": value})
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert client.get("/api/v1/entries", headers={"Authorization": value}).status_code == 429


def test_a_token_opens_nothing_on_the_pages_for_people(start_small: StartSmall) -> None:
    app = start_small(WEB_RATE_LIMIT="1", API_TOKENS=f"shop:{TOKEN}")
    client = web_of(app).test_client()
    assert [client.get("/", headers=BEARER).status_code for _ in range(2)] == [200, 429]


@pytest.mark.parametrize("value", ["short:abc", "no-name-at-all-in-here", f"a:{TOKEN},a:{TOKEN}", f"a b:{TOKEN}"])
def test_tokens_that_cannot_be_used_are_named_and_not_shown(value: str) -> None:
    with pytest.raises(SettingError, match="API_TOKENS") as error:
        read_settings({"API_TOKENS": value})
    assert value not in str(error.value)


def test_tokens_are_never_shown() -> None:
    given = {"API_TOKENS": f"shop:{TOKEN}, 山田商店:{TOKEN}2", "EDITOR_TOKENS": f"editor:{TOKEN}3"}
    settings = read_settings(given)
    assert settings.api_tokens == {"shop": Secret(TOKEN), "山田商店": Secret(f"{TOKEN}2")}
    assert TOKEN not in repr(settings)
    assert TOKEN not in str([value for _, value, _ in shown_settings(given)])


# 4. Other sites


@pytest.mark.parametrize(
    ("allowed", "origin", "shared"),
    [
        (PAGE, PAGE, PAGE),
        (f"{PAGE}/, https://other.example", PAGE, PAGE),
        ("*", "https://any.example", "https://any.example"),
        (PAGE, "https://www.example.com.evil.example", None),
        (PAGE, "http://www.example.com", None),
        ("", PAGE, None),
    ],
)
def test_only_pages_of_the_setting_may_read_answers(
    start_small: StartSmall, allowed: str, origin: str, shared: str | None
) -> None:
    app = start_small(API_ORIGINS=allowed)
    client = web_of(app).test_client()
    asking = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    preflight = client.options(ASK, headers=asking)
    for answered in (preflight, client.post(ASK, json={"query": "x"}, headers=asking), client.get("/api/v1/x")):
        assert answered.headers.get("Vary") == ("Origin" if allowed else None)
    assert preflight.headers.get("Access-Control-Allow-Origin") == shared
    assert ("Content-Type" in preflight.headers.get("Access-Control-Allow-Headers", "")) == bool(shared)
    assert "Access-Control-Allow-Origin" not in client.get("/", headers=asking).headers


@pytest.mark.parametrize("value", ["www.example.com", f"{PAGE}/path", "null", "https://*.example.com"])
def test_what_is_no_origin_is_refused(value: str) -> None:
    with pytest.raises(SettingError, match="API_ORIGINS"):
        read_settings({"API_ORIGINS": value})


# 5. Escalations


def test_without_people_the_contact_is_told(client: FlaskClient, small: App) -> None:
    reference = asked(client)["reference"]
    answered = client.post("/api/v1/escalations", json={"reference": reference, "reach": "03-0000-0000"})
    assert answered.status_code == 503
    assert answered.get_json(force=True)["contact"] == small.faq.site.contact
    assert [row.kind for row in rows(small, feedback)] == ["escalated"]


@pytest.fixture
def with_people(small: App, fake_slack: FakeSlack) -> Iterator[FlaskClient]:
    """The API of a bot with a support channel in Slack."""
    given = {"SLACK_BOT_TOKEN": SLACK_TOKEN, "SUPPORT_CHANNEL": SUPPORT, "SLACK_API_URL": fake_slack.url}
    executor = WaitingExecutor()
    door = create_slack(read_settings(given), small.parts, small.metrics, executor).door
    yield web_of(small, FromSlack(hand_over=partial(hand_over, door))).test_client()
    executor.shutdown()


def test_a_question_handed_over_reaches_the_support_channel_once(
    with_people: FlaskClient, fake_slack: FakeSlack
) -> None:
    wanted = {"reference": asked(with_people)["reference"], "reach": "taro@example.com", "words": "<!channel> 急ぎです"}
    for _ in range(2):
        assert with_people.post("/api/v1/escalations", json=wanted).status_code == 200
    (posted,) = fake_slack.of("chat.postMessage")
    assert posted["channel"] == SUPPORT
    for part in (TRIAL, *wanted.values(), "回答・「"):
        assert part in shown(posted)


def test_a_refusal_of_slack_is_told_with_the_contact_and_can_be_repeated(
    with_people: FlaskClient, fake_slack: FakeSlack, small: App
) -> None:
    wanted = {"reference": asked(with_people)["reference"], "reach": "taro@example.com"}
    fake_slack.fail("chat.postMessage", Failure(200, "channel_not_found"))
    refused = with_people.post("/api/v1/escalations", json=wanted)
    assert refused.status_code == 503
    assert small.faq.site.contact in refused.get_json(force=True)["detail"]
    assert with_people.post("/api/v1/escalations", json=wanted).status_code == 200


def test_people_are_handed_few_questions_of_one_address_in_a_minute(with_people: FlaskClient) -> None:
    wanted = {"reference": asked(with_people)["reference"], "reach": "taro@example.com"}
    told = [with_people.post("/api/v1/escalations", json=wanted).status_code for _ in range(3)]
    assert told == [200, 200, 429]
    assert with_people.get("/api/v1/entries").status_code == 200


def test_a_token_hands_over_as_its_own_quota_allows(start_small: StartSmall) -> None:
    app = start_small(API_TOKENS=f"shop:{TOKEN}")
    client = web_of(app).test_client()
    wanted = {"reference": asked(client)["reference"], "reach": "taro@example.com"}
    told = [client.post("/api/v1/escalations", json=wanted, headers=BEARER).status_code for _ in range(4)]
    assert told == [503] * 4  # without people the contact is told
