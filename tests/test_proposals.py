"""What becomes of proposals that are not published.

1. Only a proposal that waits for approval is given up; of any other its editor hears where it stands.
2. Whatever happens while a proposal is measured, one that was published never waits again.
3. What was only looked at is forgotten after a week; what waits, was published or given up stays.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from making import bot_on, publish_first

from bot.app import App
from bot.gate.proposal import Proposal
from index.text.analyzer import Analyzer
from knowledge.database.tables import proposals
from knowledge.entry import Entry
from knowledge.errors import FaqError
from knowledge.questions.query_log import QueryLog
from knowledge.revisions.proposals import ProposalState
from knowledge.revisions.store import Change

PRICE = Entry(id="price", category="料金", question="月額料金はいくらですか", answer="2,960円です。")
HOURS = Entry(id="hours", category="電話", question="営業時間は何時までですか", answer="18時までです。")
SAKURA, KAEDE = "sakura", "kaede"


@pytest.fixture
def app(migrated_database: str, analyzer: Analyzer, bare_folder: str) -> Iterator[App]:
    """A bot with two entries, where somebody else has to approve."""
    publish_first(migrated_database, HOURS, PRICE)
    with bot_on(migrated_database, analyzer, REVIEW="required", KNOWLEDGE=bare_folder) as app:
        yield app


def proposed(app: App, answer: str) -> Proposal:
    return app.publishing.propose(Change(put=(replace(PRICE, answer=answer),)), SAKURA)


def waiting(app: App, answer: str) -> Proposal:
    proposal = proposed(app, answer)
    assert app.publishing.publish(proposal, SAKURA, override="試験") is None
    return proposal


def published(app: App, answer: str) -> Proposal:
    proposal = waiting(app, answer)
    assert app.publishing.publish(app.publishing.examine(proposal.id), KAEDE)
    return proposal


def state(app: App, proposal: Proposal) -> ProposalState:
    return app.publishing.proposals.find(proposal.id).state


def test_what_is_published_cannot_be_given_up(app: App) -> None:
    proposal = published(app, "1,000円です。")
    with pytest.raises(FaqError, match="すでに第2版として公開されています"):
        app.publishing.withdraw(proposal.id)
    assert state(app, proposal) is ProposalState.PUBLISHED


def test_what_waits_is_given_up_once(app: App) -> None:
    proposal = waiting(app, "1,000円です。")
    app.publishing.withdraw(proposal.id)
    assert state(app, proposal) is ProposalState.WITHDRAWN
    with pytest.raises(FaqError, match="すでに取り下げられています"):
        app.publishing.withdraw(proposal.id)


def test_what_was_never_handed_in_need_not_be_given_up(app: App) -> None:
    proposal = proposed(app, "1,000円です。")
    with pytest.raises(FaqError, match="まだ承認に出されていません"):
        app.publishing.withdraw(proposal.id)
    assert state(app, proposal) is ProposalState.OPEN


def test_what_was_published_while_it_was_measured_again_does_not_wait_again(app: App) -> None:
    desk = app.publishing
    proposal = proposed(app, "1,000円です。")
    app.store.publish(Change(put=(replace(HOURS, note="別の変更"),)), KAEDE, "", 1)  # so that it is measured again

    class Meanwhile(QueryLog):
        """Read while the impact is measured: just then the others press their buttons."""

        def recent_texts(self, limit: int) -> list[str]:
            others = replace(desk, log=app.log)
            assert others.publish(others.examine(proposal.id), SAKURA, override="試験") is None
            assert others.publish(others.examine(proposal.id), KAEDE) == 3
            return super().recent_texts(limit)

    with pytest.raises(FaqError, match="ほかの人がすでに処理しました"):
        replace(desk, log=Meanwhile(app.store.engine, b"key")).publish(proposal, SAKURA, override="試験")
    assert state(app, proposal) is ProposalState.PUBLISHED
    assert desk.proposals.waiting() == []


def test_what_was_only_looked_at_is_forgotten_after_a_week(app: App) -> None:
    done = published(app, "1,000円です。")
    handed_in, looked_at = waiting(app, "2,000円です。"), proposed(app, "3,000円です。")
    given_up = waiting(app, "4,000円です。")
    app.publishing.withdraw(given_up.id)
    with app.store.engine.begin() as connection:
        connection.execute(sa.update(proposals).values(at=datetime.now(UTC) - timedelta(days=8)))
    recent = proposed(app, "5,000円です。")
    app.forget()
    with app.store.engine.connect() as connection:
        kept = set(connection.scalars(sa.select(proposals.c.id)))
    assert kept == {done.id, handed_in.id, given_up.id, recent.id}
    with pytest.raises(FaqError, match="もう一度、編集から"):
        app.publishing.publish(looked_at, SAKURA)
