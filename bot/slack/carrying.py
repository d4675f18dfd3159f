"""Carries what asker and support say in the threads of an escalation to the other side, also what they change."""

import logging
from collections.abc import Iterator, Sequence

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.client import MeasuredClient, error_code
from bot.slack.crossing import Crossing, Target, crossing_of
from bot.slack.delivery import incoming
from bot.slack.delivery.delivery import Delivery
from bot.slack.delivery.posting import update
from bot.slack.door import Door
from bot.slack.payload_text import parts_of, words
from bot.slack.views.escalation import EDITED, WITHDRAWN, carried_messages, note
from bot.slack.views.message import SlackMessage, plain_message
from knowledge.questions.query_log import new_reference
from knowledge.slack_state.conversations import Escalation
from knowledge.slack_state.copies import COUNTED_TIME, Copy

logger = logging.getLogger(__name__)
MOST_AN_HOUR = 30  # messages to one side: two people who type do not write more, and Slack takes one a second at most
UNREACHABLE = "相手のワークスペースからこのアプリが外されているため、このメッセージは届きませんでした。"
TOO_MANY = (
    f"この会話では、1時間に{MOST_AN_HOUR}件まで相手に届けます。いまのメッセージは届いていません。"
    "しばらくおいてから、まとめてお書きください。"
)
INSIDE = "メンションで始まるので、質問した方には届けていません。届けるときは、メンション以外から書き始めてください。"
NO_FILES = "ファイルは質問した方に届きません（名前だけをお知らせしました）。内容を文章でお書きください。"
REWRITTEN = "もとの質問の書き直し"
TAKEN_BACK = "質問した方が、もとの質問を削除しました。"


def carry(door: Door, client: MeasuredClient, delivery: Delivery) -> bool:
    """Carry a message of an escalation to the other side; returns whether it was such a message."""
    event = delivery.event
    crossing = crossing_of(door, delivery.body)
    if crossing is None:
        return False
    inside = crossing.stays_inside(door, words(event))
    if inside and incoming.mentions(event, door.bot_users(client, delivery.body)):
        return False  # support asks the bot
    key = incoming.message_key(delivery.body)
    if not delivery.claim(incoming.claim_key(delivery.body)) or delivery.is_withdrawn(key):
        return True
    if inside:
        _hint(client, delivery, INSIDE)
    else:
        _pass_on(door, client, delivery, crossing)
    return True


def _pass_on(door: Door, client: MeasuredClient, delivery: Delivery, crossing: Crossing) -> None:
    target = crossing.target(door)
    if target is None:
        _tell(client, delivery, UNREACHABLE)
    elif not delivery.was_tried and door.copies.count(target.reference, target.place[0]) >= MOST_AN_HOUR:
        if door.is_first(f"carried:{target.reference}:{target.place[0]}", COUNTED_TIME):
            _tell(client, delivery, TOO_MANY)
    else:
        _post(door, delivery, target, _messages(door, delivery, crossing))
        if crossing.from_support and _hidden_files(door, delivery, crossing):
            _hint(client, delivery, NO_FILES)


def carry_edit(door: Door, client: MeasuredClient, delivery: Delivery) -> bool:
    """Correct what was carried of a message that is edited; returns whether any of it was."""
    copies = door.copies.of(incoming.message_key(delivery.body))
    escalation = door.conversations.escalation(copies[0].reference) if copies else None
    if escalation is None:
        return False
    if not delivery.claim(incoming.claim_key(delivery.body)):
        return True
    crossing = Crossing(escalation, from_support=copies[0].channel != escalation.support_channel)
    target = crossing.target(door)
    if target is None:
        _tell(client, delivery, UNREACHABLE)
        return True
    messages = _messages(door, delivery, crossing, EDITED)
    for copy, message in _paired(copies, messages):
        update(target.client, copy.channel, copy.message, message)
    _post(door, delivery, target, messages, first=len(copies))
    return True


def carry_deletion(door: Door, delivery: Delivery) -> bool:
    """Mark what was carried of a message that is deleted; returns whether any of it was."""
    copies = door.copies.of(incoming.message_key(delivery.body))
    escalation = door.conversations.escalation(copies[0].reference) if copies else None
    if escalation is None:
        return False
    crossing = Crossing(escalation, from_support=copies[0].channel != escalation.support_channel)
    target = crossing.target(door)
    for copy in copies:
        if target:
            update(target.client, copy.channel, copy.message, note(WITHDRAWN))
    return True


def tell_of_question(door: Door, delivery: Delivery, escalation: Escalation) -> None:
    """Tell support that a question which was handed to them is edited or deleted."""
    crossing = Crossing(escalation, from_support=False)
    target = crossing.target(door)
    if target is None or not delivery.claim(incoming.claim_key(delivery.body)):
        return
    is_edited = incoming.kind_of(delivery.body) is incoming.EventKind.MESSAGE_EDITED
    messages = _messages(door, delivery, crossing, REWRITTEN) if is_edited else [note(TAKEN_BACK)]
    _post(door, delivery, target, messages)


def _messages(door: Door, delivery: Delivery, crossing: Crossing, mark: str = "") -> list[SlackMessage]:
    author, parts = crossing.author(door, delivery.body), parts_of(incoming.said(delivery.event))
    hidden = _hidden_files(door, delivery, crossing)
    return carried_messages(f"{author}（{mark}）" if mark else author, crossing.text(door, parts), has_files=hidden)


def _hidden_files(door: Door, delivery: Delivery, crossing: Crossing) -> bool:
    return not all(crossing.shows(door, file) for file in parts_of(incoming.said(delivery.event)).files)


def _post(door: Door, delivery: Delivery, target: Target, messages: Sequence[SlackMessage], *, first: int = 0) -> None:
    """Post the parts of a message from `first` on, each once, and remember them as its copies."""
    key, where = incoming.message_key(delivery.body), (target.client, *target.place)
    for part, message in list(enumerate(messages))[first:]:
        before = delivery.posted_before(*where, part=part)
        ts = before[1] if before else delivery.post(*where, message, new_reference(), part=part)
        door.copies.keep(Copy(key=key, part=part, reference=target.reference, channel=target.place[0], message=ts))


def _paired(copies: Sequence[Copy], messages: Sequence[SlackMessage]) -> Iterator[tuple[Copy, SlackMessage]]:
    """Each copy with the part that it shows from now on; what has become shorter leaves a remark."""
    for number, copy in enumerate(copies):
        yield copy, messages[number] if number < len(messages) else note(WITHDRAWN)


def _tell(client: WebClient, delivery: Delivery, text: str) -> None:
    """Tell everybody in the thread of a message something about it."""
    place = delivery.event["channel"], incoming.thread(incoming.said(delivery.event))
    if not delivery.posted_before(client, *place):
        delivery.post(client, *place, plain_message(text), new_reference())


def _hint(client: WebClient, delivery: Delivery, text: str) -> None:
    """Tell who wrote a message something about it, as far as that is possible."""
    event = delivery.event
    shown = plain_message(text)
    place = {"channel": event["channel"], "user": event["user"], "thread_ts": incoming.thread(event)}
    try:
        client.chat_postEphemeral(**place, text=shown.text, blocks=shown.blocks)
    except (SlackApiError, OSError) as error:
        logger.info("a hint cannot be shown: %s", error_code(error))
