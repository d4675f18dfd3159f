"""Who somebody in Slack is to us: prospect, staff or editor. Everybody is a prospect until shown otherwise."""

import logging
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.client import error_code

logger = logging.getLogger(__name__)
KEPT_SECONDS = 300.0  # that group members and guests are remembered


class Role(IntEnum):
    """What somebody may see and do; each role may do all that the lower ones may."""

    PROSPECT = 0
    STAFF = 1
    EDITOR = 2


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who did something: their id and workspace."""

    id: str
    team: str


def person_of(body: dict[str, Any]) -> Person:
    """Who sent a command or an event, pressed a button, used a shortcut or submitted a view."""
    user = body.get("user")
    if "event" in body:
        event = body["event"]
        return Person(str(event["user"]), str(event.get("user_team") or body.get("team_id", "")))
    if isinstance(user, dict):
        return Person(str(user["id"]), str(user.get("team_id") or (body.get("team") or {}).get("id") or ""))
    return Person(str(body["user_id"]), str(body.get("team_id", "")))


@dataclass
class Roles:
    """Roles by user ids and user groups (`S…` ids), both from the settings."""

    staff: Collection[str] = ()
    editors: Collection[str] = ()
    staff_group: str = ""
    editor_group: str = ""
    home: str = ""  # workspace of staff and editors, "" for the one that the client speaks in
    _known: dict[str, tuple[float, Any]] = field(default_factory=dict)

    def role_of(self, person: Person, client: WebClient) -> Role:
        """The role of a person; guests and people of other workspaces are prospects, whatever the settings say.

        When Slack cannot be asked, a person who needs asking about is a prospect.
        """
        if not self._is_at_home(person, client):
            return Role.PROSPECT
        if person.id in self.editors or person.id in self._members(self.editor_group, client):
            role = Role.EDITOR
        elif person.id in self.staff or person.id in self._members(self.staff_group, client):
            role = Role.STAFF
        else:
            return Role.PROSPECT
        return Role.PROSPECT if self._is_guest(person.id, client) else role

    @property
    def names_staff(self) -> bool:
        """Whether the settings say who support staff are."""
        return bool(self.staff or self.staff_group)

    def may_resolve(self, person: Person, client: WebClient) -> bool:
        """Whether somebody may close an escalation: staff, and where none are named, the home workspace's members.

        Then whoever reads the support channel is support, but for guests and people from elsewhere.
        """
        if self.names_staff:
            return self.role_of(person, client) >= Role.STAFF
        return self._is_at_home(person, client) and not self._is_guest(person.id, client)

    def _is_at_home(self, person: Person, client: WebClient) -> bool:
        home = self.home or self._remembered("home", lambda: client.auth_test()["team_id"])
        return bool(person.team) and person.team == home

    def _members(self, group: str, client: WebClient) -> Collection[str]:
        if not group:
            return ()
        found = self._remembered(group, lambda: client.usergroups_users_list(usergroup=group)["users"])
        return found or ()

    def _is_guest(self, user: str, client: WebClient) -> bool:
        def ask() -> bool:
            found: dict[str, Any] = client.users_info(user=user)["user"]
            return any(found.get(mark) for mark in ("is_restricted", "is_ultra_restricted", "is_stranger", "deleted"))

        return self._remembered(f"guest:{user}", ask) is not False

    def _remembered(self, key: str, ask: Any) -> Any:
        """What Slack said within the last minutes, None when it cannot be asked."""
        known = self._known.get(key)
        if known and time.monotonic() - known[0] < KEPT_SECONDS:
            return known[1]
        try:
            answer = ask()
        except (SlackApiError, OSError) as error:
            logger.warning("Slack cannot be asked about %s: %s", key.split(":", maxsplit=1)[0], error_code(error))
            return None
        self._known[key] = (time.monotonic(), answer)
        return answer
