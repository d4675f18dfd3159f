"""Judged queries made of questions that were asked: the entry that is right for one, or that none may answer it."""

import re
from functools import partial
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.roles import Role
from bot.slack.door import Door
from bot.slack.modals import open_view
from bot.slack.proposing import Submission, propose_change
from bot.slack.views.blocks import Block
from bot.slack.views.inputs import typed
from bot.slack.views.question_forms import NO_ANSWER, judge_form
from bot.wording.editing import NO_CHOICE, NO_LONGER
from knowledge.errors import FaqError
from knowledge.judged import with_judgements
from knowledge.list_name import ListName
from knowledge.revisions.store import Change

MAX_NEAREST = 5


def register(app: App, door: Door) -> None:
    """React to the button and to the submitted form."""
    app.action(re.compile(r"judge(_logged)?(:\w*)?"))(partial(judge, door))
    app.view("judgement_submitted")(partial(judgement_submitted, door))


def judge(door: Door, ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
    """この質問の正解 at a question, at a gap with its texts, or under a resolved question: which entry is right."""
    ack()
    value = str(action.get("value", ""))

    def form() -> Block:
        text = door.faq.question(value) if action["action_id"].startswith("judge_logged") else value
        nearest = [entry for entry, _ in door.faq.best(text.partition("\n")[0])][:MAX_NEAREST]
        return judge_form(text, nearest)

    open_view(door, body, client, Role.EDITOR, form)


def judgement_submitted(door: Door, ack: Ack, body: dict[str, Any], view: dict[str, Any], client: WebClient) -> None:
    """The impact of the judged queries is shown; faults stand at their fields."""
    submission = Submission(door, ack, client, body)
    if submission.is_refused():
        return
    base = submission.live("question")
    if base is None:
        return
    written, other = typed(view, "question"), typed(view, "other")
    target = other or typed(view, "target")
    if target != NO_ANSWER and target not in base.by_id:
        told = {"other": NO_LONGER} if other else {"target": NO_CHOICE}
        ack(response_action="errors", errors=told)
        return
    try:
        right = "" if target == NO_ANSWER else target
        text = with_judgements(base.lists.judged, written.splitlines(), right, base.entries)
    except FaqError as error:
        ack(response_action="errors", errors={"question": f"{error.message} {error.hint}".strip()})
        return
    propose_change(submission, Change(lists={ListName.JUDGED: text}), base.revision)
