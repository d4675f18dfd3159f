"""Sign in with Slack (OpenID Connect): who somebody is, for the pages of the team."""

import base64
import hmac
import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from slack_sdk.errors import SlackApiError

from bot.roles import Role
from bot.signing_in import Known, SignInRefusedError
from bot.slack.client import MeasuredClient, error_code
from bot.slack.roles import Person, Roles

logger = logging.getLogger(__name__)
AUTHORIZE = "https://slack.com/openid/connect/authorize"
ISSUER = "https://slack.com"
TEAM, USER = f"{ISSUER}/team_id", f"{ISSUER}/user_id"  # claims
AGAIN = "もう一度サインインしてください。"
FAILED = "Slackでサインインできませんでした。"
ELSEWHERE = "このワークスペースの方は、社内のページに入れません。"
HOW_HOME = "担当者と編集者のワークスペースを選んで、サインインしてください。"


@dataclass(frozen=True, slots=True)
class SlackSignIn:
    """The members of the home workspace, with the roles that they have in Slack.

    `home_client` gives the client that speaks there, None where the bot is not installed; `client` needs no token.
    """

    client: MeasuredClient
    home_client: Callable[[], MeasuredClient | None]
    roles: Roles
    client_id: str
    client_secret: str
    redirect_url: str
    now: Callable[[], float] = time.time

    def address(self, state: str, nonce: str) -> str:
        """The address at Slack where somebody agrees."""
        asked = {"response_type": "code", "scope": "openid profile", "client_id": self.client_id, "state": state}
        asked |= {"nonce": nonce, "redirect_uri": self.redirect_url, "team": self.roles.home_team}
        return f"{AUTHORIZE}?{urlencode(asked)}"

    def known(self, code: str, nonce: str) -> Known:
        """The member of the home workspace who came back with `code`. Raises SignInRefusedError."""
        claims = self._claims(code)
        told = str(claims.get("nonce", "")).encode()
        is_ours = claims.get("iss") == ISSUER and claims.get("aud") == self.client_id
        if not (is_ours and hmac.compare_digest(told, nonce.encode()) and self._is_fresh(claims)):
            logger.warning("Slack's answer to a sign-in is not the one that was asked for")
            raise SignInRefusedError(FAILED, AGAIN)
        if not claims.get(USER) or claims.get(TEAM) != self.roles.home_team:
            raise SignInRefusedError(ELSEWHERE, HOW_HOME)
        user = str(claims[USER])
        return Known(user, str(claims.get("name") or user)[:80])

    def role_of(self, user: str) -> Role:
        """The role that a member has in Slack; nobody has any while Slack cannot be asked."""
        home = self.home_client()
        team = self.roles.home_team
        return self.roles.role_of(Person(user, team, team), home) if home else Role.PROSPECT

    def _claims(self, code: str) -> dict[str, Any]:
        """Slack's claims about somebody; from Slack itself over TLS, so that their signature says nothing more."""
        try:
            answer = self.client.openid_connect_token(
                client_id=self.client_id, client_secret=self.client_secret, code=code, redirect_uri=self.redirect_url
            )
            part = str(answer["id_token"]).split(".")[1]
            claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        except (SlackApiError, OSError, ValueError, LookupError) as error:
            logger.warning("a sign-in with Slack failed: %s", error_code(error))
            raise SignInRefusedError(FAILED, AGAIN) from error
        return claims if isinstance(claims, dict) else {}

    def _is_fresh(self, claims: dict[str, Any]) -> bool:
        ends = claims.get("exp")
        return isinstance(ends, int | float) and ends > self.now()
