"""Changing the knowledge base on the team's pages: by the same gate as everywhere, each action in the history.

Faults stand at their fields, the impact is shown before anything is live, and nothing that anybody wrote becomes
markup.
"""

import re
from dataclasses import replace
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import parse_qs

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from making import StartSmall, make_entry
from team_tester import EDITOR, TeamTester, page_of, send, token_in
from werkzeug.test import TestResponse

from bot.app import App
from bot.gate import leaving_out
from bot.gate.proposal import ONE_PERSON
from bot.slack.views.entry import EntryView, answer_blocks
from bot.web.team.proposals import REFUSED
from bot.web.team.reviewing.entry_links import linked
from bot.wording.editing import OWN
from knowledge.database.tables import revisions
from knowledge.entry import Entry, Status
from knowledge.list_name import ListName
from knowledge.revisions.store import Change
from knowledge.team.sessions import sessions

PRICES = "plan-prices"
WRITTEN = "書いたばかりの文です。"
HOSTILE = '<script>alert("1")</script><img src=x onerror=alert(1)>'


@pytest.fixture
def tester(edited: App) -> TeamTester:
    return TeamTester(edited)


def live(tester: TeamTester, entry_id: str = PRICES) -> Entry:
    return tester.app.publishing.live().by_id[entry_id]


def typed(entry: Entry, base: int, **changed: str) -> dict[str, str]:
    """The form of an entry as a browser sends it."""
    fields = {"base": str(base), "question": entry.question, "answer": entry.answer, "category": entry.category}
    fields |= {"variants": "\n".join(entry.variants), "related": "\n".join(entry.related), "url": entry.url}
    dates = ("as_of", "review_by", "valid_from", "valid_to")
    fields |= {name: str(getattr(entry, name) or "") for name in dates}
    return fields | {"owner": entry.owner, "note": entry.note, "status": entry.status.value} | changed


def sent_form(tester: TeamTester, client: FlaskClient, base: int, **changed: str) -> TestResponse:
    """What an editor sees who changes the prices; `base` is the revision they began with."""
    return send(client, f"/team/entries/{PRICES}/edit", **typed(live(tester), base, **changed))


def proposal_in(shown: TestResponse) -> str:
    """The address of the proposal that a page shows."""
    found = re.search(r'action="(/team/proposals/\w+)/publish"', shown.text)
    assert found, page_of(shown)
    return found[1]


def shown_texts(node: Any) -> list[str]:
    """Every text of Slack's blocks."""
    if isinstance(node, list):
        return [text for one in node for text in shown_texts(one)]
    if not isinstance(node, dict):
        return []
    own = [node["text"]] if isinstance(node.get("text"), str) else []
    return own + [text for value in node.values() for text in shown_texts(value)]


def publish(client: FlaskClient, shown: TestResponse, **fields: str) -> TestResponse:
    return send(client, f"{proposal_in(shown)}/publish", **fields)


def test_a_form_shows_an_entry_as_it_looks_on_the_web_and_in_slack(tester: TeamTester) -> None:
    client, faq = tester.signed_in(), tester.app.faq
    long = "最初の文です。" + "長い文です。" * 500
    table = [live(tester), replace(live(tester), declines=True), replace(live(tester), answer=long)]
    table.append(replace(live(tester), declines=True, url="", question="雑談です。", as_of=date(2026, 4, 1)))
    for entry in table:
        changed = {"check": "yes"} | ({"declines": "yes"} if entry.declines else {})
        page = page_of(send(client, f"/team/entries/{PRICES}/edit", **typed(entry, 1, **changed)))
        blocks = answer_blocks(EntryView(entry, faq.link(entry), [], faq.site))
        wanted = [" ".join(text.split()) for text in shown_texts(blocks)]
        slack = page.partition("Slackでは")[2]
        assert all(text in slack for text in wanted), (entry, wanted)
        assert ("→ " in slack) == (not entry.question.endswith("。"))


# -- one entry --------------------------------------------------------------------------------------


