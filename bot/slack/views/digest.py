"""The weekly digest as one message in the editors' channel."""

import re
from collections.abc import Sequence

from bot.digest import Digest
from bot.overview import GAP_DAYS
from bot.slack.text import escaped
from bot.slack.views.blocks import Block, button, context, divider, header, paragraph, said_by
from bot.slack.views.message import SlackMessage
from bot.wording import sentences
from bot.wording.charts import daily_line
from bot.wording.in_slack import cut
from index.gaps.gaps import Gap
from knowledge.entry import Entry
from knowledge.questions.feedback import FeedbackKind

TITLE = "今週のまとめ"
NOTHING = "お知らせすることはありません。"
HELPFUL, UNHELPFUL = (sentences.FEEDBACK[kind] for kind in (FeedbackKind.HELPFUL, FeedbackKind.UNHELPFUL))
PAST_REVIEW, AUDIT = "見直しの期限が過ぎた項目", "まだ判定していない回答"
OWNER_ID = re.compile(r"[UW](?=[A-Z]*[0-9])[A-Z0-9]{6,}")  # of a person in Slack; WEBTEAM is a word
MAX_LINES = 10  # of a part; four parts of ten lines are as much as one message holds
MAX_REVIEWED = MAX_LINES  # entries with a button each
MAX_LINE = 200
MAX_QUESTION = 100
MAX_NEAREST = 40


def digest_message(digest: Digest) -> SlackMessage:
    """Every part that has something, with at most MAX_LINES lines each."""
    unhelpful = [
        f"{_named(entry)}　{HELPFUL} {votes.helpful}・{UNHELPFUL} {votes.unhelpful}"
        for entry, votes in digest.unhelpful
    ]
    parts = {
        "答えられなかった質問": [_gap_line(gap) for gap in digest.gaps],
        f"「{UNHELPFUL}」の多い項目": unhelpful,
        f"{GAP_DAYS}日間だれも尋ねていない項目": [_named(entry) for entry in digest.never_asked],
        "開けないリンク": [f"{found.entry_id}　{found.message}".strip() for found in digest.dead_links],
    }
    filled = {title: lines for title, lines in parts.items() if lines}
    asked = [context(f"1日の質問の数: {daily_line(digest.daily)}")] if digest.daily else []
    blocks = [header(TITLE), *asked]
    for title, lines in filled.items():
        blocks += _part(f"{title}（{len(lines)}件）", lines)
    blocks += [*_past_review(digest.past_review), *_audit(digest.unjudged)]
    counts = {title: len(lines) for title, lines in filled.items()}
    counts |= {PAST_REVIEW: len(digest.past_review), AUDIT: digest.unjudged}
    summary = "・".join(f"{title} {count}件" for title, count in counts.items() if count) or NOTHING
    blocks += [] if any(counts.values()) else [paragraph(NOTHING)]
    blocks += [divider(), context("\n".join(digest.evidence))] if digest.evidence else []
    return SlackMessage(escaped(f"{TITLE}: {summary}"), blocks)


def _past_review(entries: Sequence[Entry]) -> list[Block]:
    """The entries past their review with whom to ask, each with a button; Slack calls an owner that is named by id."""
    if not entries:
        return []
    blocks = [divider(), context(f"{PAST_REVIEW}（{len(entries)}件）")]
    for number, entry in enumerate(entries[:MAX_REVIEWED]):
        due = f"{_named(entry)}　期限 {entry.review_by:%Y/%m/%d}"
        owned = f"　担当 {entry.owner}" if entry.owner and not OWNER_ID.fullmatch(entry.owner) else ""
        blocks.append(paragraph(cut(due + owned, MAX_LINE), button("内容を確認", f"review_entry:{number}", entry.id)))
    called = dict.fromkeys(entry.owner for entry in entries[:MAX_REVIEWED] if OWNER_ID.fullmatch(entry.owner))
    blocks += [said_by("担当の ", owner, " さん、見直しをお願いします。") for owner in called]
    return [*blocks, *([context(f"ほか{len(entries) - MAX_REVIEWED}件")] if len(entries) > MAX_REVIEWED else [])]


def _audit(unjudged: int) -> list[Block]:
    if not unjudged:
        return []
    said = f"{AUDIT}（{unjudged}件）: 先週の回答が正しかったかどうかを、1件ずつ判定してください。"
    return [divider(), paragraph(said, button("点検する", "audit_answers", "audit"))]


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
