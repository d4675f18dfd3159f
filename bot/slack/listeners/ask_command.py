"""/faq question: the reply is shown only to the asker."""

from typing import Any

from slack_bolt import Ack, App, Respond

from bot.slack.door import Door
from bot.slack.text import plain
from bot.slack.views.reply import plain_message

USAGE = "`/faq` のあとに質問を書いてください。例: /faq 途中で解約したら違約金はかかりますか"


def register(app: App, door: Door) -> None:
    """React to the slash command."""

    @app.command("/faq")
    def on_command(ack: Ack, command: dict[str, Any], respond: Respond) -> None:
        ack()
        question = plain(command.get("text", ""))
        message = door.answer(question, command["user_id"]) if question else plain_message(USAGE)
        respond(text=message.text, blocks=message.blocks, response_type="ephemeral")
