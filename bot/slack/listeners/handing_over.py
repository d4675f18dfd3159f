"""Handing a question to people, and ending that; `carrying` carries what both sides say in between."""

import logging
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.client import error_code
from bot.slack.delivery.posting import post
from bot.slack.delivery.responding import replace, whisper
from bot.slack.door import Door
from bot.slack.roles import person_of
from bot.slack.views.escalation import escalation_message, resolved_message
from bot.slack.views.message import SlackMessage, plain_message
from bot.wording import sentences
from bot.wording.sentences import DECISIONS
from knowledge.errors import StoreError
from knowledge.slack_state.conversations import Escalation

logger = logging.getLogger(__name__)
TOLD = "担当者に伝えました。返信は、このスレッドに届きます。"
TOLD_ALONE = "担当者に伝えました。返信は、このボットからのダイレクトメッセージに届きます。"
CARRIED_HERE = "解決するまで、ここに書いたことは担当者に届きます。"
FURTHER = "質問した方の、もう一つの質問: {question}\nボットの判断: {found}"
ALREADY = "このご質問は、すでに担当者に伝えてあります。"
UNDERWAY = "ただいま担当者に伝えているところです。5分たってもお知らせがないときは、もう一度押してください。"
UNDERWAY_TIME = timedelta(minutes=5)  # longer than handing over takes, with every repetition
NOT_TOLD = "申し訳ありません。担当者に伝えられませんでした。もう一度押すか、直接ご連絡ください。\n"
RESOLVED = "担当者がこのご質問を解決済みにしました。続きがあれば、もう一度お尋ねください。"
ASKER_NOT_TOLD = "解決済みにしました。ただし、質問した方にはお知らせできませんでした。"


def register(app: App, door: Door) -> None:
    """React to 担当者に聞く and 解決; what is said in between comes from the intake."""
    app.action("escalate")(partial(escalate, door))
    app.action("resolve")(partial(resolve, door))


def escalate(door: Door, ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext) -> None:
    """担当者に聞く: the question goes to the support channel, or the way to the company is shown."""
    ack()
    client, reference = context.client, str(action.get("value", ""))
    told = plain_message(_escalated(door, client, body, reference, context.team_id or ""))
    whisper(context, told)


def resolve(door: Door, ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext) -> None:
    """解決 in the support channel: the escalation is closed on both sides."""
    ack()
    if not door.may_resolve(body):
        refusal = sentences.STAFF_ONLY if door.roles.names_staff else sentences.MEMBERS_ONLY
        whisper(context, plain_message(refusal))
        return
    reference = str(action.get("value", ""))
    asker_knows = _close(door, reference, body["container"]["message_ts"])
    replace(body, context, resolved_message(reference, body["message"]["blocks"], body["user"]["id"]))
    if not asker_knows:
        whisper(context, plain_message(ASKER_NOT_TOLD))


def _escalated(door: Door, client: WebClient, body: dict[str, Any], reference: str, team: str) -> str:
    """Hand the question `reference`, asked in the workspace `team`, to people; returns what to tell the asker."""
    door.faq.escalated(reference, door.asker(body))
    way, claim = sentences.PERSON.format(contact=door.faq.site.contact), f"escalate:{reference}"
    try:
        home = door.home_client()
        if not door.support_channel or home is None:
            return way
        if not door.claims.claim(claim, UNDERWAY_TIME):
            return UNDERWAY
        try:
            return _hand_over(door, client, home, body, reference=reference, team=team)
        finally:
            _release(door, claim)
    except (SlackApiError, OSError, StoreError) as error:
        logger.warning("the question %s did not reach support: %s", reference, error_code(error))
        return NOT_TOLD + way


def _close(door: Door, reference: str, support_thread: str) -> bool:
    """Close the escalation that began with the message `support_thread`, if it is open, and tell the asker.

    Returns False when the asker cannot be told. A question may have been handed over again since.
    """
    escalation = door.conversations.escalation(reference)
    if escalation is None or escalation.support_thread != support_thread or not door.conversations.resolve(reference):
        return True
    try:
        asking = door.client_of(escalation.team)
        if asking is None:  # the bot was removed there
            return False
        post(asking, escalation.channel, escalation.thread, plain_message(RESOLVED))
    except (SlackApiError, OSError, StoreError) as error:
        logger.warning("the asker of %s cannot be told that it is resolved: %s", reference, error_code(error))
        return False
    return True


