"""Asking: the reply to a question, the live entries, and the feedback on replies, the same for every door."""

import time
from collections.abc import Callable
from dataclasses import replace

from bot.lenient_log import LenientLog, log_decision
from bot.reply import MAX_TURNS, Asker, Reply, Written, reply_of
from bot.wording.categories import categories_of
from index.asking.asking import hear
from index.asking.turns import Conversation, last_shown
from index.message.message import read_message
from index.searcher import Searcher
from index.text.filters import BLANKS
from knowledge.entry import Entry
from knowledge.files.site_yaml import site_in
from knowledge.questions.feedback import Feedback, FeedbackKind, UnhelpfulReason
from knowledge.questions.query_log import QueryLog, StoredQuery
from knowledge.site import Site

MAX_RELATED = 3
NO_LIMIT = 1_000_000

Observer = Callable[[Reply, Asker], None]


class Faq:
    """The bot behind every door; safe to share between threads."""

    def __init__(
        self,
        searcher: Searcher,
        log: QueryLog | None = None,
        public_url: str = "",
        limit: int = NO_LIMIT,
        site_of: Callable[[str], Site] = site_in,
    ) -> None:
        """`log` is None where nothing may be written; `public_url` is where the web door is seen from outside.

        `limit` is the number of questions an asker may ask in a minute, `site_of` reads the knowledge base's words.
        """
        self.searcher = searcher
        self._site_of = site_of
        self._log = LenientLog(log)
        self._public_url = public_url
        self._limit = limit
        self.observers: list[Observer] = []  # told of every question asked, after its answer
        self.feedback_observers: list[Callable[[FeedbackKind], None]] = []

    @property
    def site(self) -> Site:
        """The live words of the knowledge base."""
        return self._site_of(self.searcher.snapshot.base.lists.site)

    def ask(self, text: str, asker: Asker, conversation: Conversation = ()) -> Reply:
        """Answer, suggest or abstain, for each question of a message; each goes, redacted, into the query log.

        What is beyond Written's bound is not read, neither of the message nor of a turn before; `conversation` are
        those turns, oldest first, of which the last MAX_TURNS are read. A log that cannot be written does not keep
        anybody from an answer.
        """
        reply = self.preview(text, conversation)
        self.record(reply, asker)
        return reply

    def record(self, reply: Reply, asker: Asker, *, limited: bool = False) -> bool:
        """Count a reply of `preview` as asked, in the query log, for the observers and in the process's log.

        With `limited` it does not count, and False is returned, when the asker has reached the limit, see `allows`.
        What asks nothing does not count.
        """
        if not reply.wants_reply:
            return True
        if not self._log.write(reply, asker, self._limit if limited else None):
            return False
        for further in reply.further:
            self._log.write(further, asker, None)
        for one in reply.every:
            log_decision(one, asker)
            for observe in self.observers:
                observe(one, asker)
        return True

    def preview(self, text: str, conversation: Conversation = ()) -> Reply:
        """The reply that `ask` would give now; nothing is stored or logged."""
        started = time.perf_counter()
        written = Written.of(text)
        before = [replace(turn, query=Written.of(turn.query).text) for turn in conversation[-MAX_TURNS:]]
        snapshot = self.searcher.snapshot
        heard = hear(snapshot, written.text, before)
        previous = snapshot.by_id.get(last_shown(before))
        milliseconds = (time.perf_counter() - started) * 1000
        first, *further = [reply_of(one, heard, snapshot.revision, milliseconds, previous) for one in heard.outcomes]
        query, is_cut, is_left = BLANKS.sub(" ", written.text), written.is_cut, heard.is_left
        return replace(first, query=query, is_cut=is_cut, is_left=is_left, further=tuple(further))

    def entry(self, entry_id: str) -> Entry | None:
        """The live entry with this id."""
        return self.searcher.snapshot.by_id.get(entry_id)

    def question_of(self, entry_id: str) -> str:
        """The question of the live entry with this id, "" where there is none."""
        entry = self.entry(entry_id)
        return entry.question if entry else ""

    def link(self, entry: Entry) -> str:
        """The address of an entry's source page, else of its own page here, else ""."""
        return entry.url or (f"{self._public_url}/faq/{entry.id}" if self._public_url else "")

    def entry_at(self, address: str) -> Entry | None:
        """The live entry whose own page here has this address, seen from outside."""
        if not self._public_url:
            return None
        page, _, _ = address.partition("#")
        before, found, entry_id = page.partition("?")[0].rpartition("/faq/")
        return self.entry(entry_id) if found and before.lower() == self._public_url.lower() else None

    def related(self, entry: Entry) -> list[Entry]:
        """The live entries that an entry points to, at most MAX_RELATED."""
        found = [self.entry(entry_id) for entry_id in entry.related]
        return [other for other in found if other][:MAX_RELATED]

    def best(self, text: str) -> list[tuple[Entry, float]]:
        """The best entries for a text, each with its confidence; nothing is logged, since nobody asked the bot."""
        outcome = self.searcher.snapshot.ask(read_message(Written.of(text).text).whole)
        return [(hit.entry, confidence) for hit, confidence in outcome.confidences()]

    def categories(self) -> list[str]:
        """The categories that hold an answering entry, in their order."""
        return categories_of(entry for entry in self.entries() if not entry.declines)

    def entries(self) -> tuple[Entry, ...]:
        """Every live entry."""
        return self.searcher.snapshot.index.entries

    def choose(self, reference: str, entry_id: str, asker: Asker) -> Entry | None:
        """The suggested entry that was pressed under the reply `reference`; the choice is stored if it is live."""
        entry = self.entry(entry_id)
        if entry:
            self._give(Feedback(reference=reference, kind=FeedbackKind.CHOSEN, asker=asker.id, entry_id=entry.id))
        return entry

    def none_of_these(self, reference: str, asker: Asker) -> None:
        """Store that none of the suggestions under `reference` fits."""
        self._give(Feedback(reference=reference, kind=FeedbackKind.NONE_OF_THESE, asker=asker.id))

    def vote(
        self, reference: str, entry_id: str, asker: Asker, *, helpful: bool, reason: UnhelpfulReason | None = None
    ) -> None:
        """Store whether the entry shown under `reference` helped, and if not, why; an asker's last vote counts."""
        kind = FeedbackKind.HELPFUL if helpful else FeedbackKind.UNHELPFUL
        self._give(Feedback(reference=reference, kind=kind, asker=asker.id, entry_id=entry_id or None, reason=reason))

    def escalated(self, reference: str, asker: Asker) -> None:
        """Store that the asker wants a person to answer the question `reference`."""
        self._give(Feedback(reference=reference, kind=FeedbackKind.ESCALATED, asker=asker.id))

    def unwanted(self, reference: str, asker: Asker) -> None:
        """Store that a reply to a question which was not asked of us is not wanted."""
        self._give(Feedback(reference=reference, kind=FeedbackKind.UNWANTED, asker=asker.id))

    def _give(self, given: Feedback) -> None:
        self._log.write_feedback(given)
        for observe in self.feedback_observers:
            observe(given.kind)

    def stored(self, reference: str) -> StoredQuery | None:
        """The question behind a reference as it was stored; None when it is gone or the log cannot be read."""
        return self._log.find(reference)

    def question(self, reference: str) -> str:
        """The text of that question (redacted), "" when it is gone."""
        found = self.stored(reference)
        return found.text if found else ""

    def allows(self, asker: Asker) -> bool:
        """True when the asker has asked less than the limit within the last minute."""
        return not self._log.has_asked(asker, self._limit)
