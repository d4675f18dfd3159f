"""A claim that only one caller gets, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from knowledge.database.tables import claims
from knowledge.slack_state.claims import Claims


@pytest.fixture
def mine(engine: sa.Engine) -> Claims:
    return Claims(engine)


def test_a_claim_is_given_once(mine: Claims) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: mine.claim("T:C:1"), range(16))) == 1
    assert mine.claim("T:C:2")


def test_a_claim_that_lasts_for_a_while_can_be_claimed_again_after_it(mine: Claims) -> None:
    assert not mine.is_claimed("escalate:1")
    assert mine.claim("escalate:1", timedelta(minutes=5))
    assert mine.is_claimed("escalate:1")
    assert not mine.claim("escalate:1", timedelta(minutes=5))
    with mine.engine.begin() as connection:
        connection.execute(claims.update().values(at=datetime.now(UTC) - timedelta(minutes=6)))
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: mine.claim("escalate:1", timedelta(minutes=5)), range(16))) == 1
    assert not mine.claim("escalate:1")


def test_a_claim_that_is_released_can_be_claimed_again(mine: Claims) -> None:
    assert mine.claim("escalate:1")
    mine.release("escalate:1")
    assert not mine.is_claimed("escalate:1")
    assert mine.claim("escalate:1")
