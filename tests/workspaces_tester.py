"""People of several workspaces who install the bot, talk to it and remove it, in tests."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import sqlalchemy as sa
from fake_slack import TEAM
from slack_tester import SECRET, SlackTester
from werkzeug.test import TestResponse

from bot.app import App
from knowledge.slack_state.installations import bots

A, B = "T0ALPHA", "T0BETA"
CLIENT_ID, CLIENT_SECRET = "111.222", "client-secret-of-the-tests"
SITE = "https://faq.example.com"
SEVERAL = {
    "FAQBOT_SLACK_CLIENT_ID": CLIENT_ID,
    "FAQBOT_SLACK_CLIENT_SECRET": CLIENT_SECRET,
    "SLACK_SIGNING_SECRET": SECRET,
    "HOME_TEAM": TEAM,
    "PUBLIC_URL": SITE,
    "DATABASE_URL": "postgresql://db.example.com/faqbot",
}


class WorkspacesTester(SlackTester):
    """People in Slack; `team` is the workspace they are in, and nobody has installed the bot yet."""

    def begin(self) -> str:
        """Start to install; returns the state that Slack is given."""
        response = self.client.get("/slack/install", base_url=SITE)
        assert response.status_code == 302
        (state,) = parse_qs(urlsplit(response.headers["Location"]).query)["state"]
        return state

    def back(self, **query: str) -> TestResponse:
        """Slack leads the browser back to us."""
        return self.client.get("/slack/oauth_redirect", base_url=SITE, query_string=query)

    def install(self, team: str) -> TestResponse:
        """Install the bot in a workspace, as its people do in their browser, and go there."""
        self.fake.oauth.codes[f"code-{team}"] = team
        self.team = team
        return self.back(state=self.begin(), code=f"code-{team}")

    def install_everywhere(self) -> None:
        """Install the bot in the home workspace, then in A and B."""
        for team in (TEAM, A, B):
            assert self.install(team).status_code == 200

    def remove(self, team: str, *events: str, at: datetime | None = None) -> None:
        """The bot is removed from a workspace; Slack tells us in the order of `events`."""
        self.fake.oauth.revoke(team)
        for number, event in enumerate(events):
            tokens = {"tokens": {"oauth": [], "bot": ["U0BOT"]}} if event == "tokens_revoked" else {}
            body = {"type": "event_callback", "team_id": team, "event_id": f"Ev{team}{number}"}
            body |= {"event_time": int((at or datetime.now(UTC) + timedelta(seconds=1)).timestamp())}
            self.send(json.dumps(body | {"event": {"type": event} | tokens}), "application/json")
        self.wait()

    def tokens_used(self, method: str = "chat.postMessage") -> list[str]:
        """The token of each call of a method."""
        return [call.token for call in self.fake.calls if call.method == method]


def count(app: App, table: sa.Table) -> int:
    """The rows of a table."""
    with app.store.engine.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def expire(app: App) -> None:
    """A day passes, for the tokens."""
    yesterday = datetime.now(UTC).replace(tzinfo=None) - timedelta(days=1)
    with app.store.engine.begin() as connection:
        connection.execute(sa.update(bots).values(bot_token_expires_at=yesterday))
