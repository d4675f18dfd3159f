"""The Bolt app, and its way in over HTTP; `socket_mode` is the other one."""

import json
import logging
import secrets
import ssl
import time
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any

from flask import Response, request
from slack_bolt import App, BoltResponse
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier

from bot.parts import Parts
from bot.process.metrics import Metrics
from bot.settings import Settings
from bot.slack.client import MeasuredClient, measure_client
from bot.slack.delivery.delivery import Delivery, TakenOver
from bot.slack.delivery.incoming import SPOKEN, causes_work, thread
from bot.slack.delivery.intake import Intake
from bot.slack.delivery.posting import retry_handlers
from bot.slack.door import Door
from bot.slack.listeners import register_all
from bot.slack.roles import Roles
from bot.slack.views.reply import Message, plain_message
from bot.slack.views.search import notice_modal
from bot.slack.workspaces.installing import oauth_flow
from bot.slack.workspaces.workspaces import Workspaces
from bot.wording import sentences
from knowledge.questions.query_log import QueryLog
from knowledge.slack_state.conversations import Conversations
from knowledge.slack_state.inbox import Inbox
from knowledge.slack_state.installations import Installations

logger = logging.getLogger(__name__)
LISTENER_THREADS = 24  # they mostly wait for Slack
CALL_SECONDS = 10  # that Slack may take for one call
MISSHAPEN = (LookupError, TypeError, AttributeError, ValueError)  # what reading a body of another shape raises
NOT_INSTALLED = "このワークスペースには、今はインストールされていません。もう一度インストールしてください。"
TOO_LATE = frozenset({"expired_trigger_id", "exchanged_trigger_id"})  # a modal must be opened within 3 s, once


@dataclass(frozen=True)
class Slack:
    """The Slack door of a process: `app` takes what people wait for, `intake` takes messages."""

    app: App
    intake: Intake
    door: Door

    def home(self) -> WebClient | None:
        """What speaks in the workspace of staff and editors, None before the bot is installed there."""
        return self.door.home(self.app.client)

    def home_token(self) -> str:
        """The token to speak with there, also one that Slack refuses; "" before the bot is installed. See `home`."""
        home, workspaces = self.home(), self.door.workspaces
        if home is None and workspaces:
            return workspaces.installations.token_of(self.door.roles.home)
        return str(home.token or "") if home else ""


def create_slack(
    settings: Settings, parts: Parts, executor: Executor | None = None, metrics: Metrics | None = None
) -> Slack:
    """The Slack door with every listener, which run on `executor`; its calls go into `metrics`. Opens no connection."""
    metrics = metrics or Metrics()
    client = MeasuredClient(
        metrics,
        token=settings.slack_bot_token or None,
        base_url=settings.slack_api_url,
        timeout=CALL_SECONDS,
        ssl=ssl.create_default_context(),  # else every call reads all certificates anew, in 20 ms
    )
    client.retry_handlers[:] = retry_handlers()
    workspaces = _workspaces(settings, parts.log, client) if settings.has_workspaces else None
    door = _door(settings, parts, workspaces)
    executor = executor or ThreadPoolExecutor(LISTENER_THREADS, thread_name_prefix="slack")
    options: dict[str, Any] = {
        "client": client,
        "before_authorize": measure_client(client),
        "oauth_flow": oauth_flow(workspaces, client, settings.public_url) if workspaces else None,
        "user_facing_authorize_error_message": NOT_INSTALLED,
        "signing_secret": settings.slack_signing_secret,
        "token_verification_enabled": False,  # check_tokens does it, with an error that names the setting
        "request_verification_enabled": bool(settings.slack_signing_secret),  # Socket Mode signs nothing
        "listener_executor": executor,
    }
    app = App(**options)
    messages = App(**options, process_before_response=True)  # returns only when the listener has ended
    for bolt in (app, messages):
        register_all(bolt, door)
    app.error(_on_error)

    @messages.error
    def on_message_error(error: Exception, body: dict[str, Any]) -> None:
        door.delivery(body).error = error

    inbox = Inbox(parts.log.engine, secrets.token_hex(8))
    return Slack(app, Intake(messages, inbox, door.deliveries, executor, partial(_tell, door, client)), door)


