"""Two editors and one entry: the slower one goes on with their own words, beside what the faster one published.

1. What only one of both changed is taken from them, lists line by line; where both changed a field the slower one's
   words stay, and the faster one's are shown.
2. On the team's pages and in Slack, from the form and from the proposal, the form opens again, and one press publishes.
"""

import re
from dataclasses import replace
from html import unescape

import pytest
from flask.testing import FlaskClient
from making import make_entry
from slack_editors import OTHER_EDITOR, PRICE, edit_form, home, result, send, typed
from slack_tester import EDITOR, SlackTester, opened, shown
from team_tester import TeamTester, page_of
from team_tester import send as send_form
from werkzeug.test import TestResponse

from bot.app import App
from bot.gate.catching_up import catch_up, merged
from knowledge.entry import Entry
from knowledge.revisions.store import Change

THEN = make_entry("a", "料金は？", "千円です。", variants=("一", "二"), note="前", owner="前の人")
MERGED = [
    ({"answer": "二千円です。"}, {"note": "後"}, {"answer": "二千円です。", "note": "後"}, ()),
    ({"answer": "二千円です。"}, {"answer": "三千円です。"}, {"answer": "二千円です。"}, ("answer",)),
    ({"answer": "二千円です。"}, {"answer": "二千円です。"}, {"answer": "二千円です。"}, ()),
    ({"variants": ("一", "三")}, {"variants": ("一", "二", "四")}, {"variants": ("一", "四", "三")}, ()),
    ({"variants": ("二", "一")}, {"variants": ("一", "二")}, {"variants": ("二", "一")}, ()),
    ({"note": ""}, {"owner": ""}, {"note": "", "owner": ""}, ()),
]


@pytest.mark.parametrize(("mine", "theirs", "expected", "both"), MERGED)
def test_what_one_of_both_changed_is_theirs_and_what_both_did_is_the_slower_ones(
    mine: dict[str, object], theirs: dict[str, object], expected: dict[str, object], both: tuple[str, ...]
) -> None:
    found = merged(replace(THEN, **mine), THEN, replace(THEN, **theirs))  # type: ignore[arg-type]
    assert found == (replace(THEN, **expected), both)  # type: ignore[arg-type]


def test_of_two_new_entries_with_one_id_the_slower_ones_words_stay() -> None:
    mine, theirs = replace(THEN, answer="二千円です。", variants=("三",)), THEN
    entry, both = merged(mine, None, theirs)
    assert (entry.answer, entry.variants, both) == ("二千円です。", ("一", "二", "三"), ("answer",))


def test_an_entry_that_was_removed_meanwhile_is_said_to_come_back(edited: App) -> None:
    entry = edited.publishing.live().by_id[PRICE]
    assert catch_up(edited.publishing, entry, 1) is None
    edited.store.publish(Change(remove=(PRICE,)), EDITOR, "", 1)
    found = catch_up(edited.publishing, replace(entry, note="後"), 1)
    assert found and found.entry.note == "後" and found.base == 2
    assert f"{EDITOR}さんが第2版で、この項目を消しました" in found.said


# -- the team's pages -------------------------------------------------------------------------------


def fields_in(page: TestResponse) -> dict[str, str]:
    """What the form of an entry holds."""
    inputs = re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', page.text.partition('class="edit"')[2])
    areas = re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\n?([^<]*)</textarea>', page.text)
    held = {name: unescape(value) for name, value in [*inputs, *areas] if name not in ("declines", "related")}
    return held | {"status": "published"}


def change(client: FlaskClient, form: TestResponse, **changed: str) -> TestResponse:
    held = fields_in(form)
    return send_form(client, f"/team/entries/{PRICE}/edit", **(held | changed))


def press_publish(client: FlaskClient, page: TestResponse, reason: str) -> TestResponse:
    found = re.search(r'action="(/team/proposals/\w+)/publish"', page.text)
    assert found, page_of(page)
    return send_form(client, f"{found[1]}/publish", reason=reason)


def live(app: App) -> Entry:
    return app.publishing.live().by_id[PRICE]


def test_on_the_pages_the_slower_form_opens_again_with_both_and_publishes(edited: App) -> None:
    tester = TeamTester(edited)
    one, two = tester.signed_in("one"), tester.signed_in("two")
    path, answer = f"/team/entries/{PRICE}/edit", live(edited).answer
    first, second = one.get(path), two.get(path)
    press_publish(one, change(one, first, note="一人目のメモ", owner="一人目"), "先")
    late = change(two, second, answer=f"{answer}\n二人目の文です。", owner="二人目")
    assert late.status_code == 409
    assert all(words in page_of(late) for words in ("oneさんが第2版で", "一人目のメモ", "担当は、あなたの書いたまま"))
    held = fields_in(late)
    assert (held["note"], held["owner"]) == ("一人目のメモ", "二人目")
    assert "公開しました" in page_of(press_publish(two, change(two, late), "後"))
    assert (live(edited).note, live(edited).owner) == ("一人目のメモ", "二人目")
    assert "二人目の文です。" in live(edited).answer


