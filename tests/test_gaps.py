"""Gaps: what we could not answer or answered badly, grouped by meaning, until somebody sees to it.

1. Unanswered, どれでもない, not helpful and escalated questions are gaps; answered and declined ones are not.
   Suggestions of which nobody pressed any are one from the second time on, and count half. An asker counts once.
2. One meaning in several spellings is one gap, with its count, its distinct askers, its trend and its nearest entry.
3. An edit that answers a gap, or changes the entry that did not help or is suggested first, removes it; so does an
   editor who ignores it.
4. Nothing personal is in it.
"""

import re
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from asking import ANSWERED, KAEDE, SAKURA, SUGGESTED, UNKNOWN, ask, publish
from cachetools import TTLCache

from bot.app import App
from bot.overview import GAP_DAYS, GAPS_KEPT
from bot.reply import Asker, Reply
from index.decision.decision import Suggest
from index.gaps.gaps import Gap, Trend
from knowledge.database.tables import feedback
from knowledge.entry import Entry
from knowledge.errors import StoreError
from knowledge.match_key import match_key
from knowledge.questions.feedback import UnhelpfulReason
from knowledge.questions.gap_questions import GapKind
from knowledge.questions.ignored_gaps import IgnoredGaps

DECLINED = "月の途中で解約したら日割りになりますか"
SPELLINGS = ("縄文土器の文様", "縄文土器の文様！", "縄文 土器の文様", "　縄文土器の文様。", "縄文土器の文様って")


def only_gap(app: App, days: int = GAP_DAYS) -> Gap:
    (gap,) = app.overview.gaps(days)
    return gap


# -- what is a gap --------------------------------------------------------------------------------


def test_an_empty_log_has_no_gaps(app: App) -> None:
    assert app.overview.gaps() == []


def test_answered_and_declined_and_unread_questions_are_no_gaps(app: App) -> None:
    answered = ask(app, ANSWERED)
    assert answered.entry
    app.faq.vote(answered.reference, answered.entry.id, SAKURA, helpful=True)
    assert ask(app, DECLINED).entry
    chosen = ask(app, SUGGESTED)
    app.faq.choose(chosen.reference, "cancel-procedure", SAKURA)
    for text in ("", "🙏", "！？"):
        ask(app, text)
    assert app.overview.gaps() == []


def test_a_question_without_an_answer_is_a_gap(app: App) -> None:
    ask(app, UNKNOWN)
    gap = only_gap(app)
    assert (gap.representative, gap.count, gap.askers, gap.kinds) == (UNKNOWN, 1, 1, {GapKind.UNANSWERED: 1})
    assert gap.nearest
    assert gap.nearest in app.faq.entries()
    assert 0 < gap.confidence < 0.5


def test_none_of_the_suggestions_is_a_gap(app: App) -> None:
    reply = ask(app, SUGGESTED)
    assert app.overview.gaps() == []
    app.faq.none_of_these(reply.reference, SAKURA)
    gap = only_gap(app)
    assert gap.kinds == {GapKind.NONE_OF_THESE: 1}
    assert gap.nearest == reply.outcome.ranking.hits[0].entry
    assert gap.confidence == reply.confidence


def test_an_answer_that_did_not_help_is_a_gap_with_its_reason(app: App) -> None:
    reply = ask(app, ANSWERED)
    assert reply.entry
    app.faq.vote(reply.reference, reply.entry.id, SAKURA, helpful=False, reason=UnhelpfulReason.OUTDATED)
    gap = only_gap(app)
    assert (gap.kinds, gap.reasons) == ({GapKind.UNHELPFUL: 1}, {UnhelpfulReason.OUTDATED: 1})
    assert gap.nearest == reply.entry


def test_a_vote_that_was_changed_is_no_gap(app: App) -> None:
    reply = ask(app, ANSWERED)
    assert reply.entry
    for helpful in (False, True):
        app.faq.vote(reply.reference, reply.entry.id, SAKURA, helpful=helpful)
    assert app.overview.gaps() == []


@pytest.mark.parametrize("text", [UNKNOWN, SUGGESTED, ANSWERED, DECLINED])
def test_a_question_handed_to_people_is_a_gap_whatever_was_decided(app: App, text: str) -> None:
    app.faq.escalated(ask(app, text).reference, SAKURA)
    gap = only_gap(app)
    assert gap.kinds[GapKind.ESCALATED] == gap.count == 1


