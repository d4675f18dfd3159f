"""Deletion of what is past its retention, from the files too."""

from datetime import timedelta

from knowledge.database.write_ahead_log import empty_log
from knowledge.questions.query_log import QueryLog
from knowledge.revisions.proposals import Proposals
from knowledge.slack_state.backlog import forget_events
from knowledge.slack_state.claims import Claims
from knowledge.slack_state.copies import Copies
from knowledge.slack_state.installations import forget_expired_states
from knowledge.team.sessions import Sessions

EVENTS_KEPT = timedelta(days=2)  # with the claims on them; Slack redelivers an event for some minutes
LOOKED_AT_KEPT = timedelta(days=7)  # a proposal that nobody published or handed in: its modal is long closed


def forget_what_is_past(log: QueryLog, retention: timedelta) -> None:
    """Delete it; `retention` is that of questions and of what was carried about them. Raises StoreError."""
    engine = log.engine
    log.forget(retention)
    Copies(engine).forget(retention)
    Claims(engine).forget(EVENTS_KEPT)
    forget_events(engine, EVENTS_KEPT)
    forget_expired_states(engine)
    Proposals(engine).forget_open(LOOKED_AT_KEPT)
    Sessions(engine).forget_ended()
    empty_log(engine)
