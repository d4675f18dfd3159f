"""Judged queries, synonyms, style and the site's words on the team's pages, by the gate that entries pass.

1. A row is added, changed and removed, a text edited with its comments; other lines stay byte for byte.
2. Each fault names line, value and next step, nothing is proposed, and what was typed stays in the form.
3. The slower of two editors is told who was faster, sees both, and loses nothing.
4. The history says who changed what, and how questions went before and after.
"""

import re
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape

import sqlalchemy as sa
from flask.testing import FlaskClient
from logged_questions import Asking
from making import make_entry
from team_tester import EDITOR, TeamTester, page_of, send
from werkzeug.test import TestResponse

from bot.web.team.lists.judged_rows import Row, moved_rows, row_of, rows_of, with_rows
from bot.web.team.lists.texts import as_before
from knowledge.list_name import ListName
from knowledge.questions.feedback import FeedbackKind
from knowledge.questions.query_log import QueryLog
from knowledge.questions.revision_effects import QuestionCounts, revision_effects
from knowledge.revisions.store import Change

LIST = "query\tentry\tkind\r\n# 覚え書き\r\nいくら\tprice|plan\t口語\r\n犬 と  行ける\t-\r\n最後の行\tprice"
NEW = "新しく尋ねられた質問"
Fields = dict[str, list[str] | str]


def text_of(tester: TeamTester, name: str) -> str:
    return tester.app.publishing.live().lists.text(ListName(name))


def sent_rows(base: int, *rows: Row, **more: str) -> Fields:
    """The table as a browser sends it."""
    columns = {name: [str(getattr(row, name)) for row in rows] for name in ("line", "query", "entries", "kind")}
    return {"base": str(base)} | columns | {"remove": [str(row.line) for row in rows if row.removed]} | more


def judged(client: FlaskClient, base: int, *rows: Row, **more: str) -> TestResponse:
    return send(client, "/team/lists/judged", **sent_rows(base, *rows, **more))


def publish(client: FlaskClient, shown: TestResponse, **fields: str) -> TestResponse:
    found = re.search(r'action="(/team/proposals/\w+/publish)"', shown.text)
    assert found, page_of(shown)
    return send(client, found[1], **({"override": "確かめた"} | fields))


# -- rows and lines ---------------------------------------------------------------------------------


def test_rows_that_nobody_touched_keep_their_lines() -> None:
    rows = rows_of(LIST)
    assert [(row.line, row.query, row.entries, row.kind) for row in rows] == [
        (3, "いくら", "price|plan", "口語"),
        (4, "犬 と 行ける", "-", ""),
        (5, "最後の行", "price", ""),
    ]
    assert with_rows(LIST, [*rows, Row()]) == LIST
    changed = row_of(3, "いくら", " ｐｒｉｃｅ、 plan ,trial ", "口語")
    gone, new = row_of(4, "犬 と  行ける", "-", removed=True), row_of(0, " 二つ\tの語 ", "－")
    assert with_rows(LIST, [changed, gone, new]).splitlines(keepends=True) == [
        *LIST.splitlines(keepends=True)[:2],
        "いくら\tprice|plan|trial\t口語\r\n",
        "最後の行\tprice\n",
        "二つ の語\t-\n",
    ]


def test_a_browsers_line_ends_change_nothing() -> None:
    for seen in ("a, b\n# 覚え書き\n", "a, b\r\nc, d\r\n", "a, b", ""):
        assert as_before(seen.replace("\r\n", "\n").replace("\n", "\r\n"), seen) == seen
    assert as_before("a, b\r\nc, d", "a, b\n") == "a, b\nc, d\n"


def test_typed_rows_move_with_their_lines_and_others_become_the_live_ones() -> None:
    seen, live = "一\ta\n二\tb\n三\tc\n四\td\n", "零\tx\n一\ta\n二\tB\n三\tc2\n"
    rows = [row_of(1, "一", "mine"), row_of(2, "二", "b"), row_of(3, "三", "mine"), row_of(4, "四", "mine")]
    moved, told = moved_rows([*rows, row_of(0, "新", "mine")], seen, live)
    assert [(row.line, row.query, row.entries) for row in moved] == [
        (2, "一", "mine"),
        (3, "二", "B"),
        (4, "三", "mine"),
        (0, "四", "mine"),
        (0, "新", "mine"),
    ]
    assert (list(told), "「三」c2" in told[2]["query"][0], "消しました" in told[3]["query"][0]) == ([2, 3], True, True)


# -- the pages --------------------------------------------------------------------------------------


