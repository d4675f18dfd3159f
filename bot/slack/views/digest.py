"""The weekly digest as one message in the editors' channel."""

from collections.abc import Sequence

from bot.digest import Digest
from bot.overview import GAP_DAYS
from bot.slack.text import cut, escaped
from bot.slack.views.blocks import Block, context, divider, header, paragraph
from bot.slack.views.message import Message
from bot.wording import sentences
from bot.wording.charts import daily_line
from index.gaps.gaps import Gap
from knowledge.entry import Entry
from knowledge.questions.feedback import FeedbackKind

TITLE = "今週のまとめ"
NOTHING = "お知らせすることはありません。"
HELPFUL, UNHELPFUL = (sentences.FEEDBACK[kind] for kind in (FeedbackKind.HELPFUL, FeedbackKind.UNHELPFUL))
MAX_LINES = 10  # of a part; five parts of ten lines are as much as one message holds
MAX_LINE = 200
MAX_QUESTION = 100
MAX_NEAREST = 40


def digest_message(digest: Digest) -> Message:
    """Every part that has something, with at most MAX_LINES lines each."""
    unhelpful = [
        f"{_named(entry)}　{HELPFUL} {votes.helpful}・{UNHELPFUL} {votes.unhelpful}"
        for entry, votes in digest.unhelpful
    ]
    parts = {
        "答えられなかった質問": [_gap_line(gap) for gap in digest.gaps],
        f"「{UNHELPFUL}」の多い項目": unhelpful,
        "見直しの期限が過ぎた項目": [f"{_named(e)}　期限 {e.review_by:%Y/%m/%d}" for e in digest.past_review],
        f"{GAP_DAYS}日間だれも尋ねていない項目": [_named(entry) for entry in digest.never_asked],
        "開けないリンク": [f"{found.entry_id or '―'}　{found.message}" for found in digest.dead_links],
    }
    filled = {title: lines for title, lines in parts.items() if lines}
    asked = [context(f"1日の質問の数: {daily_line(digest.daily)}")] if digest.daily else []
    blocks = [header(TITLE), *asked]
    for title, lines in filled.items():
        blocks += _part(f"{title}（{len(lines)}件）", lines)
    summary = "・".join(f"{title} {len(lines)}件" for title, lines in filled.items()) or NOTHING
    return Message(escaped(f"{TITLE}: {summary}"), blocks if filled else [*blocks, paragraph(NOTHING)])


def _part(title: str, lines: Sequence[str]) -> list[Block]:
    shown = [cut(line, MAX_LINE) for line in lines[:MAX_LINES]]
    more = [f"ほか{len(lines) - MAX_LINES}件"] if len(lines) > MAX_LINES else []
    return [divider(), context(title), paragraph("\n".join([*shown, *more]))]


def _gap_line(gap: Gap) -> str:
    nearest = (
        f"　近い項目: {_one_line(gap.nearest.question, MAX_NEAREST)}（確信度 {gap.confidence:.2f}）"
        if gap.nearest
        else ""
    )
    return f"{sentences.TRENDS[gap.trend]} {gap.count}回・{gap.askers}人　{_one_line(gap.representative)}{nearest}"


def _named(entry: Entry) -> str:
    return f"{_one_line(entry.question)}（{entry.id}）"


def _one_line(text: str, limit: int = MAX_QUESTION) -> str:
    return cut(" ".join(text.split()), limit)
