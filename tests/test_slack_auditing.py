"""What the digest asks editors to do in Slack, with its buttons.

1. The drawn answers of the last week are judged one after another, as on the team's pages, by editors alone.
2. An entry past its review is read and confirmed by the gate: the date is today's, the next one as far off as before;
   its owner is mentioned.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from block_kit import faults_of_message
from fake_slack import FakeSlack
from logged_questions import Asking
from slack_tester import EDITOR, USER, SlackTester, labels, opened, shown, slack_on

from bot.app import App
from bot.digest import digest
from bot.slack.views.digest import digest_message
from knowledge.entry import TOKYO
from knowledge.questions.audits import Audits, AuditVerdict, last_week
from knowledge.questions.outcomes import day_begins
from knowledge.revisions.store import Change

PRICES = "plan-prices"


@pytest.fixture
def slack(small: App, fake_slack: FakeSlack) -> Iterator[SlackTester]:
    with slack_on(small, fake_slack, EDITOR_USERS=EDITOR) as slack:
        yield slack


def today() -> date:
    return datetime.now(TOKYO).date()


def sent(small: App) -> dict[str, Any]:
    """The digest of now."""
    message = digest_message(digest(small.faq, small.overview, datetime.now(UTC)))
    assert not faults_of_message({"text": message.text, "blocks": message.blocks})
    return {"text": message.text, "blocks": message.blocks, "channel": "C0EDITORS", "ts": "1700000000.000100"}


def test_the_answers_of_the_week_are_judged_one_by_one(small: App, slack: SlackTester) -> None:
    asking, monday = Asking(small.log), day_begins(last_week(datetime.now(UTC)))
    for number in range(2):
        asking.ask(monday + timedelta(hours=number), entry=PRICES, text=f"料金 その{number}")
    message = sent(small)
    assert "まだ判定していない回答（2件）" in shown(message)
    view = opened(slack.press(message, "点検する", user=EDITOR))
    said = ("2件のうち、0件", "料金 その0", "料金プランと月額は")
    assert all(words in shown(view) for words in said)
    assert labels(view)[-3:] == ["正しい", "間違い", "分からない"]
    view = opened(slack.press(view, "正しい", user=EDITOR))
    assert "料金 その1" in shown(view)
    refused = opened(slack.press(view, "間違い", user=USER))
    assert "登録された" in shown(refused)
    assert "この週の判定は終わりました" in shown(opened(slack.press(view, "分からない", user=EDITOR)))
    week = last_week(datetime.now(UTC))
    assert Audits(small.log.engine).counts(week) == {week: Counter({AuditVerdict.RIGHT: 1, AuditVerdict.UNCLEAR: 1})}
    assert "まだ判定していない回答" not in shown(sent(small))


def test_an_owner_in_capitals_is_a_word_and_nobody_to_call(small: App, slack: SlackTester) -> None:
    entry = small.publishing.live().by_id[PRICES]
    late = replace(entry, review_by=today() - timedelta(days=1), owner="WEBTEAM")
    small.store.publish(Change(put=(late,)), "editor", "", 1)
    small.faq.searcher.refresh()
    message = sent(small)
    assert "担当 WEBTEAM" in shown(message) and "user_id" not in str(message["blocks"])


def test_an_entry_past_its_review_is_confirmed(small: App, slack: SlackTester) -> None:
    entry = small.publishing.live().by_id[PRICES]
    late = replace(entry, as_of=today() - timedelta(days=101), review_by=today() - timedelta(days=1), owner="U0KAEDE77")
    small.store.publish(Change(put=(late,)), "editor", "", 1)
    small.faq.searcher.refresh()
    message = sent(small)
    assert "U0KAEDE77" in str(message["blocks"])
    assert "STAFF" not in shown(message)
    form = opened(slack.press(message, "内容を確認", user=EDITOR))
    again = today() + timedelta(days=100)
    assert str(again) in shown(form)
    slack.submit(form, {}, user=EDITOR)
    live = small.publishing.live()
    assert live.by_id[PRICES] == replace(late, as_of=today(), review_by=again)
    assert small.publishing.history.revisions(1)[0].editor == EDITOR
    assert "内容を確認" not in labels(sent(small))
    slack.submit(form, {}, user=EDITOR)  # what another press finds is another version
    assert small.publishing.live().revision == live.revision
