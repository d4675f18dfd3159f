"""Statistics over the query log: entries that nobody is shown, and votes that still count.

1. An entry is never asked for when it was neither answered nor chosen, and was there to be asked for.
2. Votes are added up by entry; an edit of the entry begins anew.
3. Questions are counted by day in Tokyo, and drawn as bars.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from asking import ANSWERED, KAEDE, SAKURA, SUGGESTED, ask, publish

from bot.app import App
from bot.reply import Asker
from bot.wording.charts import daily_line
from knowledge.database.tables import queries
from knowledge.entry import TOKYO
from knowledge.questions.statistics import DailyCounts


def test_entries_that_nobody_was_shown_are_found(app: App) -> None:
    ask(app, ANSWERED, days_ago=3)
    chosen = ask(app, SUGGESTED)
    app.faq.choose(chosen.reference, "cancel-procedure", SAKURA)
    ids = [entry.id for entry in app.faq.entries()]
    later = datetime.now(UTC) + timedelta(seconds=1)
    never = app.overview.statistics.never_asked(ids, later - timedelta(days=60))
    assert never == []  # the entries are new: nobody has had the time to ask
    with app.store.engine.begin() as connection:
        connection.execute(sa.text("UPDATE revisions SET at = '2020-01-01 00:00:00.000000'"))
    never = app.overview.statistics.never_asked(ids, later - timedelta(days=60))
    assert set(ids) - set(never) == {"free-trial-10days", "cancel-procedure"}
    assert "free-trial-10days" in app.overview.statistics.never_asked(ids, later - timedelta(days=2))


def test_votes_are_added_up_by_entry(app: App) -> None:
    for helpful, asker in ((False, SAKURA), (False, KAEDE), (True, Asker("slack", "U0MOMIJI"))):
        app.faq.vote(ask(app, ANSWERED).reference, "free-trial-10days", asker, helpful=helpful)
    app.faq.vote(ask(app, ANSWERED).reference, "plan-prices", SAKURA, helpful=True)
    (votes,) = app.overview.statistics.unhelpful(datetime.now(UTC) - timedelta(days=1))
    assert (votes.entry_id, votes.unhelpful, votes.helpful) == ("free-trial-10days", 2, 1)
    assert app.overview.statistics.unhelpful(datetime.now(UTC) + timedelta(days=1)) == []


def test_votes_on_an_entry_as_it_was_before_an_edit_no_longer_count(app: App) -> None:
    app.faq.vote(ask(app, ANSWERED).reference, "free-trial-10days", SAKURA, helpful=False)
    since = datetime.now(UTC) - timedelta(days=1)
    assert len(app.overview.statistics.unhelpful(since)) == 1
    entry = app.store.load().by_id["free-trial-10days"]
    publish(app, replace(entry, note="直しました。"))
    assert app.overview.statistics.unhelpful(since) == []


def test_questions_are_counted_by_day_in_tokyo(app: App) -> None:
    for days_ago in (0, 0, 2):
        ask(app, ANSWERED, days_ago=days_ago)
    now = datetime.now(UTC)
    daily = app.overview.statistics.daily(3, now)
    assert (daily.last, daily.counts) == (now.astimezone(TOKYO).date(), (1, 0, 2))
    assert app.overview.statistics.daily(2, now - timedelta(days=1)).counts == (1, 0)


def test_a_day_ends_at_midnight_in_tokyo(app: App) -> None:
    reply = ask(app, ANSWERED)
    with app.store.engine.begin() as connection:
        before = datetime(2026, 11, 27, 23, 59, 59, tzinfo=TOKYO)
        connection.execute(sa.update(queries).where(queries.c.reference == reply.reference).values(at=before))
    assert app.overview.statistics.daily(2, datetime(2026, 11, 28, 0, 1, tzinfo=TOKYO)).counts == (1, 0)


def test_days_are_drawn_as_bars_with_figures() -> None:
    daily = DailyCounts(date(2026, 12, 2), (0, 1, 5, 20, 8, 3))
    assert daily_line(daily) == "11/27 ▁▂▂▇▃▂ 12/2　最多 20・平均 6.2・12/2 3"
