"""The weekly digest: what editors should look at, as one message.

1. Each part holds what it promises, and nothing that an edit has seen to.
2. The message keeps Slack's limits for any digest, and nothing in it is markup.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from asking import ANSWERED, SAKURA, UNKNOWN
from block_kit import as_sent, faults_of_message
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_tester import shown

from bot.app import App
from bot.digest import LEAST_VOTES, MAX_GAPS, Digest, digest
from bot.overview import GAP_DAYS
from bot.reply import Asker
from bot.slack.views.digest import NOTHING, TITLE, digest_message
from index.gaps.gaps import Gap
from knowledge.entry import TOKYO, Entry
from knowledge.errors import Problem
from knowledge.questions.gap_questions import GapKind
from knowledge.questions.statistics import Votes

TRIAL = "free-trial-10days"
MONDAY = datetime(2026, 11, 23, 9, tzinfo=TOKYO)
DEAD = Problem(
    "リンク https://example.com/gone を開けません（HTTP 404）。", "書き直してください。", entry_id="plan-prices"
)
EMPTY = Digest(gaps=(), past_review=(), never_asked=(), unhelpful=(), dead_links=())


def vote(app: App, *helpful: bool) -> None:
    for number, good in enumerate(helpful):
        reply = app.faq.ask(ANSWERED, SAKURA)
        app.faq.vote(reply.reference, TRIAL, Asker("slack", f"U0{number}"), helpful=good)


# -- what it holds --------------------------------------------------------------------------------


def test_a_new_installation_has_nothing_to_tell(app: App) -> None:
    found = digest(app.faq, app.overview, datetime.now(UTC))
    assert replace(found, evidence=()) == EMPTY


def test_a_digest_says_how_much_is_known_of_the_answers(app: App) -> None:
    evidence, risk = app.searcher.snapshot.calibration.evidence, app.searcher.snapshot.calibration.risk
    text = text_of(digest(app.faq, app.overview, datetime.now(UTC)))
    assert f"判定つきの質問{evidence.judged}件・言い方{evidence.variants}個" in text
    assert f"誤りの上限 {risk.bound:.1%}" in text


def test_the_gaps_are_those_of_the_list_the_most_pressing_first(app: App) -> None:
    for text in ("紅茶の茶葉の産地", UNKNOWN, UNKNOWN):
        app.faq.ask(text, SAKURA)
    now = datetime.now(UTC)
    found = digest(app.faq, app.overview, now).gaps
    assert [gap.representative for gap in found] == [UNKNOWN, "紅茶の茶葉の産地"]
    assert list(found) == app.overview.gaps(now=now)


def test_there_are_at_most_so_many_gaps(app: App) -> None:
    asked = ("ア", "カ", "サ", "タ", "ナ", "ハ", "マ", "ヤ", "ラ", "ワ", "ガ", "ザ")
    for letter in asked:
        app.faq.escalated(app.faq.ask(letter * 3, SAKURA).reference, SAKURA)
    assert len(app.overview.gaps()) > MAX_GAPS
    assert len(digest(app.faq, app.overview, datetime.now(UTC)).gaps) == MAX_GAPS


def test_entries_are_past_review_from_the_day_after_in_tokyo(app: App) -> None:
    entries = app.faq.entries()
    last = max(entry.review_by for entry in entries if entry.review_by)
    evening = datetime(last.year, last.month, last.day, 23, 59, tzinfo=TOKYO)
    assert all(entry.review_by != last for entry in digest(app.faq, app.overview, evening).past_review)
    late = digest(app.faq, app.overview, evening + timedelta(minutes=1)).past_review
    assert {entry.id for entry in late} == {entry.id for entry in entries if entry.review_by}
    assert [entry.review_by for entry in late] == sorted(entry.review_by for entry in late if entry.review_by)


def test_entries_that_nobody_asked_for_in_a_while_are_listed_once_they_are_old_enough(app: App) -> None:
    app.faq.ask(ANSWERED, SAKURA)
    now = datetime.now(UTC)
    assert digest(app.faq, app.overview, now).never_asked == ()
    later = now + timedelta(days=GAP_DAYS - 1)
    with app.store.engine.begin() as connection:
        connection.execute(sa.text("UPDATE revisions SET at = '2020-01-01 00:00:00.000000'"))
    never = {entry.id for entry in digest(app.faq, app.overview, later).never_asked}
    assert never == {entry.id for entry in app.faq.entries()} - {TRIAL}
    assert TRIAL in {entry.id for entry in digest(app.faq, app.overview, later + timedelta(days=2)).never_asked}


@pytest.mark.parametrize(
    ("votes", "listed"),
    [
        ((False,) * (LEAST_VOTES - 1), False),
        ((False,) * LEAST_VOTES, True),
        ((True, False, False), True),
        ((True, True, False), False),
        ((True, True, False, False), False),
    ],
)
def test_an_entry_is_unhelpful_with_enough_votes_of_which_less_than_half_are_in_favour(
    app: App,
    votes: tuple[bool, ...],
    listed: bool,  # noqa: FBT001
) -> None:
    vote(app, *votes)
    found = digest(app.faq, app.overview, datetime.now(UTC)).unhelpful
    assert [(entry.id, tally.helpful, tally.unhelpful) for entry, tally in found] == (
        [(TRIAL, sum(votes), len(votes) - sum(votes))] if listed else []
    )


def test_dead_links_are_those_it_is_given_with_the_questions_of_their_entries(app: App) -> None:
    (found,) = digest(app.faq, app.overview, datetime.now(UTC), lambda: [DEAD]).dead_links
    assert (found.message, found.entry_id) == (f"「{app.faq.question_of('plan-prices')}」: {DEAD.message}", "")
    near = replace(DEAD, message=DEAD.message.replace("gone", "plan-prices"), entry_id="")
    assert digest(app.faq, app.overview, datetime.now(UTC), lambda: [near]).dead_links == (near,), "an address"


# -- what is shown --------------------------------------------------------------------------------

TEXTS = st.text(min_size=1, max_size=400) | st.sampled_from(["<!channel>", "<@U1>", "\n\n*x*", "あ" * 1_000])
ENTRIES = st.builds(
    Entry,
    id=st.from_regex(r"[a-z0-9-]{1,64}", fullmatch=True),
    category=st.just("料金"),
    question=TEXTS,
    answer=st.just("はい。"),
    review_by=st.dates(date(2020, 1, 1)),
)
COUNTS = st.integers(0, 10**6)
GAPS = st.builds(
    Gap,
    key=st.just("0123456789ab"),
    representative=TEXTS,
    texts=st.just(()),
    count=COUNTS,
    askers=COUNTS,
    kinds=st.just({GapKind.UNANSWERED: 1}),
    reasons=st.just({}),
    this_week=COUNTS,
    last_week=COUNTS,
    nearest=st.none() | ENTRIES,
    confidence=st.floats(0, 1),
    last_asked=st.just(MONDAY),
)
VOTES = st.builds(Votes, st.just("x"), COUNTS, COUNTS)
PROBLEMS = st.builds(Problem, TEXTS, st.just("直してください。"), entry_id=st.sampled_from(["", "plan-prices"]))
DIGESTS = st.builds(
    Digest,
    gaps=st.lists(GAPS, max_size=MAX_GAPS).map(tuple),
    past_review=st.lists(ENTRIES, max_size=15).map(tuple),
    never_asked=st.lists(ENTRIES, max_size=15).map(tuple),
    unhelpful=st.lists(st.tuples(ENTRIES, VOTES), max_size=15).map(tuple),
    dead_links=st.lists(PROBLEMS, max_size=15).map(tuple),
)
LONGEST = Entry(id="a" * 64, category="料金", question="あ" * 1_000, answer="はい。", review_by=date(2020, 1, 1))
FULLEST = Digest(
    gaps=(),
    past_review=(LONGEST,) * 150,
    never_asked=(LONGEST,) * 150,
    unhelpful=((LONGEST, Votes("a", 10**6, 10**6)),) * 150,
    dead_links=(Problem("い" * 3_000, "", entry_id="a" * 64),) * 150,
    evidence=("根" * 1_000,) * 4,
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(DIGESTS)
def test_a_digest_keeps_slacks_limits(found: Digest) -> None:
    message = digest_message(found)
    assert faults_of_message(as_sent({"text": message.text, "blocks": message.blocks})) == []
    assert "<" not in message.text


def test_the_fullest_digest_keeps_slacks_limits_and_counts_what_it_leaves_out() -> None:
    gap = Gap(
        key="k", representative="う" * 1_000, texts=(), count=10**6, askers=10**6, voices=1e6, kinds={}, reasons={},
        this_week=1, last_week=0, nearest=LONGEST, confidence=0.5, last_asked=MONDAY,
    )  # fmt: skip
    message = digest_message(replace(FULLEST, gaps=(gap,) * MAX_GAPS))
    assert faults_of_message(as_sent({"text": message.text, "blocks": message.blocks})) == []
    assert shown({"blocks": message.blocks}).count("ほか140件") == 4


def text_of(found: Digest) -> str:
    return shown({"blocks": digest_message(found).blocks})


def test_a_digest_shows_each_part_that_has_something(app: App) -> None:
    app.faq.ask(UNKNOWN, SAKURA)
    vote(app, False, False, False)
    text = text_of(digest(app.faq, app.overview, datetime.now(UTC), lambda: [DEAD]))
    assert text.startswith(TITLE)
    assert "答えられなかった質問（2件）" in text
    assert f"1回・1人　{UNKNOWN}" in text
    assert f"（{TRIAL}）　役に立った 0・役に立たなかった 3" in text
    assert (
        f"「{app.faq.question_of('plan-prices')}」: リンク https://example.com/gone を開けません（HTTP 404）。" in text
    )
    assert "期限" not in text
    assert "だれも尋ねていない" not in text


def test_a_digest_of_a_knowledge_base_left_alone_asks_for_a_review(app: App) -> None:
    app.faq.ask(UNKNOWN, SAKURA)
    number = len(app.faq.entries())
    text = text_of(digest(app.faq, app.overview, datetime(2028, 1, 1, tzinfo=UTC)))
    assert "答えられなかった" not in text
    assert f"見直しの期限が過ぎた項目（{number}件）" in text
    assert "　期限 2027/" in text
    assert f"60日間だれも尋ねていない項目（{number}件）" in text


def test_an_empty_digest_says_so() -> None:
    message = digest_message(EMPTY)
    assert text_of(EMPTY) == f"{TITLE}{NOTHING}"
    assert message.text == f"{TITLE}: {NOTHING}"
