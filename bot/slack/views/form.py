"""The form of a whole entry, for editors."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.slack.views.blocks import MAX_VIEW_BLOCKS, Block, context, divider, modal, paragraph
from bot.slack.views.form_values import answer_pieces, line_pieces
from bot.slack.views.inputs import MAX_OPTIONS, date_input, entries_input, flag_input, select_input, text_input
from bot.wording.changes import field_line
from bot.wording.editing import DECLINES, HINTS, STATUSES
from bot.wording.entry_names import in_words
from knowledge.changes import FieldChange
from knowledge.entry import Entry
from knowledge.errors import Problem
from knowledge.labels import FIELD_LABELS, labelled

MAX_REASON = 500  # characters of a reason that a form carries: Slack keeps 3,000 bytes for it and the rest
MAX_THEIRS = 900  # characters of each side of what somebody else changed
MAX_VIEW_BYTES = 240_000  # Slack takes 250,000 of a whole view
TOO_LARGE = "この項目はSlackの画面に入りきりません。Excel（faqbot export と import）で直してください。"


@dataclass(frozen=True, slots=True)
class Draft:
    """The start of a form: the fields as text, the entry's id ("" for a new one) and the revision seen."""

    values: Mapping[str, Any]
    base: int
    entry_id: str = ""
    reason: str = ""  # of the change, where it was given already
    theirs: Sequence[FieldChange] = ()  # what somebody else changed meanwhile

    @classmethod
    def of(cls, entry: Entry, base: int) -> "Draft":
        """The draft of an entry that is there."""
        return cls(entry.to_fields(), base, entry.id)

    def text(self, name: str) -> str:
        """A field as the text of one input."""
        value = self.values.get(name) or ""
        if isinstance(value, date):
            return value.isoformat()
        return "\n".join(value) if isinstance(value, list | tuple) else str(value)


def entry_form(
    draft: Draft, categories: Sequence[str], question_of: Callable[[str], str], problems: Sequence[Problem] = ()
) -> Block:
    """Every field of an entry; `question_of` gives that of an id, `problems` are those of the last try."""
    answer, joiners = answer_pieces(draft.text("answer"))
    blocks = [
        *_told(draft, question_of, problems),
        _field(draft, "question"),
        *(_piece("variants", n, text, optional=True) for n, text in enumerate(_variants(draft))),
        *(_piece("answer", n, text, optional=n > 0) for n, text in enumerate(answer)),
        flag_input(FIELD_LABELS["declines"], "declines", DECLINES, initial=bool(draft.values.get("declines"))),
        *_category(draft, categories),
        *(_field(draft, "url", optional=True), _related(draft, question_of)),
        *(_field(draft, name, optional=True) for name in ("valid_from", "valid_to")),
        *(_day(draft, name) for name in ("as_of", "review_by")),
        *(_field(draft, "owner", optional=True), _field(draft, "note", optional=True, multiline=True)),
        select_input(FIELD_LABELS["status"], "status", STATUSES, initial=draft.text("status") or "published"),
        *([] if draft.entry_id else [_field(draft, "id", optional=True)]),
    ]
    if not _fits(draft, blocks):
        return modal("大きすぎる項目", [paragraph(TOO_LARGE)], "done")  # a form that is cut would lose the rest
    metadata = {"id": draft.entry_id, "base": draft.base, "joiners": joiners, "reason": draft.reason[:MAX_REASON]}
    title = "項目を編集" if draft.entry_id else "新しい項目"
    return modal(title, blocks, "entry_submitted", submit="影響を確かめる", metadata=metadata)


def _told(draft: Draft, question_of: Callable[[str], str], problems: Sequence[Problem]) -> list[Block]:
    """Everything that is said above the fields."""
    theirs = [field_line(in_words(one, None, question_of), MAX_THEIRS) for one in draft.theirs]
    told = [*map(problem_block, problems), *map(context, theirs)]
    return [*told, divider()] if told else []


def problem_block(problem: Problem) -> Block:
    """A reason why a form cannot be published, or a warning, in the form's own words."""
    about = f"[{problem.entry_id}] " if problem.entry_id else ""
    step = f"\n→ {labelled(problem.hint)}" if problem.hint else ""
    return paragraph(f"⚠ {about}{labelled(problem.message)}{step}")


def _fits(draft: Draft, blocks: Sequence[Block]) -> bool:
    is_whole = len(blocks) <= MAX_VIEW_BLOCKS and len(draft.values.get("related") or ()) <= MAX_OPTIONS
    return is_whole and len(json.dumps(blocks)) <= MAX_VIEW_BYTES


def _related(draft: Draft, question_of: Callable[[str], str]) -> Block:
    chosen = {one: question_of(one) for one in draft.values.get("related") or ()}
    return entries_input(FIELD_LABELS["related"], "related", chosen)


def _field(draft: Draft, name: str, *, optional: bool = False, multiline: bool = False) -> Block:
    label, hint = FIELD_LABELS[name], HINTS.get(name, "")
    return text_input(label, name, initial=draft.text(name), hint=hint, optional=optional, multiline=multiline)


def _day(draft: Draft, name: str) -> Block:
    return date_input(FIELD_LABELS[name], name, initial=draft.text(name), hint=HINTS[name])


def _piece(name: str, number: int, text: str, *, optional: bool) -> Block:
    """One of the inputs of a field that may be too long for one."""
    label = FIELD_LABELS[name] + (f"（続き {number + 1}）" if number else "")
    hint = "" if number else HINTS[name]
    return text_input(label, f"{name}_{number}", initial=text, hint=hint, multiline=True, optional=optional)


def _variants(draft: Draft) -> list[str]:
    return list(line_pieces(draft.values.get("variants", ())))


def _category(draft: Draft, categories: Sequence[str]) -> list[Block]:
    """The categories to choose from, and a field for one that is not among them; one of both has to be filled."""
    known, current = {name: name for name in categories[:MAX_OPTIONS]}, draft.text("category")
    label, hint = FIELD_LABELS["category"], "一覧にないときだけ"
    select = [select_input(label, "category", known, initial=current, optional=True)] if known else []
    unknown = "" if current in known else current
    return [*select, text_input(f"新しい{label}", "new_category", initial=unknown, hint=hint, optional=True)]
