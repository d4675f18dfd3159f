"""What editors find on their Home tab besides search: a new entry, proposals that wait, entries not shown."""

from collections.abc import Sequence

from bot.slack.views.blocks import Block, actions, button, context, divider, header, paragraph
from knowledge.entry import Entry, Status
from knowledge.proposals import StoredProposal

MAX_WAITING = 10
MAX_UNSHOWN = 10
STATES = {Status.DRAFT: "下書き", Status.PUBLISHED: "公開期間の外"}


def desk_blocks(waiting: Sequence[StoredProposal], unshown: Sequence[Entry]) -> list[Block]:
    """The editors' part of the Home tab; `unshown` are drafts and entries outside their validity."""
    blocks = [divider(), header("編集"), *actions(button("新しい項目", "new_entry", "", "primary"))]
    if waiting:
        blocks.append(context("承認を待っている提案"))
    for number, stored in enumerate(waiting[:MAX_WAITING]):
        titles = [entry.question for entry in stored.change.put] + list(stored.change.remove)
        more = f" ほか{len(titles) - 1}件" if len(titles) > 1 else ""
        see = button("見る", f"show_proposal:{number}", stored.id)
        blocks.append(paragraph(f"{titles[0]}{more}\n{stored.reason or '（理由なし）'}", see))
    if unshown:
        blocks.append(context("今は表示されない項目"))
    for number, entry in enumerate(unshown[:MAX_UNSHOWN]):
        edit = button("編集", f"edit_entry:{number}", entry.id)
        blocks.append(paragraph(f"{STATES[entry.status]}: {entry.question}", edit))
    return blocks