def test_rows_are_added_changed_and_removed_through_the_gate(tester: TeamTester) -> None:
    client, before = tester.signed_in(), text_of(tester, "judged")
    first, second, third, *_ = rows_of(before)
    page = page_of(client.get("/team/lists"))
    assert all(name.label in page for name in ListName)
    assert f'value="{first.query}"' in client.get("/team/lists/judged").text
    shown = judged(
        client, 1, Row(0, NEW, "plan-prices"), Row(), Row(first.line, first.query, "-", first.kind),
        Row(second.line, second.query, second.entries, second.kind, removed=True), third, reason="点検",
    )  # fmt: skip
    said = page_of(shown)
    assert all(words in said for words in ("変わるところ", "影響", NEW, second.query))
    assert text_of(tester, "judged") == before
    publish(client, shown)
    lines = text_of(tester, "judged").splitlines()
    assert lines[-1] == f"{NEW}\tplan-prices"
    assert lines[first.line - 1].startswith(f"{first.query}\t-")
    assert [line for line in before.splitlines() if line not in lines] == [
        before.splitlines()[row.line - 1] for row in (first, second)
    ]
    history = page_of(client.get("/team/history?list=judged"))
    assert all(words in history for words in ("第2版", f"{EDITOR}さん", "点検", "判定つき質問"))
    assert "確かめた" not in history  # nothing was refused, so that it was not published in spite of anything
    difference = client.get("/team/history/2")
    said = f"加わる行: 「{first.query}」 → 答えてはいけない"
    assert (said in page_of(difference), NEW in difference.text) == (True, True)
    assert client.get("/team/history/3").status_code == 404
    assert "第2版" in page_of(client.get("/team/lists"))


def test_a_row_of_blanks_before_words_is_read_at_once(tester: TeamTester) -> None:
    started = time.process_time()
    shown = judged(tester.signed_in(), 1, Row(0, "残る言葉", f"a{'  |' * 200}料金"))
    assert (shown.status_code, time.process_time() - started < 5) == (422, True)


def test_each_fault_names_line_value_and_next_step_and_what_was_typed_stays(tester: TeamTester) -> None:
    client = tester.signed_in()
    first, second, *_ = rows_of(text_of(tester, "judged"))
    question = tester.app.publishing.live().by_id["plan-prices"].question
    table = {
        Row(first.line, "", first.entries): "質問がありません",
        Row(0, "残る言葉", ""): "「残る言葉」の正しい項目がありません",
        Row(0, "残る質問", "no-such"): "「no-such」という質問やidの項目はありません",
        Row(0, second.query, "-"): f"{second.line}行目にもあります",
        Row(0, question, "-"): "質問か言い方と同じです",
    }
    shown = judged(client, 1, *table)
    said = page_of(shown)
    assert shown.status_code == 422
    assert [told for told in table.values() if told not in said] == []
    assert f"{first.line}行目 : 質問がありません" in said
    at = re.findall(r'<input id="([^"]+)"[^>]*aria-invalid', shown.text)
    assert at == ["entries-new0", "entries-new1", "query-new2", "query-new3", f"query-{first.line}"]
    assert [name for name in at if f'href="#{name}"' not in shown.text] == []
    assert shown.text.count('aria-invalid="true"') == len(table)
    assert all(f'value="{word}"' in shown.text for word in ("残る言葉", "残る質問", "no-such"))
    checked = judged(client, 1, *table, check="yes")
    assert (checked.status_code, "no-such" in page_of(checked)) == (200, True)
    for name, text, told in (
        ("synonyms", "a, b\nひとりだけ\n", "2行目: 同義語の行「ひとりだけ」を読めません。"),
        ("style", "まちがい\n", "1行目: 表記の決まり「まちがい」を読めません。"),
    ):
        refused = send(client, f"/team/lists/{name}", base="1", text=text)
        assert (refused.status_code, told in page_of(refused), text in refused.text) == (422, True, True)
    same = send(client, "/team/lists/style", base="1", text=text_of(tester, "style"))
    assert (same.status_code, "変えたところがありません" in page_of(same)) == (422, True)
    assert client.get("/team/lists/nothing").status_code == 404
    assert tester.app.publishing.store.revision() == 1


def test_rows_that_were_looked_for_stand_before_those_to_add(tester: TeamTester) -> None:
    client = tester.signed_in()
    found, all_of_them = (client.get(f"/team/lists/judged{asked}").text for asked in ("?q=解約", ""))
    assert found.index("<h2>いまある行") < found.index("<h2>加える")
    assert all_of_them.index("<h2>加える") < all_of_them.index("<h2>いまある行")