def test_a_price_is_corrected_with_its_impact_shown_first_and_its_editor_in_the_history(tester: TeamTester) -> None:
    client, before = tester.signed_in(), live(tester)
    form = client.get(f"/team/entries/{PRICES}/edit")
    assert f'value="{before.question}"' in form.text
    shown = sent_form(tester, client, 1, answer=before.answer.replace("円", "円（税込）", 1))
    said = page_of(shown)
    assert ("件の質問" in said, "円（税込）" in said, live(tester) == before) == (True, True, True)
    done = publish(client, shown, reason="10月の改定")
    assert "第2版として公開しました" in page_of(done)
    assert "（税込）" in live(tester).answer
    (newest, *_) = tester.app.publishing.history.revisions(1)
    assert (newest.editor, newest.reason) == (EDITOR, "10月の改定")
    history = page_of(client.get(f"/team/entries/{PRICES}?against=1"))
    assert all(words in history for words in ("10月の改定", f"{EDITOR}さん", "第1版と今の違い", "円（税込）"))


def test_faults_stand_at_their_fields_and_what_was_typed_stays(tester: TeamTester) -> None:
    shown = sent_form(tester, tester.signed_in(), 1, url="http://plain.example.com", valid_from="明日", note="残る言葉")
    assert shown.status_code == 422
    assert "残る言葉" in page_of(shown)
    for name in ("url", "valid_from"):
        assert f'id="fault-{name}-1"' in shown.text
    assert shown.text.count('aria-invalid="true"') == 2


def test_the_reply_is_shown_as_it_will_look_and_nothing_is_proposed(tester: TeamTester) -> None:
    shown = sent_form(tester, tester.signed_in(), 1, answer="**結論**です。\n\n- 一つ目", check="yes")
    assert all(
        part in shown.text for part in ("<strong>結論</strong>", "<li>一つ目</li>", "質問した人にはこう表示されます")
    )
    assert "/team/proposals/" not in shown.text


def test_an_unchanged_entry_is_no_proposal(tester: TeamTester) -> None:
    shown = sent_form(tester, tester.signed_in(), 1)
    assert (shown.status_code, "公開中の内容と同じです" in page_of(shown)) == (422, True)


def test_a_new_entry_gets_an_id_and_does_not_replace_another(tester: TeamTester) -> None:
    client = tester.signed_in()
    entry = make_entry("x", "駐車場はありますか？", "2台分あります。")
    taken = send(client, "/team/new", **typed(entry, 1, id=PRICES))
    assert (taken.status_code, 'id="fault-id-1"' in taken.text) == (422, True)
    publish(client, send(client, "/team/new", **typed(entry, 1)))
    (made,) = (one for one in tester.app.publishing.live().entries if one.question == entry.question)
    assert made.id.startswith("faq-")


def test_a_new_entry_is_named_by_its_question_and_others_in_warnings_are_links(tester: TeamTester) -> None:
    client, question = tester.signed_in(), live(tester).question
    entry = make_entry("x", "駐車場はありますか？", "2台分あります。")
    shown = send(client, "/team/new", **typed(entry, 1, variants="料金プランの月額はいくらなのですか"))
    made = re.search("faq-[0-9a-f]+", page_of(shown))
    assert made
    assert f"「{made[0]}」" not in page_of(shown)
    assert "まとめて置きかえる" not in page_of(shown), "which is for words of entries that are there"
    with tester.web.test_request_context():
        told = linked(f"関連する {PRICES} では「{PRICES}」<b>です。", tester.app.faq.question_of)
    assert told == f'関連する<a href="/team/entries/{PRICES}">「{question}」</a>では「{PRICES}」&lt;b&gt;です。'


def test_an_entry_is_taken_back_and_brought_back_by_itself(tester: TeamTester) -> None:
    client, before = tester.signed_in(), live(tester, "trial-limits")
    tester.app.publishing.store.publish(Change(put=(make_entry("other", "別の質問ですか？"),)), "x", "", 1)
    tester.app.searcher.refresh()
    retiring = send(client, "/team/entries/trial-limits/retire")
    offered = (f"「{before.question}」の言い方に足す", "「この項目」の言い方に足す", "まとめて置きかえる")
    assert [words for words in offered if words in page_of(retiring)] == []
    publish(client, retiring, override="終わったため")
    assert live(tester, "trial-limits").status is Status.RETIRED
    returning = send(client, "/team/entries/trial-limits/back", revision="1")
    publish(client, returning, override="まだ要るため")
    assert live(tester, "trial-limits") == before
    assert live(tester, "other"), "the others stay as they are"
    (newest, *_) = tester.app.publishing.history.revisions(1)
    assert newest.reason == "第1版の内容に戻す"


