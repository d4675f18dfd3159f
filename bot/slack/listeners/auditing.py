"""The editors' weekly duties: answers of the last week to judge, entries past their review to confirm."""

import json
import re
from datetime import datetime
from functools import partial
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.gate.confirming import confirm, review_after
from bot.roles import Role
from bot.slack.door import Door
from bot.slack.listeners.publishing import PUBLISHING
from bot.slack.modals import open_view, update_view
from bot.slack.proposing import Submission
from bot.slack.roles import person_of
from bot.slack.views.auditing import audit_modal, confirm_modal
from bot.slack.views.blocks import Block
from bot.slack.views.notices import notice_modal, working_modal
from bot.slack.views.proposal import failed_modal
from bot.wording import sentences
from knowledge.entry import TOKYO
from knowledge.errors import FaqError, StoreError
from knowledge.questions.audits import Audits, AuditVerdict, last_week

CONFIRMED = "第{revision}版で、確認日を今日にしました。"
WAITS = "再確認を、ほかの編集者の承認待ちにしました。"


def register(app: App, door: Door) -> None:
    """React to the buttons of the digest, and to what is pressed in their modals."""
    app.action("audit_answers")(partial(audit_answers, door))
    app.action(re.compile(r"verdict:\w+"))(partial(verdict_given, door))
    app.action(re.compile(r"review_entry(:\w+)?"))(partial(review_entry, door))
    app.view("entry_confirmed")(partial(entry_confirmed, door))


def audit_answers(door: Door, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
    """答えの点検: the first answer of the last week that nobody judged."""
    ack()
    open_view(door, body, client, Role.EDITOR, lambda: _next(door))


def verdict_given(door: Door, ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
    """正しい, 間違い or 分からない: the verdict is kept and the next answer shown."""
    ack()
    view = notice_modal(sentences.STAFF_ONLY)
    if door.allows(body, Role.EDITOR):
        audits, week = Audits(door.log.engine), last_week(datetime.now(TOKYO))
        try:
            drawn = {one.reference: one for one in audits.sample(week)}
            answer = drawn.get(str(action.get("value", "")))
            if answer:
                verdict = AuditVerdict(action["action_id"].partition(":")[2])
                audits.judge(week, answer, verdict, person_of(body).id)
            view = _next(door)
        except StoreError as error:
            view = notice_modal(str(error))
    update_view(client, body["view"]["id"], view)


def review_entry(door: Door, ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
    """内容を確認 at an entry past its review: what it says now."""
    ack()

    def view() -> Block:
        base = door.publishing.live()
        entry = base.by_id.get(str(action.get("value", "")))
        today = datetime.now(TOKYO).date()
        return confirm_modal(door.entry_view(entry), base.revision, today) if entry else notice_modal(sentences.GONE)

    open_view(door, body, client, Role.EDITOR, view)


def entry_confirmed(door: Door, ack: Ack, body: dict[str, Any], view: dict[str, Any], client: WebClient) -> None:
    """確認しました: the entry holds today, and is looked at again after as long as the last time."""
    submission = Submission(door, ack, client, body)
    if submission.is_refused():
        return
    submission.ack(response_action="update", view=working_modal(PUBLISHING))
    seen, today = json.loads(view["private_metadata"]), datetime.now(TOKYO).date()
    entry_id = str(seen["entry"])
    try:
        entry = door.publishing.live().by_id.get(entry_id)
        review_by = review_after(entry, today) if entry else today
        base = int(seen["base"])
        revision = confirm(
            door.publishing, entry_id, base=base, editor=submission.user, today=today, review_by=review_by
        )
    except FaqError as error:
        submission.show(failed_modal(error.message, error.hint, entry_id))
    else:
        submission.show(notice_modal(CONFIRMED.format(revision=revision) if revision else WAITS))


def _next(door: Door) -> Block:
    """The answer to judge next, as it was when it was given."""
    week = last_week(datetime.now(TOKYO))
    drawn = Audits(door.log.engine).sample(week)
    shown = next((one for one in drawn if one.verdict is None), None)
    entry = door.publishing.history.entry_at(shown.entry_id, shown.revision) if shown else None
    return audit_modal(week, drawn, shown, door.entry_view(entry) if entry else None)