def test_the_sites_words_are_changed_while_pages_are_served(tester: TeamTester) -> None:
    client, before = tester.signed_in(), text_of(tester, "site")
    wrong = send(client, "/team/lists/site", base="1", text=f"{before}colour: '#ffff00'\nnonsense: 1\n")
    assert wrong.status_code == 422
    number = before.count("\n")
    assert all(f"{number + line}行目: 「{key}」" in page_of(wrong) for line, key in ((1, "colour"), (2, "nonsense")))
    text = f"{before.replace('greeting: ', 'greeting: ようこそ。')}colour: '#7a1f3d'\n  # 覚え書き\n"
    noted = send(client, "/team/lists/site", base="1", text=text.replace("- plan-prices", "- no-such"), check="yes")
    assert "favourites の「no-such」という項目はありません" in page_of(noted)
    assert client.get("/looks.css").status_code == 404
    publish(client, send(client, "/team/lists/site", base="1", text=text))
    assert "ようこそ。" in page_of(client.get("/"))
    assert ("#7a1f3d" in client.get("/looks.css").text, text_of(tester, "site") == text) == (True, True)


def test_a_new_style_rule_names_the_entries_that_break_it(tester: TeamTester) -> None:
    text = f"{text_of(tester, 'style')}料金 => 値段\n"
    said = page_of(send(tester.signed_in(), "/team/lists/style", base="1", text=text, check="yes"))
    assert re.search(
        "新しい決まり「料金」に合わない項目が\\d+件あります（[^）]*「料金プランと月額はいくらですか？」", said
    )


def test_the_slower_editor_is_told_and_nothing_is_lost(tester: TeamTester) -> None:
    client, before, store = tester.signed_in(), text_of(tester, "synonyms"), tester.app.publishing.store
    line = next(line for line in before.splitlines() if line.startswith("お試し"))
    theirs = before.replace(line, f"{line}, 一人目") + "甲, 乙\n"
    store.publish(Change(lists={ListName.SYNONYMS: theirs}), "one", "", 1)
    mine = before.replace(line, f"{line}, 二人目") + "丙, 丁\n"
    late = send(client, "/team/lists/synonyms", base="1", text=mine)
    said = page_of(late)
    assert late.status_code == 409
    assert all(
        words in said for words in ("oneさんが第2版で", f"「{line}, 一人目」", f"{line}, 二人目", "丙, 丁", "甲, 乙")
    )
    typed = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", late.text, re.DOTALL)
    assert typed and 'name="base" value="2"' in late.text
    publish(client, send(client, "/team/lists/synonyms", base="2", text=unescape(typed[1])))
    lines = text_of(tester, "synonyms").splitlines()
    assert {f"{line}, 二人目", "甲, 乙", "丙, 丁"} <= set(lines)
    assert f"{line}, 一人目" not in lines
    rows = text_of(tester, "judged")
    first, *_ = rows_of(rows)
    store.publish(Change(lists={ListName.JUDGED: with_rows(rows, [Row(first.line, first.query, "-")])}), "one", "", 3)
    slow = judged(client, 3, Row(first.line, first.query, "trial-limits"), Row(0, NEW, "-"))
    assert (slow.status_code, "oneさんが第4版で" in page_of(slow)) == (409, True)
    right = tester.app.publishing.live().by_id["trial-limits"].question
    assert all(f'value="{word}"' in slow.text for word in (right, NEW))


def test_what_was_proposed_or_sent_too_late_is_not_lost(tester: TeamTester) -> None:
    client, before, store = tester.signed_in(), text_of(tester, "judged"), tester.app.publishing.store
    first, second, *_ = rows_of(before)
    shown = judged(
        client, 1, Row(first.line, first.query, "-", "種類"), replace(second, removed=True), Row(0, NEW, "-")
    )
    anew = re.search(r'href="(/team/lists/judged\?proposal=\w+)"', shown.text)
    assert anew
    page = client.get(anew[1]).text
    assert all(f'value="{text}"' in page for text in (first.query, second.query, "種類", NEW))
    assert page.count(" checked>") == 1
    change = Change(lists={ListName.JUDGED: with_rows(before, [Row(first.line, first.query, "trial-limits")])})
    store.publish(change, "one", "", 1)
    late = publish(client, shown, reason="点検の理由")
    assert (late.status_code, anew[1] in late.text) == (409, True)
    assert all(word in page_of(late) for word in (NEW, first.query, "点検の理由", "先に同じ行を公開しました"))
    strange = tester.web.test_client().post("/team/lists/style", data={"text": "書いた決まり"})
    assert (strange.status_code, "書いた決まり" in page_of(strange)) == (403, True)
    assert store.revision() == 2