# -- the gate ---------------------------------------------------------------------------------------


def test_what_the_gate_refuses_needs_a_reason_that_stays_in_the_history(tester: TeamTester) -> None:
    client = tester.signed_in()
    entry = live(tester, "over-call-billing")
    shown = send(client, f"/team/entries/{entry.id}/edit", **typed(entry, 1, question="犬の名前は？", variants=""))
    assert REFUSED in page_of(shown)
    assert all(step in shown.text for step in ("/team/lists/judged?q=", 'href="#override"', "の言い方に足す"))
    assert publish(client, shown).status_code == 422
    assert live(tester, entry.id) == entry
    assert "公開しました" in page_of(publish(client, shown, override="承知の上です"))
    assert tester.app.publishing.history.revisions(1)[0].override == "承知の上です"


def test_a_refused_question_is_ready_as_a_way_to_ask_of_its_entry(tester: TeamTester) -> None:
    client, entry = tester.signed_in(), live(tester)
    shown = send(client, f"/team/entries/{entry.id}/edit", **typed(entry, 1, question="犬の名前は？", variants=""))
    led = re.search(f'href="(/team/entries/{entry.id}/edit[^"]+)">この質問を「[^」]*」の言い方に足す', shown.text)
    assert led and "proposal=" in led[1]
    form = client.get(unescape(led[1])).text
    variants = re.search(r'name="variants"[^>]*>\s*([^<]*)</textarea>', form)
    assert variants and {variants[1]} == set(parse_qs(unescape(led[1]))["variant"])
    assert (f"「{variants[1]}」を言い方に加えてあります" in form, 'value="犬の名前は？"' in form) == (True, True)
    again = client.get(f"/team/entries/{entry.id}/edit", query_string={"variant": entry.variants[0]}).text
    assert (again.count(entry.variants[0]), "加えてあります" in again) == (1, False)


def test_of_added_ways_to_ask_the_one_that_is_refused_is_named_and_left_out_with_one_press(tester: TeamTester) -> None:
    client, entry = tester.signed_in(), live(tester)
    judge(tester, "傘の色を教えてください\t-\n")
    both = "傘の色を教えてください\nひと月の代金はおいくら万円"
    shown = send(client, "/team/gaps/variants", entry=entry.id, text=both)
    assert "加えた言い方「傘の色を教えてください」です" in page_of(shown)
    assert "「傘の色を教えてください」は答えてはいけない質問ですが、「この項目」で答える" in page_of(shown)
    assert len(re.findall("/without", shown.text)) == 1
    fewer = leave_out(client, shown)
    assert "止まるもと" not in page_of(fewer) and "言い方を追加" in fewer.text
    publish(client, fewer)
    assert live(tester).variants == (*entry.variants, "ひと月の代金はおいくら万円")


def test_two_ways_to_ask_that_are_refused_are_left_out_together(tester: TeamTester) -> None:
    client, entry = tester.signed_in(), live(tester)
    judge(tester, "傘の色を教えてください\t-\n犬の散歩の時刻\t-\n")
    three = "傘の色を教えてください\nひと月の代金はおいくら万円\n犬の散歩の時刻"
    shown = send(client, "/team/gaps/variants", entry=entry.id, text=three)
    assert "「ひと月の代金はおいくら万円」を外" not in page_of(shown)
    publish(client, leave_out(client, shown))
    assert live(tester).variants == (*entry.variants, "ひと月の代金はおいくら万円")


def test_where_every_added_way_to_ask_is_refused_there_is_nothing_to_leave_out(tester: TeamTester) -> None:
    client, entry = tester.signed_in(), live(tester)
    judge(tester, "傘の色を教えてください\t-\n")
    shown = send(client, "/team/gaps/variants", entry=entry.id, text="傘の色を教えてください")
    assert "加えた言い方「傘の色を教えてください」です" in page_of(shown)
    assert "/without" not in shown.text and f"「{entry.question}」を書き直す" in page_of(shown)


def test_ways_to_ask_are_not_tried_one_by_one_where_that_takes_long(
    tester: TeamTester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaving_out, "MAX_TEXTS", 10)
    judge(tester, "傘の色を教えてください\t-\n")
    shown = send(tester.signed_in(), "/team/gaps/variants", entry=PRICES, text="傘の色を教えてください")
    assert REFUSED in page_of(shown) and "止まるもと" not in page_of(shown)


