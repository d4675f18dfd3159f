"""The objects that doors call: asking, editing and looking, and the log behind them."""

from dataclasses import dataclass
from typing import Self

from bot.faq import Faq
from bot.gate.publishing import Publishing
from bot.overview import Overview
from index.snapshot_builder import SnapshotBuilder
from knowledge.questions.query_log import QueryLog
from knowledge.revisions.store import Store


@dataclass(frozen=True, slots=True)
class Parts:
    """Separate objects, none of which leads to another."""

    faq: Faq
    publishing: Publishing
    overview: Overview
    log: QueryLog

    @classmethod
    def of(cls, faq: Faq, store: Store, builder: SnapshotBuilder, log: QueryLog, *, review: bool) -> Self:
        """The parts around a bot; with `review` another person has to approve a proposal."""
        publishing = Publishing(store, builder, faq.searcher, log, review)
        return cls(faq, publishing, Overview(faq.searcher, log, lambda: faq.site.favourites), log)
