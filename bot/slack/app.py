"""The Bolt app and the intake of messages, and their way in over HTTP; `socket_mode` is the other one."""

import json
import logging
import secrets
import ssl
import time
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, partial

from flask import Response, request
from slack_bolt import App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_sdk.signature import SignatureVerifier

from bot.parts import Parts
from bot.process.metrics import Metrics
from bot.setting_table import Settings
from bot.slack.client import MeasuredClient, measure_client
from bot.slack.delivery.intake import Intake
from bot.slack.delivery.outage_inbox import OutageInbox
from bot.slack.door import Door
from bot.slack.failures import MISSHAPEN, hear_of_failures, tell_asker
from bot.slack.hearing import hear
from bot.slack.listeners import register_all
from bot.slack.repeating import retry_handlers
from bot.slack.roles import Roles
from bot.slack.workspaces.installing import oauth_flow
from bot.slack.workspaces.signing_in import SlackSignIn
from bot.slack.workspaces.workspaces import Workspaces
from knowledge.questions.query_log import QueryLog
from knowledge.slack_state.claims import Claims
from knowledge.slack_state.conversations import Conversations
from knowledge.slack_state.copies import Copies
from knowledge.slack_state.inbox import Inbox
from knowledge.slack_state.installations import Installations

logger = logging.getLogger(__name__)
MESSAGE_THREADS = 24  # they mostly wait for Slack
PRESS_THREADS = 32  # of their own for commands and buttons, which wait for Slack too, and wait out its rate limit
SIGNED_IN_KEPT = 60.0  # seconds for which a role on the team's pages holds
CALL_SECONDS = 5  # that Slack may take for one call; what it may have done all the same is looked for
NOT_INSTALLED = "このワークスペースには、今はインストールされていません。もう一度インストールしてください。"


@dataclass(frozen=True)
class Slack:
    """The Slack door of a process: `app` takes commands, buttons and views, `intake` takes messages."""

    app: App
    intake: Intake
    door: Door

    def home_token(self) -> str:
        """The token for the workspace of staff and editors, also one that Slack refuses; "" before an installation."""
        home, workspaces = self.door.home_client(), self.door.workspaces
        if home is None and workspaces:
            return workspaces.installations.token_of(self.door.roles.home_team)
        return str(home.token or "") if home else ""


def create_slack(settings: Settings, parts: Parts, metrics: Metrics, executor: Executor | None = None) -> Slack:
    """The Slack door with every listener; its calls go into `metrics`. Opens no connection.

    `executor` runs them all; without one, messages and presses have threads of their own.
    """
    client = _client(settings, metrics)
    workspaces = _workspaces(settings, parts.log, client) if settings.has_workspaces else None
    app = App(
        name="faqbot",  # else Bolt reads the whole stack for one, which takes 30 ms
        client=client,
        before_authorize=measure_client(client),
        oauth_flow=oauth_flow(workspaces, client, settings.public_url) if workspaces else None,
        user_facing_authorize_error_message=NOT_INSTALLED,
        signing_secret=settings.slack_signing_secret,
        token_verification_enabled=False,  # check_tokens does it, with an error that names the setting
        request_verification_enabled=bool(settings.slack_signing_secret),  # Socket Mode signs nothing
        listener_executor=executor or ThreadPoolExecutor(PRESS_THREADS, "slack-press"),
    )
    hear_of_failures(app)
    door = _door(settings, parts, client, workspaces)
    register_all(app, door)
    threads = executor or ThreadPoolExecutor(MESSAGE_THREADS, "slack")
    return Slack(app, _intake(door, threads), door)


def _intake(door: Door, threads: Executor) -> Intake:
    inbox = OutageInbox(Inbox(door.log.engine, secrets.token_hex(8)))
    return Intake(inbox, threads, partial(hear, door), partial(tell_asker, door), door.watched)


def _client(settings: Settings, metrics: Metrics) -> MeasuredClient:
    client = MeasuredClient(
        metrics,
        token=settings.slack_bot_token or None,
        base_url=settings.slack_api_url,
        timeout=CALL_SECONDS,
        ssl=_trusted(),
    )
    client.retry_handlers[:] = retry_handlers()
    return client


@cache
def _trusted() -> ssl.SSLContext:
    """The machine's certificates, read once in a process: that takes 20 ms."""
    return ssl.create_default_context()


def _workspaces(settings: Settings, log: QueryLog, client: MeasuredClient) -> Workspaces:
    client_id = settings.faqbot_slack_client_id
    return Workspaces(Installations(log.engine, client_id), client_id, settings.faqbot_slack_client_secret, client)


def _door(settings: Settings, parts: Parts, client: MeasuredClient, workspaces: Workspaces | None) -> Door:
    people = settings.staff_users, settings.editor_users, settings.staff_group, settings.editor_group
    return Door(
        client=client,
        faq=parts.faq,
        publishing=parts.publishing,
        overview=parts.overview,
        log=parts.log,
        conversations=Conversations(parts.log.engine),
        claims=Claims(parts.log.engine),
        copies=Copies(parts.log.engine),
        roles=Roles(*people, settings.home_team),
        support_channel=settings.support_channel,
        editors_channel=settings.editors_channel,
        watched=frozenset(settings.watch_channels),
        workspaces=workspaces,
    )


def sign_in_with(slack: Slack, settings: Settings) -> SlackSignIn:
    """Signing in to the team's pages, where the bot may be installed in several workspaces."""
    return SlackSignIn(
        client=slack.door.client,
        home_client=slack.door.home_client,
        roles=replace(slack.door.roles, kept_seconds=SIGNED_IN_KEPT),
        client_id=settings.faqbot_slack_client_id,
        client_secret=settings.faqbot_slack_client_secret,
        redirect_url=f"{settings.public_url}/team/slack/back",
    )


def http_endpoint(slack: Slack, signing_secret: str, metrics: Metrics) -> Callable[[], Response]:
    """The view for POST /slack/events; `metrics` hears how long an acknowledgement took.

    The signature is checked on the raw bytes before anything is parsed, because Bolt parses first
    and would answer malformed bodies with a traceback.
    """
    bolt = SlackRequestHandler(slack.app)
    verifier = SignatureVerifier(signing_secret)

    def slack_events() -> Response:
        try:
            text = request.get_data(cache=True).decode()
        except UnicodeDecodeError:
            return Response(status=400)
        if not _is_signed(verifier, text):
            return Response(status=401)
        started = time.perf_counter()
        try:
            return _accepted(slack, bolt, text)
        finally:
            metrics.acknowledged("http", time.perf_counter() - started)

    return slack_events


def _accepted(slack: Slack, bolt: SlackRequestHandler, text: str) -> Response:
    """The answer to a signed request, which goes to the intake or to Bolt."""
    try:
        body = json.loads(text) if text.startswith("{") else {}
        if slack.intake.takes(body):
            return Response(status=200 if slack.intake.receive(body) else 503)
        return bolt.handle(request)
    except (*MISSHAPEN, RecursionError):  # signed, yet no JSON object: not from Slack's events
        logger.warning("a signed request could not be read")
        return Response(status=400)


def _is_signed(verifier: SignatureVerifier, body: str) -> bool:
    """True when Slack signed the request of `body` within the last five minutes."""
    timestamp, signature = (request.headers.get(f"X-Slack-{name}", "") for name in ("Request-Timestamp", "Signature"))
    try:
        return verifier.is_valid(body, timestamp, signature)
    except (ValueError, OverflowError, TypeError):  # no number, one that is no time, a signature that is not ASCII
        return False
