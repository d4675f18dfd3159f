"""Words of many answers replaced at once on the team's pages: shown first, by the same gate, number by number."""

import re
import time
from dataclasses import replace
from html import unescape

import pytest
from making import make_entry
from team_tester import TeamTester, page_of, send
from test_team_editing import live, publish, sent_form

from bot.app import App
from bot.web.team.replacing.page import MAX_PAIRS
from bot.web.team.replacing.replacement import Replacement, changed_amounts
from knowledge.changes import EntryChange
from knowledge.checks.sums import told_totals, wrong_sums
from knowledge.entry import Status
from knowledge.revisions.store import Change

PAIRS = {"old": ["2,960円", "5,920円", "4,060円"], "new": ["3,060円", "6,120円", "4,160円"]}
FAX = "price-small-plus-fax"
DEPOSIT = "no-initial-fee-and-deposit"


@pytest.fixture
def tester(edited: App) -> TeamTester:
    return TeamTester(edited)


def test_a_price_is_corrected_in_every_answer_at_once(tester: TeamTester) -> None:
    client = tester.signed_in()
    holders = {one.id for one in tester.app.publishing.live().entries if "2,960円" in one.answer}
    assert len(holders) > 2
    listed = client.get("/team/entries?q=2,960円")
    assert 'href="/team/replace?old=2,960%E5%86%86"' in listed.text
    found = client.get("/team/replace", query_string=PAIRS)
    assert all(f'value="{one}" checked' in found.text for one in holders)
    shown = send(client, "/team/replace", **PAIRS, entry=sorted(holders))
    assert "合いません" not in page_of(shown)
    done = publish(client, shown, override="料金表のとおり")
    assert ("第2版として公開しました" in page_of(done), "まとめて置きかえる" in page_of(done)) == (True, False)
    answers = [one.answer for one in tester.app.publishing.live().entries]
    assert not any(old in answer for answer in answers for old in PAIRS["old"])
    assert "3,060円 + 3,060円 = **6,120円**" in live(tester, DEPOSIT).answer
    (newest, *_) = tester.app.publishing.history.revisions(1)
    assert "「2,960円」を「3,060円」" in newest.reason


def test_a_published_replacement_is_taken_back_as_a_whole(tester: TeamTester) -> None:
    client, before = tester.signed_in(), {one.id: one for one in tester.app.publishing.live().entries}
    holders = [one.id for one in before.values() if "2,960円" in one.answer]
    done = publish(client, send(client, "/team/replace", **PAIRS, entry=holders), override="料金表のとおり")
    assert "「この版の変更を取り消す」を押します" in page_of(done)
    assert "この版の変更を取り消す" in client.get("/team/history/2").text
    added = make_entry("added", "駐輪場はありますか？", "5台分あります。")
    tester.app.publishing.store.publish(Change(put=(added,)), "other", "", 2)
    tester.app.searcher.refresh()
    back = publish(client, send(client, "/team/history/2/undo"), override="見直し")
    assert "第4版として公開しました" in page_of(back)
    assert {one.id: one for one in tester.app.publishing.live().entries} == before | {"added": added}
    publish(client, send(client, "/team/history/3/undo"), override="不要")
    assert live(tester, "added").status is Status.RETIRED
    assert "変更がありません" in page_of(send(client, "/team/history/2/undo"))
    tester.app.publishing.store.publish(Change(put=(replace(before[DEPOSIT], note="後で"),)), "other", "", 5)
    late = send(client, "/team/history/2/undo")
    assert (late.status_code, "otherさんが第6版で変更しました" in page_of(late)) == (409, True)
    assert client.get("/team/history/1").text.count("この版の変更を取り消す") == 0
    assert send(client, "/team/history/1/undo").status_code == 404


def test_a_total_of_the_replaced_price_is_replaced_with_it(tester: TeamTester) -> None:
    found = tester.signed_in().get("/team/replace", query_string={"old": "2,960円", "new": "3,060円"})
    assert found.text.count('name="old" value="5,920円"') == 2, "in the form, and in what would be proposed"
    assert "合計「5,920円」も、新しい合計に置きかえます" in page_of(found) and "<ins>6,120</ins>" in found.text
    assert "新しい合計" not in page_of(tester.client.get("/team/replace", query_string=PAIRS))
    kept = {"old": ["2,960円", "5,920円"], "new": ["3,060円", "5,920円"]}
    assert "新しい合計" not in page_of(tester.client.get("/team/replace", query_string=kept)), "an editor wants it so"


