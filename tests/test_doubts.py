"""Doubts about an answer: the kind of thing that is asked for, and questions about the asker's own case.

1. A number that is asked for has to be in the answer, in a unit that answers it; other kinds likewise.
2. A question about the asker's own account, or an order, is told from a general question with a story before it.
3. Staff read the doubt in plain Japanese.
"""

from dataclasses import replace

import pytest

from bot.app import App
from bot.wording.explanations import DOUBT, KINDS, NOT_SAID, OWN_CASE, explanation_lines
from index.decision.asked_for import ASKS, COUNTERS, UNITS, asked_kinds, missing_kinds
from index.decision.own_case import is_own_case
from index.ranking.ranking import Rescoring


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("何日前までに言えばいいですか", {"days"}),
        ("月の何日までにメールすれば間に合いますか", {"date"}),
        ("なん日のうちに払えばよかですか", {"days"}),
        ("朝は何時からですか", {"time of day"}),
        ("1回何時間まで使えますか", {"hours"}),
        ("名簿に載せられるのは最大何名までですか", {"persons", "number"}),
        ("何コールぐらいで出てくれますか", {"seconds"}),
        ("何か必要なものはありますか", set()),
        ("何度もすみません、何回かに分けられますか", set()),
        ("送料はいくらですか", {"money"}),
        ("いくらでも送れますか", set()),
        ("料金を払ったあとの手続きを教えてください", set()),
        ("いつまでに払えばいいですか", {"time"}),
        ("いつも同じ人ですか、いつでもいいですか、そいつは、まいつき", set()),
        ("なぜですか", {"reason"}),
        ("忙しいなんです、何が要るんですか、一人なんで", set()),
        ("どこで受け取れますか", {"place"}),
        ("全国どこでも同じですか", set()),
        ("条項の文言をそのまま教えてください", {"wording"}),
        ("具体的に何と書けばいいですか", {"wording"}),
        ("報告文のサンプルが見たいです", {"wording"}),
    ],
)
def test_the_kinds_that_are_asked_for(question: str, kinds: set[str]) -> None:
    assert asked_kinds(question) == kinds


@pytest.mark.parametrize(
    ("question", "text", "missing"),
    [
        ("何日待ってもらえますか", "しばらくお待ちします。", {"days"}),
        ("何日待ってもらえますか", "10日間お待ちします。", set()),
        ("何日待ってもらえますか", "2週間お待ちします。", set()),
        ("何日待ってもらえますか", "毎月27日が支払日です。", {"days"}),
        ("何日に引き落とされますか", "毎月27日が支払日です。", set()),
        ("何日に引き落とされますか", "翌月にまとめて引き落とします。", {"date"}),
        ("何時間使えますか", "9時から18時までです。", {"hours"}),
        ("何時までですか", "9時から18時までです。", set()),
        ("何名まで登録できますか", "名簿に載せてください。", {"persons"}),
        ("何名まで登録できますか", "3人まで登録できます。", set()),
        ("いつから変わりますか", "翌月から新しい料金です。", set()),
        ("いつから変わりますか", "料金が変わります。", {"time"}),
        ("文言をそのまま教えてください", "規約に書いています。", {"wording"}),
        ("文言をそのまま教えてください", "「以上です」と書いています。", set()),
    ],
)
def test_what_an_answer_does_not_say_of_what_is_asked_for(question: str, text: str, missing: set[str]) -> None:
    assert missing_kinds(question, text) == missing


@pytest.mark.parametrize(
    "question",
    [
        "昨日送った写真、ちゃんと届いてますか",
        "うちの分ちゃんと落ちてる？",
        "証明書の写真ですが、無事に届いておりますでしょうか。",
        "当社の開始日はもう登録済みでしょうか。",
        "うちの保証金はもう返してもらったことになっとりますか",
        "保証金、うちいくら預けてることになってる？",
        "来月からスタンダードに変更しといてください！",
        "報告先のアドレスを変えておいてください",
        "注文をキャンセルしてください",
        "私のポイントはいくつですか",
        "ロッカーの順番待ち、いま何番目ですか",
        "うちの注文がどうなっているか調べてもらえますか",
    ],
)
def test_a_question_about_the_askers_own_case(question: str) -> None:
    assert is_own_case(question)


@pytest.mark.parametrize(
    "question",
    [
        "先週退会届を出しました。取り消すことはできますか。",
        "先月は口座の残高が足りませんでした。このあとどうなりますか。",
        "今日泊まりたいんだけど何時までならネットで取れる？",
        "レッスンを受けさせていただけますか。",
        "とどけさきのじゅうしょをまちがえましたなおせますか",
        "解約のやり方を教えておいてください",
        "変更はどこでできますか",
        "何度も同じ番号にかけてもらえますか",
        "夜も電話に出ていますか",
    ],
)
def test_a_story_before_a_general_question_is_no_own_case(question: str) -> None:
    assert not is_own_case(question)


def test_every_kind_has_a_name_for_staff() -> None:
    assert {*ASKS, *UNITS} - set(KINDS) == set(COUNTERS)


def test_staff_read_why_a_question_is_doubted(app: App) -> None:
    snapshot = app.faq.searcher.snapshot
    asked = "最初の入金が遅れたら、具体的に何日待ってもらえますか"
    lines = explanation_lines(snapshot, snapshot.ask(asked))
    assert DOUBT + NOT_SAID.format("文言そのもの・日数", 1) in lines
    own = explanation_lines(snapshot, snapshot.ask("昨日送った証明書の写真、ちゃんと届いてますか"))
    assert DOUBT + OWN_CASE in own
    assert not [line for line in explanation_lines(snapshot, snapshot.ask("解約金はかかりますか")) if DOUBT in line]


def test_each_place_has_its_own_confidence_and_the_doubt_is_of_the_entry_that_it_lowered(app: App) -> None:
    """The second stage may have moved that entry down."""
    snapshot = app.faq.searcher.snapshot
    outcome = snapshot.ask("最初の入金が遅れたら、具体的に何日待ってもらえますか")
    (_, first), (_, second) = outcome.confidences()[:2]
    assert f"{first:.3f}" != f"{second:.3f}"
    for place, confidence in enumerate((first, second)):
        assert f"確信度 {confidence:.3f}" in explanation_lines(snapshot, outcome, place)
    scores = outcome.ranking.scores.copy()
    scores[outcome.ranking.order[1]] += 100
    rescoring = Rescoring(1.0, 1.0, dict.fromkeys(outcome.ranking.order, 0.0))
    moved = replace(outcome, first_stage=replace(outcome.ranking, scores=scores, rescoring=rescoring))
    assert moved.ranking.order[:2] == outcome.ranking.order[1::-1]
    for place in range(2):
        doubted = [line for line in explanation_lines(snapshot, moved, place) if DOUBT in line]
        assert doubted == [DOUBT + NOT_SAID.format("文言そのもの・日数", 2)]
