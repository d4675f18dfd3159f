"""Metrics of a running process for operators: counts, times and the state of its knowledge base, for Prometheus."""

import math
from collections.abc import Callable
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from bot.reply import Asker, Reply
from index.decision.calibration import Calibration
from index.searcher import Searcher
from knowledge.errors import FaqError
from knowledge.questions.feedback import FeedbackKind
from knowledge.slack_state.backlog import Backlog

CONTENT_TYPE = CONTENT_TYPE_LATEST
# Upper bounds of the histograms' buckets in seconds; a decision takes 0.4 ms without and 3 ms with the encoder,
# and Slack wants its acknowledgement within 3 s.
BUCKETS = {
    "faqbot_decision_seconds": (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5),
    "faqbot_slack_acknowledgement_seconds": (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0),
    "faqbot_slack_call_seconds": (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0),
}


class Metrics:
    """The metrics of one process in a registry of their own; safe to share between threads."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        ProcessCollector(registry=registry)  # memory, processor time and open files
        self._questions = Counter(
            "faqbot_questions", "Questions asked, by door and decision", ["door", "decision"], registry=registry
        )
        self._feedback = Counter("faqbot_feedback", "Feedback on replies, by kind", ["kind"], registry=registry)
        self._call_errors = Counter(
            "faqbot_slack_errors",
            "Calls of Slack that failed (after their retries, but at response URLs), by method and error code",
            ["method", "error"],
            registry=registry,
        )
        self._wrong_tokens = Counter(
            "faqbot_wrong_tokens", "Requests with a token that nobody holds", ["where"], registry=registry
        )
        self._decision_seconds = self._times("faqbot_decision_seconds", "Time from a question to its decision", "door")
        self._acknowledgement_seconds = self._times(
            "faqbot_slack_acknowledgement_seconds", "Time in which a delivery of Slack is acknowledged", "transport"
        )
        self._call_seconds = self._times(
            "faqbot_slack_call_seconds", "Time that a call of Slack's Web API takes, retries included", "method"
        )
        self._calibration: tuple[str, datetime] = ("", datetime.now(UTC))

    def question(self, reply: Reply, asker: Asker) -> None:
        """A question was asked and decided."""
        self._questions.labels(asker.door, reply.kind).inc()
        self._decision_seconds.labels(asker.door).observe(reply.milliseconds / 1000)

    def feedback(self, kind: FeedbackKind) -> None:
        """Somebody pressed a button under a reply."""
        self._feedback.labels(kind.value).inc()

    def wrong_token(self, where: str) -> None:
        """Something was asked for with a token that nobody holds."""
        self._wrong_tokens.labels(where).inc()

    def acknowledged(self, transport: str, seconds: float) -> None:
        """A delivery of Slack over `transport` (http, socket) was acknowledged."""
        self._acknowledgement_seconds.labels(transport).observe(seconds)

    def slack_call(self, method: str, seconds: float, error: str = "") -> None:
        """A method of Slack's Web API was called; `error` is a code from a small set, "" where it went well."""
        self._call_seconds.labels(method).observe(seconds)
        if error:
            self._call_errors.labels(method, error).inc()

    def gauge(self, name: str, meaning: str, read: Callable[[], float]) -> None:
        """Show what `read` gives at every scrape; where it raises FaqError the value is NaN, not the scrape lost."""

        def value() -> float:
            try:
                return read()
            except FaqError:
                return math.nan

        Gauge(name, meaning, registry=self._registry).set_function(value)

    def follow(self, searcher: Searcher) -> None:
        """Show the state of the live snapshot and its calibration."""

        def snapshot_age() -> float:
            return _seconds_since(searcher.snapshot.built_for)

        self.gauge("faqbot_revision", "Revision of the live knowledge base", lambda: searcher.snapshot.revision)
        self.gauge("faqbot_entries", "Entries of the live snapshot", lambda: len(searcher.snapshot.index.entries))
        self.gauge("faqbot_snapshot_age_seconds", "Time since the live snapshot was built", snapshot_age)
        self._follow_calibration(searcher)

    def follow_inbox(self, backlog: Callable[[], Backlog]) -> None:
        """Show what waits in the inbox."""
        self.gauge("faqbot_inbox_events", "Messages not done yet, of all processes", lambda: backlog().events)
        self.gauge("faqbot_inbox_age_seconds", "Time since the oldest of them came", lambda: backlog().seconds)

    def _follow_calibration(self, searcher: Searcher) -> None:
        def live() -> Calibration:
            return searcher.snapshot.calibration

        def age() -> float:
            if self._calibration[0] != live().digest:
                self._calibration = (live().digest, searcher.snapshot.built_for)
            return _seconds_since(self._calibration[1])

        def judged() -> float:
            return live().evidence.judged

        def bound() -> float:
            return live().risk.bound

        def given() -> float:
            return float(live().answers_more)

        self.gauge("faqbot_calibration_age_seconds", "Time since this calibration was taken up here", age)
        self.gauge("faqbot_calibration_wrong_bound", "Upper bound on the share of wrong answers", bound)
        self.gauge("faqbot_evidence_judged", "Judged queries that the calibration rests on", judged)
        self.gauge("faqbot_evidence_variants", "Left-out variants that it rests on", lambda: live().evidence.variants)
        self.gauge("faqbot_answers_given", "1 when more than near equality is answered directly, else 0", given)

    def _times(self, name: str, meaning: str, label: str) -> Histogram:
        return Histogram(name, meaning, [label], buckets=BUCKETS[name], registry=self._registry)

    def page(self) -> bytes:
        """Every value in Prometheus's text format, which is of CONTENT_TYPE."""
        return generate_latest(self._registry)


def _seconds_since(moment: datetime) -> float:
    return (datetime.now(UTC) - moment).total_seconds()
