"""Searching in a modal: the field, and the best entries for what was typed or for a customer's message."""

from collections.abc import Sequence

from bot.slack.views.blocks import Block, actions, button, context, divider, modal, paragraph
from bot.slack.views.inputs import text_input
from bot.wording.in_slack import cut
from index.parameters import MAX_QUERY
from knowledge.entry import Entry

NOTHING = "合う質問が見つかりませんでした。別の言葉でもう一度お試しください。"
MAX_RESULTS = 5


def search_modal(
    query: str = "", results: Sequence[tuple[Entry, float]] | None = None, *, place: dict[str, str] | None = None
) -> Block:
    """The search field, and the results once there are any; with `place` staff can reply in that thread."""
    blocks: list[Block] = [
        text_input("質問", "query", initial=cut(query, MAX_QUERY), hint="ふだんの言葉でお書きください")
    ]
    if results is not None:
        blocks += [divider(), *result_blocks(results, can_reply=place is not None)]
    return modal("FAQを検索", blocks, "search", submit="検索", metadata=place)


def result_blocks(results: Sequence[tuple[Entry, float]], *, can_reply: bool) -> list[Block]:
    """The entries found, each with 見る, and スレッドに返信 where a thread waits for an answer."""
    if not results:
        return [paragraph(NOTHING)]
    blocks: list[Block] = []
    for number, (entry, confidence) in enumerate(results[:MAX_RESULTS]):
        blocks.append(paragraph(entry.question))
        if can_reply:
            blocks.append(context(f"確信度 {confidence:.2f}"))
        blocks.extend(
            actions(
                button("見る", f"show_entry:{number}", entry.id),
                button("スレッドに返信", f"reply_in_thread:{number}", entry.id) if can_reply else None,
            )
        )
    return blocks


def category_modal(category: str, entries: Sequence[Entry]) -> Block:
    """Every question of a category."""
    rows = [paragraph(e.question, button("見る", f"show_entry:{n}", e.id)) for n, e in enumerate(entries)]
    return modal(category, rows or [paragraph(NOTHING)], "category")
