"""The editors' forms: a new or changed entry, more ways to ask for one, and taking one back."""

import json
import re
from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.gate.proposal import Proposal
from bot.gate.typed_entry import new_variants, read_typed, with_id
from bot.roles import Role
from bot.slack.door import Door
from bot.slack.entry_forms import form_for
from bot.slack.modals import open_view
from bot.slack.proposing import Submission, open_preview, propose
from bot.slack.views.blocks import Block
from bot.slack.views.form import Draft
from bot.slack.views.form_values import block_of, form_values
from bot.slack.views.inputs import typed
from bot.slack.views.notices import notice_modal
from bot.slack.views.proposal import failed_modal
from bot.slack.views.question_forms import variants_form
from bot.wording import sentences
from knowledge.entry import Status
from knowledge.entry_reader import read_entry
from knowledge.errors import FaqError
from knowledge.labels import labelled
from knowledge.revisions.store import Change

NO_VARIANT = "まだ登録していない言い方を、1行に1つ書いてください。"


def register(app: App, door: Door) -> None:
    """React to the buttons that open a form, and to the submitted forms."""
    app.action(re.compile(r"(new|decline)_entry(:\w*)?"))(partial(new_entry, door))
    app.action(re.compile(r"edit_entry(:\w*)?"))(partial(edit_entry, door))
    app.view("entry_submitted")(partial(entry_submitted, door))
    app.action(re.compile(r"add_variant(:\w*)?"))(partial(add_variant, door))
    app.view("variants_submitted")(partial(variants_submitted, door))
    app.action(re.compile(r"retire_entry(:\w*)?"))(partial(retire_entry, door))


def new_entry(door: Door, ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
    """新しい項目, or 回答しない at a gap: the form of a new entry, filled in with the texts of the gap."""
    ack()
    question, _, variants = str(action.get("value", "")).partition("\n")
    declines = action["action_id"].startswith("decline")
    values = {"question": question, "variants": variants.splitlines(), "declines": declines}
    draft = Draft(values, door.publishing.store.revision())
    open_view(door, body, client, Role.EDITOR, lambda: form_for(door, draft))


def edit_entry(door: Door, ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
    """編集: the entry in a form, as it stands now (a draft or a retired one too)."""
    ack()

    def form() -> Block:
        base = door.publishing.live()
        entry = base.by_id.get(str(action.get("value", "")))
        return form_for(door, Draft.of(entry, base.revision)) if entry else notice_modal(sentences.GONE)

    open_view(door, body, client, Role.EDITOR, form)


def entry_submitted(door: Door, ack: Ack, body: dict[str, Any], view: dict[str, Any], client: WebClient) -> None:
    """Faults of a submitted entry stand at their fields; without any the impact is shown."""
    submission = Submission(door, ack, client, body)
    if submission.is_refused():
        return
    metadata, values = json.loads(view["private_metadata"]), with_id(form_values(view))
    draft = Draft(values, metadata["base"], metadata["id"], metadata.get("reason", ""))  # none in forms of before
    entry, faults = read_typed(values)
    if entry is None:
        errors = {block_of(fault.field): labelled(f"{fault.message} {fault.hint}") for fault in reversed(faults)}
        ack(response_action="errors", errors=errors)
        return
    propose(submission, entry, draft.base, lambda problems: form_for(door, draft, problems), draft.reason)


def add_variant(door: Door, ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
    """言い方を追加 (or 言い方に追加 at a gap, with its texts): a small form for more ways to ask."""
    ack()

    def form() -> Block:
        base = door.publishing.live()
        entry_id, _, proposed = str(action.get("value", "")).partition("\n")
        entry = base.by_id.get(entry_id)
        return variants_form(entry, base.revision, proposed) if entry else notice_modal(sentences.GONE)

    open_view(door, body, client, Role.EDITOR, form)


def variants_submitted(door: Door, ack: Ack, body: dict[str, Any], view: dict[str, Any], client: WebClient) -> None:
    """The impact of more ways to ask is shown."""
    submission = Submission(door, ack, client, body)
    if submission.is_refused():
        return
    metadata, text = json.loads(view["private_metadata"]), typed(view, "variants")
    base = submission.live("variants")
    if base is None:
        return
    entry = base.by_id.get(metadata["id"])
    if entry is None:
        ack(response_action="update", view=notice_modal(sentences.GONE))
        return
    added = new_variants(entry, text.splitlines())
    changed = replace(entry, variants=entry.variants + added)
    faults = read_entry(changed.to_fields())[1]
    if faults or not added:
        told = f"{faults[0].message} {faults[0].hint}" if faults else NO_VARIANT
        ack(response_action="errors", errors={"variants": told})
        return
    propose(submission, changed, base.revision, partial(variants_form, entry, base.revision, text))


def retire_entry(door: Door, ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
    """取り下げ: the impact of taking the entry back is shown before anything happens."""
    ack()
    entry_id = str(action.get("value", ""))

    def retired(user: str) -> Proposal:
        base = door.publishing.live()
        entry = base.by_id.get(entry_id)
        if entry is None:
            raise FaqError(sentences.GONE)
        change = Change(put=(replace(entry, status=Status.RETIRED),))
        return door.publishing.propose(change, user, base=base.revision)

    open_preview(door, body, client, retired, lambda error: failed_modal(error.message, error.hint, entry_id))
