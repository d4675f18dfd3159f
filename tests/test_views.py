"""Every view keeps Slack's limits for any entry an editor may write, and any text a person may type.

Entries are generated at and beyond the limits of their fields: longest questions, 12,000 characters of
answer, hostile markup, lists of thousands of items, links that Slack would refuse.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from block_kit import as_sent, faults_of_message, faults_of_view
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.gate.proposal import Proposal
from bot.markdown import conclusion, unmarked
from bot.reply import Reply
from bot.slack.views import escalation, feedback, form, home, question_forms, search, staff
from bot.slack.views.blocks import said_by
from bot.slack.views.desk import Desk, desk_blocks
from bot.slack.views.entry import EntryView, answer_blocks, entry_modal
from bot.slack.views.form import Draft
from bot.slack.views.message import SlackMessage, plain_message
from bot.slack.views.notices import notice_modal
from bot.slack.views.proposal import failed_modal, proposal_modal, published_modal, waiting_message, waiting_modal
from bot.slack.views.reply import (
    entry_message,
    person_message,
    reply_message,
    sent_message,
    suggestion_message,
)
from bot.wording import sentences
from index.decision.decision import Abstain, Answer, Decision, Reason, Suggest
from index.gaps.gaps import Gap
from index.ranking.ranking import Hit
from index.review.effect import Effect
from index.review.impact import Impact, ImpactLine, Loss, Source
from index.review.verdicts import AskedSnapshot, Verdict
from index.snapshot import Outcome, Snapshot
from knowledge.changes import EntryChange
from knowledge.entry import Entry, Status
from knowledge.errors import Problem
from knowledge.questions.feedback import FeedbackKind
from knowledge.questions.gap_questions import IgnoredGap
from knowledge.questions.ignored_gaps import Ignoring
from knowledge.questions.statistics import DailyCounts, PeriodCounts
from knowledge.revisions.proposals import StoredProposal
from knowledge.revisions.store import Change
from knowledge.site import site_of

HOSTILE = [
    "<!channel>",
    "<@U1>",
    "<https://evil.example|x>",
    "*a* _b_ ~c~ `d`",
    "&amp;",
    "\u202e",
    "**",
    "[](",
    "：:tada:",
]
SHORT = st.text(max_size=30) | st.sampled_from(HOSTILE)
PIECES = st.lists(
    SHORT
    | st.sampled_from(
        ["\n- 項目", "\n1. 一つ目", "\n\n", "**太字**", "[料金](https://example.com/p)", "[x](javascript:1)"]
    ),
    max_size=12,
)
QUESTIONS = st.text(min_size=1, max_size=300).filter(str.strip)
ANSWERS = (
    PIECES.map("".join).filter(str.strip)
    | st.just("あ" * 12_000)
    | st.just("- 項目\n" * 2_000)
    | st.just("**" * 6_000)
    | st.just("[a](https://example.com/x)" * 400)
)
URLS = st.sampled_from(["", "https://example.com/a", "https://example.com/" + "a" * 1_900, "http://plain.example"])
ENTRIES = st.builds(
    Entry,
    id=st.from_regex(r"[a-z0-9-]{1,64}", fullmatch=True),
    category=st.text(min_size=1, max_size=50).filter(str.strip),
    question=QUESTIONS,
    answer=ANSWERS,
    declines=st.booleans(),
    url=URLS,
    as_of=st.none() | st.just(date(2026, 4, 1)),
    note=st.text(max_size=3_000),
)
SHOWN = st.builds(
    EntryView,
    entry=ENTRIES,
    link=URLS,
    related=st.lists(ENTRIES, max_size=3),
    site=st.builds(site_of, name=st.text(min_size=1, max_size=32), contact=st.text(min_size=1, max_size=200)),
)
REFERENCE = "0123abcd"
SITE = site_of("窓口")
CHECKED = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def check(message: SlackMessage) -> None:
    assert faults_of_message(as_sent({"text": message.text, "blocks": message.blocks})) == []


def check_view(view: Any) -> None:
    assert faults_of_view(as_sent(view)) == []


@CHECKED
@given(SHOWN, st.lists(st.text(min_size=1, max_size=300), max_size=3))
def test_an_entry_as_message_keeps_slacks_limits(shown: EntryView, remarks: list[str]) -> None:
    check(entry_message(REFERENCE, shown, remarks))
    check(sent_message(shown, "U0STAFF"))


def test_the_text_for_notifications_has_no_markup(lexical_snapshot: Snapshot) -> None:
    for entry in lexical_snapshot.index.entries:
        shown = EntryView(entry, "", (), SITE)
        for message in (entry_message(REFERENCE, shown), sent_message(shown, "U0STAFF")):
            assert not [mark for mark in ("**", "](", "\n- ", "\n* ") if mark in message.text]
            assert message.text.startswith(entry.question[:20])


def test_an_answer_without_markup_keeps_its_words_and_lists() -> None:
    answer = "**はい**、[料金](https://example.com/p)は\n2つです。\n\n- 基本\n- **追加**\n\n1. 申込\n2. 開通"
    assert unmarked(answer) == "はい、料金は\n2つです。\n・基本\n・追加\n1.申込\n2.開通"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("3か月です。お早めに。", "3か月です。"),
        ("**はい**。\n市内の方は[無料](https://a.example)です。ほかは有料です。", "はい。市内の方は無料です。"),
        ("いいえ。", "いいえ。"),
        ("できます。\n\n- 窓口\n- 電話", "できます。窓口"),
        ("火〜金 9:30〜20:00\n土日 9:30〜17:00", "火〜金 9:30〜20:00"),
        ("", ""),
    ],
)
def test_the_conclusion_says_more_than_yes_or_no(answer: str, told: str) -> None:
    assert conclusion(answer) == told


@CHECKED
@given(SHOWN)
def test_an_entry_as_modal_keeps_slacks_limits(shown: EntryView) -> None:
    check_view(entry_modal(shown, shown.entry.note))


@CHECKED
@given(st.lists(ENTRIES, min_size=1, max_size=3), st.text(max_size=300))
def test_suggestions_and_sentences_keep_slacks_limits(entries: list[Entry], text: str) -> None:
    check(suggestion_message(REFERENCE, entries))
    said = text if text.strip() else "。"
    check(person_message(REFERENCE, said, "窓口"))
    check(plain_message(said))


@CHECKED
@given(st.lists(SHOWN, min_size=1, max_size=10), st.text(max_size=1_000))
def test_the_staff_reply_keeps_slacks_limits(best: list[EntryView], query: str) -> None:
    outcome = Outcome(Abstain(Reason.UNKNOWN), 0.3, None)  # type: ignore[arg-type]  # the ranking is not looked at
    reply = Reply(reference=REFERENCE, query=query, outcome=outcome, revision=1, milliseconds=1.0)
    check(staff.staff_message(reply, [(shown, 0.5) for shown in best]))


@CHECKED
@given(st.lists(st.text(max_size=3_000), min_size=1, max_size=40))
def test_an_explanation_keeps_slacks_limits(lines: list[str]) -> None:
    check_view(staff.explanation_modal(["根拠", *lines]))


@CHECKED
@given(
    st.lists(st.tuples(QUESTIONS, st.integers(0, 10**6)), max_size=5),
    st.lists(st.text(min_size=1, max_size=1_000), max_size=5),
)
def test_statistics_keep_slacks_limits(top: list[tuple[str, int]], gaps: list[str]) -> None:
    periods = [PeriodCounts(days, 9, 5, 3, 1, dict.fromkeys(FeedbackKind, 2)) for days in (1, 7, 30)]
    daily = DailyCounts(date(2026, 11, 1), (0, 10**6, *range(12)))
    check(staff.statistics_message(periods, daily, top, gaps))


@CHECKED
@given(st.text(max_size=5_000), st.lists(ENTRIES, max_size=10), st.booleans())
def test_search_keeps_slacks_limits(query: str, entries: list[Entry], in_thread: bool) -> None:  # noqa: FBT001
    place = {"channel": "C0GENERAL", "thread": "1700000000.000100"} if in_thread else None
    check_view(search.search_modal())
    check_view(search.search_modal(query, [(entry, 0.5) for entry in entries], place=place))


@CHECKED
@given(st.lists(ENTRIES, max_size=150), st.text(min_size=1, max_size=50))
def test_a_category_keeps_slacks_limits(entries: list[Entry], name: str) -> None:
    check_view(search.category_modal(name, entries))


@CHECKED
@given(st.lists(ENTRIES, max_size=5), st.lists(st.text(min_size=1, max_size=50), max_size=60), st.text(max_size=2_000))
def test_the_home_tab_keeps_slacks_limits(entries: list[Entry], categories: list[str], query: str) -> None:
    check_view(home.home_view(SITE, entries, categories, query))


@CHECKED
@given(SHOWN, st.lists(ENTRIES, min_size=1, max_size=3))
def test_what_a_home_search_found_keeps_slacks_limits(shown: EntryView, entries: list[Entry]) -> None:
    hits = tuple(Hit(entry, 1.0, 0.3) for entry in entries)
    decisions: list[tuple[Decision, EntryView | None]] = [
        (Answer(Hit(shown.entry, 1.0, 0.9)), shown),
        (Suggest(hits), None),
        (Abstain(Reason.UNKNOWN), None),
        (Abstain(Reason.EMPTY), None),
    ]
    for decision, entry in decisions:
        outcome = Outcome(decision, 0.5, None)  # type: ignore[arg-type]  # the ranking is not looked at
        reply = Reply(reference=REFERENCE, query="q", outcome=outcome, revision=1, milliseconds=1.0)
        check_view(home.home_view(SITE, entries, ["料金"], "q", home.found_blocks(reply, entry, SITE)))
        check(reply_message(reply, entry, SITE))


@CHECKED
@given(st.text(max_size=5_000), st.text(max_size=500))
def test_escalations_keep_slacks_limits(text: str, found: str) -> None:
    message = escalation.escalation_message(REFERENCE, "U0ASKER", text, found or "不明", "https://home.slack.com/p1")
    check(message)
    check(escalation.resolved_message(REFERENCE, message.blocks, "U0STAFF"))
    for carried in escalation.carried_messages("担当者より", text * 5, has_files=not text):
        check(carried)


@CHECKED
@given(
    ENTRIES,
    st.lists(st.text(min_size=1, max_size=50), max_size=120, unique=True),
    st.lists(st.text(min_size=1, max_size=900), max_size=300, unique=True),
    st.booleans(),
)
def test_the_editors_forms_keep_slacks_limits(
    entry: Entry,
    categories: list[str],
    variants: list[str],
    is_new: bool,  # noqa: FBT001
) -> None:
    related = {f"entry-{number}": entry.question for number in range(len(categories))}
    entry, question_of = replace(entry, variants=tuple(variants), related=tuple(related)), related.__getitem__
    draft = Draft(entry.to_fields(), 3, "" if is_new else entry.id)
    problems = [Problem("あ" * 3_000, "い" * 3_000, entry_id=entry.id)] * 3
    check_view(form.entry_form(draft, categories, question_of))
    check_view(form.entry_form(draft, categories, question_of, problems))
    check_view(question_forms.variants_form(entry, 3, "\n".join(variants), problems))
    check_view(question_forms.add_form(entry.answer, [(entry, 0.5)]))


def test_an_entry_too_large_for_a_form_is_not_cut() -> None:
    entry = Entry(id="large", category="料金", question="質問？", answer="回答", variants=("あ" * 900,) * 290)
    view = form.entry_form(Draft.of(entry, 1), ["料金"], str)
    check_view(view)
    assert "Excel" in str(view["blocks"])
    assert "submit" not in view


@CHECKED
@given(st.lists(SHOWN, min_size=1, max_size=12), st.lists(st.text(min_size=1, max_size=1_000), max_size=80))
def test_proposals_keep_slacks_limits(lexical_snapshot: Snapshot, many: list[EntryView], queries: list[str]) -> None:
    put = tuple(replace(one.entry, id=f"entry-{number}") for number, one in enumerate(many))
    stored = StoredProposal("0123abcd", datetime.now(UTC), "U0EDITOR", "理" * 3_000, 1, Change(put=put))
    verdict = Verdict("answer", put[0].id)
    losses = list(Loss)
    lines = tuple(
        ImpactLine(query, Source.JUDGED, (), verdict, verdict, losses[number % len(losses)])
        for number, query in enumerate(queries)
    )
    problems = (Problem("あ" * 3_000, "い"),) * 9
    effect = Effect(Impact(lines, 9, 5), problems, AskedSnapshot(lexical_snapshot), None)
    proposal = Proposal(stored, tuple(EntryChange(None, one) for one in put), effect)
    for approving in (False, True):
        for own in (False, True):
            view = proposal_modal(proposal, many[:2], lambda _: "質" * 300, review=True, approving=approving, own=own)
            check_view(view)
    check_view(waiting_modal(proposal))
    check_view(published_modal(2, [(one.question, answer_blocks(many[0])) for one in put[:3]]))
    check_view(failed_modal("あ" * 2_900, "い" * 2_900, put[0].id))
    check(waiting_message(proposal, said_by("", "U0EDITOR", " さんの提案")))


@CHECKED
@given(
    st.lists(ENTRIES, min_size=1, max_size=20), st.lists(st.text(min_size=1, max_size=1_000), min_size=1, max_size=30)
)
def test_the_editors_desk_keeps_slacks_limits(entries: list[Entry], texts: list[str]) -> None:
    now = datetime.now(UTC)
    gap = Gap(
        key="0123456789ab", representative=texts[0], texts=tuple(texts), count=9, askers=3, voices=3.0,
        kinds={}, reasons={}, this_week=2, last_week=1, nearest=entries[0], confidence=0.4, last_asked=now,
    )  # fmt: skip
    stored = StoredProposal("0123abcd", now, "U0EDITOR", "", 1, Change(put=tuple(entries)))
    drafts = [replace(entry, status=Status.DRAFT) for entry in entries]
    ignored = IgnoredGap({f"{number:064}": text for number, text in enumerate(texts)}, Ignoring(now, "U0EDITOR"))
    gaps = [gap, replace(gap, nearest=None)] * 6
    desk = desk_blocks(Desk([stored] * 12, gaps, [ignored] * 4, drafts, ["根" * 1_000] * 4))
    check_view(home.home_view(SITE, entries[:5], [f"分類{number}" for number in range(60)], desk=desk))


def test_the_reasons_and_the_last_word_keep_slacks_limits() -> None:
    check_view(feedback.reason_modal(f"{REFERENCE}:{'a' * 64}"))
    check_view(notice_modal(feedback.THANKS))


def test_every_shipped_entry_keeps_slacks_limits(lexical_snapshot: Snapshot) -> None:
    for entry in lexical_snapshot.index.entries:
        related = [lexical_snapshot.by_id[entry_id] for entry_id in entry.related][:3]
        shown = EntryView(entry, entry.url, related, SITE)
        check(entry_message(REFERENCE, shown))
        check_view(entry_modal(shown, entry.note))


def test_a_long_answer_is_shortened_and_points_to_its_link() -> None:
    entry = Entry(id="long", category="料金", question="長い回答？", answer="あ" * 12_000)
    with_link = entry_message(REFERENCE, EntryView(entry, "https://example.com/a", [], SITE))
    assert sentences.SHORTENED in str(with_link.blocks)
    assert any("url" in element for block in with_link.blocks for element in block.get("elements", []))
    without = entry_message(REFERENCE, EntryView(entry, "", [], SITE))
    assert sentences.SHORTENED not in str(without.blocks)
    short = replace(entry, answer="短い")
    assert "短い" in str(entry_message(REFERENCE, EntryView(short, "", [], SITE)).blocks)


@pytest.mark.parametrize(
    ("break_it", "fault"),
    [
        (lambda view: view["blocks"].extend([{"type": "divider"}] * 200), "blocks"),
        (lambda view: view["title"].update(text="あ" * 25), "title"),
        (lambda view: view.update(private_metadata="a" * 3_001), "private_metadata"),
        (lambda view: view.pop("submit"), "submit"),
        (
            lambda view: view["blocks"].append({"type": "section", "text": {"type": "plain_text", "text": ""}}),
            "text of 0",
        ),
        (lambda view: view["blocks"].append({"type": "markdown", "text": "x"}), "markdown in a modal"),
        (lambda view: view["blocks"].append(dict(view["blocks"][0])), "twice"),
        (
            lambda view: view["blocks"].append({"type": "context", "elements": [{"type": "mrkdwn", "text": "*x*"}]}),
            "markup",
        ),
    ],
)
def test_the_checker_of_these_tests_sees_what_slack_refuses(break_it: Any, fault: str) -> None:
    view = as_sent(search.search_modal("解約"))
    assert faults_of_view(view) == []
    break_it(view)
    assert any(fault in found for found in faults_of_view(view))
