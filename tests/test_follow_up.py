"""Follow-ups: a question that leaves open of what is read with the question and the entry before it, and only then.

1. A bare topic (料金は？), なんで？ and じゃあ050は？ find the entry that answers them about that subject.
2. A question that is understood alone is never read as a follow-up, and a remark neither.
3. 前者 and 後者 stand for what the message before named.
"""

import pytest

from bot.app import App
from bot.reply import Asker, Reply
from bot.wording import sentences
from index.asking.asking import hear
from index.asking.turns import Turn, read_within, resolved
from index.decision.decision import Answer
from index.message.message import MessageKind

ASKER = Asker("test")
DIFFERENCE = Turn("転送利用と表記利用の違いは何ですか", ("forward-vs-listed-difference",))


def best(reply: Reply) -> list[str]:
    return [hit.entry.id for hit in reply.outcome.ranking.hits[:3]]


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        (DIFFERENCE, "料金は？", "price-same-forward-or-listed"),
        (DIFFERENCE, "値段は違う？", "price-same-forward-or-listed"),
        (
            Turn("1つの契約で2社の電話を受けてもらえますか", ("one-contract-one-entity",)),
            "なんで？",
            "one-contract-one-entity",
        ),
        (Turn("東京の番号はもらえますか", ("number-types-03-050",)), "じゃあ050は？", "number-types-03-050"),
        (Turn("報告は何人まで送れますか", ("report-multi-recipients",)), "それって無料？", "report-multi-recipients"),
        (Turn("支払いの方法は？", ("payment-methods",)), "用紙を出し忘れたら？", "payment-methods"),
        (
            Turn("残高不足で引き落とせなかったら？", ("failed-direct-debit",)),
            "どうすればいいですか",
            "failed-direct-debit",
        ),
        (Turn("来月から会社の名前が変わります"), "何か手続きは必要ですか", "contract-name-change"),
    ],
)
def test_a_short_question_is_read_with_what_was_said_before(
    app: App, before: Turn, question: str, expected: str
) -> None:
    reply = app.faq.ask(question, ASKER, [before])
    assert expected in best(reply)
    assert reply.kind in ("answer", "suggest")


def test_a_follow_up_says_how_it_was_read(app: App) -> None:
    reply = app.faq.ask("じゃあ050は？", ASKER, [Turn("東京の番号はもらえますか", ("number-types-03-050",))])
    assert isinstance(reply.decision, Answer)
    assert "続くご質問として" in sentences.remarks(reply)[0]


@pytest.mark.parametrize("before", ["plan-prices", "free-trial-10days", "business-hours", "report-channels"])
@pytest.mark.parametrize(
    "question",
    [
        "営業電話は断ってもらえますか",
        "途中で解約したら違約金はかかりますか",
        "支払い方法を教えて",
        "月の途中で解約したら日割りになりますか",
    ],
)
def test_a_question_understood_alone_is_never_a_follow_up(app: App, before: str, question: str) -> None:
    alone, after = app.faq.ask(question, ASKER), app.faq.ask(question, ASKER, [Turn("料金", (before,))])
    assert after.decision == alone.decision
    assert after.follows is None


@pytest.mark.parametrize(
    "remark", ["共有フォルダに入れときましたよー", "03で", "電話番号って2社で同じでしたよね、たしか"]
)
def test_a_remark_is_no_follow_up(app: App, remark: str) -> None:
    before = [Turn("契約内容書のバーチャルオフィスって何ですか", ("contract-document-wording",))]
    assert hear(app.faq.searcher.snapshot, remark, before).kind is MessageKind.TALK


@pytest.mark.parametrize("question", ["？", "えっと", "うーん"])
def test_a_message_without_words_of_its_own_gets_no_entry(app: App, question: str) -> None:
    assert app.faq.ask(question, ASKER, [Turn("料金", ("plan-prices",))]).entry is None


@pytest.mark.parametrize("question", ["いくら？", "いつまでに？", "手続きは？", "その後は？", "誰が？", "料金は？"])
def test_a_bare_question_is_not_answered_without_what_was_said_before(app: App, question: str) -> None:
    assert not isinstance(app.faq.ask(question, ASKER).decision, Answer)


@pytest.mark.parametrize("question", ["違約金", "対応時間", "支払方法"])
def test_a_keyword_that_says_enough_is_answered(app: App, question: str) -> None:
    assert isinstance(app.faq.ask(question, ASKER).decision, Answer)


@pytest.mark.parametrize(
    ("text", "before", "meant"),
    [
        ("前者は無料？", "「転送」と「表記」って何が違うんですか？", "転送は無料？"),
        ("後者は無料？", "転送と表記は、どう違いますか", "表記は無料？"),
        ("後者はいつまで？", "申込みに要るものは？あと支払いの期日は？", "あと支払いの期日は？ はいつまで？"),
        ("後者は？", "昼食と夕食というのは、どう違うのですか", "夕食は？"),
        ("前者に要るものは？", "松と竹とはどう違う？", "松に要るものは？"),
        ("前者に要るものは？", "「松」か「竹」か選べと出ました", "松に要るものは？"),
        ("前者は？", "料金を教えて", "前者は？"),
        ("料金は？", "「転送」と「表記」って何が違うんですか？", "料金は？"),
    ],
)
def test_the_former_and_the_latter_stand_for_what_was_named(text: str, before: str, meant: str) -> None:
    assert resolved(text, [Turn(before)]) == meant


def test_the_former_is_not_looked_for_where_it_is_itself_meant() -> None:
    said = [Turn("松と竹はどう違いますか"), Turn("後者、報告は来ますか")]
    assert resolved("前者は無料？", said) == "松は無料？"


@pytest.mark.parametrize("number", ["(2)について、", "②は", "2つ目の"])
def test_a_number_stands_for_the_question_of_a_message_before(number: str) -> None:
    said = [Turn("2点確認願います。\n(1) 試しの日数\n(2) 違約金の有無"), Turn("なるほど")]
    assert read_within(f"{number}いつからですか", said).text.startswith("違約金の有無")


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("昨日から報告が1件も来ていないのですが", MessageKind.PERSON),
        ("至急です！今日だけ開店します", MessageKind.PERSON),
        ("昨日申し込みましたが、まだ連絡がありません", MessageKind.PERSON),
        ("至急！！営業電話は断ってもらえますか", MessageKind.QUESTION),
    ],
)
def test_what_is_urgent_calls_for_a_person_where_nothing_answers_it(app: App, written: str, kind: MessageKind) -> None:
    assert hear(app.faq.searcher.snapshot, written).kind is kind


def test_an_unknown_entry_before_changes_nothing(app: App) -> None:
    reply = app.faq.ask("営業電話は断ってもらえますか", ASKER, [Turn("", ("no-such-entry",))])
    assert reply.decision == app.faq.ask("営業電話は断ってもらえますか", ASKER).decision
