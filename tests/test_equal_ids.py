"""Two workspaces may give the same ids to their people and channels, and nothing of theirs is mixed.

1. What is stored about a person is handed out and erased for the one of the named workspace.
2. Each has a quota of their own, and is told of it.
3. A thread or a direct conversation goes on with what was said in it, not in the other workspace's of that name.
4. What people say in a thread that was handed over goes to support; under the other workspace's thread it does not.
"""

import json
from typing import Any

import pytest
from fake_slack import TEAM
from slack_tester import SUPPORT, USER, shown
from workspaces_tester import SEVERAL, A, B, WorkspacesTester

from bot.app import App
from bot.cli import build_parser
from bot.commands import privacy
from bot.settings import read_settings
from bot.wording import sentences

QUESTION = "無料お試しは何日間ですか"
UNKNOWN = "縄文土器の文様"
THREAD = "1700000900.000100"


@pytest.fixture
def both(workspaces: WorkspacesTester) -> WorkspacesTester:
    workspaces.install_everywhere()
    return workspaces


def run(app: App, *arguments: str) -> int:
    several = read_settings(SEVERAL | {"DATABASE_URL": app.settings.database_url})
    app.settings = several
    return privacy.run(build_parser().parse_args(["privacy", *arguments, "--user", USER]), app)


def asked(app: App, capsys: pytest.CaptureFixture[str], team: str) -> list[Any]:
    assert run(app, "export", "--team", team) == 0
    return [row["text"] for row in json.loads(capsys.readouterr().out)["queries"]]


def test_data_are_handed_out_and_erased_for_one_of_two_people(
    both: WorkspacesTester, app: App, capsys: pytest.CaptureFixture[str]
) -> None:
    for team, text in ((A, QUESTION), (B, UNKNOWN)):
        both.team = team
        assert both.mention(text)
    assert (asked(app, capsys, A), asked(app, capsys, B), asked(app, capsys, TEAM)) == ([QUESTION], [UNKNOWN], [])
    assert run(app, "erase", "--team", A) == 0
    assert "質問 1件" in capsys.readouterr().out
    assert (asked(app, capsys, A), asked(app, capsys, B)) == ([], [UNKNOWN])


def test_each_has_a_quota_of_their_own(both: WorkspacesTester, app: App) -> None:
    both.team = A
    for _ in range(app.settings.rate_limit):
        both.command(QUESTION)
    assert sentences.TOO_MANY in shown(both.command(QUESTION))
    assert sentences.TOO_MANY in shown(both.mention(QUESTION) or {})
    both.team = B
    assert "10日間" in shown(both.command(QUESTION))
    assert "10日間" in shown(both.mention(QUESTION) or {})


def test_a_conversation_goes_on_with_what_was_said_in_it(both: WorkspacesTester) -> None:
    both.team = A
    assert both.mention(QUESTION, ts=THREAD)
    assert both.direct(QUESTION)
    both.team = B
    assert both.in_thread("料金は？", THREAD) is None
    anew = both.direct("料金は？")
    both.team = A
    followed = both.direct("料金は？")
    assert anew and followed and shown(anew) != shown(followed)
    assert both.in_thread("料金は？", THREAD)


def test_a_thread_that_was_handed_over_is_that_of_its_workspace(both: WorkspacesTester) -> None:
    both.team = A
    both.press(both.unanswered(UNKNOWN, ts=THREAD), "担当者に聞く")
    both.team = B
    before = len([post for post in both.fake.of("chat.postMessage") if post["channel"] == SUPPORT])
    assert both.in_thread("急いでいます", THREAD) is None
    answer = both.mention(QUESTION, thread_ts=THREAD)
    assert answer and "10日間" in shown(answer)
    both.team = A
    both.in_thread("急いでいます", THREAD)
    posts = [post for post in both.fake.of("chat.postMessage") if post["channel"] == SUPPORT]
    assert len(posts) == before + 1