def test_the_table_is_searched_and_turned(tester: TeamTester) -> None:
    client = tester.signed_in()
    extra = "".join(f"追加の質問{number}番\t-\n" for number in range(120))
    change = {ListName.JUDGED: f"{text_of(tester, 'judged')}{extra}"}
    store = tester.app.publishing.store
    store.publish(Change(lists=change), "x", "", 1)

    def listed(query: str) -> list[str]:
        rows = re.findall(r'name="query" value="([^"]+)"', client.get(f"/team/lists/judged?{query}").text)
        return [row for row in rows if row]

    assert len(listed("")) == 50
    assert listed("q=追加 7番&from=0") == [f"追加の質問{number}番" for number in (7, *range(17, 120, 10))]
    assert len(listed("q=追加の質問&from=100")) == 20
    assert listed("right=entry&q=追加の質問") == []


# -- before and after -------------------------------------------------------------------------------


def test_a_revision_is_compared_over_equal_times(engine: sa.Engine) -> None:
    asking, now = Asking(QueryLog(engine, b"key")), datetime(2026, 5, 20, 3, 0, tzinfo=UTC)
    day, kinds = timedelta(days=1), FeedbackKind
    assert revision_effects(engine, {1: now - day}, [now - day], now) == {}
    asking.ask(now - 9 * day)
    asking.ask(now - 5 * day, kinds.HELPFUL, decision="suggest")
    asking.ask(now - 3 * day, kinds.UNHELPFUL, kinds.ESCALATED, decision="abstain")
    asking.ask(now - 3 * day, decision="person")
    asking.ask(now - day, kinds.HELPFUL, asker="U1")
    moments = {1: now - 9 * day, 2: now - 4 * day, 3: now - 2 * day}
    found = revision_effects(engine, moments, list(moments.values()), now)
    assert list(found) == [2, 3], "nothing was logged before the first"
    assert (found[2].window, found[2].others, found[3].window, found[3].others) == (4 * day, 1, 2 * day, 1)
    assert found[2].before == QuestionCounts(suggested=1, helpful=1)
    assert found[2].after == QuestionCounts(answered=1, abstained=1, helpful=1, unhelpful=1, handed_over=1)
    assert found[3].before == QuestionCounts(abstained=1, unhelpful=1, handed_over=1)
    assert found[3].after == QuestionCounts(answered=1, helpful=1)


def test_before_and_after_stand_on_the_page_and_in_the_file(tester: TeamTester) -> None:
    at, asking = tester.app.publishing.history.moments()[0], Asking(tester.app.log)
    for minutes, decision in ((-30, "suggest"), (-10, "answer"), (0, "answer")):
        asking.ask(at + timedelta(minutes=minutes, milliseconds=1), decision=decision)
    client = tester.signed_in()
    file = client.get("/team/history?format=csv").data.decode("utf-8-sig").splitlines()
    assert len(file) == 3
    said = page_of(client.get("/team/history"))
    assert "前 " in said and "後 " in said and "100.0% （1）" in said.replace("%（", "% （")
    assert "前後1時間未満ずつの質問" in page_of(client.get("/team/history/1"))


def test_a_revision_after_which_nobody_asked_yet_has_no_numbers(tester: TeamTester) -> None:
    Asking(tester.app.log).ask(tester.app.publishing.history.moments()[0] - timedelta(minutes=30), decision="answer")
    said = page_of(tester.signed_in().get("/team/history/1"))
    assert ("前後" in said, "前と後を比べられる質問は、まだありません" in said) == (False, True)


def test_each_version_names_what_it_changed_and_leads_to_the_way_back(tester: TeamTester) -> None:
    client, store = tester.signed_in(), tester.app.publishing.store
    entries = tuple(make_entry(f"new-{number}", f"新しい質問その{number}は？") for number in range(5))
    store.publish(Change(put=entries), "x", "", 1)
    store.publish(Change(remove=("new-4",)), "x", "", 2)
    shown = client.get("/team/history")
    said = page_of(shown)
    assert "「新しい質問その0は？」 「新しい質問その1は？」 「新しい質問その2は？」 ほか2件" in said
    assert "「new-4」 （消しました）" in said
    assert "第2版の前と後の表" not in shown.text
    assert 'href="/team/entries/new-0?against=2#history"' in client.get("/team/history/2").text
