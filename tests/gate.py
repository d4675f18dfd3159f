"""The editors' gate on a knowledge base of four entries."""

from dataclasses import replace
from datetime import UTC, datetime

from making import connect_migrated

from bot.gate.publishing import Publishing
from index.cache import NullCache
from index.searcher import Searcher
from index.snapshot_builder import SnapshotBuilder
from index.text.analyzer import Analyzer
from knowledge.entry import Entry
from knowledge.folder import SHIPPED
from knowledge.list_name import ListName
from knowledge.questions.query_log import QueryLog
from knowledge.revisions.store import Change, Store

PRICE = Entry(
    id="price", category="料金", question="月額料金はいくらですか", answer="2,960円です。", variants=("値段",)
)
TRIAL = Entry(
    id="trial", category="お試し", question="無料お試しは何日間ですか", answer="10日間です。", variants=("試用期間",)
)
CANCEL = Entry(id="cancel", category="解約", question="解約の違約金はありますか", answer="ありません。")
HOURS = Entry(id="hours", category="電話", question="営業時間は何時までですか", answer="18時までです。")
BASE = (CANCEL, HOURS, PRICE, TRIAL)
LOSING = replace(TRIAL, question="保証金はかかりますか", variants=(), answer="かかりません。")  # asked for no more
JUDGED = "料金を教えて\tprice\nお試しの日数\ttrial\n社員食堂はありますか\t-\n"
LISTS = {
    ListName.JUDGED: JUDGED,
    ListName.SYNONYMS: SHIPPED.read_lists().synonyms,
    ListName.STYLE: SHIPPED.read_lists().style,
}
SAKURA, KAEDE = "sakura", "kaede"


def put(*entries: Entry) -> Change:
    """A change that publishes these entries."""
    return Change(put=entries)


def gate(url: str, analyzer: Analyzer, *, review: bool = False) -> Publishing:
    """The gate on a database, which it fills where it is empty; with `review` somebody else has to approve."""
    engine = connect_migrated(url)
    store = Store(engine)
    if store.revision() == 0:
        store.publish(Change(put=BASE, lists=LISTS), "shipped files", "", 0)
    builder = SnapshotBuilder(analyzer.tokenizer, None, NullCache(), shipped={})
    searcher = Searcher(
        store.revision, lambda before: builder.build(store.load(), datetime.now(UTC), before), builder.complete
    )
    return Publishing(store, builder, searcher, QueryLog(engine, b"key"), review)


def cheaper(price: str = "1,000円です。") -> Entry:
    """The entry of the price with another one."""
    return replace(PRICE, answer=price)
