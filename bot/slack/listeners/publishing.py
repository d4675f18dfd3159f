"""A proposal is published, handed in, looked at or withdrawn."""

import json
import logging
import re
from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.gate.proposal import Proposal
from bot.roles import Role
from bot.slack.client import error_code
from bot.slack.delivery.posting import post
from bot.slack.door import Door
from bot.slack.modals import update_view
from bot.slack.proposing import Submission, open_preview, refused_view
from bot.slack.views.blocks import Block, paragraph, said_by
from bot.slack.views.entry import answer_blocks
from bot.slack.views.inputs import typed
from bot.slack.views.notices import notice_modal, working_modal
from bot.slack.views.proposal import failed_modal, published_modal, waiting_message, waiting_modal
from bot.wording import sentences
from bot.wording.editing import REFUSED, WITHDRAWN
from bot.wording.sentences import DECISIONS
from knowledge.entry import Status
from knowledge.errors import FaqError

logger = logging.getLogger(__name__)
PUBLISHING = "公開しています。数秒お待ちください。"
MAX_ANSWERED = 3  # changed questions whose reply is shown after a publish


def register(app: App, door: Door) -> None:
    """React to the submitted preview and to what is pressed at a proposal."""
    app.view("publish_submitted")(partial(publish_submitted, door))
    app.action(re.compile(r"show_proposal(:\w*)?"))(partial(show_proposal, door))
    app.action("withdraw_proposal")(partial(withdraw_proposal, door))


def publish_submitted(door: Door, ack: Ack, body: dict[str, Any], view: dict[str, Any], client: WebClient) -> None:
    """公開, 承認を頼む or 承認して公開: the proposal goes live or waits for another editor."""
    submission = Submission(door, ack, client, body)
    if submission.is_refused():
        return
    override = typed(view, "override").strip()
    if any(block.get("block_id") == "override" for block in view["blocks"]) and not override:
        ack(response_action="errors", errors={"override": REFUSED})
        return
    _publish(submission, json.loads(view["private_metadata"]), typed(view, "reason").strip(), override)


def show_proposal(door: Door, ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
    """見る at a proposal that waits: what it changes and does today, with 承認して公開."""
    ack()
    proposal_id = str(action.get("value", ""))
    refused = partial(_refused, door, proposal_id)
    open_preview(door, body, client, lambda _: door.publishing.examine(proposal_id), refused)


def withdraw_proposal(door: Door, ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
    """提案を取り下げ: the proposal is given up."""
    ack()
    told = sentences.STAFF_ONLY
    if door.allows(body, Role.EDITOR):
        try:
            door.publishing.withdraw(str(action.get("value", "")))
            told = WITHDRAWN
        except FaqError as error:
            told = str(error)
    update_view(client, body["view"]["id"], notice_modal(told))


def _publish(submission: Submission, proposal_id: str, reason: str, override: str) -> None:
    """Publish a proposal while its editor waits, and show what came of it."""
    submission.ack(response_action="update", view=working_modal(PUBLISHING))
    door = submission.door
    try:
        proposal = door.publishing.examine(proposal_id)
        revision = door.publishing.publish(proposal, submission.user, reason, override)
    except FaqError as error:
        submission.show(_refused(door, proposal_id, error, reason))
        return
    if revision is not None:
        submission.show(published_modal(revision, _answered(door, proposal)))
        return
    submission.show(waiting_modal(proposal))
    _tell_editors(submission, proposal)


def _tell_editors(submission: Submission, proposal: Proposal) -> None:
    """Tell the editors' channel, where there is one, of a proposal that waits; it waits also where that fails."""
    door = submission.door
    try:
        home = door.home_client()
        if door.editors_channel and home is not None:
            waiting = replace(proposal, stored=door.publishing.proposals.find(proposal.id))
            heading = said_by("", submission.user, " さんの提案が承認を待っています。")
            post(home, door.editors_channel, "", waiting_message(waiting, heading))
    except (SlackApiError, OSError, FaqError) as error:
        logger.warning("editors are not told that the proposal %s waits: %s", proposal.id, error_code(error))


def _answered(door: Door, proposal: Proposal) -> list[tuple[str, list[Block]]]:
    """For each changed question, what it gets from now on."""
    published = [entry for entry in proposal.written if entry.status is Status.PUBLISHED]
    replies = [(entry.question, door.faq.preview(entry.question)) for entry in published[:MAX_ANSWERED]]
    return [
        (question, answer_blocks(door.entry_view(reply.entry)) if reply.entry else [paragraph(DECISIONS[reply.kind])])
        for question, reply in replies
    ]


def _refused(door: Door, proposal_id: str, error: FaqError, reason: str = "") -> Block:
    try:
        stored = door.publishing.proposals.find(proposal_id)
    except FaqError:
        return failed_modal(error.message, error.hint)
    return refused_view(door, error, stored.change, stored.base, reason or stored.reason)
