"""Listeners for everything that people do in Slack, by subject.

Those for messages are called by bot/slack/hearing.py, the others by Bolt, which `register_all` tells of them; a
listener must not know how an event reached it.
"""

from collections.abc import Mapping
from types import ModuleType

from slack_bolt import App

from bot.slack.door import Door
from bot.slack.listeners import (
    adding,
    auditing,
    choosing,
    editing,
    edits,
    everything_else,
    feedback,
    handing_over,
    home,
    installation,
    judging,
    messages,
    previewing,
    publishing,
    searching,
    sending,
    watching,
)

INTERACTIONS: Mapping[ModuleType, Mapping[str, str]] = {  # the functions of each module, and when they are called
    messages: {
        "addressed": "@bot question, in a channel, or a question in the bot's Messages tab",
        "thread_message": "a message in a thread of ours, or of an escalation",
    },
    watching: {
        "channel_message": "a message in a watched channel that nobody addressed to the bot",
        "unwanted": "この返信は不要 is pressed",
    },
    edits: {
        "message_edited": "a question is edited: our reply is updated; a message without one is heard anew",
        "message_deleted": "a question is deleted: our reply goes",
    },
    feedback: {
        "suggestion": "one of the suggested questions is pressed",
        "none_of_these": "どれでもない is pressed",
        "related": "a related question is pressed",
        "vote": "役に立った or 役に立たなかった is pressed, one of Slack's own feedback buttons",
        "helpful": "役に立った is pressed under a reply from before those",
        "unhelpful": "役に立たなかった is pressed there: asks why",
        "unhelpful_reason": "the reason is given",
    },
    handing_over: {
        "escalate": "担当者に聞く is pressed",
        "resolve": "解決 is pressed in the support channel",
    },
    searching: {
        "ask_command": "/faq (or the site's command) with a question, alone, or with stats",
        "search_message": "the message shortcut FAQを検索",
        "search_submitted": "a search in the modal",
        "explain": "なぜこの回答？ is pressed",
    },
    sending: {
        "reply_in_thread": "スレッドに返信 is pressed",
        "send_to_channel": "チャンネルに送る is pressed",
    },
    home: {
        "home_opened": "the Home tab is opened",
        "conversation_opened": "the Messages tab is opened: suggested prompts",
        "home_search": "a question is typed on the Home tab",
        "category": "a category is pressed on the Home tab",
        "show_entry": "見る is pressed on the Home tab or in a modal",
    },
    editing: {
        "new_entry": "新しい項目 is pressed, or 回答しない at a gap",
        "edit_entry": "編集 is pressed",
        "entry_submitted": "an entry's form is submitted",
        "add_variant": "言い方を追加 is pressed",
        "variants_submitted": "more ways to ask are submitted",
        "retire_entry": "取り下げ is pressed",
    },
    choosing: {
        "entries_offered": "something is typed into a menu of entries in a form, or it is opened",
    },
    publishing: {
        "publish_submitted": "公開 is pressed under the impact",
        "show_proposal": "見る is pressed at a proposal that waits",
        "withdraw_proposal": "提案を取り下げ is pressed",
    },
    adding: {
        "add_gap": "別の項目に追加 is pressed at a gap",
        "ignore_gap": "無視 is pressed at a gap",
        "restore_gap": "戻す is pressed at what was ignored",
        "add_message": "the message shortcut FAQに追加",
        "add_escalated": "FAQに追加 is pressed under a resolved question",
        "add_submitted": "where to add a question is chosen",
    },
    judging: {
        "judge": "この質問の正解 is pressed at a question, at a gap, or under a resolved question",
        "judgement_submitted": "the right entry for a question is chosen",
    },
    auditing: {
        "audit_answers": "点検する is pressed in the digest",
        "verdict_given": "正しい, 間違い or 分からない is pressed at an answer of the last week",
        "review_entry": "内容を確認 is pressed in the digest, at an entry past its review",
        "entry_confirmed": "確認しました is pressed there",
    },
    previewing: {
        "link_shared": "a link to an entry's page is written or posted by somebody",
    },
    installation: {
        "app_uninstalled": "the bot is removed from a workspace",
        "tokens_revoked": "a workspace takes our token back",
    },
    everything_else: {  # must be last
        "link": "a link button is pressed",
        "unhandled": "everything else is acknowledged",
    },
}


def register_all(app: App, door: Door) -> None:
    """Tell Bolt of every interaction but the messages."""
    for subject in INTERACTIONS:
        if subject not in (messages, edits):
            subject.register(app, door)
