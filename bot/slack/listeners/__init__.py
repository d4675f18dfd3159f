"""What the bot reacts to in Slack: one module an interaction; messages come from the intake, the rest from Bolt.

Called by the Slack app only; a listener must not know how an event reached it.
"""

from slack_bolt import App

from bot.slack.delivery.delivery import Delivery
from bot.slack.delivery.incoming import Kind, is_from, kind_of
from bot.slack.door import Door
from bot.slack.listeners import (
    add_escalated,
    add_gap,
    add_message,
    add_submitted,
    add_variant,
    app_uninstalled,
    ask_command,
    category,
    conversation_opened,
    direct_message,
    edit_entry,
    entry_submitted,
    escalate,
    explain,
    helpful,
    home_opened,
    home_search,
    ignore_gap,
    link,
    mention,
    message_deleted,
    message_edited,
    new_entry,
    none_of_these,
    publish_submitted,
    related,
    reply_in_thread,
    resolve,
    retire_entry,
    search_message,
    search_submitted,
    send_to_channel,
    show_entry,
    show_proposal,
    suggestion,
    thread_message,
    tokens_revoked,
    unhandled,
    unhelpful,
    unhelpful_reason,
    variants_submitted,
    withdraw_proposal,
)

MESSAGES = {
    Kind.MENTION: mention,  # @bot question, in a channel
    Kind.DIRECT_MESSAGE: direct_message,  # question in the bot's Messages tab
    Kind.THREAD_MESSAGE: thread_message,  # a message in a thread of ours, or of an escalation
    Kind.MESSAGE_EDITED: message_edited,  # a question is edited: our reply is updated
    Kind.MESSAGE_DELETED: message_deleted,  # a question is deleted: our reply goes
}
OTHERS = (
    ask_command,  # /faq question, /faq, /faq stats
    conversation_opened,  # the Messages tab is opened: suggested prompts
    home_opened,  # the Home tab is opened
    home_search,  # a question is typed on the Home tab
    category,  # a category is pressed on the Home tab
    suggestion,  # one of the suggested questions is pressed
    none_of_these,  # どれでもない is pressed
    related,  # a related question is pressed
    show_entry,  # 見る is pressed on the Home tab or in a modal
    helpful,  # 役に立った is pressed
    unhelpful,  # 役に立たなかった is pressed: asks why
    unhelpful_reason,  # the reason is given
    escalate,  # 担当者に聞く is pressed
    resolve,  # 解決 is pressed in the support channel
    search_message,  # the message shortcut FAQを検索
    search_submitted,  # a search in the modal
    reply_in_thread,  # スレッドに返信 is pressed
    send_to_channel,  # チャンネルに送る is pressed
    explain,  # なぜこの回答？ is pressed
    link,  # a link button is pressed
    new_entry,  # 新しい項目 is pressed
    edit_entry,  # 編集 is pressed
    entry_submitted,  # an entry's form is submitted
    add_variant,  # 言い方を追加 is pressed
    variants_submitted,  # more ways to ask are submitted
    retire_entry,  # 取り下げ is pressed
    publish_submitted,  # 公開 is pressed under the impact
    show_proposal,  # 見る is pressed at a proposal that waits
    withdraw_proposal,  # 提案を取り下げ is pressed
    add_message,  # the message shortcut FAQに追加
    add_escalated,  # FAQに追加 is pressed under a resolved question
    add_gap,  # 別の項目に追加 is pressed at a gap
    ignore_gap,  # 無視 is pressed at a gap
    add_submitted,  # where to add a question is chosen
    app_uninstalled,  # the bot is removed from a workspace
    tokens_revoked,  # a workspace takes our token back
    unhandled,  # everything else is acknowledged; must be last
)


INTERACTIONS = (*MESSAGES.values(), *OTHERS)


def hear(door: Door, delivery: Delivery) -> None:
    """Call the listener of a message event. Raises ConnectionError while nothing can speak in its workspace."""
    client, kind = door.client_of(delivery.team), kind_of(delivery.body)
    if client is None:
        raise ConnectionError(f"no token is accepted in the workspace {delivery.team}")
    if kind and not is_from(delivery.event, client.bot_user()):  # we would answer ourselves forever
        MESSAGES[kind].listen(door, client, delivery)


def register_all(app: App, door: Door) -> None:
    """Tell Bolt of every other interaction."""
    for interaction in OTHERS:
        interaction.register(app, door)