def judge(tester: TeamTester, rows: str) -> None:
    tester.app.publishing.store.publish(Change(lists={ListName.JUDGED: rows}), "x", "", 1)
    tester.app.searcher.refresh()


def leave_out(client: FlaskClient, shown: TestResponse) -> TestResponse:
    form = re.search(r'action="(/team/proposals/\w+/without[^"]*)".*?</form>', shown.text, re.DOTALL)
    assert form
    named = re.findall(r'name="(entry|text)" value="([^"]*)"', form[0])
    fields = {name: [value for known, value in named if known == name] for name in ("entry", "text")}
    return send(client, unescape(form[1]), **fields)


def test_a_change_that_nobody_sees_draws_no_reply(tester: TeamTester) -> None:
    client = tester.signed_in()
    shown = sent_form(tester, client, 1, note="社内だけの文")
    assert "質問した人にはこう表示されます" not in page_of(shown)
    assert "質問した人にはこう表示されます" in page_of(sent_form(tester, client, 1, answer="3,000円です。"))


def test_a_related_answer_with_the_old_price_is_named_once(tester: TeamTester) -> None:
    client, answer = tester.signed_in(), "登録料は9,870円です。"
    entries = (
        make_entry("dear", "新しいプランの登録料はいくらですか？", answer, related=("beside",)),
        make_entry("beside", "新しいプランの請求書はいつ届きますか？", answer),
        make_entry("far", "新しいプランの申込書はどこですか？", "9,870円の申込書です。"),
    )
    tester.app.publishing.store.publish(Change(put=entries), "x", "", 1)
    tester.app.searcher.refresh()
    shown = page_of(send(client, "/team/entries/dear/edit", **typed(entries[0], 2, answer="登録料は9,990円です。")))
    warnings = shown.partition("注意")[2].partition("質問した人には")[0]
    assert warnings.count(entries[1].question) == 1 and "では9,870円です" in warnings
    assert "変えた「9,870円」は、ほかの1件の回答" in warnings and entries[2].question in warnings


@pytest.mark.parametrize("gone", [sessions, revisions], ids=["sessions", "revisions"])
@pytest.mark.parametrize("path", ["/team/entries/plan-prices/edit", "/team/lists/judged", "/team/lists/synonyms"])
def test_a_form_that_is_sent_while_the_database_is_gone_loses_no_word(
    tester: TeamTester, path: str, gone: sa.Table
) -> None:
    token = token_in(tester.signed_in().get(path))
    gone.drop(tester.app.store.engine)
    sent = tester.client.post(
        path, data={"form_token": token, "base": "1", "answer": WRITTEN, "text": WRITTEN, "query": WRITTEN}
    )
    assert (sent.status_code, "データベース" in page_of(sent), WRITTEN in page_of(sent)) == (503, True, True)


def test_where_review_is_required_somebody_else_approves(start_small: StartSmall) -> None:
    app = start_small(REVIEW="required", WEB_RATE_LIMIT="10000")
    tester, elsewhere = TeamTester(app), TeamTester(app, machine="elsewhere")
    one, two = tester.signed_in("one"), elsewhere.signed_in("two")
    shown = sent_form(tester, one, 1, note="確かめた")
    waiting = publish(one, shown, reason="点検")
    assert (OWN in page_of(waiting), ONE_PERSON in page_of(waiting)) == (True, False)
    assert live(tester).note != "確かめた"
    assert live(tester).question in page_of(two.get("/team/proposals"))
    refused = two.post(f"{proposal_in(shown)}/publish", data={})
    assert refused.status_code == 403, "no token"
    send(two, f"{proposal_in(shown)}/publish")
    newest = app.publishing.history.revisions(1)[0]
    assert (newest.editor, newest.approved_by, newest.reason) == ("one", "two", "点検")


