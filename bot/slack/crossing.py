"""A message that crosses from one side of an escalation to the other: whose side it comes from, and who wrote it."""

import re
from dataclasses import dataclass
from typing import Any

from bot.slack.client import MeasuredClient
from bot.slack.delivery import incoming
from bot.slack.door import Door
from bot.slack.payload_text import File, MessageParts
from bot.slack.text import whole
from knowledge.errors import StoreError
from knowledge.slack_state.conversations import Escalation

BY_ASKER, BY_ANOTHER = "質問した方より", "同じ会話にいる別の方より"
BY_SUPPORT, BY_GUEST = "担当者より", "サポートチャンネルのゲストの方より"
ADDRESSED = re.compile(r"\s*<(?:@(?P<user>\w+)|!(?:subteam\^|here|channel|everyone))")  # at the beginning of a message


@dataclass(frozen=True, slots=True)
class Target:
    """The other side of an escalation: the client that speaks there, and the channel and thread."""

    client: MeasuredClient
    place: tuple[str, str]
    reference: str


@dataclass(frozen=True, slots=True)
class Crossing:
    """A message of an escalation on its way to the other side."""

    escalation: Escalation
    from_support: bool

    def target(self, door: Door) -> Target | None:
        """The other side, None where the bot is gone."""
        one = self.escalation
        client = door.client_of(one.team) if self.from_support else door.home_client()
        place = (one.channel, one.thread) if self.from_support else (one.support_channel, one.support_thread)
        return Target(client.hasty(), place, one.reference) if client else None

    def author(self, door: Door, body: dict[str, Any]) -> str:
        """The role of who wrote the message, as the other side is told it."""
        if self.from_support:
            return BY_SUPPORT if door.is_colleague(body) else BY_GUEST
        return BY_ASKER if door.asker_hash(body) == self.escalation.asker else BY_ANOTHER

    def stays_inside(self, door: Door, text: str) -> bool:
        """True for talk among support: a message that begins with a mention of anybody but the asker."""
        addressed = ADDRESSED.match(text) if self.from_support else None
        if addressed is None:
            return False
        addressee = addressed["user"] and door.asker_id(addressed["user"], self.escalation.team)
        return not (addressee and door.log.asker_hash(addressee) == self.escalation.asker)

    def shows(self, door: Door, file: File) -> bool:
        """True when the other side can open a file: one that is public in the workspace of both."""
        is_one_workspace = door.workspaces is None or self.escalation.team == door.roles.home_team
        return bool(file.is_public and file.permalink and is_one_workspace)

    def text(self, door: Door, parts: MessageParts) -> str:
        """The words of a message for the other side, whole: what was written, passed on and attached."""
        lines = [whole(parts.text)]
        lines += [
            f"転送されたメッセージ（{one.author or '差出人不明'}）:\n{whole(one.text)}" for one in parts.forwarded
        ]
        for file in parts.files:
            link = f" {file.permalink}" if self.shows(door, file) else ""
            lines.append(f"ファイル: {file.name or '名前なし'}{link}\n{whole(file.text)}".strip())
        return "\n".join(line for line in lines if line)


def crossing_of(door: Door, body: dict[str, Any]) -> Crossing | None:
    """The crossing of a message in a thread of an open escalation, or in a direct conversation begun for one."""
    event, team = body["event"], door.scope(incoming.message_key(body))
    channel = event["channel"]
    try:
        if "thread_ts" in event:
            thread = incoming.thread(event)
            found = door.conversations.escalation_in(channel, thread, team, door.roles.home_team)
            is_support = found and (channel, thread) == (found.support_channel, found.support_thread)
            return Crossing(found, from_support=bool(is_support)) if found else None
        if event.get("channel_type") == "im":
            begun = door.conversations.escalation_begun_in(channel, team)
            return Crossing(begun, from_support=False) if begun else None
    except StoreError:  # without the database the bot still answers what it knows
        return None
    return None
