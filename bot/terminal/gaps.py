"""Gaps as a table."""

from collections.abc import Sequence

from bot.terminal.cells import cells, cut, padded
from bot.wording import sentences
from index.gaps.gaps import Gap
from knowledge.entry import TOKYO

GAP_COLUMNS = ("回数", "人数", "傾向", "最後", "質問", "近い項目（確信度）", "種類")
GAP_COLUMN_WIDTH = 60  # cells of the terminal; a longer question is cut


def gaps_text(gaps: Sequence[Gap]) -> str:
    """Gaps as a table, and how many questions they stand for."""
    rows = [GAP_COLUMNS, *map(_gap_row, gaps)]
    widths = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(padded(*cell) for cell in zip(row, widths, strict=True)).rstrip() for row in rows]
    asked = sum(gap.count for gap in gaps)
    return "\n".join([*lines, "", f"{len(gaps)}種類、のべ{asked}回の質問です（傾向はその前の7日とくらべたこの7日）。"])


def _gap_row(gap: Gap) -> tuple[str, ...]:
    reasons = "・".join(f"{sentences.REASONS[reason]}{count}" for reason, count in gap.reasons.items())
    kinds = "・".join(f"{sentences.GAP_KINDS[kind]}{count}" for kind, count in gap.kinds.items())
    return (
        str(gap.count),
        str(gap.askers),
        sentences.TRENDS[gap.trend],
        f"{gap.last_asked.astimezone(TOKYO):%m/%d}",
        cut(" ".join(gap.representative.split()), GAP_COLUMN_WIDTH),
        f"{gap.nearest.id}（{gap.confidence:.2f}）" if gap.nearest else "―",
        kinds + (f"（{reasons}）" if reasons else ""),
    )
