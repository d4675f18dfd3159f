"""この質問の正解: an editor says in Slack which entry is right for a question that was asked.

1. From a staff reply, a gap on the Home tab and a resolved question, an entry or that none may answer becomes a judged
   query of the next revision, with the editor in its history.
2. It goes through the gate: the impact is shown first, and with review somebody else approves.
3. Without a choice, for an entry that is gone and for an entry's own text the form says so and keeps what was typed.
4. Only editors may; who is not may look no further.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fake_slack import FakeSlack
from making import bot_on, make_entry, publish_first
from slack_tester import (
    CHANNEL,
    EDITOR,
    STAFF,
    SUPPORT,
    USER,
    SlackTester,
    labels,
    only,
    opened,
    shown,
    slack_on,
)

from bot.app import App
from index.text.analyzer import Analyzer
from knowledge.database.tables import revisions

OTHER_EDITOR = "U0EDITOR2"
PARKING = make_entry("parking", "駐車場はありますか", "10台あります。", variants=("車で行ける",))
HOURS = make_entry("hours", "何時まで開いていますか", "21時までです。", variants=("閉まる時間",))
JUDGE = "この質問の正解"
ASKED = "車を置ける所"


@pytest.fixture
def app(tmp_path: Path, analyzer: Analyzer, bare_folder: str) -> Iterator[App]:
    url = f"sqlite:///{tmp_path / 'faqbot.db'}"
    publish_first(url, PARKING, HOURS)
    with bot_on(url, analyzer, KNOWLEDGE=bare_folder) as app:
        yield app


@pytest.fixture
def slack(app: App, fake_slack: FakeSlack, request: pytest.FixtureRequest) -> Iterator[SlackTester]:
    """People in Slack; with the parameter "required" a publish needs a second editor."""
    app.settings = replace(app.settings, review=getattr(request, "param", "") == "required")
    people = {"STAFF_USERS": STAFF, "EDITOR_USERS": f"{EDITOR},{OTHER_EDITOR}", "SUPPORT_CHANNEL": SUPPORT}
    with slack_on(app, fake_slack, **people) as slack:
        yield slack


def send(slack: SlackTester, view: dict[str, Any], values: dict[str, Any], user: str = EDITOR) -> dict[str, Any]:
    """Submit a form that takes its time, and return what it shows afterwards."""
    answer = slack.submit(view, values, user=user)
    assert "お待ちください" in shown(answer["view"]), answer
    return opened([{"method": "views.update", **params} for params in slack.fake.of("views.update")])


def staff_form(slack: SlackTester, asked: str = ASKED) -> dict[str, Any]:
    return opened(slack.press(slack.command(asked, user=EDITOR), JUDGE, user=EDITOR))


def gap_form(slack: SlackTester) -> dict[str, Any]:
    for user in (USER, "U0KAEDE"):
        slack.unanswered("縄文土器の文様", user=user)
    return opened(slack.press(opened(slack.open_tab("home", EDITOR)), JUDGE, user=EDITOR))


def resolved_form(slack: SlackTester) -> dict[str, Any]:
    slack.press(slack.unanswered("縄文土器の文様"), "担当者に聞く")
    handed = next(call for call in slack.fake.of("chat.postMessage") if call["channel"] == SUPPORT)
    done = only(slack.press(handed, "解決", user=STAFF, channel=SUPPORT), "chat.update")
    return opened(slack.press(done, JUDGE, user=EDITOR, channel=SUPPORT))


def judged(app: App) -> str:
    return app.store.load().lists.judged


@pytest.mark.parametrize(
    ("form", "target", "line"),
    [
        (staff_form, "parking", f"{ASKED}\tparking\n"),
        (gap_form, "-", "縄文土器の文様\t-\n"),
        (resolved_form, "hours", "縄文土器の文様\thours\n"),
    ],
)
def test_a_question_that_was_asked_becomes_a_judged_query(
    slack: SlackTester, app: App, form: Any, target: str, line: str
) -> None:
    before, view = judged(app), form(slack)
    preview = send(slack, view, {"target": target})
    assert "判定つき質問" in shown(preview)
    right = {"parking": f"「{PARKING.question}」", "hours": f"「{HOURS.question}」", "-": "答えてはいけない"}[target]
    assert f"加わる行: 「{line.split(maxsplit=1)[0]}」 → {right}" in shown(preview)
    assert judged(app) == before, "nothing is live yet"
    done = send(slack, preview, {"reason": "実際に尋ねられた"})
    assert "第2版" in shown(done)
    assert judged(app) == before + line
    newest = app.publishing.history.revisions(1)[0]
    assert (newest.number, newest.editor, newest.reason) == (2, EDITOR, "実際に尋ねられた")
    assert app.searcher.snapshot.base.lists.judged == before + line


def test_faults_stand_at_their_fields(slack: SlackTester, app: App) -> None:
    view = staff_form(slack)
    assert "選んで" in slack.submit(view, {}, user=EDITOR)["errors"]["target"]
    assert "なくなりました" in slack.submit(view, {"other": "nobody"}, user=EDITOR)["errors"]["other"]
    own = {"question": "車で行ける？", "target": "hours"}
    assert PARKING.question in slack.submit(view, own, user=EDITOR)["errors"]["question"]
    assert "1行に1つ" in slack.submit(view, {"question": " ", "target": "hours"}, user=EDITOR)["errors"]["question"]
    assert app.store.revision() == 1
    revisions.drop(app.store.engine)
    assert "データベース" in slack.submit(view, {"target": "hours"}, user=EDITOR)["errors"]["question"]


def test_an_entry_that_is_not_near_is_chosen_too_and_several_texts_are_judged_at_once(
    slack: SlackTester, app: App
) -> None:
    texts = "車を置ける所\nバイクは？"
    send(
        slack, send(slack, staff_form(slack), {"question": texts, "target": "-", "other": "hours"}), {"reason": "訂正"}
    )
    assert judged(app).endswith("車を置ける所\thours\nバイクは？\thours\n")


@pytest.mark.parametrize("slack", ["required"], indirect=True)
def test_with_review_somebody_else_approves(slack: SlackTester, app: App) -> None:
    before = judged(app)
    waiting = send(slack, send(slack, staff_form(slack), {"target": "parking"}), {"reason": "実際の質問"})
    assert "承認を待っています" in shown(waiting)
    assert judged(app) == before
    tab = opened(slack.open_tab("home", OTHER_EDITOR))
    assert "判定つき質問" in shown(tab)
    slack.press(tab, "show_proposal:0", user=OTHER_EDITOR)
    preview = opened([{"method": "views.update", **params} for params in slack.fake.of("views.update")])
    send(slack, preview, {}, user=OTHER_EDITOR)
    assert judged(app) == before + f"{ASKED}\tparking\n"
    assert app.publishing.history.revisions(1)[0].approved_by == OTHER_EDITOR


def test_only_editors_judge(slack: SlackTester, app: App) -> None:
    assert JUDGE not in labels(slack.command(ASKED, user=STAFF))
    view = staff_form(slack)
    button = {"type": "button", "action_id": "judge", "value": ASKED, "block_id": "b"}
    for user in (STAFF, USER):
        assert "担当者だけ" in shown(opened(slack.act({"channel": CHANNEL}, button, user=user)))
        assert "担当者だけ" in shown(slack.submit(view, {"target": "hours"}, user=user)["view"])
    assert app.store.revision() == 1
