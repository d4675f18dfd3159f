"""The role of a person in Slack: prospect, staff or editor. Everybody is a prospect until shown otherwise."""

import logging
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from cachetools import TTLCache, cached
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.roles import Role
from bot.slack.client import error_code

logger = logging.getLogger(__name__)
KEPT_SECONDS = 300.0  # that group members and guests are remembered
GUEST_MARKS = ("is_restricted", "is_ultra_restricted", "is_stranger", "deleted")
MAX_KEPT = 10_000  # people and groups


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who did something: their id and workspace, and the workspace and organisation where they did it.

    In an Enterprise Grid organisation `team` may be another of its workspaces, or the organisation itself (`E…`).
    """

    id: str
    team: str
    place: str = ""
    organisation: str = ""

    @property
    def workspace(self) -> str:
        """The workspace to tell two people with one id apart by; ids are the same all over an organisation.

        There it is the one where they act: Slack does not tell everywhere which of them they belong to.
        """
        return self.place if self.organisation else self.team


def person_of(body: dict[str, Any]) -> Person:
    """The person who sent a command or an event, pressed a button, used a shortcut or submitted a view."""
    user = body.get("user")
    if "event" in body:
        event, place = body["event"].get("message", body["event"]), str(body.get("team_id") or "")
        organisation = str(body.get("enterprise_id") or "")
        return Person(str(event["user"]), str(event.get("user_team") or place), place, organisation)
    if isinstance(user, dict):
        team = body.get("team") or {}
        place, organisation = str(team.get("id") or ""), str(team.get("enterprise_id") or "")
        return Person(str(user["id"]), str(user.get("team_id") or place), place, organisation)
    place = str(body.get("team_id") or "")
    return Person(str(body["user_id"]), place, place, str(body.get("enterprise_id") or ""))


@dataclass
class Roles:
    """Roles by user ids and user groups (`S…` ids), both from the settings; `timer` gives the time in seconds."""

    staff: Collection[str] = ()
    editors: Collection[str] = ()
    staff_group: str = ""
    editor_group: str = ""
    home_team: str = ""  # workspace of staff and editors, "" for the one that the client speaks in
    timer: Callable[[], float] = time.monotonic
    kept_seconds: float = KEPT_SECONDS
    _kept: Callable[..., Any] = field(init=False)  # asks Slack, or knows the answer of the last minutes

    def __post_init__(self) -> None:
        answers = TTLCache[Any, Any](MAX_KEPT, self.kept_seconds, self.timer)
        self._kept = cached(answers, key=_without_client, lock=threading.Lock())(_ask)

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
        return Role.PROSPECT if self._is_guest(person, client) else role

    @property
    def names_staff(self) -> bool:
        """True when the settings say who support staff are."""
        return bool(self.staff or self.staff_group)

    def may_resolve(self, person: Person, client: WebClient) -> bool:
        """True when somebody may close an escalation: staff; where none are named, the home workspace's members.

        Then whoever reads the support channel is support, but for guests and people from elsewhere.
        """
        if self.names_staff:
            return self.role_of(person, client) >= Role.STAFF
        return self.is_colleague(person, client)

    def is_colleague(self, person: Person, client: WebClient) -> bool:
        """True when somebody is a full member of the home workspace: no guest, and from nowhere else."""
        return self._is_at_home(person, client) and not self._is_guest(person, client)

    def _is_at_home(self, person: Person, client: WebClient) -> bool:
        """True for people of the home workspace, and of its organisation when they act in that workspace."""
        home = self.home_team or self._answer(_home_team, client)
        if not person.team or person.team == home:
            return bool(person.team)
        if not home or person.place != home:
            return False
        organisation = self._answer(_home_organisation, client) or person.organisation
        return bool(organisation) and bool(
            organisation in (person.team, self._answer(_organisation, client, person.id))
        )

    def _members(self, group: str, client: WebClient) -> Collection[str]:
        return (self._answer(_group_members, client, group) or ()) if group else ()

    def _is_guest(self, person: Person, client: WebClient) -> bool:
        return self._answer(_is_guest, client, person.id) is not False

    def _answer(self, question: Callable[..., Any], client: WebClient, *subject: str) -> Any:
        """Slack's answer, None when it cannot be asked."""
        try:
            return self._kept(question, client, *subject)
        except (SlackApiError, OSError) as error:
            logger.warning("Slack cannot be asked for the %s: %s", question.__name__.strip("_"), error_code(error))
            return None


def _ask(question: Callable[..., Any], client: WebClient, *subject: str) -> Any:
    return question(client, *subject)


def _without_client(question: Callable[..., Any], _client: WebClient, *subject: str) -> Any:
    return question, *subject


def _home_team(client: WebClient) -> Any:
    return client.auth_test()["team_id"]


def _home_organisation(client: WebClient) -> Any:
    return client.auth_test().get("enterprise_id")


def _organisation(client: WebClient, user: str) -> Any:
    return (client.users_info(user=user)["user"].get("enterprise_user") or {}).get("enterprise_id")


def _group_members(client: WebClient, group: str) -> Any:
    return client.usergroups_users_list(usergroup=group)["users"]


def _is_guest(client: WebClient, user: str) -> bool:
    found: dict[str, Any] = client.users_info(user=user)["user"]
    return any(found.get(mark) for mark in GUEST_MARKS)
