"""What the editors' forms share: from what was typed to a proposal, and from a proposal to a publish."""

import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.proposal import Proposal
from bot.slack.delivery.posting import post
from bot.slack.door import Door
from bot.slack.roles import Role
from bot.slack.views.blocks import Block, paragraph, said_by
from bot.slack.views.entry import answer_blocks
from bot.slack.views.form import Draft, add_form, block_of, entry_form
from bot.slack.views.proposal import (
    failed_modal,
    proposal_modal,
    published_modal,
    waiting_message,
    waiting_modal,
    working_modal,
)
from bot.slack.views.search import notice_modal
from bot.wording import sentences
from bot.wording.changes import DECISIONS
from knowledge.entry import Entry, Status
from knowledge.entry_reader import read_entry
from knowledge.errors import FaqError, KnowledgeError, Problem
from knowledge.labels import labelled
from knowledge.revisions.store import Change

logger = logging.getLogger(__name__)
MEASURING = "影響を確かめています。数秒お待ちください。"
PUBLISHING = "公開しています。数秒お待ちください。"
MAX_NEAREST = 5
MAX_ANSWERED = 3  # changed questions whose reply is shown after a publish


def opens(door: Door, body: dict[str, Any], client: WebClient, view: Callable[[], Block]) -> str:
    """Open an editors' view, on top of the modal in which its button was pressed; others are told no.

    Returns the id of the view.
    """
    shown = view() if door.allows(body, Role.EDITOR) else notice_modal(sentences.STAFF_ONLY)
    open_view = client.views_push if body.get("view", {}).get("type") == "modal" else client.views_open
    return str(open_view(trigger_id=body["trigger_id"], view=shown)["view"]["id"])


def measured(
    door: Door, body: dict[str, Any], client: WebClient, proposed: Callable[[str], Proposal], entry_id: str = ""
) -> None:
    """Open a view at once and show in it what `proposed` (given who asks) takes seconds to find out.

    `entry_id` is where an editor may go on when it fails.
    """
    view_id = opens(door, body, client, lambda: working_modal(MEASURING))
    if not door.allows(body, Role.EDITOR):
        return
    user = str(body["user"]["id"])
    try:
        update(client, view_id, preview(door, proposed(user), user))
    except FaqError as error:
        update(client, view_id, failed_modal(error.message, error.hint, entry_id))


def add(door: Door, question: str) -> Block:
    """Where a question may be added: the entries nearest to it, or a new one."""
    return add_form(question, door.best(question)[:MAX_NEAREST])


@dataclass(frozen=True, slots=True)
class Submission:
    """A form that was submitted: who did it, and how to answer."""

    door: Door
    ack: Ack
    client: WebClient
    body: dict[str, Any]

    @property
    def user(self) -> str:
        """The id of who submitted it."""
        return str(self.body["user"]["id"])

    def is_refused(self) -> bool:
        """Whether who submitted it may not; then they are told so."""
        if self.door.allows(self.body, Role.EDITOR):
            return False
        self.ack(response_action="update", view=notice_modal(sentences.STAFF_ONLY))
        return True

    def show(self, view: Block) -> None:
        """Show something in the form's place, after the form was answered."""
        update(self.client, self.body["view"]["id"], view)


def draft_of(door: Door, entry_id: str) -> Draft | None:
    """An entry as it stands now (a draft or a retired one too), for a form."""
    base = door.publishing.live()
    entry = base.by_id.get(entry_id)
    return Draft.of(entry, base.revision) if entry else None


def form_for(door: Door, draft: Draft, problems: Sequence[Problem] = ()) -> Block:
    """The entry form with the categories there are."""
    categories = sorted({entry.category for entry in door.publishing.live().entries})
    return entry_form(draft, categories, problems)


def submit_entry(submission: Submission, values: dict[str, Any], draft: Draft) -> None:
    """Check every field; the faults stand at their fields, else the change is proposed."""
    values["id"] = values["id"] or f"faq-{secrets.token_hex(4)}"
    entry, faults = read_entry({name: value for name, value in values.items() if value not in ("", [], False)})
    if entry is None:
        errors = {block_of(fault.field): labelled(f"{fault.message} {fault.hint}") for fault in reversed(faults)}
        submission.ack(response_action="errors", errors=errors)
        return
    propose(submission, entry, draft.base, lambda problems: form_for(submission.door, draft, problems))


def propose(submission: Submission, entry: Entry, base: int, again: Callable[[Sequence[Problem]], Block]) -> None:
    """Measure the impact of an entry's new version while the editor waits, and show it; faults show the form `again`.

    The form is answered at once, since Slack waits three seconds at most.
    """
    submission.ack(response_action="update", view=working_modal(MEASURING))
    door = submission.door
    try:
        proposal = door.publishing.propose(Change(put=(entry,)), submission.user, base=base)
    except KnowledgeError as error:
        submission.show(again(error.problems))
    except FaqError as error:
        submission.show(failed_modal(error.message, error.hint, entry.id))
    else:
        submission.show(preview(door, proposal, submission.user))


def preview(door: Door, proposal: Proposal, user: str) -> Block:
    """A proposal as `user` sees it: to publish, to hand in, or somebody else's to approve."""
    review = door.publishing.review
    approving = proposal.stored.state == "waiting"
    shown = [door.shown(change.after) for change in proposal.differences[:2] if change.after]
    return proposal_modal(
        proposal, shown, door.faq.question_of, review=review, approving=approving, own=user == proposal.stored.editor
    )


def publish(submission: Submission, proposal_id: str, reason: str, override: str) -> None:
    """Publish a proposal while its editor waits, and show what came of it."""
    submission.ack(response_action="update", view=working_modal(PUBLISHING))
    door = submission.door
    try:
        proposal = door.publishing.examine(proposal_id)
        revision = door.publishing.publish(proposal, submission.user, reason, override)
    except FaqError as error:
        submission.show(failed_modal(error.message, error.hint, _first_id(door, proposal_id)))
        return
    if revision is not None:
        submission.show(published_modal(revision, _answered(door, proposal)))
        return
    proposal = replace(proposal, stored=door.publishing.proposals.find(proposal_id))  # now with its reason
    home = door.home()
    if door.editors_channel and home is not None:
        heading = said_by("", submission.user, " さんの提案が承認を待っています。")
        post(home, door.editors_channel, "", waiting_message(proposal, heading))
    submission.show(waiting_modal(proposal))


def _answered(door: Door, proposal: Proposal) -> list[tuple[str, list[Block]]]:
    """For each changed question, what it gets from now on."""
    published = [c.after for c in proposal.differences if c.after and c.after.status is Status.PUBLISHED]
    replies = [(entry.question, door.faq.preview(entry.question)) for entry in published[:MAX_ANSWERED]]
    return [
        (question, answer_blocks(door.shown(reply.entry)) if reply.entry else [paragraph(DECISIONS[reply.kind])])
        for question, reply in replies
    ]


def _first_id(door: Door, proposal_id: str) -> str:
    try:
        return next(iter(door.publishing.proposals.find(proposal_id).change.ids), "")
    except FaqError:
        return ""


def update(client: WebClient, view_id: str, view: Block) -> None:
    """Show something in a modal that may have been closed meanwhile; nothing is lost then."""
    try:
        client.views_update(view_id=view_id, view=view)
    except SlackApiError as error:
        if error.response.get("error") != "not_found":
            raise
        logger.info("a modal was closed before its result came")
