"""Webhooks: other systems are told what happens, signed, until they have taken it.

1. A published revision, a new gap and a question for people are told once to each receiver, in any number of processes;
   what happened before is not, nor what was erased meanwhile.
2. A signature proves who sends and when (Standard Webhooks).
3. A receiver that fails is asked again, later and later, and then given up; one that answers 410 at once.
4. Private addresses are refused unless they are allowed; redirects are not followed; secrets are shown nowhere.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from local_server import answering

from bot.app import App
from bot.asker_key import asker_key
from bot.reply import Asker
from bot.settings import read_settings, shown_settings
from bot.webhooks.webhooks import AGAIN, Webhooks
from knowledge.errors import SettingError, StoreError
from knowledge.questions.asker_data import erase_asker
from knowledge.questions.query_log import QueryLog
from knowledge.revisions.history import History
from knowledge.revisions.store import Change
from knowledge.webhooks.deliveries import KEPT, Deliveries, Event, deliveries

BYTES = b"a key of the tests, 32 bytes long"
SECRET = f"whsec_{base64.b64encode(BYTES).decode()}"
UNKNOWN, REWORDED = "縄文土器の文様", "土器の縄文の文様"


@dataclass
class Receiver:
    """Another system: it answers with `status` and keeps what it was sent."""

    status: int = 200
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    @property
    def told(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.got]


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(receiver.status)
            self.send_header("Location", receiver.url)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with answering(Handler) as origin:
        receiver.url = f"{origin}/hook?key=of-the-receiver"
        yield receiver


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def webhooks_of(app: App, *receivers: Receiver, private: str = "allowed") -> Webhooks:
    given = {"WEBHOOK_URLS": ",".join(one.url for one in receivers), "WEBHOOK_SECRET": SECRET}
    settings = read_settings(given | {"WEBHOOK_PRIVATE": private})
    return Webhooks(settings, app.parts, Deliveries(app.store.engine))


@pytest.fixture
def webhooks(small: App, receiver: Receiver) -> Webhooks:
    """Webhooks that have begun, so that everything from now on is told."""
    begun = webhooks_of(small, receiver)
    begun.turn()
    begun.find_gaps()
    return begun


def publish(app: App) -> int:
    entry = app.faq.entry("trial-extension")
    assert entry
    return app.store.publish(Change(put=(replace(entry, note="試験"),)), "sakura", "試験のため", 1)


def escalate(app: App) -> str:
    reply = app.faq.ask(f"{UNKNOWN} 090-0000-0000", Asker("web", "taro"))
    app.faq.escalated(reply.reference, Asker("web", "taro"))
    return reply.reference


# 1. Events


def test_what_happened_before_is_told_to_nobody(small: App, receiver: Receiver) -> None:
    escalate(small)
    webhooks_of(small, receiver).turn()
    webhooks_of(small, receiver).find_gaps()
    webhooks_of(small, receiver).turn()
    assert receiver.got == []


def test_a_published_revision_is_told_once_with_what_it_changed(
    webhooks: Webhooks, small: App, receiver: Receiver
) -> None:
    publish(small)
    for _ in range(2):
        webhooks.turn()
    (told,) = receiver.told
    assert told["type"] == "revision.published"
    assert {name: told["data"][name] for name in ("revision", "reason", "changed")} == {
        "revision": 2,
        "reason": "試験のため",
        "changed": ["trial-extension"],
    }


def test_a_question_for_people_is_told_redacted(webhooks: Webhooks, small: App, receiver: Receiver) -> None:
    reference = escalate(small)
    small.faq.escalated(reference, Asker("web", "taro"))
    webhooks.turn()
    (told,) = receiver.told
    assert (told["type"], told["data"]["reference"]) == ("question.escalated", reference)
    assert UNKNOWN in told["data"]["question"] and "090" not in told["data"]["question"]


def test_a_question_that_was_erased_is_not_told_any_more(webhooks: Webhooks, small: App, receiver: Receiver) -> None:
    receiver.status = 500
    escalate(small)
    webhooks.turn()
    erase_asker(small.store.engine, QueryLog(small.store.engine, asker_key(small.settings)).asker_hash("taro"))
    webhooks.turn(datetime.now(UTC) + timedelta(hours=1))
    assert len(receiver.got) == 1


def test_a_new_gap_is_told(webhooks: Webhooks, small: App, receiver: Receiver) -> None:
    for _ in range(2):
        small.faq.ask(UNKNOWN, Asker("web"))
    for _ in range(2):
        webhooks.find_gaps()
        webhooks.turn()
    (told,) = receiver.told
    assert (told["type"], told["data"]["question"], told["data"]["count"]) == ("gap.opened", UNKNOWN, 2)


def test_a_gap_whose_wordings_overtake_each_other_is_told_once(
    webhooks: Webhooks, small: App, receiver: Receiver
) -> None:
    def look(*texts: str) -> str:
        for text in texts:
            small.faq.ask(text, Asker("web"))
        webhooks.find_gaps()
        (gap,) = small.overview.gaps()
        return gap.representative

    assert look(UNKNOWN, UNKNOWN) == UNKNOWN
    receiver.status = 500
    webhooks.turn()
    receiver.status = 200
    assert look(*[REWORDED] * 3) == REWORDED
    webhooks.turn(datetime.now(UTC) + AGAIN[0])  # what waits is told, under the words of today
    assert [told["data"]["question"] for told in receiver.told] == [UNKNOWN, REWORDED]
    assert look(*[UNKNOWN] * 2) == UNKNOWN
    webhooks.turn(datetime.now(UTC) + AGAIN[-1])
    assert len(receiver.got) == 2
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1


def test_a_gap_that_stays_open_is_not_told_again(webhooks: Webhooks, small: App, receiver: Receiver) -> None:
    for _ in range(2):
        small.faq.ask(UNKNOWN, Asker("web"))
    webhooks.find_gaps()
    webhooks.turn()
    for days in (1, 2):
        later = datetime.now(UTC) + KEPT + timedelta(days=days)
        webhooks.find_gaps(later)
        webhooks.turn(later)
    assert len(receiver.got) == 1


def test_every_receiver_is_told_and_one_that_is_added_hears_of_what_comes(
    webhooks: Webhooks, small: App, receiver: Receiver
) -> None:
    publish(small)
    webhooks.turn()
    with receiving() as second:
        both = webhooks_of(small, receiver, second)
        both.turn()
        assert second.got == []
        escalate(small)
        both.turn()
        assert [told["type"] for told in second.told] == ["question.escalated"]
        assert len(receiver.got) == 2


def test_of_two_processes_one_delivers(webhooks: Webhooks, small: App, receiver: Receiver) -> None:
    publish(small)
    first, second = webhooks, webhooks_of(small, receiver)
    now = datetime.now(UTC)
    assert first.deliveries.add(Event.PUBLISHED, ["2"], list(first.targets), now) == 1
    assert second.deliveries.add(Event.PUBLISHED, ["2"], list(second.targets), now) == 0
    (due,) = second.deliveries.due(now)
    assert first.deliveries.claim(due, now + AGAIN[0])
    assert not second.deliveries.claim(due, now + AGAIN[0])


def test_what_was_delivered_is_forgotten_and_not_told_again(webhooks: Webhooks, small: App, receiver: Receiver) -> None:
    publish(small)
    webhooks.turn()
    later = datetime.now(UTC) + KEPT + timedelta(days=1)
    webhooks.deliveries.forget(later)
    webhooks.turn(later)
    with small.store.engine.connect() as connection:
        assert {row.subject for row in connection.execute(deliveries.select())} == {""}
    assert len(receiver.got) == 1


# 2. Signatures


def test_a_signature_proves_id_time_and_body(webhooks: Webhooks, small: App, receiver: Receiver) -> None:
    publish(small)
    now = datetime.now(UTC)
    webhooks.turn(now)
    ((headers, body),) = receiver.got
    assert (headers["webhook-id"], headers["content-type"]) == ("revision.published:2", "application/json")
    assert headers["webhook-timestamp"] == str(int(now.timestamp()))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(BYTES, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"


# 3. Failures


@pytest.mark.parametrize("status", [500, 404, 302])
def test_a_receiver_that_fails_is_asked_again_later_and_later_and_given_up(
    webhooks: Webhooks, small: App, receiver: Receiver, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.status = status
    publish(small)
    now = datetime.now(UTC)
    webhooks.turn(now)
    for number, pause in enumerate(AGAIN, start=1):
        webhooks.turn(now + pause - timedelta(seconds=1))
        assert len(receiver.got) == number
        now += pause
        webhooks.turn(now)
        assert len(receiver.got) == number + 1
    webhooks.turn(now + timedelta(days=5))
    assert len(receiver.got) == len(AGAIN) + 1
    assert "given up" in caplog.text and "key=of-the-receiver" not in caplog.text
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1


@pytest.mark.parametrize(("status", "attempts"), [(410, 1), (204, 1), (500, 2)])
def test_a_receiver_that_is_gone_or_content_is_left_alone(
    webhooks: Webhooks, small: App, receiver: Receiver, status: int, attempts: int
) -> None:
    receiver.status = status
    publish(small)
    now = datetime.now(UTC)
    for later in (timedelta(), timedelta(hours=1)):
        webhooks.turn(now + later)
    assert len(receiver.got) == attempts


def test_a_receiver_that_is_away_is_told_when_it_is_back(small: App) -> None:
    with receiving() as receiver:
        begun = webhooks_of(small, receiver)
        begun.turn()
    publish(small)
    begun.turn()
    assert [delivery.attempts for delivery in begun.deliveries.due(datetime.now(UTC) + AGAIN[0])] == [1]


def test_a_failure_of_the_database_loses_nothing(
    webhooks: Webhooks, small: App, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(small)

    def broken(*_: object) -> None:
        raise StoreError("データベースを使えません。")

    with monkeypatch.context() as failing:
        failing.setattr(History, "find", broken)
        with pytest.raises(StoreError):
            webhooks.turn()
    webhooks.turn(datetime.now(UTC) + AGAIN[0])
    assert [told["data"]["revision"] for told in receiver.told] == [2]


def test_a_receiver_that_is_no_longer_set_is_dropped(webhooks: Webhooks, small: App, receiver: Receiver) -> None:
    receiver.status = 500
    publish(small)
    webhooks.turn()
    with receiving() as other:
        webhooks_of(small, other).turn(datetime.now(UTC) + timedelta(hours=1))
        assert other.got == []
    assert webhooks.deliveries.due(datetime.now(UTC) + timedelta(days=9)) == []


# 4. Addresses and secrets


def test_a_private_address_is_not_told(webhooks: Webhooks, small: App, receiver: Receiver) -> None:
    publish(small)
    webhooks_of(small, receiver, private="refused").turn()
    assert receiver.got == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WEBHOOK_SECRET", "short"),
        ("WEBHOOK_SECRET", "whsec_c2hvcnQ="),
        ("WEBHOOK_SECRET", "whsec_not base64 at all, however long it may be"),
        ("WEBHOOK_URLS", "ftp://example.com/hook"),
        ("WEBHOOK_URLS", "https://example.com/hook,https://["),
        ("WEBHOOK_URLS", "https://example..com/hook"),
        ("WEBHOOK_PRIVATE", "perhaps"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        read_settings({name: value})


def test_urls_and_secret_are_shown_nowhere() -> None:
    given = {"WEBHOOK_URLS": "https://example.com/hook?key=of-the-receiver", "WEBHOOK_SECRET": SECRET}
    shown = str([value for _, value, _ in shown_settings(given)])
    assert "of-the-receiver" not in shown and SECRET not in shown
    assert SECRET not in repr(read_settings(given))


def test_nothing_is_sent_unsigned(small: App) -> None:
    with pytest.raises(SettingError, match="WEBHOOK_SECRET"):
        Webhooks(read_settings({"WEBHOOK_URLS": "https://example.com/"}), small.parts, Deliveries(small.store.engine))
