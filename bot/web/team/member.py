"""Who sends a request to the team's pages, and whether a form is one that we gave them."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, g, request

from bot.roles import Role
from bot.web.team.team import Team
from knowledge.team.sessions import LASTS, Session, Way

PATH = "/team"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who is signed in."""

    user: str
    name: str
    role: Role
    form_token: str  # that a form of theirs carries, and no other site knows
    person: str  # who they are, whatever name they gave: all who come by links are whoever runs the process

    @property
    def is_editor(self) -> bool:
        """True when they may change something."""
        return self.role >= Role.EDITOR


def find_member(team: Team) -> Member | None:
    """The member whose session the request's cookie names."""
    return member_of(team, request.cookies)


def member_of(team: Team, cookies: Mapping[str, str]) -> Member | None:
    """The member whose session one of the cookies names."""
    token = cookies.get(cookie_name(team), "")
    session = team.sessions.find(token) if token else None
    if session is None:
        return None
    person = team.links.user if team.links and session.way is Way.LINK else session.user
    return Member(session.user, session.name, team.role_of(session), _form_token(token), person)


def member() -> Member:
    """The member who sent the request that is being answered."""
    found: Member = g.member
    return found


def has_form_token(found: Member) -> bool:
    """True when the form that was sent is one of the member's own."""
    return hmac.compare_digest(request.form.get("form_token", "").encode(), found.form_token.encode())


def sign_in(team: Team, session: Session, response: Response) -> Response:
    """Begin a session in the browser that `response` goes to; the one that it had before ends."""
    sign_out(team, response)
    token = team.sessions.begin(session)
    keep(team, response, cookie_name(team), token, round(LASTS.total_seconds()))
    return response


def sign_out(team: Team, response: Response) -> Response:
    """End the session of the browser that `response` goes to."""
    token = request.cookies.get(cookie_name(team), "")
    if token:
        team.sessions.end(token)
    response.delete_cookie(cookie_name(team), PATH, secure=_is_secure(team), httponly=True, samesite="Lax")
    return response


def keep(team: Team, response: Response, name: str, value: str, seconds: int) -> None:
    """Let the browser keep a value that no script and no other site may read."""
    response.set_cookie(name, value, seconds, path=PATH, secure=_is_secure(team), httponly=True, samesite="Lax")


def cookie_name(team: Team) -> str:
    """The name of the session's cookie; browsers take one that begins so over HTTPS only."""
    return "__Secure-team" if _is_secure(team) else "team"


def _is_secure(team: Team) -> bool:
    return team.settings.public_url.startswith("https:")  # else this machine alone, where there is no HTTPS


def _form_token(token: str) -> str:
    return hashlib.sha256(b"form:" + token.encode()).hexdigest()
