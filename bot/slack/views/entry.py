"""One entry, in a message or in a modal."""

from dataclasses import dataclass

from bot.slack.views.blocks import (
    Block,
    actions,
    button,
    context,
    divider,
    link_button,
    modal,
    paragraph,
    rich_text,
)
from bot.wording import sentences
from bot.wording.in_slack import in_brief, shown_answer
from knowledge.entry import Entry
from knowledge.site import Site


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry with what surrounds it: its link ("" for none), related entries, and its site's words."""

    entry: Entry
    link: str
    related: list[Entry]
    site: Site


def answer_blocks(shown: EntryView) -> list[Block]:
    """Question, answer, link, notice, and the way to a person where there is no public answer.

    What declines talk that is no question has no heading.
    """
    entry = shown.entry
    notice = sentences.notice(entry, shown.site)
    way = [context(sentences.PERSON.format(contact=shown.site.contact))] if entry.declines else []
    if sentences.is_aside(entry):
        return [paragraph(entry.answer), *way]
    return [
        rich_text(entry.question, shown_answer(entry.answer, shown.link)),
        *actions(link_button("もとのページを見る", shown.link)),
        *([context(notice)] if notice else []),
        *way,
    ]


def related_blocks(reference: str, shown: EntryView) -> list[Block]:
    """The related questions in full, each with a button; none beside what declines talk that is no question."""
    if sentences.is_aside(shown.entry):
        return []
    rows = [
        paragraph(other.question, button("見る", f"related:{number}", f"{reference}:{other.id}"))
        for number, other in enumerate(shown.related)
    ]
    return [context("関連する質問"), *rows] if rows else []


def choice_block(entry: Entry, action_id: str, value: str) -> Block:
    """A question in full with the first sentence of its answer, and a small button that shows the rest."""
    return paragraph(_in_brief(entry), button("見る", action_id, value))


def preview_blocks(shown: EntryView) -> list[Block]:
    """The preview under a link to an entry's page: its question, the first sentence of its answer, and the notice."""
    notice = sentences.notice(shown.entry, shown.site)
    return [paragraph(_in_brief(shown.entry)), *([context(notice)] if notice else [])]


def _in_brief(entry: Entry) -> str:
    said = in_brief(entry)
    return f"{entry.question}\n→ {said}" if said else entry.question


def edit_buttons(entry_id: str, place: str = "") -> list[Block]:
    """The editors' buttons under an entry; `place` tells one such row of a view from the next."""
    return actions(
        button("編集", f"edit_entry:{place}", entry_id),
        button("言い方を追加", f"add_variant:{place}", entry_id),
        button("取り下げ", f"retire_entry:{place}", entry_id, "danger"),
    )


def entry_modal(shown: EntryView, note: str = "", *, editing: bool = False) -> Block:
    """An entry in a modal; `note` is the staff note, "" for prospects; editors may change it from here."""
    related = [button(other.question, f"show_entry:{number}", other.id) for number, other in enumerate(shown.related)]
    return modal(
        "回答",
        [
            *answer_blocks(shown),
            *([context(f"社内メモ: {note}")] if note else []),
            *([divider(), context("関連する質問"), *actions(*related)] if related else []),
            *([divider(), *edit_buttons(shown.entry.id)] if editing else []),
        ],
        "entry",
    )
