"""What was handed to people, in both databases: open once, closed once, and opened again."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from knowledge.database.connection import connect
from knowledge.database.migration import migrate
from knowledge.slack_state.conversations import Conversations, Escalation


@pytest.fixture
def conversations(empty_database: str) -> Iterator[Conversations]:
    engine = connect(empty_database)
    migrate(engine)
    yield Conversations(engine)
    engine.dispose()


def test_an_escalation_is_closed_once_and_can_be_opened_again(conversations: Conversations) -> None:
    first = Escalation(
        reference="0123abcd", channel="C1", thread="1.1", asker="hash", support_channel="C2", support_thread="2.1"
    )
    conversations.escalate(first)
    assert conversations.escalation_in("C2", "2.1") == first
    assert [conversations.resolve("0123abcd") for _ in range(2)] == [True, False]
    assert conversations.escalation("0123abcd") == replace(first, resolved=True)

    second = replace(first, support_thread="2.2")
    conversations.escalate(second)
    assert conversations.escalation("0123abcd") == second
    assert conversations.escalation_in("C1", "1.1") == conversations.escalation_in("C2", "2.2") == second
    assert conversations.escalation_in("C2", "2.1") is None