def _hand_over(
    door: Door, client: WebClient, home: WebClient, body: dict[str, Any], *, reference: str, team: str
) -> str:
    handed = door.conversations.escalation(reference)
    if handed is not None and not handed.resolved:
        return ALREADY
    asker, place = person_of(body).id, _place(door, body, reference, team)
    if place and (before := door.conversations.escalation_in(*place[:3], door.roles.home_team)):
        return _ask_further(door, home, before, reference)
    with ExitStack() as undone:  # no promise of an answer stays where nobody could give one
        channel, thread, _, question = place or _begin(door, client, reference, asker, undone)
        link = str(client.chat_getPermalink(channel=channel, message_ts=question)["permalink"])
        message = escalation_message(reference, asker, door.faq.question(reference), found_for(door, reference), link)
        opened = Escalation(
            reference=reference,
            channel=channel,
            thread=thread,
            asker=door.asker_hash(body),
            support_channel=door.support_channel,
            support_thread=_post(home, door.support_channel, message, undone),
            team=team,
        )
        door.conversations.escalate(opened)
        undone.pop_all()
    return TOLD if place else TOLD_ALONE


def _post(client: WebClient, channel: str, message: SlackMessage, undone: ExitStack) -> str:
    """Post a message that is taken back where what it promises fails; returns its timestamp."""
    posted = post(client, channel, "", message)
    undone.callback(_take_back, client, channel, posted)
    return posted


def _ask_further(door: Door, home: WebClient, escalation: Escalation, reference: str) -> str:
    """Hand over one more question of a conversation that people answer in already."""
    with door.once(f"further:{reference}") as is_first:
        if not is_first:
            return ALREADY
        text = FURTHER.format(question=door.faq.question(reference), found=found_for(door, reference))
        post(home, escalation.support_channel, escalation.support_thread, plain_message(text))
    return TOLD


def _take_back(client: WebClient, channel: str, message: str) -> None:
    try:
        client.chat_delete(channel=channel, ts=message)
    except (SlackApiError, OSError) as error:
        logger.warning("a message that promises what nobody does stays: %s", error_code(error))


def _release(door: Door, claim: str) -> None:
    try:
        door.claims.release(claim)
    except StoreError:
        logger.debug("%s stays claimed for %s", claim, UNDERWAY_TIME)


def _place(door: Door, body: dict[str, Any], reference: str, team: str) -> tuple[str, str, str, str] | None:
    """Channel, thread, their workspace and the message of a question; None for one that only its asker sees."""
    posted, container = door.conversations.reply_of(reference), body.get("container", {})
    if posted:
        return posted.channel, posted.thread, door.scope(posted.key), posted.key.rsplit(":", 1)[-1]
    if container.get("is_ephemeral") or not (container.get("channel_id") and container.get("message_ts")):
        return None
    thread = str(container.get("thread_ts") or container["message_ts"])  # under a further question of one message
    return str(container["channel_id"]), thread, team if door.workspaces else "", thread


def _begin(door: Door, client: WebClient, reference: str, asker: str, undone: ExitStack) -> tuple[str, str, str, str]:
    """The same for a direct conversation, which begins with the question."""
    channel = str(client.conversations_open(users=asker)["channel"]["id"])
    question = door.faq.question(reference)
    asked = f"担当者への質問: {question}" if question else "担当者への質問"
    begun = _post(client, channel, plain_message(f"{asked}\n{CARRIED_HERE}"), undone)
    return channel, begun, "", begun


def found_for(door: Door, reference: str) -> str:
    """How the bot decided on a question, for the people it is handed to."""
    stored = door.faq.stored(reference)
    if stored is None:
        return "不明"
    decision = DECISIONS.get(stored.decision, stored.decision)
    entry = door.faq.entry(stored.entry_id) if stored.entry_id else None
    about = f"「{entry.question}」" if entry else "該当する項目なし"
    return f"{decision}・{about}（確信度 {stored.confidence:.2f}）"
