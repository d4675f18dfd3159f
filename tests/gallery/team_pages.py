"""The team's pages as staff and editors see them: at a desk, on a phone and in the dark."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from making import team_of, web_of
from playwright.sync_api import Browser

from bot.app import App
from bot.reply import Asker
from bot.web.team.links import OneTimeLinks
from knowledge.questions.audits import last_week
from knowledge.questions.feedback import FeedbackKind
from knowledge.revisions.store import Change
from knowledge.team.sessions import Session, Way
from tests.browsing import DESK, PHONE, serving
from tests.logged_questions import Asking

ENTRY = "plan-prices"
GAPS = ("お昼休みに窓口の電話は鳴りますか", "昼休みの時間にも電話は鳴りますか", "縄文土器の文様を教えてください")
PRESSED = "サブスクの額を知りたい"  # by two people, the entry of ENTRY among the suggestions
AUDITED = 5  # answers of the last week
PAGES = {
    "in": ("サインイン", "/team/in"),
    "entries": ("項目の一覧", "/team/entries"),
    "entry": ("項目と履歴", f"/team/entries/{ENTRY}?against=1"),
    "form": ("編集", f"/team/entries/{ENTRY}/edit"),
    "proposals": ("承認待ち", "/team/proposals"),
    "gaps": ("答えられない質問", "/team/gaps"),
    "ignored": ("無視したもの", "/team/gaps/ignored"),
    "suggestions": ("提案", "/team/suggestions"),
    "near-misses": ("すぐ外の質問", f"/team/entries/{ENTRY}/near-misses"),
    "import": ("Excelで直す", "/team/import"),
    "lists": ("言葉と判定", "/team/lists"),
    "judged": ("判定つき質問", "/team/lists/judged"),
    "synonyms": ("同義語", "/team/lists/synonyms"),
    "site": ("名前と決まった文句", "/team/lists/site"),
    "history": ("履歴", "/team/history"),
    "revision": ("1つの版", "/team/history/2"),
    "try": ("試す", "/team/try?q=料金プランはいくらですか"),
    "figures": ("質問の数", "/team/figures"),
    "endings": ("質問の終わり方", "/team/figures/endings"),
    "promise": ("答えの約束", "/team/figures/promise"),
    "audit": ("答えの点検", "/team/audit"),
    "health": ("項目の点検", "/team/health"),
}
KINDS = {"desk": (DESK, "light"), "phone": (PHONE, "light"), "dark": (DESK, "dark")}
Shown = tuple[str, str, str]


def photograph_team(browser: Browser, app: App, folder: Path) -> list[Shown]:
    """Pictures of every page in `folder`, and a section for each page that shows them."""
    settings = replace(app.settings, web_rate_limit=10_000)
    links = OneTimeLinks("editor", "/team/in", print)
    pages = PAGES | {"proposal": ("公開前の確認", f"/team/proposals/{_prepare(app)}")}
    team = team_of(app, links)
    team.suggestions.refresh()
    token = team.sessions.begin(Session("editor", "editor", Way.LINK))
    with serving(web_of(app, team=team, settings=settings)) as url:
        for kind, (size, scheme) in KINDS.items():
            page = browser.new_page(viewport=size, color_scheme=scheme, locale="ja-JP")  # type: ignore[arg-type]
            for name, (_, path) in pages.items():
                if name != "in":
                    page.context.add_cookies([{"name": "team", "value": token, "url": f"{url}/team"}])
                page.goto(url + path)
                page.screenshot(path=folder / f"team-{name}-{kind}.png", full_page=True)
            page.close()
    return [
        (f"社内: {title}", "机・電話・暗い画面", "".join(_picture(name, title, kind) for kind in KINDS))
        for name, (title, _) in pages.items()
    ]


def _prepare(app: App) -> str:
    """Some gaps, what people pressed and were answered, a version of an entry, and a proposal; returns its id."""
    now = datetime.now(UTC)
    asking, monday = Asking(app.log), now - timedelta(days=(now.date() - last_week(now)).days - 1)
    for person in ("1", "2"):
        asking.ask(now, FeedbackKind.CHOSEN, asker=person, decision="suggest", entry=ENTRY, text=PRESSED)
    for entry in app.publishing.live().entries[:AUDITED]:
        asking.ask(monday, asker="3", entry=entry.id, text=entry.question)
    for number, text in enumerate(GAPS):
        asker = Asker("web", str(number))
        app.faq.none_of_these(app.faq.ask(text, asker).reference, asker)
    noted = replace(app.publishing.live().by_id[ENTRY], note="料金の表を確かめた。")
    dearer = replace(noted, answer=noted.answer.replace("円", "円（税込）", 1))
    app.publishing.publish(
        app.publishing.propose(Change(put=(noted,)), "editor", "点検"), "editor", override="確かめた"
    )
    return app.publishing.propose(Change(put=(dearer,)), "editor", "10月の料金改定").id


def _picture(name: str, title: str, kind: str) -> str:
    return f'<img src="team-{name}-{kind}.png" alt="{title}" width="300">'
