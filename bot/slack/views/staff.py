"""Messages and modals for staff only: the best answers with confidence and note, why an answer, statistics."""

from collections.abc import Sequence

from bot.reply import Reply
from bot.slack.text import escaped
from bot.slack.views.blocks import (
    MAX_SECTION_TEXT,
    Block,
    actions,
    button,
    context,
    divider,
    header,
    link_button,
    modal,
    paragraph,
)
from bot.slack.views.entry import EntryView, answer_blocks, edit_buttons
from bot.slack.views.message import MAX_FALLBACK, SlackMessage
from bot.wording import sentences
from bot.wording.charts import daily_line
from bot.wording.in_slack import cut
from knowledge.questions.feedback import FeedbackKind
from knowledge.questions.statistics import DailyCounts, PeriodCounts

MAX_BEST = 3  # entries shown for one question
MAX_BUTTON_QUERY = 1_900  # characters of a question in a button


def staff_message(reply: Reply, best: Sequence[tuple[EntryView, float]], *, editing: bool = False) -> SlackMessage:
    """The best entries with their confidence: the first whole, the others by their question; editors may edit."""
    decision = sentences.DECISIONS[reply.kind]
    head = f"質問した人への判断: {decision}（確信度 {reply.confidence:.2f}）"
    blocks: list[Block] = [context(head)]
    for place, (shown, confidence) in enumerate(best[:MAX_BEST]):
        entry = shown.entry
        blocks.append(context(f"{place + 1}. {entry.id}　確信度 {confidence:.2f}"))
        if place == 0:
            blocks.extend(answer_blocks(shown))
        else:
            blocks.append(paragraph(entry.question))
        if entry.note:
            blocks.append(context(f"社内メモ: {entry.note}"))
        blocks.extend(_buttons(reply, entry.id, place))
        if editing:
            blocks.extend(edit_buttons(entry.id, str(place)))
        blocks.append(divider())
    if editing:
        blocks.extend(actions(button("この質問の正解", "judge", cut(reply.query, MAX_BUTTON_QUERY))))
    return SlackMessage(escaped(cut(f"{head}\n" + "\n".join(s.entry.question for s, _ in best), MAX_FALLBACK)), blocks)


def _buttons(reply: Reply, entry_id: str, place: int) -> list[Block]:
    return actions(
        button("チャンネルに送る", f"send_to_channel:{place}", entry_id),
        button("回答を見る", f"show_entry:{place}", entry_id) if place else None,
        button("なぜこの回答？", f"explain:{place}", f"{place}:{cut(reply.asked, MAX_BUTTON_QUERY)}"),
    )


def explanation_modal(lines: Sequence[str]) -> Block:
    """The reasons why an entry has its place, line by line."""
    sections: list[str] = [""]
    for line in lines:
        if len(sections[-1]) + len(line) >= MAX_SECTION_TEXT:
            sections.append("")
        sections[-1] += line + "\n"
    return modal("なぜこの回答？", [paragraph(text) for text in sections if text.strip()], "explanation")


def statistics_message(
    periods: Sequence[PeriodCounts], daily: DailyCounts, top: Sequence[tuple[str, int]], gaps: Sequence[str]
) -> SlackMessage:
    """Counts for some periods and days, the entries most asked for, and the questions without an answer."""
    blocks: list[Block] = [header("質問の統計")]
    for period in periods:
        given = "・".join(_feedback(period))
        name = "直近24時間" if period.days == 1 else f"{period.days}日間"
        counts = f"質問 {period.asked}・回答 {period.answered}・候補 {period.suggested}・回答なし {period.abstained}"
        blocks.append(paragraph(f"{name}\n{counts}\n{given}"))
    if any(daily.counts):
        blocks += [context(f"1日の質問の数（{len(daily.counts)}日間）"), paragraph(daily_line(daily))]
    listing = [f"{number}回　{question}" for question, number in top] or ["まだありません。"]
    blocks += [divider(), context("よく尋ねられた項目（30日間）"), paragraph("\n".join(listing))]
    blocks += [context("答えられなかった質問（30日間）"), paragraph("\n".join(gaps) or "ありません。")]
    return SlackMessage("質問の統計", blocks)


def _feedback(period: PeriodCounts) -> list[str]:
    """The counts of feedback; that of a watched channel only where there is some."""
    counts = {kind: period.feedback.get(kind, 0) for kind in sentences.FEEDBACK}
    shown = [kind for kind, count in counts.items() if count or kind is not FeedbackKind.UNWANTED]
    return [f"{sentences.FEEDBACK[kind]} {counts[kind]}" for kind in shown]


def sent_note(question: str, permalink: str) -> SlackMessage:
    """The note to the sender after an entry was sent; `permalink` may be ""."""
    text = f"「{question}」の回答を送りました。"
    link = link_button("送ったメッセージを見る", permalink) if permalink else None
    return SlackMessage(escaped(text), [paragraph(text), *actions(link)])