def _workspaces(settings: Settings, log: QueryLog, client: MeasuredClient) -> Workspaces:
    client_id = settings.faqbot_slack_client_id
    return Workspaces(Installations(log.engine, client_id), client_id, settings.faqbot_slack_client_secret, client)


def _door(settings: Settings, parts: Parts, workspaces: Workspaces | None) -> Door:
    return Door(
        parts.faq,
        parts.publishing,
        parts.overview,
        parts.log,
        Conversations(parts.log.engine),
        Roles(
            settings.staff_users,
            settings.editor_users,
            settings.staff_group,
            settings.editor_group,
            settings.home_team,
        ),
        settings.contact_text,
        settings.support_channel,
        settings.editors_channel,
        workspaces=workspaces,
    )


def http_endpoint(slack: Slack, signing_secret: str, metrics: Metrics | None = None) -> Callable[[], Response]:
    """The view for POST /slack/events; `metrics` hears how long an acknowledgement took.

    The signature is checked on the raw bytes before anything is parsed, because Bolt parses first
    and would answer malformed bodies with a traceback.
    """
    bolt = SlackRequestHandler(slack.app)
    verifier = SignatureVerifier(signing_secret)

    def slack_events() -> Response:
        body = request.get_data(cache=True)
        try:
            signed = verifier.is_valid(
                body, request.headers.get("X-Slack-Request-Timestamp", ""), request.headers.get("X-Slack-Signature", "")
            )
            text = body.decode()
        except ValueError:  # a timestamp that is no number, or bytes that are no text
            return Response(status=400)
        if not signed:
            return Response(status=401)
        started = time.perf_counter()
        try:
            event = json.loads(text) if text.startswith("{") else {}
            if causes_work(event):
                return Response(status=200 if slack.intake.receive(event) else 503)
            return bolt.handle(request)
        except MISSHAPEN:  # signed, yet no JSON object: not from Slack's events
            logger.warning("a signed request could not be read")
            return Response(status=400)
        finally:
            if metrics:
                metrics.acknowledged("http", time.perf_counter() - started)

    return slack_events


def _on_error(error: Exception, body: dict[str, Any], client: Any, respond: Any, response: BoltResponse | None) -> None:
    """Log what failed under a reference, and tell the person that reference: never the question or the error.

    A request that was not acknowledged and does not have the shape we know is refused.
    """
    if response and response.status == HTTPStatus.INTERNAL_SERVER_ERROR and isinstance(error, MISSHAPEN):
        response.status = HTTPStatus.BAD_REQUEST
    message, reference = _failure(error)
    view = body.get("view")
    try:
        if isinstance(view, dict) and view.get("type") == "modal":
            client.views_update(view_id=view["id"], view=notice_modal(message.text))
        elif body.get("response_url"):
            respond(text=message.text, blocks=message.blocks, response_type="ephemeral", replace_original=False)
    except (SlackApiError, OSError) as failure:
        logger.warning("reference %s could not be told: %s", reference, type(failure).__name__)


def _tell(door: Door, client: WebClient, delivery: Delivery, error: Exception) -> None:
    """The same for a message that cannot be answered, unless its answer is there already."""
    message, reference = _failure(error)
    event = delivery.body["event"]
    speaks = door.client_of(str(delivery.body.get("team_id", "")), client)
    if event.get("subtype") not in SPOKEN or speaks is None:  # an edit or a deletion has nobody who waits
        return
    try:
        if not delivery.posted_before(speaks, event["channel"], thread(event)):
            delivery.post(speaks, event["channel"], thread(event), message, reference)
    except (SlackApiError, OSError, TakenOver, *MISSHAPEN) as failure:
        logger.warning("reference %s could not be told: %s", reference, type(failure).__name__)


def _failure(error: Exception) -> tuple[Message, str]:
    reference = secrets.token_hex(4)
    logger.error("Slack listener failed, reference %s", reference, exc_info=error)
    if isinstance(error, SlackApiError) and error.response.get("error") in TOO_LATE:
        return plain_message(sentences.TOO_LATE), reference
    return plain_message(sentences.FAILED.format(reference=reference)), reference
