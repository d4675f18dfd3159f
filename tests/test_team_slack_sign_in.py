"""Signing in to the team's pages with Slack: state, nonce and workspace are checked, and the role is Slack's own.

A role that ends in Slack ends on the pages too.
"""

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fake_slack import TEAM, FakeSlack
from slack_tester import EDITOR, STAFF
from team_tester import TeamTester, page_of, send
from werkzeug.test import TestResponse
from workspaces_tester import CLIENT_ID

from bot.app import App
from bot.process.metrics import Metrics
from bot.slack.client import MeasuredClient
from bot.slack.roles import Roles
from bot.slack.workspaces.signing_in import SlackSignIn

BACK = "https://faq.example.com/team/slack/back"


@pytest.fixture
def tester(small: App, fake_slack: FakeSlack) -> tuple[TeamTester, FakeSlack]:
    client = MeasuredClient(Metrics(), token="xoxb-1", base_url=fake_slack.url, retry_handlers=[])  # of nobody
    roles = Roles({STAFF}, {EDITOR}, editor_group="S0EDITORS", home_team=TEAM, kept_seconds=0.0)
    slack = SlackSignIn(client, lambda: client, roles, CLIENT_ID, "secret", BACK)
    return TeamTester(small, slack), fake_slack


def come_back(tester: TeamTester, fake: FakeSlack, user: str = EDITOR, **other: Any) -> TestResponse:
    """Somebody agrees at Slack, and Slack leads them back; `other` are other claims than it should make."""
    leading = tester.client.get("/team/slack?next=/team/entries")
    asked = {name: value for name, (value,) in parse_qs(urlsplit(leading.headers["Location"]).query).items()}
    assert (asked["scope"], asked["redirect_uri"], asked["team"]) == ("openid profile", BACK, TEAM)
    claims = {"iss": "https://slack.com", "aud": asked["client_id"], "nonce": asked["nonce"], "name": "田中"}
    claims |= {"exp": time.time() + 60, "https://slack.com/user_id": user, "https://slack.com/team_id": TEAM}
    fake.oauth.people["code"] = claims | other
    return tester.client.get("/team/slack/back", query_string={"code": "code", "state": asked["state"]})


def test_an_editor_signs_in_and_is_led_on(tester: tuple[TeamTester, FakeSlack]) -> None:
    team, fake = tester
    done = come_back(team, fake)
    assert done.headers["Location"] == "/team/entries"
    shown = page_of(team.client.get("/team/entries"))
    assert ("田中さん" in shown, "新しい項目" in shown) == (True, True)
    again = team.client.get("/team/slack/back", query_string={"code": "code", "state": "x"})
    assert again.status_code == 403, "the state is of one sign-in"


def test_staff_look_and_do_not_change_and_others_do_neither(tester: tuple[TeamTester, FakeSlack]) -> None:
    team, fake = tester
    come_back(team, fake, STAFF)
    assert "新しい項目" not in page_of(team.client.get("/team/entries"))
    assert team.client.get("/team/new").status_code == 403
    assert send(team.client, "/team/entries/plan-prices/retire").status_code == 403
    come_back(team, fake, "U0SOMEBODY")
    assert team.client.get("/team/entries").status_code == 403


def test_a_role_that_ends_in_slack_ends_here(tester: tuple[TeamTester, FakeSlack]) -> None:
    team, fake = tester
    fake.groups["S0EDITORS"] = ["U0NEW"]
    come_back(team, fake, "U0NEW")
    assert team.client.get("/team/new").status_code == 200
    fake.groups["S0EDITORS"] = []
    assert team.client.get("/team/entries").status_code == 403
    fake.guests.add(EDITOR)
    come_back(team, fake)
    assert team.client.get("/team/entries").status_code == 403, "a guest"


def test_an_answer_that_was_not_asked_for_signs_nobody_in(tester: tuple[TeamTester, FakeSlack]) -> None:
    team, fake = tester
    strange = ({"nonce": "another"}, {"aud": "another"}, {"iss": "https://evil.example.com"}, {"exp": 1})
    elsewhere = ({"https://slack.com/team_id": "T0OTHER"}, {"https://slack.com/user_id": ""})
    for other in (*strange, *elsewhere):
        assert come_back(team, fake, **other).status_code == 403, other
        assert team.client.get("/team/entries").status_code == 303


def test_another_browser_or_a_used_code_signs_nobody_in(tester: tuple[TeamTester, FakeSlack]) -> None:
    team, fake = tester
    state = parse_qs(urlsplit(team.client.get("/team/slack").headers["Location"]).query)["state"][0]
    query = {"code": "code", "state": state}
    assert team.client.get("/team/slack/back", query_string=query).status_code == 403, "Slack does not know the code"
    stranger = team.web.test_client().get("/team/slack/back", query_string=query)
    assert (stranger.status_code, "別のブラウザー" in page_of(stranger)) == (403, True)
    assert fake.of("openid.connect.token")[-1]["code"] == "code"
