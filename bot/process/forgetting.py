"""Deletion of what is past its retention: questions, claims, open proposals and ended sessions."""

from datetime import timedelta

from knowledge.questions.query_log import QueryLog
from knowledge.revisions.proposals import Proposals
from knowledge.slack_state.installations import forget_expired_states
from knowledge.team.sessions import Sessions

CLAIMS_KEPT = timedelta(days=2)  # Slack redelivers an event for some minutes
LOOKED_AT_KEPT = timedelta(days=7)  # a proposal that nobody published or handed in: its modal is long closed


def forget_what_is_past(log: QueryLog, retention: timedelta) -> None:
    """Delete it; questions are kept for `retention`. Raises StoreError."""
    log.forget(retention, CLAIMS_KEPT)
    forget_expired_states(log.engine)
    Proposals(log.engine).forget_open(LOOKED_AT_KEPT)
    Sessions(log.engine).forget_ended()
