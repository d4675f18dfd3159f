"""Messages that are edited or deleted: our reply follows, and what was not heard before is heard anew."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime

from bot.slack.carrying import carry_deletion, carry_edit, tell_of_question
from bot.slack.client import MeasuredClient
from bot.slack.delivery import incoming
from bot.slack.delivery.delivery import Delivery, NotYet
from bot.slack.delivery.posting import take_back, update
from bot.slack.door import Door
from bot.slack.listeners.messages import FOLLOW_UP_TIME, addressed, thread_message, turns_of
from bot.slack.listeners.watching import follow_edit, is_watched
from bot.slack.payload_text import words
from bot.slack.text import plain
from bot.slack.views.message import plain_message
from bot.wording import sentences
from index.asking.turns import Turn
from knowledge.slack_state.conversations import Escalation, PostedReply

Listener = Callable[[Door, MeasuredClient, Delivery], None]


def message_edited(door: Door, client: MeasuredClient, delivery: Delivery) -> None:
    """Our reply to an edited question is updated; a message that got none is heard as it reads now."""
    key = incoming.message_key(delivery.body)
    _wait_for_earlier(delivery, key)
    if carry_edit(door, client, delivery):
        return
    posted = door.conversations.reply_to(key)
    escalation = _escalation_of(door, posted)
    if posted is None or posted.said:
        _hear_anew(door, client, delivery, key)
    elif escalation:
        tell_of_question(door, delivery, escalation)
    elif not delivery.claim(incoming.claim_key(delivery.body)):
        return
    elif is_watched(door, delivery.event):
        follow_edit(door, door.author_of(posted, client), delivery, posted)
    else:
        _update(door, door.author_of(posted, client), delivery, posted)


def message_deleted(door: Door, client: MeasuredClient, delivery: Delivery) -> None:
    """Our reply to a deleted question goes too; a question that comes only after its deletion gets none."""
    key = incoming.message_key(delivery.body)
    _wait_for_earlier(delivery, key)
    is_carried, posted = carry_deletion(door, delivery), door.conversations.reply_to(key)
    if posted is None or posted.said:
        delivery.claim(key)
        if posted:
            door.conversations.forget_reply(key)
        return
    escalation = _escalation_of(door, posted)
    if escalation and not is_carried:
        tell_of_question(door, delivery, escalation)
    take_back(door.author_of(posted, client), posted.channel, posted.message)
    door.conversations.forget_reply(posted.key)


def _escalation_of(door: Door, posted: PostedReply | None) -> Escalation | None:
    """The open escalation of the thread in which a question was answered with `posted`."""
    if posted is None:
        return None
    return door.conversations.escalation_in(posted.channel, posted.thread, door.scope(posted.key), door.roles.home_team)


def _update(door: Door, client: MeasuredClient, delivery: Delivery, posted: PostedReply) -> None:
    message, reply = incoming.said(delivery.event), None
    asker = door.asker(delivery.body)
    if door.faq.allows(asker):
        reply = door.faq.preview(plain(words(message)), _turns_above(door, posted, delivery))
        shown, entry_id = door.reply_message(reply), reply.entry.id if reply.entry else None
        now = replace(posted, reference=reply.reference, entry_id=entry_id)
    else:
        shown, now = plain_message(sentences.TOO_MANY), replace(posted, entry_id=None)
    if not update(client, posted.channel, posted.message, shown):
        door.conversations.forget_reply(posted.key)
        return
    if reply:  # once it is shown: Slack may have wanted it later
        door.faq.record(reply, asker)
    door.conversations.keep_reply(now)


def _hear_anew(door: Door, client: MeasuredClient, delivery: Delivery, key: str) -> None:
    """Hear a message as if it had just been written the way it reads now."""
    with delivery.read_as(incoming.said_anew(delivery.body)):
        listener = _listener(delivery, door.bot_users(client, delivery.body))
        if listener:
            delivery.inbox.database.note(f"edited:{key}", key)  # should the message itself come only now
            listener(door, client, delivery)


def _listener(delivery: Delivery, bot_users: Collection[str]) -> Listener | None:
    event = delivery.event
    if event.get("channel_type") == "im" or incoming.mentions(event, bot_users):
        return addressed
    return thread_message if "thread_ts" in event else None


def _wait_for_earlier(delivery: Delivery, key: str) -> None:
    """Raise NotYet while the message `key` waits for its answer, or an earlier edit of it is not done.

    They wait while Slack fails or for another process; what was said last about a message has to be done last.
    """
    at = incoming.happened_at(delivery.event)
    others = delivery.inbox.database.unfinished(key.rsplit(":", 1)[-1])
    if any(incoming.message_key(other) == key and incoming.happened_at(other["event"]) < at for other in others):
        raise NotYet


def _turns_above(door: Door, posted: PostedReply, delivery: Delivery) -> list[Turn]:
    """The turns that the edited message followed: those of our replies above `posted`."""
    at = datetime.fromtimestamp(float(posted.message), UTC)
    place = incoming.conversation(incoming.said(delivery.event), delivery.event)
    return turns_of(door.conversations.replies_before(posted, place, at - FOLLOW_UP_TIME, door.scope(posted.key)), at)
