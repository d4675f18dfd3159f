"""The bot's Home tab: search, the questions most asked, categories."""

from collections.abc import Sequence
from typing import assert_never

from bot.reply import Reply
from bot.slack.views.blocks import (
    MAX_ACTIONS,
    Block,
    actions,
    button,
    context,
    divider,
    header,
    paragraph,
)
from bot.slack.views.entry import EntryView, answer_blocks, choice_block, edit_buttons
from bot.slack.views.inputs import text_input
from bot.slack.views.reply import ask_person_button
from bot.wording import sentences
from bot.wording.in_slack import cut
from index.decision.decision import Abstain, Answer, Suggest
from index.parameters import MAX_QUERY
from knowledge.entry import Entry
from knowledge.site import Site


def home_view(
    site: Site,
    most_asked: Sequence[Entry],
    categories: Sequence[str],
    query: str = "",
    found: Sequence[Block] = (),
    *,
    desk: Sequence[Block] = (),
) -> Block:
    """The Home tab; after a search, what was `found` stands under the field. `desk` is the editors' part."""
    asked = [paragraph(e.question, button("見る", f"show_entry:{n}", e.id)) for n, e in enumerate(most_asked)]
    names = [button(name, f"category:{n}", name) for n, name in enumerate(categories)]
    rows = [actions(*names[start : start + MAX_ACTIONS]) for start in range(0, len(names), MAX_ACTIONS)]
    blocks = [
        *(header(site.title), paragraph(site.greeting), _search(query)),
        *found,
        *desk,
        *(divider(), context("よく尋ねられる質問"), *asked),
        *(divider(), context("分類から探す"), *(block for row in rows for block in row)),
    ]
    return {"type": "home", "blocks": blocks}


def found_blocks(reply: Reply, shown: EntryView | None, site: Site, *, editing: bool = False) -> list[Block]:
    """The result of a search: the answer, the questions that may be meant, or the way to a person."""
    person, read = actions(ask_person_button(reply.reference)), map(context, sentences.reading(reply))
    if shown:
        below = edit_buttons(shown.entry.id, "found") if editing else person
        return [*map(context, sentences.remarks(reply)), *answer_blocks(shown), *below]
    match reply.decision:
        case Suggest(hits):
            choices = [choice_block(hit.entry, f"show_entry:found{n}", hit.entry.id) for n, hit in enumerate(hits)]
            return [*read, paragraph(sentences.SUGGEST), *choices, *person]
        case Abstain(reason, _):
            way = sentences.PERSON.format(contact=site.contact)
            return [*read, paragraph(sentences.no_answer(reason, site)), context(way), *person]
        case Answer():
            return []  # an answer always has its entry
        case _:
            assert_never(reply.decision)


def _search(query: str) -> Block:
    hint = "入力して Enter を押してください"
    search = text_input("ご質問", "query", initial=cut(query, MAX_QUERY), hint=hint, optional=True)
    pressed = {"trigger_actions_on": ["on_enter_pressed"]}
    element = search["element"] | {"action_id": "home_search", "dispatch_action_config": pressed}
    return search | {"dispatch_action": True, "element": element}
