"""Questions from outside Slack for the people in the support channel, who answer their asker another way."""

import logging
from datetime import timedelta

from slack_sdk.errors import SlackApiError

from bot.hand_over import HandedQuestion, NotHandedError
from bot.slack.client import error_code
from bot.slack.delivery.posting import post
from bot.slack.door import Door
from bot.slack.listeners.handing_over import found_for
from bot.slack.views.escalation import outside_message
from knowledge.errors import StoreError

logger = logging.getLogger(__name__)
ONCE = timedelta(days=1)  # in which a question handed over again is the same one
NOT_HANDED = "担当者に伝えられませんでした。"


def hand_over(door: Door, question: HandedQuestion) -> None:
    """Post a question in the support channel, once. Raises NotHandedError."""
    reference = question.reference
    try:
        home = door.home_client()
        if not door.support_channel or home is None:
            raise NotHandedError(NOT_HANDED)
        with door.once(f"handed:{reference}", ONCE) as is_first:
            if is_first:
                message = outside_message(question, door.faq.question(reference), found_for(door, reference))
                post(home, door.support_channel, "", message)
    except (SlackApiError, OSError, StoreError) as error:
        logger.warning("the question %s did not reach support: %s", reference, error_code(error))
        raise NotHandedError(NOT_HANDED) from error
