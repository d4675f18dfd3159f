"""Follow-ups: a short question is read with the subject of the entry shown before, and only then.

1. A bare topic (料金は？) after an entry finds the related entry that answers it about that subject.
2. A question that is understood alone is never read as a follow-up.
3. A follow-up leads only to related entries, and says how it was read.
"""

import pytest

from bot.app import App
from bot.reply import Asker
from bot.wording import sentences
from index.decision.decision import Abstain, Answer, Suggest

ASKER = Asker("test")


@pytest.mark.parametrize(
    ("previous", "question", "expected"),
    [
        ("forward-vs-listed-difference", "料金は？", "price-same-forward-or-listed"),
        ("forward-vs-listed-difference", "料金は", "price-same-forward-or-listed"),
        ("forward-vs-listed-difference", "値段は？", "price-same-forward-or-listed"),
        ("report-channels", "電話でも？", "no-phone-reporting"),
        ("plan-prices", "FAXは？", "price-small-plus-fax"),
    ],
)
def test_a_short_question_is_read_with_the_subject_before(
    app: App, previous: str, question: str, expected: str
) -> None:
    reply = app.faq.ask(question, ASKER, previous)
    assert reply.entry
    assert reply.entry.id == expected
    assert reply.follows == app.faq.entry(previous)
    assert "続くご質問として" in sentences.remarks(reply)[0]


@pytest.mark.parametrize("previous", ["plan-prices", "free-trial-10days", "business-hours", "report-channels"])
@pytest.mark.parametrize(
    "question",
    [
        "営業電話は断ってもらえますか",
        "途中で解約したら違約金はかかりますか",
        "支払い方法を教えて",
        "月の途中で解約したら日割りになりますか",
        "ありがとう、助かりました",
        "今日の東京の天気は？",
        "解約したい",
        "解約したくない",
        "番号を変えたい",
    ],
)
def test_a_question_understood_alone_is_never_a_follow_up(app: App, previous: str, question: str) -> None:
    alone, after = app.faq.ask(question, ASKER), app.faq.ask(question, ASKER, previous)
    assert after.decision == alone.decision
    assert after.follows is None


@pytest.mark.parametrize("question", ["それは？", "？", "", "うーん", "えっと"])
def test_a_question_without_words_of_its_own_is_no_follow_up(app: App, question: str) -> None:
    assert app.faq.ask(question, ASKER, "plan-prices").follows is None


@pytest.mark.parametrize("question", ["いくら？", "いつまでに？", "手続きは？", "その後は？", "誰が？", "料金は？"])
def test_a_bare_question_is_not_answered_without_what_was_said_before(app: App, question: str) -> None:
    assert isinstance(app.faq.ask(question, ASKER).decision, Suggest)


@pytest.mark.parametrize("question", ["違約金", "対応時間", "支払方法"])
def test_a_keyword_that_says_enough_is_answered(app: App, question: str) -> None:
    assert isinstance(app.faq.ask(question, ASKER).decision, Answer)


def test_a_follow_up_asks_for_what_an_entry_is_about_not_for_what_it_mentions(app: App) -> None:
    assert app.faq.ask("支払いは？", ASKER, "plan-prices").follows is None


def test_a_long_question_says_itself_what_it_is_about(app: App) -> None:
    question = "ところで話は変わるのですが、そちらの料金というのはいったい全体どうなっているのですか"
    assert app.faq.ask(question, ASKER, "forward-vs-listed-difference").follows is None


def test_a_follow_up_never_repeats_what_was_just_read(app: App) -> None:
    for previous in ("plan-prices", "free-trial-10days", "no-cancellation-penalty", "payment-methods"):
        for question in ("料金は？", "方法は？", "何日前まで？", "番号は？", "書類は？"):
            reply = app.faq.ask(question, ASKER, previous)
            if reply.follows is None:
                continue
            match reply.decision:
                case Answer(hit) | Abstain(_, hit):
                    assert hit is None or hit.entry.id != previous
                case Suggest(hits):
                    assert previous not in [hit.entry.id for hit in hits]


def test_an_unknown_previous_entry_changes_nothing(app: App) -> None:
    assert app.faq.ask("料金は？", ASKER, "no-such-entry").decision == app.faq.ask("料金は？", ASKER).decision
