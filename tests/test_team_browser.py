"""The team's pages in a real browser, at a desk and on a phone.

1. A price is corrected, a gap ignored and a synonym proposed without JavaScript; with it a form checks each field that
   is left, and so does the table of judged queries; a button that takes a while says so, once.
2. No page is wider than a phone or makes the browser complain, and axe finds nothing to object to, by day and by night.
"""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from browsing import fits, look_over, serving, visiting
from logged_questions import Asking
from making import bot_on
from playwright.sync_api import Browser, Page, expect
from team_tester import EDITOR, TeamTester

from bot.choosing import choices
from bot.reply import Asker
from bot.web.team.spreadsheets import LARGEST
from index.text.analyzer import Analyzer
from knowledge.questions.audits import last_week
from knowledge.questions.feedback import FeedbackKind
from knowledge.questions.outcomes import day_begins
from knowledge.team.sessions import Session, Way

UNKNOWN = "お昼休みに窓口の電話は鳴りますか"
WORDING = "月々おいくら万円なのでしょう"
PATHS = (
    "/team/in",
    "/team/entries",
    "/team/entries/plan-prices?against=1",
    "/team/entries/plan-prices/edit",
    "/team/new",
    "/team/proposals",
    "/team/gaps",
    "/team/gaps/ignored",
    "/team/suggestions",
    "/team/entries/plan-prices/near-misses",
    "/team/import",
    "/team/replace?old=2,960円&new=3,060円",
    "/team/lists",
    "/team/lists/judged?q=プラン",
    "/team/lists/synonyms",
    "/team/lists/site",
    "/team/history",
    "/team/history/1",
    "/team/try?q=料金プランはいくらですか",
    "/team/figures?days=7",
    "/team/figures/endings",
    "/team/figures/promise",
    "/team/audit",
    "/team/health",
    "/team/manual",
)


@pytest.fixture(scope="module")
def site(
    prepared_small_database: Path, small_folder: str, analyzer: Analyzer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, TeamTester]]:
    database = shutil.copy(prepared_small_database, tmp_path_factory.mktemp("team") / "small.db")
    with bot_on(f"sqlite:///{database}", analyzer, KNOWLEDGE=small_folder, WEB_RATE_LIMIT="10000") as app:
        app.faq.none_of_these(app.faq.ask(UNKNOWN, Asker("web")).reference, Asker("web"))
        asking = Asking(app.log)
        asking.ask(day_begins(last_week(datetime.now(UTC))), entry="plan-prices")
        for asker in ("U1", "U2"):
            at = datetime.now(UTC) - timedelta(hours=1)
            asking.ask(at, FeedbackKind.CHOSEN, asker=asker, decision="suggest", entry="plan-prices", text=WORDING)
        tester = TeamTester(app)
        tester.team.suggestions.refresh()
        with serving(tester.web) as url:
            yield url, tester


def come_in(page: Page, site: tuple[str, TeamTester]) -> None:
    url, tester = site
    page.goto(url + tester.link())
    page.get_by_role("button", name="入る").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("項目")


def test_a_price_is_corrected_without_javascript(browser: Browser, site: tuple[str, TeamTester]) -> None:
    with visiting(browser, script=False) as page:
        come_in(page, site)
        page.get_by_label("言葉").fill("plan-prices")
        page.get_by_role("button", name="絞り込む").click()
        page.get_by_role("link", name="料金プランと月額は").click()
        page.get_by_role("link", name="編集する").click()
        answer = page.get_by_label("回答", exact=True)
        answer.fill(f"{answer.input_value()}\n2027年1月からの料金です。")
        page.get_by_role("button", name="影響を確かめる").click()
        expect(page.get_by_role("heading", name="影響")).to_be_visible()
        page.get_by_label("変更の理由").fill("料金改定")
        page.get_by_role("button", name="公開する").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("版として公開しました")
    assert "2027年1月" in site[1].app.publishing.live().by_id["plan-prices"].answer


def test_a_field_that_is_left_is_checked_and_the_reply_drawn(browser: Browser, site: tuple[str, TeamTester]) -> None:
    with visiting(browser) as page:
        come_in(page, site)
        page.goto(f"{site[0]}/team/entries/trial-limits/edit")
        url = page.get_by_label("URL")
        url.fill("http://plain.example.com")
        page.get_by_label("担当", exact=True).focus()
        expect(page.locator("#fault-url-1")).to_be_visible()
        expect(url).to_have_attribute("aria-invalid", "true")
        url.fill("")
        page.get_by_label("回答", exact=True).fill("**三日**です。")
        page.get_by_label("担当", exact=True).focus()
        expect(page.locator("#found strong").first).to_have_text("三日")
        expect(page.locator("#fault-url-1")).to_have_count(0)


