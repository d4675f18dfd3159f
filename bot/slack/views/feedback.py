"""The small modal that asks why a reply did not help."""

from bot.slack.views.blocks import Block, modal
from bot.slack.views.inputs import choice_input
from bot.wording.sentences import REASONS

THANKS = "ありがとうございます。今後の改善に使わせていただきます。"


def reason_modal(value: str) -> Block:
    """The reasons to choose from; `value` is the button's, reference and entry."""
    choices = {reason.value: text for reason, text in REASONS.items()}
    blocks = [choice_input("役に立たなかった理由", "reason", choices)]
    return modal("ご意見", blocks, "unhelpful_reason", submit="送る", metadata=value)