def test_on_the_pages_a_proposal_that_was_overtaken_is_written_anew_and_published(edited: App) -> None:
    tester = TeamTester(edited)
    one, two = tester.signed_in("one"), tester.signed_in("two")
    path = f"/team/entries/{PRICE}/edit"
    shown_first = change(one, one.get(path), note="一人目のメモ")
    shown_second = change(two, two.get(path), owner="二人目")
    press_publish(one, shown_first, "先")
    late = press_publish(two, shown_second, "後の理由")
    assert late.status_code == 409
    again = re.search(r'href="(/team/entries/[^"]*/edit\?proposal=[^"]*)"', late.text)
    assert again
    form = two.get(unescape(again[1]))
    held = fields_in(form)
    assert (held["note"], held["owner"], "oneさんが第2版で" in page_of(form)) == ("一人目のメモ", "二人目", True)
    preview = change(two, form)
    press_publish(two, preview, "後の理由")
    assert (live(edited).note, live(edited).owner) == ("一人目のメモ", "二人目")


# -- Slack ------------------------------------------------------------------------------------------


def test_in_slack_the_slower_form_opens_again_with_both_and_publishes(editors: SlackTester, edited: App) -> None:
    first, second = edit_form(editors, PRICE), edit_form(editors, PRICE, OTHER_EDITOR)
    send(editors, send(editors, first, {"note": "一人目のメモ", "owner": "一人目"}), {"reason": "先"})
    again = send(editors, second, {"answer_0": "二人目の文です。", "owner": "二人目"}, OTHER_EDITOR)
    assert f"{EDITOR}さんが第2版で" in shown(again) and "一人目" in shown(again)
    assert (typed(again, "answer_0"), typed(again, "owner")) == ("二人目の文です。", "二人目")
    assert typed(again, "note") == "一人目のメモ"
    send(editors, send(editors, again, {}, OTHER_EDITOR), {"reason": "後", "override": "承知"}, OTHER_EDITOR)
    assert (live(edited).answer, live(edited).note) == ("二人目の文です。", "一人目のメモ")


def test_in_slack_a_preview_that_was_overtaken_becomes_the_form_with_its_reason(
    editors: SlackTester, edited: App
) -> None:
    first, second = edit_form(editors, PRICE), edit_form(editors, PRICE, OTHER_EDITOR)
    slow = send(editors, second, {"owner": "二人目"}, OTHER_EDITOR)
    send(editors, send(editors, first, {"note": "一人目のメモ"}), {"reason": "先"})
    again = send(editors, slow, {"reason": "後の理由"}, OTHER_EDITOR)
    assert f"{EDITOR}さんが第2版で" in shown(again)
    preview = send(editors, again, {}, OTHER_EDITOR)
    assert typed(preview, "reason") == "後の理由"
    send(editors, preview, {"reason": "後の理由"}, OTHER_EDITOR)
    assert (live(edited).note, live(edited).owner) == ("一人目のメモ", "二人目")


@pytest.mark.parametrize("editors", ["required"], indirect=True)
def test_in_slack_a_waiting_proposal_that_was_overtaken_is_shown_with_its_words(
    editors: SlackTester, edited: App
) -> None:
    send(editors, send(editors, edit_form(editors, PRICE), {"owner": "二人目"}), {"reason": "後の理由"})
    entry = replace(live(edited), note="一人目のメモ")
    edited.store.publish(Change(put=(entry,)), "one", "", 1)
    editors.press(home(editors), "show_proposal:0", user=OTHER_EDITOR)
    again = result(editors)
    assert "oneさんが第2版で" in shown(again)
    assert (typed(again, "owner"), typed(again, "note")) == ("二人目", "一人目のメモ")


def test_in_slack_ways_to_ask_are_added_to_what_somebody_published_meanwhile(editors: SlackTester, edited: App) -> None:
    action = {"type": "button", "action_id": "add_variant:0", "value": PRICE, "block_id": "b"}
    form = opened(editors.act({}, action, user=OTHER_EDITOR))
    send(editors, send(editors, edit_form(editors, PRICE), {"note": "一人目のメモ"}), {"reason": "先"})
    send(editors, send(editors, form, {"variants": "月々おいくら万円"}, OTHER_EDITOR), {"reason": "後"}, OTHER_EDITOR)
    assert (live(edited).note, live(edited).variants[-1]) == ("一人目のメモ", "月々おいくら万円")
