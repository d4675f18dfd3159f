"""Guards: what contradicts the question keeps a reply from sounding surer than it is.

1. A question that does not want what an entry is about is not simply answered with it.
2. Figures of the question that the answer does not have are pointed out; the answer itself stays as it is.
3. Bounds (以上, 未満) count: 3か月以上 is not 3か月未満.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import wording
from bot.app import App
from bot.reply import Asker, Reply
from index.amounts import amounts, differences
from index.decision import Answer, Suggest
from index.polarity import unwanted
from index.tokenizer import Tokenizer

TOKENIZER = Tokenizer()


@pytest.mark.parametrize(
    ("text", "lemmas"),
    [
        ("解約したくない", ("解約",)),
        ("やめたくはないです", ("止める",)),
        ("解約するつもりはありません", ("解約",)),
        ("お金を払いたくありません", ("払う",)),
        ("転送したくないんですが", ("転送",)),
        ("やめる気はない", ("止める",)),
        ("契約したくなかった", ("契約",)),
        ("止めたいわけではない", ("止める",)),
        ("営業電話を断ってほしくない", ("断る",)),
        ("道案内はしてほしくない", ("案内",)),
        ("営業電話は断らないでつないでください", ("断る",)),
        ("着信拒否しないでほしい", ("拒否",)),
        ("解約したくないわけではない", ()),
        ("やめたくないわけじゃない", ()),
        ("違約金を払わないで済みますか", ()),
        ("解約したい", ()),
        ("解約したいのに連絡がない", ()),
        ("やめたいけどお金がない", ()),
        ("違約金は取られないですか", ()),
        ("使えませんか", ()),
        ("気がつかなかった", ()),
        ("電気がない", ()),
        ("", ()),
    ],
)
def test_what_is_not_wanted_is_seen(text: str, lemmas: tuple[str, ...]) -> None:
    assert unwanted(TOKENIZER.tokenize(text)) == lemmas


@pytest.mark.parametrize(
    ("wanted", "not_wanted"),
    [
        ("営業電話は断ってほしい", "営業電話は断りたくない"),
        ("プランを変更したい", "プランを変更したくない"),
        ("番号を追加したい", "番号は追加したくない"),
        ("営業電話を断ってほしい", "営業電話を断ってほしくない"),
        ("営業電話は断って", "営業電話は断らないでつないでください"),
        ("会社名を名乗って出てもらえますか", "会社名を名乗らないで出てもらえますか"),
    ],
)
def test_the_same_words_with_the_opposite_wish_are_not_answered_alike(app: App, wanted: str, not_wanted: str) -> None:
    assert isinstance(app.faq.ask(wanted, Asker("test")).decision, Answer)
    assert not isinstance(app.faq.ask(not_wanted, Asker("test")).decision, Answer)


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("営業電話を受けたくないので断ってもらえますか", "sales-calls-refused-free"),
        ("お金をかけたくないので無料お試しは何日間使えますか", "free-trial-10days"),
        ("違約金を払いたくないのですが、途中で解約するとかかりますか", "no-cancellation-penalty"),
        ("失敗したくないので無料お試しは何日間か教えてください", "free-trial-10days"),
    ],
)
def test_what_is_not_wanted_beside_the_subject_keeps_nobody_from_an_answer(app: App, question: str, entry: str) -> None:
    decision = app.faq.ask(question, Asker("test")).decision
    assert isinstance(decision, Answer)
    assert decision.hit.entry.id == entry


def test_a_wish_that_the_entry_itself_denies_is_answered(app: App) -> None:
    """An editor who wrote the negated wish as a variant meant it."""
    snapshot = app.faq.searcher.snapshot
    texts = [text for entry in snapshot.index.entries if not entry.declines for text in entry.variants]
    denied = [text for text in texts if unwanted(TOKENIZER.tokenize(text))]
    assert denied
    assert any(isinstance(snapshot.ask(text).decision, Answer) for text in denied)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("３０日間無料ですか", ["30日"]),
        ("月2,960円・20回まで", ["2960円", "20回まで"]),
        ("三ヶ月未満で", ["3か月未満"]),
        ("9時から18時まで", ["9時", "18時まで"]),
        ("二つ目の番号", ["2つ"]),
        ("10日、10日、１０日", ["10日"]),
        ("番号は03です", []),
        ("", []),
    ],
)
def test_amounts_are_read_in_any_spelling(text: str, found: list[str]) -> None:
    assert [str(amount) for amount in amounts(text)] == found


@pytest.mark.parametrize(
    ("question", "answer", "asked", "known"),
    [
        ("お試しは30日間ですよね", "10日間の無料利用です。", "30日", ["10日"]),
        ("お試しは十日間ですよね", "10日間の無料利用です。", None, []),
        ("2900円のプランはありますか", "スモール 月2,960円・20回まで", "2900円", ["2960円"]),
        ("3か月以上でやめたら", "3か月未満で解約される場合でも", "3か月以上", ["3か月未満"]),
        ("3か月でやめたら", "3か月未満で解約される場合でも", None, []),
        ("5人に送れますか", "はい、お送りできます。", None, []),
    ],
)
def test_a_figure_the_answer_does_not_have_is_a_difference(
    question: str, answer: str, asked: str | None, known: list[str]
) -> None:
    found = differences(question, answer)
    assert [str(one.asked) for one in found] == ([asked] if asked else [])
    assert [str(amount) for one in found for amount in one.known] == known


@given(st.text(max_size=60))
def test_no_text_differs_from_itself(text: str) -> None:
    assert differences(text, text) == []


def test_a_wrong_figure_is_pointed_out_and_the_answer_stays_word_for_word(app: App) -> None:
    reply: Reply = app.faq.ask("無料お試しは30日間ですよね", Asker("test"))
    assert isinstance(reply.decision, Answer)
    entry = app.faq.entry("free-trial-10days")
    assert entry
    assert reply.decision.hit.entry.answer == entry.answer
    (remark,) = wording.remarks(reply)
    assert "「30日」" in remark
    assert "「10日」" in remark


def test_a_right_figure_needs_no_remark(app: App) -> None:
    reply = app.faq.ask("無料のお試しは10日間使えますか", Asker("test"))
    assert isinstance(reply.decision, Answer)
    assert wording.remarks(reply) == []


def test_suggestions_carry_no_remarks_on_figures(app: App) -> None:
    reply = app.faq.ask("30日の件で解約したい", Asker("test"))
    assert isinstance(reply.decision, Suggest)
    assert reply.differences == ()
