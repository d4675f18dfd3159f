"""The composition root: the one place where the parts are chosen and joined.

What a question on the command line does not need is imported where it is made: it takes as long as the answer.
"""

import logging
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING

from bot.asker_key import asker_key
from bot.encoders import first_encoder, make_second_stage
from bot.faq import Faq
from bot.process.log_format import formatter
from bot.setting_table import CACHE_FOLDER, Settings
from index.encoder.encoder import Batch, CachingEncoder, Encoder, load_encoder
from index.ranking.second_stage import SecondStage
from index.searcher import Searcher
from index.snapshot import Snapshot
from index.snapshot_builder import SnapshotBuilder
from index.text.tokenizer import Tokenizer
from knowledge.database.connection import connect
from knowledge.database.migration import migrate
from knowledge.database.notifications import Publications
from knowledge.database.reachability import Reachable
from knowledge.files.site_yaml import site_in
from knowledge.questions.query_log import QueryLog
from knowledge.revisions.caches import DatabaseCache
from knowledge.revisions.owner import owner_of
from knowledge.revisions.store import Store
from knowledge.shipping import adopt_earlier_lists, claim_for, follow_site, ship_files
from knowledge.site import Site

if TYPE_CHECKING:
    from bot.gate.publishing import Publishing
    from bot.overview import Overview
    from bot.parts import Parts
    from bot.process.metrics import Metrics

logger = logging.getLogger(__name__)
REFRESH_SECONDS = 0.5  # other processes see a publish within a second
EPHEMERAL_DISK = (
    "このプラットフォーム（%s）のディスクは再起動のたびに空になり、編集と記録が失われます。"
    "DATABASE_URL に PostgreSQL を指定してください。"
)
PREPARE_SECONDS = 2.0
FORGET_SECONDS = 3_600.0


def set_up_logging(log_format: str = "text", *, verbose: bool) -> None:
    """Logs go to standard error, in English, one line an event; `verbose` for servers, else warnings only."""
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(formatter(log_format))
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, handlers=[lines])
    for noisy in ("alembic", "slack_bolt", "slack_sdk"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # warns of every request that waits for a thread


@dataclass
class App:
    """Every part of a running process, made on first use."""

    settings: Settings
    loading: Future[Encoder | None] | None = None  # the encoder, begun before anything else
    watch: Callable[[Iterable[Batch], int], Iterable[Batch]] = lambda batches, _: batches  # encoding new texts

    @cached_property
    def store(self) -> Store:
        """The live knowledge base, its schema up to date and, on first use, filled with the folder's files."""
        if self.settings.loses_its_data:
            logger.warning(EPHEMERAL_DISK, self.settings.platform)
        engine = connect(self.settings.database_url)
        migrate(engine)
        store = Store(engine)
        if store.revision() == 0:
            ship_files(store, self.settings.knowledge)
        elif owner_of(store):
            claim_for(store, self.settings.knowledge)
        adopt_earlier_lists(store, self.settings.knowledge)
        return store

    @cached_property
    def log(self) -> QueryLog:
        """The query log."""
        return QueryLog(self.store.engine, asker_key(self.settings), self.settings.contract_numbers)

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """The dictionary, which takes 200 MB."""
        return Tokenizer()

    @cached_property
    def encoder(self) -> Encoder | None:
        """The sentence encoder, None where there is none."""
        load = self.loading.result if self.loading else partial(load_encoder, CACHE_FOLDER)
        return first_encoder(self.settings.encoder, load)

    @cached_property
    def second_stage(self) -> SecondStage | None:
        """The second stage of the ranking, None where there is none. Raises SettingError."""
        return make_second_stage(self.settings.encoder, DatabaseCache(self.store.engine))

    @cached_property
    def builder(self) -> SnapshotBuilder:
        """The builder of this process's snapshots."""
        cache = DatabaseCache(self.store.engine)
        tokenizer, encoder = self.tokenizer, self.encoder
        caching = encoder and CachingEncoder(encoder, cache.find_vectors, cache.keep_vectors, self.watch)
        return SnapshotBuilder(tokenizer, encoder, cache, entry_encoder=caching, second_stage=self.second_stage)

    @cached_property
    def searcher(self) -> Searcher:
        """The live snapshot."""
        return Searcher(self.store.revision, self._snapshot, self.builder.complete)

    @property
    def site_of(self) -> Callable[[str], Site]:
        """Reads the words of the knowledge base; the setting CONTACT_TEXT takes the place of their contact."""
        return partial(site_in, contact=self.settings.contact_text)

    @cached_property
    def faq(self) -> Faq:
        """The bot that every door calls."""
        return Faq(self.searcher, self.log, self.settings.public_url, self.settings.rate_limit, self.site_of)

    @cached_property
    def parts(self) -> "Parts":
        """The objects that a door calls."""
        from bot.parts import Parts

        return Parts.of(self.faq, self.store, self.builder, self.log, review=self.settings.review)

    @property
    def publishing(self) -> "Publishing":
        """The editors' gate."""
        return self.parts.publishing

    @property
    def overview(self) -> "Overview":
        """Statistics and gaps."""
        return self.parts.overview

    @cached_property
    def metrics(self) -> "Metrics":
        """The counts and times of this process; every question from now on is in them."""
        from bot.process.metrics import Metrics
        from knowledge.slack_state.backlog import read_backlog

        metrics = Metrics()
        metrics.follow(self.searcher)
        metrics.follow_inbox(partial(read_backlog, self.store.engine))
        self.faq.observers.append(metrics.question)
        self.faq.feedback_observers.append(metrics.feedback)
        return metrics

    @cached_property
    def ready(self) -> dict[str, Callable[[], bool]]:
        """The parts this process needs, each with a function that is True when it can be used; doors add theirs."""
        return {"snapshot": lambda: self.searcher.snapshot.revision > 0, "database": Reachable(self.store.engine)}

    def faq_at(self, moment: datetime) -> Faq:
        """The bot as it would answer at `moment` with today's entries; it logs nothing."""
        snapshot = self.builder.build(self.store.load(), moment, self.searcher.snapshot)
        fixed = Searcher(lambda: snapshot.revision, lambda _: snapshot)
        return Faq(fixed, None, self.settings.public_url, site_of=self.site_of)

    def _snapshot(self, before: Snapshot | None) -> Snapshot:
        return self.builder.build(self.store.load(), datetime.now(UTC), before, kept=True)

    def start(self) -> None:
        """Take in an edited site.yaml; then follow newer revisions and forget old questions until the process ends."""
        from bot.process.background import repeat
        from bot.webhooks.webhooks import Webhooks
        from knowledge.webhooks.deliveries import Deliveries

        follow_site(self.store, self.settings.knowledge)
        repeat("refresh", self.faq.searcher.refresh, partial(Publications(self.store.engine).wait, REFRESH_SECONDS))
        repeat("passages", self.prepare, partial(time.sleep, PREPARE_SECONDS))
        repeat("forgetting", self.forget, partial(time.sleep, FORGET_SECONDS))
        if self.settings.webhook_urls:
            Webhooks(self.settings, self.parts, Deliveries(self.store.engine)).start()

    def prepare(self) -> None:
        """Encode for the second stage what was published, unless that is very much."""
        snapshot = self.searcher.snapshot
        if snapshot.second_stage:
            snapshot.second_stage.prepare(snapshot.index.entries)

    def forget(self) -> None:
        """Delete everything that is past its retention."""
        from bot.process.forgetting import forget_what_is_past

        forget_what_is_past(self.log, timedelta(days=self.settings.log_retention_days))
