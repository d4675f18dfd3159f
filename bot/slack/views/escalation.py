"""Messages about a question that was handed to people: in the support channel, and from one side to the other."""

from collections.abc import Sequence

from bot.hand_over import HandedQuestion
from bot.slack.text import escaped, pieces
from bot.slack.views.blocks import (
    MAX_SECTION_TEXT,
    Block,
    actions,
    button,
    context,
    divider,
    header,
    link_button,
    paragraph,
    said_by,
)
from bot.slack.views.message import MAX_FALLBACK, SlackMessage
from bot.wording.in_slack import cut

GONE = "（質問の文は残っていません）"
FILES = "（ファイルが添付されています。こちらからは開けないため、名前だけをお伝えします）"
WORDLESS = "（文字のないメッセージです）"
EDITED = "書き直されました"
WITHDRAWN = "（このメッセージは、書いた方が取り消しました）"
TO_ASKER = "このスレッドへの返信は、質問した方に届きます（同僚へのメンションで始まるものは届きません）。"
OUTSIDE = "Slackの外（WebサイトやAPI）からのご質問です。"
TO_NOBODY = "ここへの返信は、質問した方には届きません。連絡先にご返答ください。"
MAX_PARAGRAPHS = 4  # of one message, whose blocks may hold about 13,200 characters (undocumented)


def escalation_message(reference: str, asker: str, question: str, found: str, permalink: str) -> SlackMessage:
    """The message in the support channel: who asks what, where, and what the bot found."""
    shown = question or GONE
    return SlackMessage(
        escaped(cut(f"担当者への質問: {shown}", MAX_FALLBACK)),
        [*_head(reference, asker, shown, found, permalink), *actions(button("解決", "resolve", reference, "primary"))],
    )


def outside_message(handed: HandedQuestion, question: str, found: str) -> SlackMessage:
    """The message for a question from outside Slack: what is asked, and how to reach who asks."""
    shown = question or GONE
    words = [paragraph(handed.words)] if handed.words.strip() else []
    return SlackMessage(
        escaped(cut(f"担当者への質問: {shown}", MAX_FALLBACK)),
        [
            header("担当者への質問"),
            context(OUTSIDE),
            paragraph(shown),
            *words,
            context(f"連絡先: {handed.reach}"),
            context(f"ボットの判断: {found}"),
            divider(),
            context(f"{TO_NOBODY}受付番号 {handed.reference}"),
        ],
    )


def resolved_message(reference: str, blocks: Sequence[Block], resolver: str) -> SlackMessage:
    """The same message once it is resolved, with the offer to add it to the knowledge base."""
    kept = [block for block in blocks if block.get("type") != "actions" or "link" in _action_ids(block)]
    return SlackMessage(
        "解決済みの質問",
        [
            *kept,
            said_by("✓ ", resolver, " さんが解決済みにしました。"),
            *actions(
                button("FAQに追加", "add_escalated", reference), button("この質問の正解", "judge_logged", reference)
            ),
        ],
    )


def carried_messages(author: str, text: str, *, has_files: bool) -> list[SlackMessage]:
    """The words of one side for the other, in as many messages as that takes; `author` says who wrote them.

    `has_files` tells of files that the other side cannot open.
    """
    body = "\n".join(line for line in (text, FILES if has_files else "") if line)
    parts = [part for part in pieces(body, MAX_SECTION_TEXT) if part.strip()] or [WORDLESS]
    return [_carried(author, parts[first : first + MAX_PARAGRAPHS]) for first in range(0, len(parts), MAX_PARAGRAPHS)]


def note(text: str) -> SlackMessage:
    """A remark in the place of what was carried."""
    return SlackMessage(escaped(text), [context(text)])


def _carried(author: str, parts: Sequence[str]) -> SlackMessage:
    text = escaped(cut(f"{author}: {''.join(parts)}", MAX_FALLBACK))
    return SlackMessage(text, [context(author), *(paragraph(part) for part in parts)])


def _head(reference: str, asker: str, question: str, found: str, permalink: str) -> list[Block]:
    return [
        header("担当者への質問"),
        said_by("質問した方: ", asker, ""),
        paragraph(question),
        context(f"ボットの判断: {found}"),
        *actions(link_button("元のメッセージを見る", permalink)),
        divider(),
        context(f"{TO_ASKER}受付番号 {reference}"),
    ]


def _action_ids(block: Block) -> list[str]:
    return [element.get("action_id", "") for element in block.get("elements", [])]
