"""A reply as a Slack message."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from bot import wording
from bot.faq import Reply
from bot.slack.text import cut, escaped
from bot.slack.views.blocks import MAX_ANSWER_TEXT, Block, actions, button, context, link_button, paragraph, rich_text
from index.decision import Abstain, Answer, Reason, Suggest
from knowledge.entry import Entry

MAX_FALLBACK = 3_000  # of the text that notifications and screen readers get; Slack advises below 4,000
SHORTENED = "（続きはリンク先をご覧ください）"


@dataclass(frozen=True, slots=True)
class Message:
    """What to post: `blocks`, and `text` for notifications and screen readers."""

    text: str
    blocks: list[Block]


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry with what surrounds it in a message: its link ("" for none) and related entries."""

    entry: Entry
    link: str
    related: list[Entry]


def reply_message(reply: Reply, shown: Shown | None, contact: str) -> Message:
    """The message for a reply; `shown` is the reply's entry, where it has one."""
    match reply.decision:
        case Answer():
            assert shown is not None
            return entry_message(shown, contact, wording.remarks(reply))
        case Suggest(hits):
            return suggestion_message(reply.reference, [hit.entry for hit in hits])
        case Abstain(reason, _):
            if shown:
                return entry_message(shown, contact)
            return person_message(wording.EMPTY if reason is Reason.EMPTY else wording.UNKNOWN, contact)
        case _:
            assert_never(reply.decision)


def entry_message(shown: Shown, contact: str, remarks: Sequence[str] = ()) -> Message:
    """One entry: remarks on the question, question, answer, link, notice, the way to a person, related questions."""
    entry = shown.entry
    answer = entry.answer
    if len(answer) > MAX_ANSWER_TEXT:
        answer = cut(answer, MAX_ANSWER_TEXT) + ("\n\n" + SHORTENED if shown.link else "")
    person = [context(f"担当者への連絡: {contact}")] if entry.declines else []
    related = [button(other.question, f"related:{number}", other.id) for number, other in enumerate(shown.related)]
    return Message(
        escaped(cut(f"{entry.question}\n{entry.answer}", MAX_FALLBACK)),
        [
            *map(context, remarks),
            rich_text(entry.question, answer),
            *actions(link_button("方針のページを見る", shown.link)),
            context(wording.notice(entry)),
            *person,
            *([context("関連する質問"), *actions(*related)] if related else []),
        ],
    )


def suggestion_message(reference: str, entries: list[Entry]) -> Message:
    """Up to three questions as buttons, and どれでもない."""
    choices = [button(entry.question, f"suggestion:{n}", f"{reference}:{entry.id}") for n, entry in enumerate(entries)]
    none = button(wording.NONE_OF_THESE, "none_of_these", reference)
    listing = "\n".join(f"・{entry.question}" for entry in entries)
    return Message(
        escaped(cut(f"{wording.SUGGEST}\n{listing}", MAX_FALLBACK)),
        [paragraph(wording.SUGGEST), *actions(*choices, none)],
    )


def person_message(text: str, contact: str) -> Message:
    """A calm sentence and the way to a person."""
    return Message(
        escaped(f"{text}\n担当者への連絡: {contact}"), [paragraph(text), context(f"担当者への連絡: {contact}")]
    )


def plain_message(text: str) -> Message:
    """A sentence of the bot's own."""
    return Message(escaped(text), [paragraph(text)])
