"""`make gallery`: every view of the Slack door and every web page, from real questions, with a picture of each.

Writes gallery/index.html, gallery/NN.png gallery/web-PAGE-KIND.png and gallery/team-PAGE-KIND.png (Chromium).
"""

import sys
import tempfile
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.process.math_threads import use_one_math_thread

use_one_math_thread()
sys.path.insert(0, str(Path(__file__).parents[1]))

from playwright.sync_api import Browser

from bot.app import App
from bot.digest import digest
from bot.faq import Faq
from bot.reply import Asker, Reply
from bot.settings import read_settings
from bot.slack.views import escalation, feedback, home, search, staff
from bot.slack.views.auditing import audit_modal, confirm_modal
from bot.slack.views.digest import digest_message
from bot.slack.views.entry import EntryView, entry_modal, preview_blocks
from bot.slack.views.message import SlackMessage, plain_message
from bot.slack.views.reply import entry_message, person_message, replies_message, sent_message
from bot.wording import sentences
from bot.wording.charts import CHARTED_DAYS
from bot.wording.explanations import explanation_lines
from index.asking.turns import Turn
from knowledge.entry import TOKYO, Entry
from knowledge.errors import Problem
from knowledge.folder import SHIPPED
from knowledge.questions.audits import SampledAnswer, last_week
from tests.browsing import chromium
from tests.gallery import render
from tests.gallery.editing import editors
from tests.gallery.pages import photograph_pages
from tests.gallery.team_pages import photograph_team

FOLDER = Path("gallery")
SITE = SHIPPED.read_site()
DEAD_LINK = Problem(
    "リンク https://example.com/gone を開けません（HTTP 404）。", "直してください。", entry_id="plan-prices"
)
Section = tuple[str, str, str]