def test_one_question_counts_once_however_many_reasons_it_has(app: App) -> None:
    reply = ask(app, SUGGESTED)
    app.faq.none_of_these(reply.reference, SAKURA)
    app.faq.escalated(reply.reference, SAKURA)
    gap = only_gap(app)
    assert gap.count == 1
    assert gap.kinds == {GapKind.NONE_OF_THESE: 1, GapKind.ESCALATED: 1}


# -- suggestions that nobody pressed --------------------------------------------------------------

NAMELESS = Asker("web")


@pytest.mark.parametrize(
    ("asked", "kinds"),
    [
        ([(SAKURA, SUGGESTED, 300, "")], {}),
        ([(SAKURA, SUGGESTED, 300, ""), (SAKURA, SUGGESTED, 200, "")], {GapKind.UNPRESSED: 2}),
        ([(SAKURA, SUGGESTED, 300, ""), (KAEDE, "解約の 相談！", 200, "")], {GapKind.UNPRESSED: 2}),
        ([(NAMELESS, SUGGESTED, 300, ""), (NAMELESS, SUGGESTED, 200, "")], {GapKind.UNPRESSED: 2}),
        # there is still time to press
        ([(SAKURA, SUGGESTED, 59, ""), (KAEDE, SUGGESTED, 30, "")], {}),
        ([(SAKURA, SUGGESTED, 61, ""), (KAEDE, SUGGESTED, 61, "")], {GapKind.UNPRESSED: 2}),
        # pressed, voted on or handed over
        ([(SAKURA, SUGGESTED, 300, "chosen"), (KAEDE, SUGGESTED, 300, "")], {}),
        ([(SAKURA, SUGGESTED, 300, "helpful"), (KAEDE, SUGGESTED, 300, "")], {}),
        (
            [(SAKURA, SUGGESTED, 300, "none_of_these"), (KAEDE, SUGGESTED, 300, "")],
            {GapKind.NONE_OF_THESE: 1, GapKind.UNPRESSED: 1},
        ),
        # another question of the same asker was answered within the hour
        ([(SAKURA, SUGGESTED, 300, ""), (SAKURA, ANSWERED, 241, ""), (KAEDE, SUGGESTED, 300, "")], {}),
        (
            [(SAKURA, SUGGESTED, 300, ""), (SAKURA, ANSWERED, 239, ""), (KAEDE, SUGGESTED, 300, "")],
            {GapKind.UNPRESSED: 2},
        ),
        (
            [(SAKURA, SUGGESTED, 300, ""), (SAKURA, ANSWERED, 301, ""), (KAEDE, SUGGESTED, 300, "")],
            {GapKind.UNPRESSED: 2},
        ),
        ([(SAKURA, SUGGESTED, 300, ""), (SAKURA, DECLINED, 290, ""), (KAEDE, SUGGESTED, 300, "")], {}),
        ([(SAKURA, SUGGESTED, 300, ""), (SAKURA, SUGGESTED, 290, "chosen"), (KAEDE, SUGGESTED, 300, "")], {}),
        (
            [(SAKURA, SUGGESTED, 300, ""), (KAEDE, ANSWERED, 290, ""), (SAKURA, SUGGESTED, 100, "")],
            {GapKind.UNPRESSED: 2},
        ),
    ],
)
def test_suggestions_that_nobody_presses_are_a_gap_from_the_second_time_on(
    app: App, asked: Sequence[tuple[Asker, str, float, str]], kinds: dict[GapKind, int]
) -> None:
    for asker, text, minutes_ago, reaction in asked:
        reply = ask(app, text, asker, minutes_ago / (24 * 60))
        react(app, reply, asker, reaction)
        with app.store.engine.begin() as connection:
            mine = feedback.c.reference == reply.reference
            moment = datetime.now(UTC) - timedelta(minutes=minutes_ago)
            connection.execute(sa.update(feedback).where(mine).values(at=moment))
    assert {kind: count for gap in app.overview.gaps() for kind, count in gap.kinds.items()} == kinds


def react(app: App, reply: Reply, asker: Asker, reaction: str) -> None:
    nearest = reply.outcome.ranking.hits[0].entry.id
    match reaction:
        case "chosen":
            app.faq.choose(reply.reference, nearest, asker)
        case "helpful":
            app.faq.vote(reply.reference, nearest, asker, helpful=True)
        case "none_of_these":
            app.faq.none_of_these(reply.reference, asker)


def test_unpressed_suggestions_press_less_than_none_of_these(app: App) -> None:
    for asker in (SAKURA, KAEDE):
        ask(app, SUGGESTED, asker, days_ago=1)
        ask(app, UNKNOWN, asker, days_ago=2)
    assert [set(gap.kinds) for gap in app.overview.gaps()] == [{GapKind.UNANSWERED}, {GapKind.UNPRESSED}]


