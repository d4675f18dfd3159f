"""Talking to the bot in Slack, in tests: `slack.mention("解約したい")` and read what it posted."""

import hashlib
import hmac
import itertools
import json
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from fake_slack import BOT_USER, TEAM, FakeSlack, now
from flask.testing import FlaskClient
from making import web_of
from werkzeug.test import TestResponse

from bot.app import App
from bot.settings import read_settings
from bot.slack.app import Slack, create_slack, http_endpoint
from bot.web.app import FromSlack

SECRET = "signing-secret-of-the-tests"
TOKEN = "xoxb-of-the-tests"
CHANNEL = "C0GENERAL"
DIRECT = "D0DIRECT"
SUPPORT = "C0SUPPORT"
USER = "U0ASKER"
STAFF = "U0STAFF"
EDITOR = "U0EDITOR"
NUMBERS = itertools.count(1)
ASKING = ("auth.test", "users.info", "usergroups.users.list")
FORM = "application/x-www-form-urlencoded"


class WaitingExecutor(ThreadPoolExecutor):
    """Listener threads that a test can wait for."""

    def __init__(self) -> None:
        super().__init__(8)
        self._open: set[Future[Any]] = set()
        self._lock = threading.Lock()

    def submit(self, function: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future = super().submit(function, *args, **kwargs)
        with self._lock:
            self._open.add(future)
        return future

    def wait(self) -> None:
        """Until every listener so far has ended."""
        while True:
            with self._lock:
                self._open = {future for future in self._open if not future.done()}
                pending = list(self._open)
            if not pending:
                return
            for future in pending:
                future.exception(timeout=20)


class SlackTester:
    """People in Slack who talk to the bot, over signed HTTP requests. Each call says who acts (`user`, `team`)."""

    def __init__(self, client: FlaskClient, fake: FakeSlack, executor: WaitingExecutor, slack: Slack) -> None:
        self.client = client
        self.fake = fake
        self.team = TEAM  # where people are
        self.slack = slack  # the bot's side
        self._executor = executor

    # -- what people do ---------------------------------------------------------------------------

    def mention(self, text: str, **event: Any) -> dict[str, Any] | None:
        """Mention the bot in a channel; returns the message it posted, None when it kept silent."""
        return self._posted({"type": "app_mention", "text": f"<@{BOT_USER}> {text}", "channel": CHANNEL} | event)

    def direct(self, text: str, **event: Any) -> dict[str, Any] | None:
        """Write to the bot directly."""
        return self._posted({"type": "message", "channel_type": "im", "text": text, "channel": DIRECT} | event)

    def in_thread(self, text: str, thread_ts: str, **event: Any) -> dict[str, Any] | None:
        """Write in a thread of a channel without a mention."""
        spoken = {"type": "message", "channel_type": "channel", "text": text, "channel": CHANNEL}
        return self._posted(spoken | {"thread_ts": thread_ts} | event)

    def in_channel(self, text: str, **event: Any) -> dict[str, Any] | None:
        """Write in a channel, to nobody."""
        spoken = {"type": "message", "channel_type": "channel", "text": text, "channel": CHANNEL}
        return self._posted(spoken | event)

    def edit(self, ts: str, before: str, after: str, **event: Any) -> list[dict[str, Any]]:
        """Edit a message; returns the calls the bot then made."""
        message = {"type": "message", "user": USER, "ts": ts, "text": after, "edited": {"user": USER, "ts": next_ts()}}
        message |= event.pop("message", {})
        changed = {"message": message, "previous_message": {"user": USER, "ts": ts, "text": before}}
        return self.calls_of(
            {"type": "message", "subtype": "message_changed", "channel": CHANNEL, "channel_type": "channel"}
            | changed
            | event
        )

    def delete(self, ts: str, **event: Any) -> list[dict[str, Any]]:
        """Delete a message; returns the calls the bot then made."""
        gone = {"type": "message", "subtype": "message_deleted", "deleted_ts": ts, "channel": CHANNEL}
        return self.calls_of(gone | {"channel_type": "channel"} | event)

    def bury(self, ts: str, **event: Any) -> list[dict[str, Any]]:
        """Delete a message with replies under it, which leaves a stone; returns the calls the bot then made."""
        said = {"type": "message", "ts": ts, "thread_ts": ts, "reply_count": 1}
        stone = said | {"subtype": "tombstone", "user": "USLACKBOT", "text": "This message was deleted."}
        changed = {"hidden": True, "message": stone, "previous_message": said | {"user": USER, "text": "…"}}
        where = {"channel": CHANNEL, "channel_type": "channel"}
        return self.calls_of({"type": "message", "subtype": "message_changed", "user": None} | changed | where | event)

    def open_tab(self, tab: str, user: str = USER) -> list[dict[str, Any]]:
        """Open the bot's Home or Messages tab; returns the calls the bot then made."""
        return self.calls_of({"type": "app_home_opened", "tab": tab, "channel": DIRECT, "user": user})

    def command(self, text: str, user: str = USER, team: str = "", name: str = "/faq") -> dict[str, Any]:
        """Type `/faq text`; returns what only the asker sees."""
        (answer,) = [call for call in self.command_calls(text, user, team, name) if call["method"] == "response_url"]
        return answer

    def command_calls(self, text: str, user: str = USER, team: str = "", name: str = "/faq") -> list[dict[str, Any]]:
        """Type `/faq text`; returns every call the bot then made."""
        form = {
            "command": name,
            "text": text,
            "user_id": user,
            "team_id": team or self.team,
            "channel_id": CHANNEL,
            "response_url": self.fake.response_url,
            "trigger_id": "1.2",
        }
        return self._calls(urlencode(form))

    def press(self, shown: dict[str, Any], label: str, **where: Any) -> list[dict[str, Any]]:
        """Press the button with this label, or beside this question; returns the calls the bot then made.

        `where`: `ephemeral`, `user`, `team`, `channel`, `value` (what is typed into a field).
        """
        found = (
            one
            for one in elements(shown)
            if label in (_label(one), one["action_id"], one.get("value", "").split(":")[0])
        )
        button = next(found, None) or choices(shown)[label]
        if "value" in where:
            button = button | {"value": where["value"]}
        action = button | {"block_id": "b", "action_ts": "1.0"}
        return self.act(shown, action, **where)

    def unanswered(self, text: str, **said: Any) -> dict[str, Any]:
        """A question that gets no answer, as a message that offers a person; suggestions are turned down."""
        message = self.mention(text, **said)
        assert message
        if "どれでもない" not in labels(message):
            return message
        (update,) = self.press(message, "どれでもない")
        return update

    def act(self, shown: dict[str, Any], action: dict[str, Any], **where: Any) -> list[dict[str, Any]]:
        """Send a block action as it stands, also one that no button shows."""
        channel = where.get("channel", shown.get("channel", CHANNEL))
        payload: dict[str, Any] = {
            "type": "block_actions",
            "actions": [action],
            "trigger_id": "1.2",
            **self._who(where),
        }
        if shown.get("type") in ("modal", "home"):
            payload |= {"view": shown | {"id": "V1"}, "container": {"type": "view", "view_id": "V1"}}
        else:
            container: dict[str, Any] = {"type": "message", "message_ts": shown.get("ts", "1.0"), "channel_id": channel}
            container["is_ephemeral"] = bool(where.get("ephemeral"))
            if shown.get("thread_ts"):
                container["thread_ts"] = shown["thread_ts"]
            payload |= {"container": container, "message": shown, "channel": {"id": channel}}
            payload |= {"response_url": self.fake.response_url}
        return self._calls(urlencode({"payload": json.dumps(payload)}))

    def submit(self, view: dict[str, Any], values: dict[str, Any], **who: Any) -> dict[str, Any]:
        """Submit a modal with values by block (`{"query": "解約"}`); returns the bot's response."""
        state = {block["block_id"]: _state(block, values) for block in view["blocks"] if block["type"] == "input"}
        assert values.keys() <= state.keys(), view
        payload = {
            "type": "view_submission",
            "view": view | {"id": "V1", "state": {"values": state}},
            "trigger_id": "1.2",
            **self._who(who),
        }
        response = self.send(urlencode({"payload": json.dumps(payload)}), FORM)
        assert response.status_code == 200
        self._executor.wait()
        answer: dict[str, Any] = json.loads(response.get_data() or b"{}")
        return answer

    def suggest(self, view: dict[str, Any], block_id: str, typed: str = "", **who: Any) -> list[dict[str, Any]]:
        """Type into a menu whose options Slack asks the bot for; returns the options that are offered."""
        (element,) = [block["element"] for block in view["blocks"] if block.get("block_id") == block_id]
        payload = {
            "type": "block_suggestion",
            "action_id": element["action_id"],
            "block_id": block_id,
            "value": typed,
            "view": view | {"id": "V1"},
            "container": {"type": "view", "view_id": "V1"},
            **self._who(who),
        }
        response = self.send(urlencode({"payload": json.dumps(payload)}), FORM)
        assert response.status_code == 200
        offered: list[dict[str, Any]] = json.loads(response.get_data())["options"]
        return offered

    def shortcut(self, callback_id: str, text: str, **who: Any) -> list[dict[str, Any]]:
        """Use a message shortcut on a customer's message; returns the calls the bot then made."""
        payload = {
            "type": "message_action",
            "callback_id": callback_id,
            "message": {"type": "message", "user": "U0CUSTOMER", "text": text, "ts": "1700000500.000100"}
            | who.get("message", {}),
            "channel": {"id": CHANNEL, "name": "general"},
            "message_ts": "1700000500.000100",
            "response_url": self.fake.response_url,
            "trigger_id": "1.2",
            **self._who(who),
        }
        return self._calls(urlencode({"payload": json.dumps(payload)}))

    def poll(self, seconds: float = 0.0) -> None:
        """Let the bot look, `seconds` later, after what it has left to do, and wait for that."""
        now = self.slack.intake.timer
        self.slack.intake.timer = lambda: now() + seconds
        self.slack.intake.poll()
        self._executor.wait()

    def set_call_seconds(self, seconds: float) -> None:
        """Let the bot wait that long for one call of Slack."""
        self.slack.door.client.timeout = seconds  # type: ignore[assignment]  # urllib takes a float too

    def end(self, seconds: float) -> None:
        """End the bot, as SIGTERM does."""
        self.slack.intake.close(seconds)

    # -- the wire ---------------------------------------------------------------------------------

    def event(self, event: dict[str, Any], **headers: str) -> TestResponse:
        """Deliver one event as Slack does and wait until the bot is done with it."""
        number = next(NUMBERS)
        filled = {"user": USER, "ts": f"{1_800_000_000 + number}.000100"} | event
        body = {"type": "event_callback", "team_id": self.team, "event_id": f"Ev{number}", "event": filled}
        response = self.send(json.dumps(body), "application/json", **headers)
        self._executor.wait()
        return response

    def wait(self) -> None:
        """Until the bot is done with everything so far."""
        self._executor.wait()

    def send(self, body: str | bytes, content_type: str, **headers: str) -> TestResponse:
        """Send a signed request to /slack/events."""
        raw = body.encode() if isinstance(body, str) else body
        timestamp = now()
        digest = hmac.new(SECRET.encode(), b"v0:" + timestamp.encode() + b":" + raw, hashlib.sha256).hexdigest()
        signed = {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}", **headers}
        return self.client.post("/slack/events", data=raw, content_type=content_type, headers=signed)

    def calls_of(self, event: dict[str, Any]) -> list[dict[str, Any]]:
        """The calls the bot makes because of an event."""
        before = len(self.fake.calls)
        assert self.event(event).status_code == 200
        return self._since(before)

    def _posted(self, event: dict[str, Any]) -> dict[str, Any] | None:
        posted = [call for call in self.calls_of(event) if call["method"] == "chat.postMessage"]
        assert len(posted) <= 1, "answered more than once"
        return posted[0] if posted else None

    def _calls(self, form: str) -> list[dict[str, Any]]:
        before = len(self.fake.calls)
        assert self.send(form, FORM).status_code == 200
        self._executor.wait()
        return self._since(before)

    def _since(self, before: int) -> list[dict[str, Any]]:
        """The calls that do something; Bolt asks now and then who we are."""
        calls = self.fake.calls[before:]
        return [{"method": call.method, **call.params} for call in calls if call.method not in ASKING]

    def _who(self, who: dict[str, Any]) -> dict[str, Any]:
        team = who.get("team", self.team)
        user = {"id": who.get("user", USER), "team_id": team, "name": "someone"}
        if "organisation" not in who:
            return {"team": {"id": self.team}, "user": user}
        organisation = {"id": who["organisation"], "name": "組織"}
        return {
            "team": {"id": self.team, "enterprise_id": organisation["id"]},
            "user": user,
            "enterprise": organisation,
        }


def next_ts() -> str:
    """A message timestamp that no other message has."""
    return f"{1_800_000_000 + next(NUMBERS)}.000100"


@contextmanager
def slack_on(app: App, fake: FakeSlack, **settings: str) -> Iterator[SlackTester]:
    """People who talk to a bot over HTTP; its Slack door has these settings and nothing else."""
    wire = {"SLACK_BOT_TOKEN": TOKEN, "SLACK_SIGNING_SECRET": SECRET, "SLACK_API_URL": fake.url}
    executor = WaitingExecutor()
    slack = create_slack(read_settings(wire | settings), app.parts, app.metrics, executor)
    web = web_of(app, FromSlack(http_endpoint(slack, SECRET, app.metrics)))
    yield SlackTester(web.test_client(), fake, executor, slack)
    executor.shutdown()


def elements(shown: dict[str, Any]) -> list[dict[str, Any]]:
    """Every interactive element of a message or view."""
    found = []
    for block in shown["blocks"]:
        if block["type"] == "actions":
            found.extend(block["elements"])
        if block["type"] == "context_actions":
            found.extend(vote for element in block["elements"] for vote in _votes(element))
        if "accessory" in block:
            found.append(block["accessory"])
        if block["type"] == "input":
            found.append(block["element"])
    return found


def choices(shown: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The buttons beside a question, by the question."""
    rows = [block for block in shown["blocks"] if "accessory" in block]
    return {row["text"]["text"].split("\n")[0]: row["accessory"] for row in rows}


def buttons(shown: dict[str, Any]) -> list[dict[str, Any]]:
    """Every button."""
    return [element for element in elements(shown) if element["type"] in ("button", "feedback_buttons")]


def labels(shown: dict[str, Any]) -> list[str]:
    """The labels of every button."""
    return [button["text"]["text"] for button in buttons(shown)]


def shown(message: dict[str, Any]) -> str:
    """All text a person sees in a message or view, buttons included."""
    found: list[str] = []

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if isinstance(node.get("text"), str):
                found.append(node["text"])
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(message["blocks"])
    return "".join(found)


def only(calls: list[dict[str, Any]], method: str) -> dict[str, Any]:
    """The one call of this method."""
    (call,) = [call for call in calls if call["method"] == method]
    return call


def opened(calls: list[dict[str, Any]]) -> dict[str, Any]:
    """The view that was opened, pushed or published by the last such call."""
    views = [call["view"] for call in calls if call["method"].startswith("views.")]
    assert views, calls
    view: dict[str, Any] = views[-1] if isinstance(views[-1], dict) else json.loads(views[-1])
    return view


def _label(element: dict[str, Any]) -> str:
    return str(element.get("text", {}).get("text", "")) if element["type"] in ("button", "feedback_buttons") else ""


def _votes(element: dict[str, Any]) -> list[dict[str, Any]]:
    """Slack's feedback buttons, each as the action that a press on it sends."""
    said = (element["positive_button"], element["negative_button"])
    return [{"type": element["type"], "action_id": element["action_id"], **one} for one in said]


def _state(block: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """The state that Slack sends back for one input block: typed or chosen, else as it began."""
    element, block_id = block["element"], block["block_id"]
    state: dict[str, Any] = {"type": element["type"]}
    match element["type"]:
        case "plain_text_input":
            state["value"] = values.get(block_id, element.get("initial_value"))
        case "checkboxes" | "multi_external_select":
            began = [option["value"] for option in element.get("initial_options", [])]
            state["selected_options"] = [{"value": value} for value in values.get(block_id, began)]
        case "datepicker":
            state["selected_date"] = values.get(block_id, element.get("initial_date"))
        case _:
            began = element.get("initial_option", {}).get("value")
            chosen = values.get(block_id, began)
            state["selected_option"] = {"value": chosen} if chosen is not None else None
    return {element["action_id"]: state}