def test_who_comes_in_by_another_link_under_another_name_is_the_same_person(start_small: StartSmall) -> None:
    app = start_small(REVIEW="required", WEB_RATE_LIMIT="10000")
    tester = TeamTester(app)
    clients = tester.signed_in(), tester.web.test_client()
    for name, client in zip(("佐藤", "鈴木"), clients, strict=True):
        client.post("/team/in", data={"key": tester.key(), "name": name})
    one, two = clients
    shown = sent_form(tester, one, 1, note="確かめた")
    publish(one, shown, reason="点検")
    page = two.get(proposal_in(shown))
    assert f"佐藤さんの提案です。 {OWN}{ONE_PERSON}" in page_of(page).replace("。ご", "。 ご")
    assert "/publish" not in page.text
    refused = send(two, f"{proposal_in(shown)}/publish")
    assert (refused.status_code, f"提案した本人は承認できません。{ONE_PERSON}" in page_of(refused)) == (422, True)
    assert app.publishing.store.revision() == 1
    assert app.publishing.publish(app.publishing.examine(proposal_in(shown)[-8:]), "U0EDITOR") == 2, "as in Slack"


def test_a_proposal_is_published_once_and_a_withdrawn_one_never(tester: TeamTester) -> None:
    client = tester.signed_in()
    shown = sent_form(tester, client, 1, note="一度だけ")
    publish(client, shown)
    again = publish(client, shown)
    assert (again.status_code, "第2版として公開されています" in page_of(again)) == (422, True)
    assert client.get("/team/proposals/nothing").status_code == 422


# -- hostile content --------------------------------------------------------------------------------


def test_nothing_that_was_written_becomes_markup(tester: TeamTester) -> None:
    client = tester.signed_in(HOSTILE)
    hostile = make_entry("hostile", HOSTILE, HOSTILE, variants=(HOSTILE + "1",), note=HOSTILE, owner=HOSTILE)
    form = send(client, "/team/new", **typed(hostile, 1, id="hostile", category=HOSTILE[:50]))
    pages = [form, publish(client, form, reason=HOSTILE, override=HOSTILE)]
    paths = ("", f"?q={HOSTILE}", "/hostile", "/hostile/edit", "/hostile?against=1")
    pages += [client.get(f"/team/entries{path}") for path in paths]
    for page in pages:
        assert page.status_code == 200, page_of(page)
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "script-src 'self'" in page.headers["Content-Security-Policy"]


# -- the list ---------------------------------------------------------------------------------------


def test_the_list_is_searched_filtered_and_sorted(tester: TeamTester) -> None:
    client = tester.signed_in()

    def listed(query: str) -> list[str]:
        return re.findall(r'href="/team/entries/([\w-]+)"', client.get(f"/team/entries?{query}").text)

    everything = tester.app.publishing.live().entries
    assert set(listed("")) == {entry.id for entry in everything}
    assert PRICES in listed(f"q={PRICES.upper()}")
    assert listed("q=どこにも無い言葉") == []
    category = everything[0].category
    assert set(listed(f"category={category}")) == {one.id for one in everything if one.category == category}
    assert listed("status=retired") == []
    by_category = [tester.app.publishing.live().by_id[one].category for one in listed("order=category")]
    assert by_category == sorted(by_category)
    assert listed("from=-5&order=unknown") == listed("")


@pytest.mark.parametrize(
    ("path", "section"),
    [
        ("/team/entries", 'aria-current="page">項目'),
        (f"/team/entries/{PRICES}/edit", 'aria-current="true">項目'),
        ("/team/replace", 'aria-current="true">項目'),
        ("/team/lists/synonyms", 'aria-current="true">言葉と判定'),
        ("/team/history/1", 'aria-current="true">履歴'),
    ],
)
def test_the_navigation_says_where_a_page_is(tester: TeamTester, path: str, section: str) -> None:
    shown = tester.signed_in().get(path).text.partition("<main")[0]
    assert (section in shown, shown.count("aria-current")) == (True, 1)


def test_words_are_found_where_they_fit_best_and_shown_where_they_stand(tester: TeamTester) -> None:
    client = tester.signed_in()
    for query in ("2,960円", "2960円", "２９６０円"):
        shown = page_of(client.get("/team/entries", query_string={"q": query}))
        assert "回答: スモール: 2,960円 + 2,960円" in shown or "回答: プランは3つで、月額（税込）は2,960円" in shown
    first = re.search(
        r'<ul class="entries">\s*<li><a href="/team/entries/([\w-]+)"', client.get("/team/entries?q=月額 プラン").text
    )
    assert first and first[1] == PRICES
    assert "回答: " not in page_of(client.get("/team/entries?q=月額はいくらですか"))
