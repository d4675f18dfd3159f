"""People who use the team's pages, in tests."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from making import team_of, web_of
from werkzeug.test import TestResponse

from bot.app import App
from bot.signing_in import SignIn
from bot.web.team.links import OneTimeLinks
from knowledge.team.sessions import Session, Way

EDITOR = "editor"  # whoever comes in by a one-time link


class TeamTester:
    """The pages of a bot, and whoever is in them; `said` are the links that the terminal of its `machine` showed."""

    def __init__(
        self,
        app: App,
        sign_in: SignIn | None = None,
        timer: Callable[[], float] | None = None,
        machine: str = EDITOR,
    ) -> None:
        self.app, self.said = app, list[str]()
        links = OneTimeLinks(machine, "/team/in", self.said.append, **({"timer": timer} if timer else {}))
        self.team = team_of(app, None if sign_in else links, sign_in)
        self.web = web_of(app, team=self.team)
        self.web.testing = True
        self.client = self.web.test_client()

    def link(self) -> str:
        """A new one-time link, as the terminal shows it."""
        assert self.team.links
        self.team.links.show()
        return self.said[-1].splitlines()[-1]

    def key(self) -> str:
        """The key of a new one-time link."""
        return self.link().partition("key=")[2]

    def signed_in(self, user: str = EDITOR) -> "FlaskClient":
        """The browser of an editor of this name; the first one is the tester's own."""
        client = self.client if user == EDITOR else self.web.test_client()
        token = self.team.sessions.begin(Session(user, user, Way.LINK))
        client.set_cookie("team", token, path="/team")
        return client


def page_of(response: TestResponse) -> str:
    """The text of a page, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", response.text)).split())


def token_in(response: TestResponse) -> str:
    """The token that the forms of a page carry."""
    found = re.search(r'name="form_token" value="(\w+)"', response.text)
    assert found, response.text
    return found[1]


def send(client: FlaskClient, path: str, *, on: str = "/team/entries", **fields: Any) -> TestResponse:
    """Send a form that was shown on a page, and follow where it leads."""
    token = token_in(client.get(on, follow_redirects=True))
    return client.post(path, data={"form_token": token} | fields, follow_redirects=True)