def test_unpressed_suggestions_are_solved_by_the_entry_that_is_now_suggested_first(app: App) -> None:
    for asker in (SAKURA, KAEDE):
        ask(app, SUGGESTED, asker, days_ago=1)
    publish(app, replace(app.store.load().by_id["plan-prices"], note="別の項目です。"))
    app.faq.searcher.refresh()
    assert app.overview.gaps()
    publish(app, Entry(id="leaving", category="解約", question="解約を迷っています", answer="ご相談ください。"))
    app.faq.searcher.refresh()
    decision = app.faq.preview(SUGGESTED).decision
    assert isinstance(decision, Suggest)
    assert decision.hits[0].entry.id == "leaving"
    assert app.overview.gaps() == []
    for asker in (SAKURA, KAEDE):
        ask(app, SUGGESTED, asker, days_ago=0.5)
    assert only_gap(app).count == 2, "of those who saw the new one"


def test_unpressed_suggestions_are_ignored_as_other_gaps_are(app: App) -> None:
    for asker in (SAKURA, KAEDE):
        ask(app, SUGGESTED, asker, days_ago=1)
    app.overview.ignore_gap(only_gap(app), "kaede")
    assert app.overview.gaps() == []


# -- what a gap adds up to ------------------------------------------------------------------------


def test_one_meaning_in_several_spellings_is_one_gap(app: App) -> None:
    for text in (*SPELLINGS, UNKNOWN):
        app.faq.escalated(ask(app, text).reference, SAKURA)
    app.faq.escalated(ask(app, UNKNOWN, KAEDE).reference, KAEDE)
    ask(app, "紅茶の茶葉の産地")
    first, second = app.overview.gaps()
    assert (first.representative, first.count) == (UNKNOWN, len(SPELLINGS) + 2)
    assert len(first.texts) == len(set(map(match_key, SPELLINGS)))
    assert second.count == 1


@pytest.mark.parametrize(
    "texts",
    [
        ("駐車場はありますか", "駐車場って有りますか？", "駐車場はある？", "ちゅうしゃじょうはありますか"),
        ("英語の電話に対応できますか", "英語の電話対応はできますか", "英語での電話に対応してもらえますか"),
    ],
)
def test_questions_that_share_words_or_readings_are_one_gap(app: App, texts: Sequence[str]) -> None:
    for text in texts:
        app.faq.escalated(ask(app, text).reference, SAKURA)
    gap = only_gap(app)
    assert sorted(map(match_key, gap.texts)) == sorted(map(match_key, texts))


def test_askers_are_counted_once_each_and_the_nameless_together(app: App) -> None:
    for asker in (SAKURA, SAKURA, KAEDE, Asker("web"), Asker("cli")):
        ask(app, UNKNOWN, asker)
    gap = only_gap(app)
    assert (gap.count, gap.askers) == (5, 3)


@pytest.mark.parametrize(
    ("days_ago", "trend", "weeks"),
    [
        ((1, 2, 8), Trend.RISING, (2, 1)),
        ((1, 8, 9), Trend.FALLING, (1, 2)),
        ((1, 8), Trend.STEADY, (1, 1)),
        ((20, 30, 59), Trend.STEADY, (0, 0)),
        ((6.99, 7.01), Trend.STEADY, (1, 1)),
        ((14.01, 13.99), Trend.FALLING, (0, 1)),
    ],
)
def test_the_trend_compares_this_week_with_the_last(
    app: App, days_ago: Sequence[float], trend: Trend, weeks: tuple[int, int]
) -> None:
    for days in days_ago:
        ask(app, UNKNOWN, days_ago=days)
    gap = only_gap(app)
    assert (gap.trend, (gap.this_week, gap.last_week)) == (trend, weeks)
    assert datetime.now(UTC) - gap.last_asked < timedelta(days=min(days_ago), minutes=1)


def test_only_so_many_days_count(app: App) -> None:
    ask(app, UNKNOWN, days_ago=GAP_DAYS + 1)
    ask(app, UNKNOWN, days_ago=8)
    assert only_gap(app).count == 1
    assert app.overview.gaps(7) == []
    assert only_gap(app, GAP_DAYS + 2).count == 2


def test_what_more_people_ask_comes_first_however_often_one_asks(app: App) -> None:
    for _ in range(3):
        ask(app, "紅茶の茶葉の産地", SAKURA)
    for asker in (SAKURA, KAEDE):
        ask(app, UNKNOWN, asker)
    app.faq.escalated(ask(app, SUGGESTED).reference, SAKURA)
    assert [(gap.count, gap.askers) for gap in app.overview.gaps()] == [(2, 2), (1, 1), (3, 1)]


