"""Several workspaces: each spoken to with its own token, forgotten when it leaves, helped by one support team.

1. The journey: install → answered with its token → another workspace with its own → renewed → removed → silence.
2. A token is renewed once, however many events find it expired, and never stands in a log.
3. Staff are those of the home workspace; support there and askers elsewhere hear each other.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from fake_slack import TEAM
from slack_tester import CHANNEL, STAFF, SUPPORT, only, shown
from workspaces_tester import A, B, WorkspacesTester, count, expire

from bot.app import App
from bot.slack.workspaces.token_health import TokenHealth
from knowledge.slack_state.installations import bots, installations

QUESTION = "無料お試しは何日間ですか"
UNKNOWN = "縄文土器の文様"


def test_each_workspace_is_served_with_its_own_token_until_it_leaves(workspaces: WorkspacesTester, app: App) -> None:
    workspaces.fake.oauth.seconds = 43_200
    assert "会社 T0ALPHA」にインストールしました" in workspaces.install(A).get_data(as_text=True)
    message = workspaces.mention(QUESTION)
    assert message and "10日間" in shown(message)
    workspaces.install(B)
    assert workspaces.mention(QUESTION)
    first_a, first_b = workspaces.fake.oauth.given
    assert workspaces.tokens_used() == [first_a, first_b]

    expire(app)
    workspaces.team = A
    assert workspaces.mention(QUESTION)
    newest = workspaces.fake.oauth.given[-1]
    assert newest not in (first_a, first_b)
    assert workspaces.tokens_used()[-1] == newest

    workspaces.remove(A, "tokens_revoked", "app_uninstalled")
    assert workspaces.mention(QUESTION) is None
    assert count(app, bots) == count(app, installations) == 1
    workspaces.team = B
    assert workspaces.mention(QUESTION)
    assert len(workspaces.tokens_used()) == 4


@pytest.mark.parametrize(
    "events", [["app_uninstalled"], ["tokens_revoked"], ["app_uninstalled", "tokens_revoked"], ["app_uninstalled"] * 2]
)
def test_nothing_of_a_removed_workspace_stays_whatever_slack_tells_first(
    workspaces: WorkspacesTester, app: App, events: list[str]
) -> None:
    workspaces.install(A)
    workspaces.remove(A, *events)
    assert count(app, bots) == count(app, installations) == 0
    assert workspaces.mention(QUESTION) is None
    assert [call.method for call in workspaces.fake.calls if call.token.startswith("xoxb-")] == ["auth.test"]


def test_a_removed_workspace_is_told_so_when_it_types_the_command(workspaces: WorkspacesTester) -> None:
    workspaces.install(A)
    workspaces.remove(A, "app_uninstalled")
    assert "インストールされていません" in workspaces.command(QUESTION)["text"]


def test_late_news_of_an_earlier_removal_leaves_the_new_installation(workspaces: WorkspacesTester, app: App) -> None:
    workspaces.install(A)
    workspaces.remove(A, "app_uninstalled", at=datetime.now(UTC) - timedelta(minutes=5))
    workspaces.install(A)
    assert workspaces.mention(QUESTION)
    assert count(app, bots) == 2


def test_a_revoked_token_of_a_person_is_not_ours(workspaces: WorkspacesTester, app: App) -> None:
    workspaces.install(A)
    workspaces.event({"type": "tokens_revoked", "tokens": {"oauth": ["U0INSTALLER"], "bot": []}})
    assert count(app, bots) == 1


def test_a_workspace_where_the_bot_was_never_installed_gets_nothing(workspaces: WorkspacesTester) -> None:
    workspaces.team = A
    assert workspaces.mention(QUESTION) is None
    assert workspaces.fake.calls == []


# -- renewing -------------------------------------------------------------------------------------


def test_an_expired_token_is_renewed_once_however_many_events_find_it(workspaces: WorkspacesTester, app: App) -> None:
    workspaces.fake.oauth.seconds = 43_200
    workspaces.install(A)
    expire(app)
    events = [{"type": "app_mention", "text": QUESTION, "channel": CHANNEL, "user": f"U{n}"} for n in range(6)]
    with ThreadPoolExecutor(6) as pool:
        assert {response.status_code for response in pool.map(workspaces.event, events)} == {200}
    workspaces.fake.wait_for("chat.postMessage", 6)
    assert set(workspaces.tokens_used()) == {workspaces.fake.oauth.given[1]}
    assert len(workspaces.fake.oauth.given) == 2
    assert count(app, bots) == 1


def test_a_token_that_lives_for_hours_is_not_renewed(workspaces: WorkspacesTester) -> None:
    workspaces.fake.oauth.seconds = 43_200
    workspaces.install(A)
    assert workspaces.mention(QUESTION)
    assert workspaces.mention(QUESTION)
    assert len(workspaces.fake.oauth.given) == 1
    assert len(workspaces.tokens_used("auth.test")) == 2  # at the installation, and at the first event


def test_a_token_that_slack_does_not_renew_is_silence_and_no_crash(
    workspaces: WorkspacesTester, app: App, caplog: pytest.LogCaptureFixture
) -> None:
    workspaces.fake.oauth.seconds = 43_200
    workspaces.install(A)
    expire(app)
    workspaces.fake.oauth.refreshes.clear()
    assert workspaces.mention(QUESTION) is None
    assert "xoxe-" not in caplog.text


# -- home -----------------------------------------------------------------------------------------


def test_staff_are_those_of_the_home_workspace_whoever_else_has_their_id(workspaces: WorkspacesTester) -> None:
    workspaces.install(A)
    assert "確信度" not in shown(workspaces.command(QUESTION, STAFF))
    workspaces.install(TEAM)
    assert "確信度" in shown(workspaces.command(QUESTION, STAFF))


def test_support_at_home_and_askers_elsewhere_hear_each_other(workspaces: WorkspacesTester, app: App) -> None:
    workspaces.install(TEAM)
    workspaces.install(A)
    home, alpha = workspaces.fake.oauth.given
    asked = workspaces.mention(UNKNOWN, ts="1700000900.000100")
    assert asked
    message = only(workspaces.press(asked, "担当者に聞く"), "chat.postMessage")
    assert (message["channel"], workspaces.tokens_used()[-1]) == (SUPPORT, home)

    workspaces.in_thread("急いでいます", "1700000900.000100")
    assert workspaces.tokens_used()[-1] == home
    workspaces.team = TEAM
    carried = workspaces.in_thread("確認します", message["ts"], channel=SUPPORT, user=STAFF)
    assert carried and carried["channel"] == CHANNEL
    assert workspaces.tokens_used()[-1] == alpha

    workspaces.remove(A, "app_uninstalled")
    told = workspaces.in_thread("お待たせしました", message["ts"], channel=SUPPORT, user=STAFF)
    assert told and "外されている" in shown(told)
    calls = workspaces.press(message, "解決", channel=SUPPORT, user=STAFF)
    assert [call["method"] for call in calls] == ["chat.update", "response_url"]
    assert "お知らせできませんでした" in shown(calls[-1])


def test_slack_is_ready_while_the_home_workspace_accepts_the_bot(workspaces: WorkspacesTester, app: App) -> None:
    def is_ready() -> bool:
        return TokenHealth(workspaces.fake.url, workspaces.slack.home_token)()

    workspaces.fake.oauth.seconds = 43_200
    workspaces.install(A)
    assert is_ready(), "at home nobody has installed it yet"
    workspaces.install(TEAM)
    assert is_ready()
    expire(app)
    assert is_ready(), "the token is renewed before it is asked about"
    workspaces.fake.oauth.revoke(TEAM)
    assert not is_ready()
    workspaces.install(TEAM)
    assert is_ready()


def test_without_the_bot_at_home_askers_get_the_contact(workspaces: WorkspacesTester) -> None:
    workspaces.install(A)
    asked = workspaces.mention(UNKNOWN)
    assert asked
    assert "担当者への連絡" in shown(only(workspaces.press(asked, "担当者に聞く"), "response_url"))
