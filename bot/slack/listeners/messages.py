"""Messages, as the intake brings them: questions and follow-ups."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from slack_sdk import WebClient

from bot.reply import Reply
from bot.slack.carrying import carry
from bot.slack.client import MeasuredClient
from bot.slack.delivery import incoming
from bot.slack.delivery.delivery import Delivery
from bot.slack.door import Door
from bot.slack.payload_text import words
from bot.slack.text import plain
from bot.slack.views.message import plain_message
from bot.wording import doors, sentences
from index.asking.turns import Turn
from index.decision.decision import Abstain, Reason, Suggest
from index.message.message import MessageKind
from knowledge.errors import StoreError
from knowledge.questions.query_log import new_reference
from knowledge.slack_state.conversations import PostedReply

logger = logging.getLogger(__name__)
FOLLOW_UP_TIME = timedelta(minutes=30)  # after which a question begins a new conversation
HALF_TIME = timedelta(minutes=10)  # in which a next message goes on with half a sentence
NOTICE_TIME = timedelta(minutes=1)  # in which nobody is told twice that they ask too much
THREAD_TIME = timedelta(days=7)  # that a thread of ours is listened to without a mention


def addressed(door: Door, client: MeasuredClient, delivery: Delivery) -> None:
    """A mention or a direct message is answered in its thread, or carried to the person who answers there."""
    if not carry(door, client, delivery):
        answer(door, client, delivery, _last_said(door, delivery))


def thread_message(door: Door, client: MeasuredClient, delivery: Delivery) -> None:
    """A message without a mention in a thread of ours is answered if it is the asker's and we know something.

    People may talk to each other there: whoever else writes is not answered, nor what we do not know, nor anything
    under a reply that nobody had asked us for. A mention in a thread has an event of its own.
    """
    event = delivery.event
    if incoming.mentions(event, door.bot_users(client, delivery.body)) or carry(door, client, delivery):
        return
    last = _last_replies(door, delivery, incoming.thread(event), THREAD_TIME)
    if last and last[0].door != doors.WATCHING and last[0].asker == door.asker_hash(delivery.body):
        answer(door, client, delivery, last, addressed=False)


def answer(
    door: Door, client: WebClient, delivery: Delivery, last: Sequence[PostedReply], *, addressed: bool = True
) -> None:
    """Answer a message in its thread, unless it was answered before; `last` are the replies that it may follow up.

    One that is not `addressed` to us is answered only where it asks something that we know.
    """
    if not delivery.claim(incoming.claim_key(delivery.body)):
        return
    if is_settled(door, client, delivery, _place(delivery)):
        return
    if not door.is_flooding(door.asker(delivery.body)):
        _answer(door, client, delivery, last, addressed=addressed)
    elif addressed:
        _tell_of_limit(door, client, delivery)


def _place(delivery: Delivery) -> tuple[str, str]:
    """The channel and the thread in which a message is answered."""
    return delivery.event["channel"], incoming.thread(delivery.event)


def _answer(door: Door, client: WebClient, delivery: Delivery, last: Sequence[PostedReply], *, addressed: bool) -> None:
    event = delivery.event
    reply = _not_again(door, door.faq.preview(plain(words(event)), turns_of(last, datetime.now(UTC))), last)
    if reply.half and incoming.conversation(event, event) != event["ts"]:
        remember(door, delivery, None, said=door.log.redacted(reply.query))
    elif _stays_silent(reply, last, addressed=addressed):
        return
    elif not door.record(reply, door.asker(delivery.body)):
        _tell_of_limit(door, client, delivery)
    else:
        delivery.post(client, *_place(delivery), door.reply_message(reply), reply.reference)
        remember(door, delivery, reply.entry.id if reply.entry else None)


def _tell_of_limit(door: Door, client: WebClient, delivery: Delivery) -> None:
    """Tell somebody that they ask too much, once in NOTICE_TIME."""
    if door.is_first(f"too many:{door.asker_hash(delivery.body)}", NOTICE_TIME):
        delivery.post(client, *_place(delivery), plain_message(sentences.TOO_MANY), new_reference())
        remember(door, delivery, None)


def is_settled(door: Door, client: WebClient, delivery: Delivery, place: tuple[str, str]) -> bool:
    """True when a message was answered before, or deleted; what an earlier attempt had ready is posted now."""
    before = delivery.posted_before(client, *place)
    if before is None:
        if delivery.is_withdrawn(incoming.message_key(delivery.body)):
            return True
        if delivery.refused is None:
            return False
        delivery.post(client, *place, *delivery.refused)
    stored = door.faq.stored(delivery.reference)
    remember(door, delivery, stored.entry_id if stored else None)
    return True


def remember(door: Door, delivery: Delivery, entry_id: str | None, *, said: str = "") -> None:
    """Remember our reply for follow-ups, edits and escalations, or half a sentence `said` for the next message."""
    event = delivery.event
    posted = PostedReply(
        key=incoming.message_key(delivery.body),
        reference=delivery.reference,
        asker=door.asker_hash(delivery.body),
        channel=event["channel"],
        thread=incoming.thread(event),
        message=event["ts"] if said else delivery.message,
        entry_id=entry_id,
        team=delivery.team,
        said=said,
    )
    try:
        door.conversations.keep_reply(posted)
    except StoreError:
        logger.debug("the reply %s was posted but is not remembered", delivery.reference)


def _not_again(door: Door, reply: Reply, last: Sequence[PostedReply]) -> Reply:
    """The reply that does not repeat what was of no help in the conversation."""
    shown = {posted.reference: posted.entry_id for posted in last if posted.asked and not posted.said}
    repeats = isinstance(reply.decision, Suggest) or (reply.entry and reply.entry.id in shown.values())
    if not shown or not repeats:
        return reply
    try:
        failed = door.conversations.of_no_help(shown)
    except StoreError:
        return reply
    return reply.after({entry for reference in failed if (entry := shown[reference])}) if failed else reply


def turns_of(last: Sequence[PostedReply], now: datetime) -> list[Turn]:
    """The turns before a message at `now`, oldest first, from our last replies, newest first; none that is too old."""
    return [
        Turn(posted.asked, (posted.entry_id,) if posted.entry_id else ())
        for posted in reversed(last)
        if posted.at > now - (HALF_TIME if posted.said else FOLLOW_UP_TIME) and (posted.asked or posted.entry_id)
    ]


def _stays_silent(reply: Reply, last: Sequence[PostedReply], *, addressed: bool) -> bool:
    """True where nobody waits for a reply: talk in a thread, thanks for thanks, what we do not know unasked."""
    if not reply.wants_reply:
        thanked = bool(last) and not last[0].asked and not last[0].entry_id
        return not addressed or thanked or reply.message is MessageKind.TALK
    unknown = isinstance(reply.decision, Abstain) and reply.decision.reason in (Reason.UNKNOWN, Reason.EMPTY)
    return not addressed and unknown


def _last_said(door: Door, delivery: Delivery) -> list[PostedReply]:
    """Our last replies in the conversation that a message goes on with; what begins a thread goes on with none."""
    event = delivery.event
    conversation = incoming.conversation(event, event)
    return [] if conversation == event["ts"] else _last_replies(door, delivery, conversation, FOLLOW_UP_TIME)


def _last_replies(door: Door, delivery: Delivery, thread: str, within: timedelta) -> list[PostedReply]:
    channel, team = delivery.event["channel"], door.scope(incoming.message_key(delivery.body))
    try:
        return door.conversations.last_replies(channel, thread, datetime.now(UTC) - within, team)
    except StoreError:
        return []
