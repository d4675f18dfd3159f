"""From a submitted form to a proposal, and the proposal as its editor sees it."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.gate.proposal import Proposal
from bot.roles import Role
from bot.slack.door import Door
from bot.slack.entry_forms import overtaken_form
from bot.slack.modals import open_view, update_view
from bot.slack.views.blocks import Block
from bot.slack.views.notices import notice_modal, working_modal
from bot.slack.views.proposal import failed_modal, proposal_modal
from bot.wording import sentences
from bot.wording.entry_names import named_problem
from knowledge.entry import Entry
from knowledge.errors import EditConflict, FaqError, KnowledgeError, Problem, StoreError
from knowledge.revisions.store import Change, KnowledgeBase

MEASURING = "影響を確かめています。数秒お待ちください。"


@dataclass(frozen=True, slots=True)
class Submission:
    """A form that was submitted: the person who did it, and how to answer."""

    door: Door
    ack: Ack
    client: WebClient
    body: dict[str, Any]

    @property
    def user(self) -> str:
        """The id of the person who submitted it."""
        return str(self.body["user"]["id"])

    def is_refused(self) -> bool:
        """True when that person may not submit it; then they are told so."""
        if self.door.allows(self.body, Role.EDITOR):
            return False
        self.ack(response_action="update", view=notice_modal(sentences.STAFF_ONLY))
        return True

    def live(self, field: str) -> KnowledgeBase | None:
        """The live knowledge base; None where it cannot be read, which the form then says at `field`, words and all."""
        try:
            return self.door.publishing.live()
        except StoreError as error:
            self.ack(response_action="errors", errors={field: f"{error.message} {error.hint}".strip()})
            return None

    def show(self, view: Block) -> None:
        """Show something in the form's place, after the form was answered."""
        update_view(self.client, self.body["view"]["id"], view)


Again = Callable[[Sequence[Problem]], Block]  # a form once more, with the faults of what was submitted


def propose(submission: Submission, entry: Entry, base: int, again: Again, reason: str = "") -> None:
    """Propose an entry's new version; faults, or a database that is gone, show the form `again`."""
    propose_change(submission, Change(put=(entry,)), base, again, reason)


def propose_change(
    submission: Submission, change: Change, base: int, again: Again | None = None, reason: str = ""
) -> None:
    """Measure the impact of a change while the editor waits, and show it.

    The form is answered at once, since Slack waits three seconds at most.
    """
    submission.ack(response_action="update", view=working_modal(MEASURING))
    door = submission.door
    try:
        proposal = door.publishing.propose(change, submission.user, reason, base)
    except FaqError as error:
        if again and isinstance(error, KnowledgeError):
            submission.show(again([named_problem(one, door.faq.question_of) for one in error.problems]))
        elif again and isinstance(error, StoreError):
            submission.show(again([Problem(error.message, error.hint)]))
        else:
            submission.show(refused_view(door, error, change, base, reason))
    else:
        submission.show(_preview(door, proposal, submission.user))


def refused_view(door: Door, error: FaqError, change: Change, base: int, reason: str = "") -> Block:
    """Why a change is not published; where somebody was faster, the form with its editor's words and theirs."""
    if isinstance(error, EditConflict):
        with suppress(StoreError):
            form = overtaken_form(door, change, base, reason)
            if form:
                return form
    return failed_modal(error.message, error.hint, next(iter(change.ids), ""))


def open_preview(
    door: Door,
    body: dict[str, Any],
    client: WebClient,
    proposed: Callable[[str], Proposal],
    refused: Callable[[FaqError], Block],
) -> None:
    """Open a view at once and show in it the proposal that `proposed` (given who asks) takes seconds to make."""
    view_id = open_view(door, body, client, Role.EDITOR, lambda: working_modal(MEASURING))
    if not door.allows(body, Role.EDITOR):
        return
    user = str(body["user"]["id"])
    try:
        update_view(client, view_id, _preview(door, proposed(user), user))
    except FaqError as error:
        update_view(client, view_id, refused(error))


def _preview(door: Door, proposal: Proposal, user: str) -> Block:
    """A proposal as `user` sees it: to publish, to hand in, or somebody else's to approve."""
    review = door.publishing.review
    approving = proposal.stored.state == "waiting"
    shown = [door.entry_view(entry) for entry in proposal.written[:2]]
    return proposal_modal(
        proposal, shown, door.faq.question_of, review=review, approving=approving, own=proposal.stored.is_by(user)
    )
