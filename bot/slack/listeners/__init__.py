"""What the bot reacts to in Slack: one module an interaction, registered in the order of this table."""

from slack_bolt import App

from bot.slack.door import Door
from bot.slack.listeners import (
    ask_command,
    conversation_opened,
    direct_message,
    link,
    mention,
    none_of_these,
    related,
    suggestion,
    unhandled,
)

INTERACTIONS = (
    mention,  # @bot question, in a channel
    direct_message,  # question in the bot's Messages tab
    ask_command,  # /faq question
    conversation_opened,  # the Messages tab is opened: suggested prompts
    suggestion,  # one of the suggested questions is pressed
    none_of_these,  # どれでもない is pressed
    related,  # a related question is pressed
    link,  # a link button is pressed
    unhandled,  # everything else is acknowledged; must be last
)


def register_all(app: App, door: Door) -> None:
    """Tell Bolt of every interaction."""
    for interaction in INTERACTIONS:
        interaction.register(app, door)
