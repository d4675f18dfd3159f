"""Gaps after a month of junk: the time and memory they take, and the place of what people really lack.

One address of the page asks MANY odd questions, each twice, and several people ask the REAL ones. Prints what the
page keeps of the junk in a month, and the figures for that and for a log that holds all of it (written before there
was a bound, or sent from many addresses). Run by `make bench`.
"""

import random
import resource
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa

from bot.app import App
from bot.settings import read_settings
from knowledge.database.tables import queries
from knowledge.questions.query_log import DAILY, new_reference

DAYS = 30
MANY = 130_000  # each asked twice: what one visitor can send in three days at the page's quota
REAL = (
    "駐車場はありますか",
    "英語の電話に対応できますか",
    "土日だけ契約できますか",
    "請求書を郵送してもらえますか",
    "電話を録音してもらえますか",
)
PEOPLE = 3
SYLLABLES = (
    "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわ電話番号料金解約転送"
)


def main() -> None:
    """Measure a kept month and the whole of it."""
    print(f"kept of one address: {DAILY.number} questions a day, {DAILY.number * DAYS:,} in {DAYS} days")
    for junk in (DAILY.number * DAYS // 2, MANY):
        with TemporaryDirectory() as folder:
            app = App(read_settings({"DATABASE_URL": f"sqlite:///{Path(folder) / 'faqbot.db'}", "ASKER_HASH_KEY": "k"}))
            app.faq.preview(REAL[0])  # loaded and warm
            _write(app, junk)
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            started, used = time.perf_counter(), time.process_time()
            gaps = app.overview.gaps()
            seconds, used = time.perf_counter() - started, time.process_time() - used
            memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
            places = [place for place, gap in enumerate(gaps, 1) if set(gap.texts) & set(REAL)]
            print(
                f"{2 * junk:,} questions of junk: {seconds:.2f} s ({used:.2f} s of a core), {memory:.0f} MB more, "
                f"{len(gaps)} gaps, the {len(REAL)} real ones at {places}"
            )
            app.store.engine.dispose()


def _write(app: App, junk: int) -> None:
    chosen = random.Random(1)  # noqa: S311  # the same in every run
    texts = ["".join(chosen.choices(SYLLABLES, k=chosen.randint(6, 30))) for _ in range(junk)]
    with app.store.engine.begin() as connection:
        rows = [*_rows(texts * 2, "web", [app.log.asker_hash("203.0.113.7")], chosen)]
        people = [app.log.asker_hash(f"U{number}") for number in range(PEOPLE)]
        rows += _rows(list(REAL) * PEOPLE, "slack", people, chosen)
        connection.execute(sa.insert(queries), rows)


def _rows(texts: list[str], door: str, askers: list[str], chosen: random.Random) -> Iterator[dict[str, Any]]:
    now = datetime.now(UTC)
    for number, text in enumerate(texts):
        yield {
            "reference": new_reference() + new_reference(),
            "at": now - timedelta(days=chosen.uniform(0, DAYS)),
            "door": door,
            "asker": askers[number * len(askers) // len(texts)],
            "text": text,
            "decision": "abstain",
            "entry_id": None,
            "confidence": 0.1,
            "revision": 1,
            "milliseconds": 1.0,
        }


if __name__ == "__main__":
    main()