def test_a_total_that_is_told_in_prose_is_named_with_what_it_would_be(tester: TeamTester) -> None:
    client, pair = tester.signed_in(), {"old": "2,960円", "new": "3,060円"}
    found = client.get("/team/replace", query_string=pair)
    said = page_of(found)
    assert "「4,060円」（合計なら「4,160円」）" in said
    assert f'href="/team/entries/{FAX}"' in found.text
    assert "<del>4,060</del><ins>4,160</ins>円" in found.text, "where it stands"
    assert 'name="old" value="4,060円"' not in found.text, "nobody said that it is a total"
    address = re.search(r'href="(/team/replace[^"]*)">この金額も置きかえる', found.text)
    assert address
    both = client.get(unescape(address[1]))
    assert 'name="old" value="4,060円"' in both.text and 'name="new" value="4,160円"' in both.text
    assert "合計なら" not in page_of(both)
    assert "合計なら" not in page_of(client.get("/team/replace", query_string={"old": "月額", "new": "毎月の額"}))


def test_a_replacement_in_several_entries_is_written_anew_as_one(tester: TeamTester) -> None:
    client = tester.signed_in()
    holders = [one.id for one in tester.app.publishing.live().entries if "2,960円" in one.answer]
    shown = send(client, "/team/replace", old=["2,960円"], new=["3,060円"], entry=holders)
    assert "言葉を直して、まとめて置きかえ直す" in page_of(shown)
    assert "<summary>変わるところ" in shown.text and "公開へ進む" not in page_of(shown), "the page before showed it"
    address = re.search(r'href="(/team/replace[^"]*)">言葉を直して', shown.text)
    assert address
    again = client.get(unescape(address[1])).text
    assert 'name="old" value="2,960円"' in again and 'name="new" value="3,060円"' in again
    one = sent_form(tester, client, 1, answer=live(tester).answer.replace("プラン", "コース"))
    assert 'href="/team/replace">まとめて置きかえる</a>' in one.text


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("月額2,960円にFAXの1,100円を足します。合計は4,060円です。", {4060: 4160}),
        ("入会金2,960円と発行料5,500円、合わせて８，４６０円。", {8460: 8560}),
        ("月2,960円。220回 × 100円 = 22,000円を足して24,960円です。", {24960: 25060}),
        ("2回線で合計5,920円です。", {5920: 6120}),
        ("2台なら月2,960円ずつ、5,920円です。", {5920: 6120}),
        ("2回線で5,920円です。", {}),  # no total is told, nor what it is of
        ("月2,960円、2か月目は5,000円です。", {}),
        ("2,960円、1,100円。", {}),
        ("**2,960円** + 1,100円 + 40円で**4,100円**", {4100: 4200}),
        ("2,960円と1,100円で4,060円。2つで8,120円。", {4060: 4160, 8120: 8320}),
        ("2つで120円", {}),
    ],
)
def test_totals_told_in_prose_are_found(answer: str, told: dict[int, int]) -> None:
    assert dict(told_totals(answer, {2960: 3060})) == told


def test_only_the_ticked_entries_change_and_a_sum_that_is_left_is_told(tester: TeamTester) -> None:
    client, before = tester.signed_in(), live(tester)
    shown = send(client, "/team/replace", old="2,960円", new="3,060円", entry=DEPOSIT)
    assert "「3,060円 + 3,060円 = 5,920円」が合いません（足すと6,120円です）" in page_of(shown)
    both = send(client, "/team/replace", old="2,960円", new="3,060円", entry=[DEPOSIT, "trial-to-contract"])
    question = live(tester, DEPOSIT).question
    assert f"「{question}」 : 回答の計算「3,060円" in page_of(both), "which of the two it is"
    publish(client, shown, override="合計は次に")
    assert (live(tester) == before, "3,060円" in live(tester, DEPOSIT).answer) == (True, True)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"old": "2,960円", "new": ""}, "「2,960円」を何に置きかえるかを書いてください"),
        ({"old": "縄文土器", "new": "弥生土器"}, "その言葉のある質問や回答はありません"),
        ({"old": "2,960円", "new": "3,060円"}, "置きかえる項目を選んでください"),
    ],
)
def test_what_replaces_nothing_says_why(tester: TeamTester, given: dict[str, str], said: str) -> None:
    client = tester.signed_in()
    told = send(client, "/team/replace", **given)
    assert (told.status_code, said in page_of(told) or "選んで" in page_of(told)) == (422, True)
    if "選んで" not in said:
        assert said in page_of(client.get("/team/replace", query_string=given))