def judge_with_keys(page: Page, site: tuple[str, TeamTester]) -> None:
    """One key a question just beyond an entry; outside of the questions, and with Control, none does anything."""
    page.goto(f"{site[0]}/team/entries/plan-prices/near-misses")
    questions, chosen = page.locator("fieldset.near"), page.locator("input:checked")
    page.keyboard.press("1")
    page.get_by_role("button", name="キーで選び始める").click()
    page.keyboard.press("Control+1")
    page.keyboard.press("4")
    expect(chosen).to_have_count(0)
    number = questions.count()
    for at in range(number):
        expect(questions.nth(at).locator("input").nth(1)).to_be_focused()
        page.keyboard.press("1" if at else "2")
    expect(questions.nth(0).get_by_label("この項目が正しい")).to_be_checked()
    expect(page.get_by_role("status")).to_have_text("「答えてはいけない」を選びました。")
    expect(chosen).to_have_count(number)
    expect(page.get_by_role("button", name="選んだ判定の影響を確かめる")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("公開前の確認")


def test_a_judged_query_is_corrected_while_it_is_typed_and_published(
    browser: Browser, site: tuple[str, TeamTester]
) -> None:
    with visiting(browser) as page:
        come_in(page, site)
        judge_with_keys(page, site)
        page.get_by_role("link", name="言葉と判定").click()
        page.get_by_role("link", name="判定つき質問").click()
        page.locator("#query-new0").fill("ひと月のお値段")
        page.locator("#entries-new0").fill("no-such")
        page.locator("#kind-new0").focus()
        expect(page.locator("#fault-entries-new0-1")).to_contain_text("「no-such」という質問やidの項目はありません")
        look_over(page)
        page.locator("#entries-new0").fill("plan-prices")
        page.get_by_role("button", name="影響を確かめる").click()
        expect(page.get_by_role("heading", name="影響")).to_be_visible()
        page.get_by_label("変更の理由").fill("尋ねられた言葉")
        page.get_by_role("button", name="公開する").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("版として公開しました")
    assert site[1].app.publishing.live().lists.judged.endswith("ひと月のお値段\tplan-prices\n")


def test_entries_that_no_page_can_list_are_named_while_one_types(
    browser: Browser, site: tuple[str, TeamTester], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choices, "MAX_OFFERED", 0)
    limits = site[1].app.publishing.live().by_id["trial-limits"].question
    with visiting(browser) as page:
        come_in(page, site)
        page.goto(f"{site[0]}/team/try?q=ためしに使えますか")
        other, offered = page.get_by_label("ほかの項目"), page.locator("#entries option")
        expect(offered).to_have_count(0)
        other.press_sequentially("回数や機能")
        expect(offered.first).to_have_attribute("value", limits)
        other.fill(limits)
        page.get_by_role("button", name="影響を確かめる").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("公開前の確認")
        expect(page.get_by_text(f"「ためしに使えますか」 → 「{limits}」")).to_be_visible()


def test_a_pressed_button_says_that_it_takes_a_while_until_one_goes_back(
    browser: Browser, site: tuple[str, TeamTester]
) -> None:
    with visiting(browser) as page:
        come_in(page, site)
        page.goto(f"{site[0]}/team/entries/trial-limits/edit")
        button = page.locator("button[data-waiting]")
        button.evaluate("one => { one.name = 'pressed'; one.value = 'yes'; }")
        page.route("**/edit", lambda route: route.fulfill(status=204))  # the page stays
        with page.expect_request("**/edit") as sent:
            button.click(no_wait_after=True)
        assert "pressed=yes" in (sent.value.post_data or "")
        expect(button).to_have_text("確かめています（長くて40秒ほど）…")
        expect(button).to_be_disabled()
        page.evaluate("dispatchEvent(new Event('pageshow'))")
        expect(button).to_have_text("影響を確かめる")
        expect(button).to_be_enabled()
        page.unroute("**/edit")


def test_an_answer_is_judged_with_one_key_and_the_next_is_ready(browser: Browser, site: tuple[str, TeamTester]) -> None:
    asking, week = Asking(site[1].app.log), day_begins(last_week(datetime.now(UTC)))
    asking.number = 100
    for number in range(2):
        asking.ask(week, entry="plan-prices", text=f"料金 その{number}")
    with visiting(browser) as page:
        come_in(page, site)
        page.goto(f"{site[0]}/team/audit")
        expect(page.locator("form.verdicts [role=group]")).to_be_focused()
        for number in (1, 2):
            page.keyboard.press("1")
            expect(page.locator("main > p").first).to_contain_text(f"{number}件を判定しました")
            expect(page.locator("form.verdicts [role=group]")).to_be_focused()
        page.locator("h1").click()  # elsewhere no key judges anything
        page.keyboard.press("2")
        expect(page.locator("main > p").first).to_contain_text("2件を判定しました")


def test_a_file_that_is_too_large_is_told_of_before_it_is_sent(
    browser: Browser, site: tuple[str, TeamTester], tmp_path: Path
) -> None:
    url, large = f"{site[0]}/team/import", tmp_path / "large.csv"
    large.write_bytes(b"x" * (LARGEST + 1))
    with visiting(browser) as page:
        come_in(page, site)
        page.goto(url)
        page.set_input_files("#file", large)
        page.get_by_role("button", name="影響を確かめる").click()
        assert "運用の担当者" in page.evaluate("document.getElementById('file').validationMessage")
        assert page.url == url
        page.set_input_files("#file", {"name": "a.csv", "mimeType": "text/csv", "buffer": b"x" * 2_000_000})
        page.get_by_role("button", name="影響を確かめる").click()
        expect(page.locator("ul.fault")).to_contain_text("何も取り込みませんでした")


def test_a_synonym_is_added_on_a_phone_without_javascript(browser: Browser, site: tuple[str, TeamTester]) -> None:
    with visiting(browser, phone=True, script=False) as page:
        come_in(page, site)
        page.goto(f"{site[0]}/team/lists/synonyms")
        text = page.get_by_label("同義語の内容")
        before = text.input_value()
        text.fill(f"{before}ひとりだけ")
        page.get_by_role("button", name="影響を確かめる").click()
        expect(page.locator("#fault-text-1")).to_contain_text("行目: 同義語の行「ひとりだけ」を読めません")
        assert fits(page)
        text.fill(f"{before}値段表, 料金表")
        page.get_by_role("button", name="影響を確かめる").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("公開前の確認")
        page.get_by_role("link", name="同義語を書き直す").click()
        expect(text).to_have_value(f"{before}値段表, 料金表\n")


def test_no_page_is_too_wide_and_axe_finds_nothing(browser: Browser, site: tuple[str, TeamTester]) -> None:
    url, tester = site
    token = tester.team.sessions.begin(Session(EDITOR, EDITOR, Way.LINK))
    with visiting(browser) as page:
        page.context.add_cookies([{"name": "team", "value": token, "url": f"{url}/team"}])
        for path in PATHS:
            page.goto(url + path)
            look_over(page)


def test_a_gap_is_ignored_on_a_phone_and_the_sign_out_ends_the_session(
    browser: Browser, site: tuple[str, TeamTester]
) -> None:
    with visiting(browser, phone=True, script=False) as page:
        come_in(page, site)
        page.get_by_role("link", name="答えられない質問").click()
        sections = page.get_by_role("navigation", name="社内のページ").get_by_role("link")
        assert len({box["y"] for link in sections.all() if (box := link.bounding_box())}) == 1  # a line that scrolls
        page.get_by_role("button", name="言い方に追加").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("公開前の確認")
        assert fits(page)
        page.get_by_role("link", name="答えられない質問").click()
        page.get_by_role("button", name="無視").click()
        expect(page.get_by_text("答えられないままの質問はありません")).to_be_visible()
        page.get_by_role("button", name="サインアウト").click()
        page.goto(f"{site[0]}/team/entries")
        expect(page.get_by_role("heading", level=1)).to_have_text("社内のページにサインイン")


def test_a_suggestion_is_set_aside_on_a_phone_and_added_at_a_desk(
    browser: Browser, site: tuple[str, TeamTester]
) -> None:
    with visiting(browser, script=False) as page:
        come_in(page, site)
        page.get_by_role("link", name="提案", exact=True).click()
        expect(page.get_by_text("実際の質問2件に正しく答えられるようになり、失うものは0件です。")).to_be_visible()
        page.get_by_role("button", name="言い方に追加").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("公開前の確認")
    with visiting(browser, phone=True, script=False) as page:
        come_in(page, site)
        page.get_by_role("link", name="提案", exact=True).click()
        expect(page.get_by_role("button", name="見送る")).to_be_visible()
        assert fits(page)
        page.get_by_role("button", name="見送る").click()
        expect(page.get_by_text("いま出せる提案はありません。")).to_be_visible()
