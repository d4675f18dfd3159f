"""Editors in Slack choose an entry by its question; no form asks for an id.

1. The menu offers entries as their questions, each with its id below: some at once, those that fit what is typed by its
   words, an id, or what could answer it; a retired one never, and nothing to who is no editor.
2. What is offered keeps Slack's limits, and two questions that begin alike are told apart.
3. Related entries stand in the form by their questions and are taken over as they were chosen.
4. An entry that went after it was offered is told at its menu.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from block_kit import faults_of_view, is_option
from fake_slack import FakeSlack
from making import bot_on, make_entry, publish_first
from slack_editors import edit_form, send
from slack_tester import EDITOR, STAFF, SlackTester, opened, shown, slack_on

from bot.app import App
from index.text.analyzer import Analyzer
from knowledge.entry import Status
from knowledge.revisions.store import Change

LONG = "宿泊の予約を取り消したいときに必要な手続きの流れと、取り消しの連絡を受け付けている曜日や時間帯、"
PARKING = make_entry("parking", "駐車場はありますか", "10台あります。", variants=("車で行ける",), related=("hours",))
HOURS = make_entry("hours", "何時まで開いていますか", "21時までです。", variants=("閉まる時間",))
FREE = replace(make_entry("free", "何が無料ですか", "水です。"), category="お金")
PETS = make_entry("pets", "ペットを連れて行けますか", "はい。", variants=("犬は入れますか",))
GONE = replace(make_entry("gone", "昔の駐車場はどこですか", "裏です。"), status=Status.RETIRED)
FIRST = make_entry("first", LONG + "郵送のときの宛先を教えてください。できれば早く知りたいです", "窓口です。")
SECOND = make_entry("second", LONG + "電話のときの番号を教えてください。できれば早く知りたいです", "電話です。")


@pytest.fixture
def app(tmp_path: Path, analyzer: Analyzer, bare_folder: str) -> Iterator[App]:
    url = f"sqlite:///{tmp_path / 'faqbot.db'}"
    publish_first(url, PARKING, HOURS, PETS, FREE, GONE, FIRST, SECOND)
    with bot_on(url, analyzer, KNOWLEDGE=bare_folder) as app:
        yield app


@pytest.fixture
def slack(app: App, fake_slack: FakeSlack) -> Iterator[SlackTester]:
    with slack_on(app, fake_slack, STAFF_USERS=STAFF, EDITOR_USERS=EDITOR) as slack:
        yield slack


def add_form(slack: SlackTester) -> dict[str, Any]:
    return opened(slack.shortcut("add_message", "縄文土器の文様", user=EDITOR))


def ids(offered: list[dict[str, Any]]) -> list[str]:
    return [option["value"] for option in offered]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("駐車", "parking"),
        ("ﾍﾟｯﾄ", "pets"),
        ("hours", "hours"),
        ("犬も一緒に入れる？", "pets"),
        ("取り消し 電話", "second"),
    ],
)
def test_an_entry_is_found_by_what_is_typed(slack: SlackTester, typed: str, found: str) -> None:
    offered = slack.suggest(add_form(slack), "other", typed, user=EDITOR)
    assert ids(offered)[0] == found
    assert offered[0]["description"]["text"] == found
    assert "gone" not in ids(offered)


def test_before_anything_is_typed_there_is_something_to_choose(slack: SlackTester) -> None:
    offered = slack.suggest(add_form(slack), "other", "", user=EDITOR)
    assert set(ids(offered)) == {"free", "parking", "hours", "pets", "first", "second"}
    assert offered[0]["text"]["text"] == FREE.question, "by category, in their order"


def test_what_is_offered_keeps_slacks_limits_and_tells_long_questions_apart(slack: SlackTester) -> None:
    offered = slack.suggest(add_form(slack), "other", "取り消したい", user=EDITOR)
    assert {"first", "second"} <= set(ids(offered))
    assert all(map(is_option, offered))
    assert len({option["text"]["text"] + option["description"]["text"] for option in offered}) == len(offered)


@pytest.mark.parametrize("user", [STAFF, "U0ANYBODY"])
def test_who_is_no_editor_is_offered_nothing(slack: SlackTester, user: str) -> None:
    assert slack.suggest(add_form(slack), "other", "駐車", user=user) == []


def test_a_question_becomes_a_way_to_ask_for_the_chosen_entry(slack: SlackTester) -> None:
    form = slack.submit(add_form(slack), {"other": "pets"}, user=EDITOR)["view"]
    assert json.loads(form["private_metadata"])["id"] == "pets"


def test_related_entries_stand_in_the_form_by_their_questions(slack: SlackTester, app: App) -> None:
    form = edit_form(slack, "parking")
    assert not faults_of_view(form)
    assert HOURS.question in shown(form)
    related = next(block for block in form["blocks"] if block.get("block_id") == "related")
    assert ids(related["element"]["initial_options"]) == ["hours"]
    assert ids(slack.suggest(form, "related", "ペット", user=EDITOR))[0] == "pets"
    send(slack, send(slack, form, {"related": ["pets", "hours"]}), {"reason": "つながりを足した"})
    parking = app.publishing.live().by_id["parking"]
    assert parking.related == ("pets", "hours")


def test_a_form_that_is_left_alone_keeps_the_related_entries(slack: SlackTester, app: App) -> None:
    send(slack, send(slack, edit_form(slack, "parking"), {"note": "確認済み"}), {"reason": "メモ"})
    assert app.publishing.live().by_id["parking"].related == ("hours",)


def test_an_entry_that_went_meanwhile_is_told_at_its_menu(slack: SlackTester, app: App) -> None:
    form = add_form(slack)
    change = Change(remove=("pets",))
    app.publishing.publish(app.publishing.propose(change, EDITOR, "", app.store.revision()), EDITOR, "古い")
    assert "なくなりました" in slack.submit(form, {"other": "pets"}, user=EDITOR)["errors"]["other"]
