"""From a form to a proposal, whose page shows what it would do."""

from typing import Any

from bot.web.team.member import member
from bot.web.team.pages import came_from, go, notice
from bot.web.team.team import Team
from knowledge.errors import EditConflict, FaqError, StoreError
from knowledge.revisions.store import Change

MAX_REASON = 1_000


def propose(team: Team, change: Change, base: int, reason: str = "") -> Any:
    """Measure a change and lead to the page of the proposal. Raises FaqError."""
    made = team.publishing.propose(change, member().user, reason, base, person=member().person)
    return go("proposal", proposal_id=made.id, **came_from())


def propose_or_tell(team: Team, change: Change, base: int, reason: str = "") -> Any:
    """Measure a change; a page says why there is no proposal where there is none."""
    try:
        return propose(team, change, base, reason)
    except FaqError as error:
        return tell(error)


def tell(error: FaqError) -> tuple[str, int]:
    """A page that says what was refused, and the next step."""
    return notice(f"{error.message}{error.hint}", status_of(error))


def status_of(error: FaqError) -> int:
    """The HTTP status of a page that says an error."""
    return 409 if isinstance(error, EditConflict) else 503 if isinstance(error, StoreError) else 422
