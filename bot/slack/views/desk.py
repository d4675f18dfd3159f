"""The editors' part of the Home tab: a new entry, proposals that wait, gaps, entries that are not shown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.slack.views.blocks import Block, actions, button, context, divider, header, paragraph
from bot.wording import sentences
from bot.wording.editing import proposal_heading
from index.gaps.gaps import Gap
from knowledge.entry import Entry, Status
from knowledge.questions.gap_questions import IgnoredGap
from knowledge.revisions.proposals import StoredProposal

MAX_WAITING = 10
MAX_GAPS = 8
MAX_IGNORED = 3
MAX_VALUE = 1_800  # characters of a button's value that hold a gap's texts
MAX_UNSHOWN = 10
STATES = {Status.DRAFT: "下書き", Status.PUBLISHED: "公開期間の外"}


@dataclass(frozen=True, slots=True)
class Desk:
    """Work waiting for editors: `unshown` are drafts and entries outside their validity, `ignored` the last such gaps.

    `evidence` says in some lines how much is known of the answers.
    """

    waiting: Sequence[StoredProposal]
    gaps: Sequence[Gap]
    ignored: Sequence[IgnoredGap]
    unshown: Sequence[Entry]
    evidence: Sequence[str]


def desk_blocks(desk: Desk) -> list[Block]:
    """The editors' part of the Home tab."""
    blocks = [divider(), header("編集"), *actions(button("新しい項目", "new_entry", "", "primary"))]
    blocks.append(context("\n".join(desk.evidence)))
    if desk.waiting:
        blocks.append(context("承認を待っている提案"))
    blocks += [_waiting_block(stored, number) for number, stored in enumerate(desk.waiting[:MAX_WAITING])]
    blocks += [*_gaps(desk.gaps), *_ignored(desk.ignored)]
    if desk.unshown:
        blocks.append(context("今は表示されない項目"))
    for number, entry in enumerate(desk.unshown[:MAX_UNSHOWN]):
        edit = button("編集", f"edit_entry:{number}", entry.id)
        blocks.append(paragraph(f"{STATES[entry.status]}: {entry.question}", edit))
    return blocks


def _gaps(gaps: Sequence[Gap]) -> Iterator[Block]:
    if gaps:
        yield context("答えられなかった質問（急ぐ順）")
    for number, gap in enumerate(gaps[:MAX_GAPS]):
        yield from gap_blocks(gap, number)
    if len(gaps) > MAX_GAPS:
        yield context(f"ほか{len(gaps) - MAX_GAPS}種類（社内のページの「答えられない質問」にすべて出ます）")


def _ignored(ignored: Sequence[IgnoredGap]) -> Iterator[Block]:
    for number, one in enumerate(ignored[:MAX_IGNORED]):
        key, text = next(iter(one.texts.items()))
        others = f"ほか{len(one.texts) - 1}通り" if len(one.texts) > 1 else ""
        yield paragraph(f"無視しました: 「{text}」{others}", button("戻す", f"restore_gap:{number}", key))
    if ignored:
        yield context("前に無視したものは、社内のページの「無視したもの」から戻せます")


def _waiting_block(stored: StoredProposal, number: int) -> Block:
    see = button("見る", f"show_proposal:{number}", stored.id)
    return paragraph(f"{proposal_heading(stored.change)}\n{stored.reason or '（理由なし）'}", see)


def gap_blocks(gap: Gap, number: int) -> list[Block]:
    """One gap with what can be done about it; `number` tells its buttons from those of the others."""
    others = f"　ほか{len(gap.texts) - 1}通りの尋ね方" if len(gap.texts) > 1 else ""
    nearest = f"近い項目: {gap.nearest.question}（確信度 {gap.confidence:.2f}）" if gap.nearest else "近い項目なし"
    texts = _texts(gap)
    return [
        paragraph(gap.representative + others),
        context(f"{gap.count}回・{gap.askers}人・傾向 {sentences.TRENDS[gap.trend]}　{nearest}"),
        *actions(
            button("言い方に追加", f"add_variant:gap{number}", f"{gap.nearest.id}\n{texts}") if gap.nearest else None,
            button("別の項目に追加", f"add_gap:{number}", texts),
            button("新しい項目", f"new_entry:gap{number}", texts),
            button("回答しない", f"decline_entry:gap{number}", texts),
            button("この質問の正解", f"judge:gap{number}", texts),
            button("無視", f"ignore_gap:{number}", gap.key),
        ),
    ]


def _texts(gap: Gap) -> str:
    """As many texts of a gap as a button can hold, one a line."""
    lines: list[str] = []
    for text in gap.examples:
        line = " ".join(text.split())[:MAX_VALUE]
        if sum(map(len, lines)) + len(lines) + len(line) <= MAX_VALUE:
            lines.append(line)
    return "\n".join(lines)