def main() -> None:
    """Write the page and the pictures."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        app = App(read_settings({"DATABASE_URL": f"sqlite:///{folder}/gallery.db"}))
        sections = [*prospects(app), *people(app.faq), *colleagues(app), *editors(app)]
        pages = [*photograph_pages(browser, app, FOLDER), *photograph_team(browser, app, FOLDER)]
        app.store.engine.dispose()
        (FOLDER / "index.html").write_text(render.page([*sections, *pages]), encoding="utf-8")
        _photograph(browser, len(sections))
    print(f"{FOLDER}/index.html: {len(sections)} views, {len(pages)} pages")


def prospects(app: App) -> list[Section]:
    """What prospects see."""
    faq = app.faq
    questions = {
        "回答": "途中で解約したら違約金はかかりますか",
        "回答（質問の数字が違うとき）": "無料お試しは30日間ですよね",
        "回答しない項目": "月の途中で解約したら日割りになりますか",
        "候補": "解約の相談",
        "分からないとき": "縄文土器の文様",
        "読めないとき": "🙏🙏",
        "2つの質問": "免許証は写メで送っていいですか？あと、途中でやめたら違約金はかかりますか？",
        "雑談": "今日の東京の天気は？",
        "担当者を呼ぶとき": "担当者に代わってください",
    }
    sections = [(title, text, render.message(reply_to(faq, text)[1])) for title, text in questions.items()]
    first = faq.ask("東京の番号はもらえますか", Asker("gallery"))
    assert first.entry
    follow = faq.ask("じゃあ050は？", Asker("gallery"), [Turn(first.query, (first.entry.id,))])
    sections.append(("続きの質問", "「じゃあ050は？」", render.message(blocks(faq, follow))))
    sections += [
        (
            "どれでもない",
            "候補のボタンを押したあと",
            render.message(person_message("r", sentences.NONE_OF_THESE_REPLY, SITE.contact).blocks),
        ),
        ("役に立たなかった理由", "小さな画面", render.view(feedback.reason_modal("r:plan-prices"))),
        ("質問が多すぎるとき", "1分に20回を超えた", render.message(plain_message(sentences.TOO_MANY).blocks)),
        (
            "うまくいかなかったとき",
            "受付番号つき",
            render.message(plain_message(sentences.FAILED.format(reference="0123abcd")).blocks),
        ),
    ]
    reply, _ = reply_to(faq, "料金プランを知りたい")
    entries = app.overview.most_asked(5)
    sections.append(("ホーム", "アプリのホームタブ", render.view(home.home_view(SITE, entries, faq.categories()))))
    found = home.found_blocks(reply, shown(faq, reply), SITE)
    sections.append(
        (
            "ホームで検索したあと",
            reply.query,
            render.view(home.home_view(SITE, entries, faq.categories(), reply.query, found)),
        )
    )
    listed = [entry for entry in faq.entries() if entry.category == "料金" and not entry.declines]
    sections.append(("分類", "料金", render.view(search.category_modal("料金", listed))))
    passed_on = EntryView(first.entry, "", [], SITE)
    sections.append(("項目へのリンクの下", f"/faq/{first.entry.id}", render.message(preview_blocks(passed_on))))
    return sections


def people(faq: Faq) -> list[Section]:
    """A question handed to people."""
    ask = escalation.escalation_message(
        "0123abcd",
        "U0ASKER",
        "来月から2社分お願いしたいのですが、特認の条件は？",
        "回答なし・該当する項目なし（確信度 0.31）",
        "https://home.slack.com/p1",
    )
    done = escalation.resolved_message("0123abcd", ask.blocks, "U0STAFF")
    (carried,) = escalation.carried_messages("担当者より", "お調べして、今日中にご連絡します。", has_files=False)
    return [
        ("担当者への質問", "サポートのチャンネル", render.message(ask.blocks)),
        ("解決したあと", "サポートのチャンネル", render.message(done.blocks)),
        ("担当者の返信", "質問した方のスレッド", render.message(carried.blocks)),
    ]


def colleagues(app: App) -> list[Section]:
    """What staff see."""
    faq = app.faq
    reply, _ = reply_to(faq, "スモールプランの月額")
    best = [
        (EntryView(hit.entry, faq.link(hit.entry), [], SITE), confidence)
        for hit, confidence in reply.outcome.confidences()
    ]
    entry = best[0][0].entry
    whole = EntryView(entry, faq.link(entry), faq.related(entry), SITE)
    lines = explanation_lines(faq.searcher.snapshot, reply.outcome)
    found = [(shown.entry, confidence) for shown, confidence in best]
    statistics = app.overview.statistics
    counted = [(e.question, n) for i, n in statistics.most_asked(30, 5) if (e := faq.entry(i))]
    gaps = [f"{n}回　{text}" for text, n in statistics.unanswered(30, 5)]
    periods = [statistics.period(days) for days in (1, 7, 30)]
    weekly = digest(faq, app.overview, datetime(2027, 6, 7, 9, tzinfo=TOKYO), lambda: [DEAD_LINK])
    daily = statistics.daily(CHARTED_DAYS, datetime.now(TOKYO))
    weekly = replace(
        weekly, unjudged=27, gaps=tuple(app.overview.gaps()), daily=daily
    )  # of today: nobody has asked in 2027
    place = {"channel": "C", "thread": "1.0"}
    return [
        ("/faq（担当者）", reply.query, render.message(staff.staff_message(reply, best).blocks, private=True)),
        ("なぜこの回答？", "担当者の画面", render.view(staff.explanation_modal(lines))),
        ("項目の画面", "社内メモつき", render.view(entry_modal(whole, entry.note))),
        ("チャンネルに送った回答", "送った人の名前つき", render.message(sent_message(whole, "U0STAFF").blocks)),
        ("検索", "/faq だけを打ったとき", render.view(search.search_modal())),
        ("FAQを検索", "メッセージのショートカット", render.view(search.search_modal(reply.query, found, place=place))),
        (
            "/faq stats",
            "担当者だけ",
            render.message(staff.statistics_message(periods, daily, counted, gaps).blocks, private=True),
        ),
        ("点検する", "毎週のまとめのボタン", render.view(_audit(whole))),
        ("内容を確認", "見直しの期限が過ぎた項目", render.view(confirm_modal(whole, 1, datetime.now(TOKYO).date()))),
        ("毎週のまとめ", "編集者のチャンネル", render.message(digest_message(weekly).blocks)),
        ("長い回答", "12,000文字の回答", render.message(long_answer().blocks)),
    ]


def _audit(shown: EntryView) -> render.Block:
    """An answer to judge."""
    drawn = SampledAnswer("0123abcd", datetime.now(TOKYO), "slack", "スモールプランの月額", shown.entry.id, 1, None, "")
    return audit_modal(last_week(drawn.at), [drawn], drawn, shown)


def long_answer() -> SlackMessage:
    """The longest answer an editor may write."""
    entry = Entry(
        id="long", category="料金", question="とても長い回答はどう見えますか？", answer="長い回答です。" * 1_700
    )
    return entry_message("r", EntryView(entry, "https://example.com/long", [], SITE))


def reply_to(faq: Faq, text: str) -> tuple[Reply, list[render.Block]]:
    """A reply and its blocks."""
    reply = faq.ask(text, Asker("gallery"))
    return reply, blocks(faq, reply)


def blocks(faq: Faq, reply: Reply) -> list[render.Block]:
    """The blocks of a reply."""
    return replies_message(reply, partial(view_of, faq), SITE).blocks


def view_of(faq: Faq, entry: Entry) -> EntryView:
    """An entry with what surrounds it."""
    return EntryView(entry, faq.link(entry), faq.related(entry), SITE)


def shown(faq: Faq, reply: Reply) -> EntryView | None:
    """The entry of a reply with what surrounds it."""
    return view_of(faq, reply.entry) if reply.entry else None


def _photograph(browser: Browser, count: int) -> None:
    page = browser.new_page(viewport={"width": 1000, "height": 900})
    page.goto((FOLDER / "index.html").resolve().as_uri())
    for number in range(count):
        page.locator(f"#s{number}").screenshot(path=str(FOLDER / f"{number:02}.png"))


if __name__ == "__main__":
    main()
