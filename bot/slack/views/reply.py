"""A reply as a Slack message."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import assert_never

from bot.markdown import unmarked
from bot.reply import Reply
from bot.slack.text import escaped
from bot.slack.views.blocks import Block, actions, button, context, divider, feedback_buttons, paragraph, said_by
from bot.slack.views.entry import EntryView, answer_blocks, choice_block, related_blocks
from bot.slack.views.message import MAX_FALLBACK, SlackMessage
from bot.wording import sentences
from bot.wording.in_slack import cut
from index.decision.decision import Abstain, Answer, Suggest
from knowledge.entry import Entry
from knowledge.questions.feedback import FeedbackKind
from knowledge.site import Site

MAX_ASKED = 100  # characters of a question that are shown above its answer
MAX_BLOCKS = 50  # of a message, by Slack


def reply_message(reply: Reply, shown: EntryView | None, site: Site) -> SlackMessage:
    """The message for a reply; `shown` is the reply's entry, where it has one."""
    match reply.decision:
        case Answer():
            assert shown is not None
            return entry_message(reply.reference, shown, sentences.remarks(reply))
        case Suggest(hits):
            entries = [hit.entry for hit in hits]
            return suggestion_message(reply.reference, entries, sentences.remarks(reply), again=reply.again)
        case Abstain(reason, _):
            if shown:
                return entry_message(reply.reference, shown, sentences.reading(reply))
            said = sentences.no_answer(reason, site)
            return person_message(reply.reference, said, site.contact, sentences.reading(reply))
        case _:
            assert_never(reply.decision)


def entry_message(reference: str, shown: EntryView, remarks: Sequence[str] = ()) -> SlackMessage:
    """One entry with remarks on the question, related questions, and the buttons for feedback."""
    entry = shown.entry
    good, bad = (
        (sentences.FEEDBACK[kind], f"{kind}:{reference}:{entry.id}")
        for kind in (FeedbackKind.HELPFUL, FeedbackKind.UNHELPFUL)
    )
    return SlackMessage(
        _fallback(entry),
        [
            *map(context, remarks),
            *answer_blocks(shown),
            *related_blocks(reference, shown),
            *([] if entry.declines else [feedback_buttons("vote", good, bad)]),
            *actions(ask_person_button(reference)),
        ],
    )


def unasked_message(reference: str, message: SlackMessage, site: Site) -> SlackMessage:
    """A reply to what nobody had asked us: it says so, and anybody may take it away."""
    said = context(sentences.UNASKED.format(name=site.bot_name))
    return SlackMessage(
        message.text,
        [*message.blocks, said, *actions(button(sentences.FEEDBACK[FeedbackKind.UNWANTED], "unwanted", reference))],
    )


def suggestion_message(
    reference: str, entries: list[Entry], remarks: Sequence[str] = (), *, again: bool = False
) -> SlackMessage:
    """Up to three questions in full with their conclusions, each with a button, and どれでもない.

    Asked `again`, after a reply of no help, a person is offered at once.
    """
    said = sentences.SUGGEST_AGAIN if again else sentences.SUGGEST
    choices = [choice_block(entry, f"suggestion:{n}", f"{reference}:{entry.id}") for n, entry in enumerate(entries)]
    none = button(sentences.NONE_OF_THESE, "none_of_these", reference)
    listing = "\n".join(f"・{entry.question}" for entry in entries)
    return SlackMessage(
        escaped(cut(f"{said}\n{listing}", MAX_FALLBACK)),
        [
            *map(context, remarks),
            paragraph(said),
            *choices,
            *actions(none, ask_person_button(reference) if again else None),
        ],
    )


def replies_message(reply: Reply, view_of: Callable[[Entry], EntryView], site: Site) -> SlackMessage:
    """The replies to all questions of one message, each under its question; a single one as it is.

    Beside other answers one goes without its related questions: two or three have to be read on a phone.
    """
    if not reply.further:
        return reply_message(reply, view_of(reply.entry) if reply.entry else None, site)
    blocks: list[Block] = []
    texts = []
    for number, one in enumerate(reply.every, start=1):
        part = reply_message(one, replace(view_of(one.entry), related=[]) if one.entry else None, site)
        title = context(sentences.QUESTION_OF_SEVERAL.format(number=number, asked=cut(one.asked, MAX_ASKED)))
        blocks += [*([divider()] if blocks else []), *_marked([title, *part.blocks], one.reference)]
        texts.append(part.text)
    return SlackMessage(cut("\n\n".join(texts), MAX_FALLBACK), blocks[:MAX_BLOCKS])


def with_part(shown: Sequence[Block], reference: str, part: SlackMessage) -> SlackMessage:
    """A message of several replies, as Slack shows it, with `part` in the place of the one with this reference."""
    own = [n for n, block in enumerate(shown) if str(block.get("block_id", "")).startswith(f"{reference}:")]
    if not own or len(own) == len(shown):
        return part
    title, *_ = own
    kept = [*shown[: title + 1], *_marked(part.blocks, reference, start=1), *shown[own[-1] + 1 :]]
    return SlackMessage(part.text, kept[:MAX_BLOCKS])


def _marked(blocks: Sequence[Block], reference: str, *, start: int = 0) -> list[Block]:
    """The blocks with ids by which `with_part` finds them."""
    return [block | {"block_id": f"{reference}:{n}"} for n, block in enumerate(blocks, start=start)]


def person_message(reference: str, text: str, contact: str, remarks: Sequence[str] = ()) -> SlackMessage:
    """A calm sentence and the way to a person."""
    way = sentences.PERSON.format(contact=contact)
    blocks = [*map(context, remarks), paragraph(text), context(way), *actions(ask_person_button(reference))]
    return SlackMessage(escaped(f"{text}\n{way}"), blocks)


def sent_message(shown: EntryView, sender: str) -> SlackMessage:
    """An entry that a staff member sent to a channel or thread; `sender` is their id."""
    entry = shown.entry
    return SlackMessage(
        _fallback(entry),
        [*answer_blocks(shown), said_by("", sender, " さんが送りました。")],
    )


def _fallback(entry: Entry) -> str:
    return escaped(cut(f"{entry.question}\n{unmarked(entry.answer)}", MAX_FALLBACK))


def ask_person_button(reference: str) -> Block:
    """担当者に聞く."""
    return button("担当者に聞く", "escalate", reference)
