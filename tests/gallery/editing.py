"""What editors see: their desk, the forms, the preview with its impact, and what came of a publish."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.app import App
from bot.gate.catching_up import CaughtUp
from bot.reply import Asker
from bot.slack.views import home
from bot.slack.views.blocks import said_by
from bot.slack.views.desk import Desk, desk_blocks
from bot.slack.views.entry import EntryView, answer_blocks, entry_modal
from bot.slack.views.form import Draft, entry_form
from bot.slack.views.notices import working_modal
from bot.slack.views.proposal import proposal_modal, published_modal, waiting_message, waiting_modal
from bot.slack.views.question_forms import add_form, judge_form, variants_form
from bot.wording.evidence import evidence_lines
from knowledge.changes import EntryChange
from knowledge.entry import Entry, Status
from knowledge.entry_reader import read_entry
from knowledge.errors import Problem
from knowledge.judged import with_judgements
from knowledge.list_name import ListName
from knowledge.revisions.history import Revision
from knowledge.revisions.store import Change
from tests.gallery import render

Section = tuple[str, str, str]
EDITOR, PRICE, UNKNOWN = "U0EDITOR", "plan-prices", "観葉植物の水やりの曜日"


def editors(app: App) -> list[Section]:
    """Every view of the editors' door, from a real proposal on the shipped knowledge base."""
    faq = app.faq
    for asker in ("U1", "U2", "U2"):
        faq.ask(UNKNOWN, Asker("gallery", asker))
    entry = faq.entry(PRICE)
    assert entry
    changed = replace(entry, answer=entry.answer + "\n\n2027年4月から改定します。", variants=entry.variants[4:])
    proposal = app.publishing.propose(Change(put=(changed,)), EDITOR, "4月の料金改定", app.store.revision())
    retired = app.publishing.propose(
        Change(put=(replace(entry, status=Status.RETIRED),)), EDITOR, "", app.store.revision()
    )
    base = app.store.revision()
    lists = {ListName.JUDGED: with_judgements(app.publishing.live().lists.judged, [UNKNOWN], "", ())}
    judged = app.publishing.propose(Change(lists=lists), EDITOR, "", base)

    def shown(one: Entry) -> EntryView:
        return EntryView(one, faq.link(one), [], app.faq.site)

    def question_of(entry_id: str) -> str:
        found = faq.entry(entry_id)
        return found.question if found else ""

    def preview(of: object, **how: bool) -> str:
        options = {"review": False, "approving": False, "own": True} | how
        views = [shown(change.entry) for change in of.differences if change.entry]  # type: ignore[attr-defined]
        return render.view(proposal_modal(of, views, question_of, **options))  # type: ignore[arg-type]

    draft = replace(entry, id="draft", question="下書きの質問はどう見えますか？", status=Status.DRAFT)
    app.overview.ignore_listed(app.overview.gaps()[-1].key, EDITOR)
    ignored, evidence = app.overview.lately_ignored(), evidence_lines(app.searcher.snapshot)
    desk = desk_blocks(Desk([proposal.stored], app.overview.gaps(), ignored, [draft], evidence))
    _, faults = read_entry(entry.to_fields() | {"url": "http://plain.example", "valid_from": "来月"})
    problems = [Problem(fault.message, fault.hint) for fault in faults]
    best = faq.best("スモールプランはひと月いくら")[:5]
    answer = f"{entry.answer}\n\n税込みの金額です。"
    theirs = EntryChange(entry, replace(entry, answer=answer)).fields()
    faster = Revision(3, datetime.now(UTC), "U0KAEDE", "")
    late = CaughtUp(
        replace(entry, answer=answer, note="2027年4月に改定"), base, faster, tuple(theirs), (), is_there=True
    )
    overtaken = Draft(late.entry.to_fields(), base, entry.id, theirs=late.theirs)
    heading = said_by("", EDITOR, " さんの提案が承認を待っています。")
    home_view = home.home_view(app.faq.site, app.overview.most_asked(3), faq.categories(), desk=desk)
    empty = Draft({"question": UNKNOWN, "variants": ["観葉植物 応接室"], "declines": True}, base)
    return [
        ("編集者のホーム", "新しい項目・承認待ち・答えられなかった質問", render.view(home_view)),
        ("項目の画面（編集者）", "編集・言い方を追加・取り下げ", render.view(entry_modal(shown(entry), editing=True))),
        ("項目を編集", "料金", render.view(entry_form(Draft.of(entry, base), faq.categories(), question_of))),
        (
            "直すところがあるとき",
            "入力は残ります",
            render.view(entry_form(Draft.of(entry, base), faq.categories(), question_of, problems)),
        ),
        (
            "新しい項目（回答しない）",
            "答えられなかった質問から",
            render.view(entry_form(empty, faq.categories(), question_of)),
        ),
        ("言い方を追加", "答えられなかった質問から", render.view(variants_form(entry, base, UNKNOWN))),
        ("FAQに追加", "メッセージのショートカット", render.view(add_form("スモールプランはひと月いくら", best))),
        ("この質問の正解", "尋ねられた質問から", render.view(judge_form(UNKNOWN, [found for found, _ in best]))),
        ("確かめている間", "数秒", render.view(working_modal("影響を確かめています。数秒お待ちください。"))),
        ("公開前の確認", "変更と影響", preview(proposal)),
        ("止められた公開", "取り下げで、判定つきの質問が失われる", preview(retired)),
        ("判定つき質問の公開前の確認", "1行が加わる", preview(judged)),
        ("承認する画面", "ほかの編集者", preview(proposal, review=True, approving=True, own=False)),
        ("自分の提案", "承認はできない", preview(proposal, review=True, approving=True)),
        ("承認待ちの知らせ", "編集者のチャンネル", render.message(waiting_message(proposal, heading).blocks)),
        ("承認を頼んだあと", "提案した人", render.view(waiting_modal(proposal))),
        (
            "公開したあと",
            "いま返る回答",
            render.view(published_modal(2, [(entry.question, answer_blocks(shown(entry)))])),
        ),
        (
            "先を越されたとき",
            "書いたものも、先に公開されたものも残ります",
            render.view(
                entry_form(overtaken, faq.categories(), question_of, [Problem(late.said, late.hint)]),
            ),
        ),
    ]