def test_a_corrected_price_leads_to_the_other_answers_that_have_the_old_one(tester: TeamTester) -> None:
    client = tester.signed_in()
    shown = sent_form(tester, client, 1, answer=live(tester).answer.replace("2,960円", "3,060円"))
    there = "/team/replace?old=2%2C960%E5%86%86&amp;new=3%2C060%E5%86%86&amp;"
    assert there in shown.text
    assert there in publish(client, shown, override="料金表のとおり").text


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("2,960円です。2960円、２，９６０円。", "3,060円です。3,060円、3,060円。"),
        ("12,960円と2,960円台、2,960.5円、2,9600円", "12,960円と3,060円台、2,960.5円、2,9600円"),
        ("2,960円から3,060円へ", "3,060円から3,160円へ"),
    ],
)
def test_a_number_is_found_in_any_spelling_and_never_within_another(answer: str, expected: str) -> None:
    replacement = Replacement([("2,960円", "3,060円"), ("3,060円", "3,160円")])
    assert replacement.of(make_entry("a", "質問", answer)).answer == expected


def test_words_are_found_in_any_width(tester: TeamTester) -> None:
    replaced = Replacement([("(FAX)", "電報"), ("①", "一")]).of(make_entry("a", "（ＦＡＸ）は？", "(FAX)は①です。"))
    assert (replaced.question, replaced.answer) == ("電報は？", "電報は一です。")
    retired = make_entry("b", "質問", "(FAX)", status=Status.RETIRED)
    assert Replacement([("FAX", "電報")]).of(retired).answer == "(電報)"


def test_amounts_are_paired_where_the_rest_stayed() -> None:
    old, new, more = (make_entry("a", "質問", text) for text in ("月2,960円で20回", "月3,060円で20回", "月3,060円"))
    assert changed_amounts([EntryChange(old, new)]) == [("2,960円", "3,060円")]
    assert changed_amounts([EntryChange(old, more), EntryChange(None, new), EntryChange(old, None)]) == []


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        ("3,060円 + 3,060円 = **5,920円**", [("3,060円 + 3,060円 = 5,920円", 5920, 6120)]),
        ("例: 3,060円 + 保証金3,060円 = 5,920円。", [("3,060円 + 保証金3,060円 = 5,920円", 5920, 6120)]),
        ("2,960円 + 2,960円 = 5,920円", []),
        ("100円 + 200円 + 300円 ＝ 合計600円", []),
        ("2回 × 100円 + 200円 = 400円", []),
        ("100円 + 200円。合計は400円です", []),
    ],
)
def test_a_sum_that_does_not_come_out_is_found(answer: str, wrong: list[tuple[str, int, int]]) -> None:
    assert list(wrong_sums(answer)) == wrong


def test_a_number_of_thousands_of_digits_is_no_price() -> None:
    digits = "9" * 5_000
    assert not list(wrong_sums(f"1円 + {digits}円 = 1円、{digits}円 + 1円 = 2円"))
    assert dict(told_totals(f"1円、2円、{digits}円、合計4円", {2: 3})) == {}


def test_totals_are_found_soon_among_as_many_prices_as_there_may_be() -> None:
    replaced = {price: price + 1 for price in range(101, 101 + 2 * MAX_PAIRS, 2)}
    answer = "合計は" + "、".join(f"{price}円" for price in range(2_000, 2_020))
    started = time.process_time()
    for _ in range(200):
        assert not dict(told_totals(answer, replaced))
    assert time.process_time() - started < 0.6


def test_no_more_pairs_are_shown_than_are_read(tester: TeamTester) -> None:
    sums = "\n".join(f"1,000円 + {number}円 = {1_000 + number}円" for number in range(1, 2 * MAX_PAIRS))
    added = make_entry("sums", "いくらですか？", sums)
    tester.app.publishing.store.publish(Change(put=(added,)), "editor", "", 1)
    tester.app.searcher.refresh()
    shown = tester.signed_in().get("/team/replace", query_string={"old": "1,000円", "new": "2,000円"}).text
    assert shown.count('id="old-') == MAX_PAIRS