# -- until somebody sees to it --------------------------------------------------------------------


def test_an_entry_that_answers_it_removes_it(app: App) -> None:
    for text in SPELLINGS:
        app.faq.escalated(ask(app, text).reference, SAKURA)
    assert app.overview.gaps()
    publish(
        app,
        Entry(
            id="pottery",
            category="その他",
            question="縄文土器の文様は何ですか",
            answer="縄目です。",
            variants=SPELLINGS,
        ),
    )
    app.faq.searcher.refresh()
    assert app.overview.gaps() == []


def test_changing_the_entry_that_did_not_help_removes_it_and_a_new_vote_brings_it_back(app: App) -> None:
    reply = ask(app, ANSWERED)
    assert reply.entry
    app.faq.vote(reply.reference, reply.entry.id, SAKURA, helpful=False)
    other = app.store.load().by_id["plan-prices"]
    publish(app, replace(other, note="別の項目です。"))
    assert only_gap(app).count == 1
    publish(app, replace(reply.entry, answer=f"{reply.entry.answer}\n\n詳しくは担当者にお尋ねください。"))
    app.faq.searcher.refresh()
    assert app.overview.gaps() == []
    again = ask(app, ANSWERED)
    app.faq.vote(again.reference, reply.entry.id, KAEDE, helpful=False)
    assert (only_gap(app).count, only_gap(app).askers) == (1, 1)


def test_an_ignored_gap_does_not_come_back_however_it_is_spelled(app: App) -> None:
    for text in SPELLINGS[:2]:
        ask(app, text)
    ask(app, "紅茶の茶葉の産地")
    ignored = next(gap for gap in app.overview.gaps() if gap.representative.startswith(UNKNOWN))
    for editor in ("kaede", "sakura"):
        app.overview.ignore_gap(ignored, editor)
    ask(app, "  縄文土器の文様？？", KAEDE)
    assert only_gap(app).representative == "紅茶の茶葉の産地"


def test_the_gaps_are_found_anew_after_some_seconds_or_when_one_is_ignored(app: App) -> None:
    now, overview = [0.0], app.overview
    overview.kept_gaps = TTLCache(1, GAPS_KEPT, timer=lambda: now[0])
    assert overview.recent_gaps() == []
    ask(app, UNKNOWN)
    now[0] = GAPS_KEPT - 1
    assert overview.recent_gaps() == []
    now[0] = GAPS_KEPT + 1
    assert [gap.representative for gap in overview.recent_gaps()] == [UNKNOWN]
    ask(app, "盆栽の剪定")
    assert len(overview.recent_gaps()) == 1
    overview.ignore_listed(overview.recent_gaps()[0].key, "kaede")
    assert [gap.representative for gap in overview.recent_gaps()] == ["盆栽の剪定"]


def test_two_who_look_at_the_gaps_at_once_have_them_found_once(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(app, UNKNOWN)
    found, find = [], app.overview.gaps

    def slowly() -> list[Gap]:
        time.sleep(0.2)
        found.append(find())
        return found[-1]

    monkeypatch.setattr(app.overview, "gaps", slowly)
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: app.overview.recent_gaps(), range(2))
    assert first == second == found[0]
    assert len(found) == 1


def test_what_is_ignored_is_kept_without_its_text(app: App) -> None:
    ask(app, UNKNOWN)
    app.overview.ignore_gap(only_gap(app), "kaede")
    with app.store.engine.connect() as connection:
        (row,) = connection.execute(sa.text("SELECT * FROM ignored_gaps")).all()
    assert UNKNOWN not in str(row)
    assert row.editor == "kaede"


def test_a_database_that_fails_says_so(app: App) -> None:
    with app.store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE ignored_gaps")
    with pytest.raises(StoreError, match="データベース"):
        app.overview.gaps()
    with pytest.raises(StoreError):
        IgnoredGaps(app.store.engine).ignore([UNKNOWN], "kaede")


def test_nothing_personal_is_in_a_gap(app: App) -> None:
    text = "090-1234-5678とtaro@example.comに縄文土器の文様を送って"
    app.faq.escalated(ask(app, text).reference, SAKURA)
    shown = re.sub(r"\d+\.\d+", "", repr(only_gap(app)))  # no confidence
    assert "縄文土器の文様" in shown
    for personal in ("090", "5678", "taro", "example.com", SAKURA.id):
        assert personal not in shown
