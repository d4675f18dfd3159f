"""A reply as a Slack message."""

from collections.abc import Sequence
from typing import assert_never

from bot.markdown import unmarked
from bot.reply import Reply
from bot.slack.text import cut, escaped
from bot.slack.views.blocks import Block, actions, button, context, paragraph, said_by
from bot.slack.views.entry import EntryView, answer_blocks, related_blocks
from bot.slack.views.message import MAX_FALLBACK, Message
from bot.wording import sentences
from index.decision.decision import Abstain, Answer, Suggest
from knowledge.entry import Entry
from knowledge.questions.feedback import FeedbackKind
from knowledge.site import Site


def reply_message(reply: Reply, shown: EntryView | None, site: Site) -> Message:
    """The message for a reply; `shown` is the reply's entry, where it has one."""
    match reply.decision:
        case Answer():
            assert shown is not None
            return entry_message(reply.reference, shown, sentences.remarks(reply))
        case Suggest(hits):
            return suggestion_message(reply.reference, [hit.entry for hit in hits])
        case Abstain(reason, _):
            if shown:
                return entry_message(reply.reference, shown)
            return person_message(reply.reference, sentences.no_answer(reason, site), site.contact)
        case _:
            assert_never(reply.decision)


def entry_message(reference: str, shown: EntryView, remarks: Sequence[str] = ()) -> Message:
    """One entry with remarks on the question, related questions, and the buttons for feedback."""
    entry = shown.entry
    votes = (
        button(sentences.FEEDBACK[FeedbackKind.HELPFUL], "helpful", f"{reference}:{entry.id}"),
        button(sentences.FEEDBACK[FeedbackKind.UNHELPFUL], "unhelpful", f"{reference}:{entry.id}"),
    )
    return Message(
        _fallback(entry),
        [
            *map(context, remarks),
            *answer_blocks(shown),
            *related_blocks(reference, shown),
            *actions(*(() if entry.declines else votes), ask_person_button(reference)),
        ],
    )


def suggestion_message(reference: str, entries: list[Entry]) -> Message:
    """Up to three questions as buttons, and どれでもない."""
    choices = [button(entry.question, f"suggestion:{n}", f"{reference}:{entry.id}") for n, entry in enumerate(entries)]
    none = button(sentences.NONE_OF_THESE, "none_of_these", reference)
    listing = "\n".join(f"・{entry.question}" for entry in entries)
    return Message(
        escaped(cut(f"{sentences.SUGGEST}\n{listing}", MAX_FALLBACK)),
        [paragraph(sentences.SUGGEST), *actions(*choices, none)],
    )


def person_message(reference: str, text: str, contact: str) -> Message:
    """A calm sentence and the way to a person."""
    way = sentences.PERSON.format(contact=contact)
    return Message(escaped(f"{text}\n{way}"), [paragraph(text), context(way), *actions(ask_person_button(reference))])


def sent_message(shown: EntryView, sender: str) -> Message:
    """An entry that a staff member sent to a channel or thread; `sender` is their id."""
    entry = shown.entry
    return Message(
        _fallback(entry),
        [*answer_blocks(shown), said_by("", sender, " さんが送りました。")],
    )


def _fallback(entry: Entry) -> str:
    return escaped(cut(f"{entry.question}\n{unmarked(entry.answer)}", MAX_FALLBACK))


def ask_person_button(reference: str) -> Block:
    """担当者に聞く."""
    return button("担当者に聞く", "escalate", reference)
