"""Guards: what contradicts the question keeps a reply from sounding surer than it is.

1. A question that does not want what an entry is about, or asks it of another organisation, is not answered with it.
2. Figures of the question that the answer contradicts are pointed out; the answer itself stays as it is.
3. Bounds (以上, 未満, 最大) count: 3か月以上 is not 3か月未満, and 2か月 lies within it.
4. Units are converted (2週間 is 14日); dates, labels, rates and things told in passing are never remarked on.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import App
from bot.reply import Asker, Reply
from bot.wording import sentences
from bot.wording.reasons import plain_reason
from index.decision.decision import Answer, Suggest
from index.decision.elsewhere import is_about_another
from index.decision.figures import differences
from index.text.polarity import unwanted
from index.text.tokenizer import Tokenizer
from knowledge.amounts.grammar import amounts

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
    ("question", "about"),
    [
        ("他社の料金プランと月額はいくらですか", True),
        ("よそでは無料お試しは何日間ですか", True),
        ("よその会社の無料お試しは何日間ですか", True),
        ("ほかの会社だと初期費用はかかりますか", True),
        ("よそは保証金がいりますか", True),
        ("検討中です。他社さんではいくらくらいですか", True),
        ("ちなみに、別の業者なら違約金はありますか", True),
        ("よそのホテルの朝食は何時からですか", True),
        ("他社から乗り換えたいのですが、初期費用はかかりますか", False),
        ("他社と比べて安いですか", False),
        ("あっちは違約金がありますか", True),
        ("あちらの名前も聞いてもらえますか", False),
        ("向こうの番号は表示されますか", False),
        ("借りる番号はよその会社と一緒ですか", False),
        ("他社に番号を移せますか", False),
        ("他社を解約してから申し込めますか", False),
        ("料金はいくらですか", False),
    ],
)
def test_what_is_asked_of_another_organisation_is_seen(question: str, *, about: bool) -> None:
    assert is_about_another(question) is about


@pytest.mark.parametrize("other", ["他社の", "よそでは、", "ほかの会社だと"])
@pytest.mark.parametrize("question", ["無料お試しは何日間ですか", "料金プランと月額はいくらですか？"])
def test_our_answer_is_never_given_for_another_organisation(app: App, other: str, question: str) -> None:
    assert isinstance(app.faq.preview(question).decision, Answer)
    assert not isinstance(app.faq.preview(other + question).decision, Answer)


@pytest.mark.parametrize(
    ("wanted", "not_wanted"),
    [
        ("営業電話は断ってほしい", "営業電話は断りたくない"),
        ("プランを変更したい", "プランを変更したくない"),
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
        ("03番号、050番号", []),
        ("四日市、3回線、2通話、1、2名", []),
        ("2千円、月5百円、1.1千円、3万5千円", ["2000円", "500円", "1100円", "35000円"]),
        ("1万1040円、1万円、1.5万円", ["11040円", "10000円", "15000円"]),
        ("夕方6時、午前9時半、夜の8時", ["夕方6時", "午前9時半", "夜8時"]),
        ("9〜18時、9:30", ["9時", "18時", "9時30分"]),
        ("09:00〜18:00", ["9時", "18時"]),
        ("最大3名、少なくとも3名", ["最大3名", "少なくとも3名"]),
        ("20回を超えたら、3か月に満たない", ["20回超", "3か月未満"]),
        ("半年、1年半、1時間半", ["半年", "1年半", "1時間半"]),
        ("四営業日前まで、3コール以内", ["4営業日前まで", "3コール以内"]),
        ("**3か月**未満、**毎月27日**", ["3か月未満", "毎月27日"]),
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
        # numbers in kanji and mixed
        ("2千円ですか", "月2,000円です", None, []),
        ("月5百円ですか", "月500円です", None, []),
        ("1万1,040円ですか", "月11,040円です", None, []),
        ("1万円ですか", "月11,040円です", "10000円", ["11040円"]),
        # people, however they are counted
        ("3人に送れますか", "最大3名まで", None, []),
        ("3人分ですか", "最大3名まで", None, []),
        ("2名に送れますか", "最大3名まで", None, []),
        ("4人に送れますか", "最大3名まで", "4人", ["最大3名まで"]),
        ("3名以上送れますか", "最大3名（3つのアドレス）まで", "3名以上", ["最大3名"]),
        ("2名以上送れますか", "最大3名まで", None, []),
        ("2人までですか", "最大3名まで", "2人まで", ["最大3名まで"]),
        ("送信元は3人分ですか", "アドレスは一人ひとり違います", None, []),
        ("もう一人にも送れますか", "お二人に送れます", None, []),
        # hours of the morning and the afternoon, and ranges
        ("午後6時まで", "平日の9時から18時です", None, []),
        ("夕方6時に", "9時〜18時", None, []),
        ("午前9時から", "9時から18時", None, []),
        ("15時に出ますか", "9〜18時です", None, []),
        ("6時に出ますか", "9:00〜18:00です", None, []),
        ("夜8時に出ますか", "9時から18時です", "夜8時", ["9時", "18時"]),
        ("8時半に出ますか", "9時から18時です", "8時半", ["9時", "18時"]),
        ("20時まで", "午前9時から午後6時まで", "20時まで", ["午前9時", "午後6時まで"]),
        ("深夜2時に", "22時〜6時", None, []),
        # what lies in a bound
        ("2か月でやめたら", "3か月未満で解約しても", None, []),
        ("1か月以内にやめたら", "3か月未満で解約しても", None, []),
        ("3か月以内にやめたら", "3か月未満で解約しても", None, []),
        ("5か月でやめたら", "3か月未満で解約しても", "5か月", ["3か月未満"]),
        ("16歳でも契約できますか", "18歳以上です", "16歳", ["18歳以上"]),
        ("20歳です", "18歳以上です", None, []),
        ("3000円以下のプランは", "月2,960円です", None, []),
        ("20回を超えたら", "20回まで", None, []),
        ("20回以上かかってきたら", "20回まで", None, []),
        ("3つ以上使えますか", "2つまでです", "3つ以上", ["2つまで"]),
        ("50回までですよね", "20回まで、80回まで", "50回まで", ["20回まで", "80回まで"]),
        ("7日前までですか", "5日前まで", "7日前まで", ["5日前まで"]),
        ("7日前に言えば", "5日前まで", None, []),
        ("最低1か月ですか", "最低3か月です", "最低1か月", ["最低3か月"]),
        # units that convert
        ("2週間ですか", "10日間です", "2週間", ["10日"]),
        ("2週間ですか", "14日間です", None, []),
        ("半年ですか", "6か月です", None, []),
        ("半年ですか", "3か月です", "半年", ["3か月"]),
        ("1年ですか", "12か月です", None, []),
        ("1か月ですか", "30日間です", None, []),
        ("1か月ですか", "10日間です", "1か月", ["10日"]),
        ("開業して3年です", "10日間です", None, []),
        ("1時間半ですか", "90分です", None, []),
        ("2営業日前ですか", "4営業日前に送ります", "2営業日前", ["4営業日前"]),
        ("4日前ですか", "4営業日前に送ります", None, []),
        ("5コール以内ですか", "3コール以内に出ます", "5コール以内", ["3コール以内"]),
        # dates, labels, rates, what is only told
        ("4月5日から使えますか", "10日間の無料利用です", None, []),
        ("来月10日から使いたい", "10日間の無料利用です", None, []),
        ("8月3日に始めたい", "10日間の無料利用です", None, []),
        ("四日市の会社です", "10日間の無料利用です", None, []),
        ("03番号ですか", "1番号です", None, []),
        ("10日に振り込みました", "毎月27日です", None, []),
        ("給料日が25日なのですが", "毎月27日です", None, []),
        ("25日ですか", "毎月27日です", "25日", ["毎月27日"]),
        ("毎月10日ですか", "毎月27日です", "毎月10日", ["毎月27日"]),
        ("毎月10日ですか", "翌月27日です", "毎月10日", ["翌月27日"]),
        ("翌月10日から使いたい", "毎月27日です", None, []),
        ("1日3回使えますか", "10日間です", None, []),
        ("24時間365日使えますか", "10日間です", None, []),
        ("3年前に使いました", "10日間です", None, []),
        ("2週間だけ使いたい", "10日間です", None, []),
        ("会社を2つ経営しています", "1つの契約でお受けできます", None, []),
        ("先月は33回もありました", "20回まで。25回なら5回を足します", None, []),
        ("25回まででしたよね", "20回まで。25回なら5回を足します", None, []),
        ("開業して3か月になります", "10日間です", None, []),
        ("月3500円になりますか", "月4,060円です", "3500円", ["4060円"]),
        ("30日間毎日使えますか", "10日間です", "30日", ["10日"]),
        ("請求が500円高い", "1,100円です", None, []),
        ("4千円ちょいですか", "4,060円です", None, []),
        ("初期費用は0円ですか", "月2,960円です", None, []),
        ("お試しは3回までですか", "お使いいただけるのは**1度だけ**です", "3回まで", ["1度"]),
    ],
)
def test_a_figure_the_answer_does_not_have_is_a_difference(
    question: str, answer: str, asked: str | None, known: list[str]
) -> None:
    found = differences(question, answer)
    assert [str(one.asked) for one in found] == ([asked] if asked else [])
    assert [str(amount) for one in found for amount in one.known] == known


PIECES = [
    *"1259０二半十千万.:〜、で間分前後円日年人名回時つ",
    "10",
    "まで",
    "以上",
    "から",
    "最大",
    "毎月",
    "夜の",
    "か月",
    "です",
]


@given(st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_no_text_differs_from_itself(text: str) -> None:
    assert differences(text, text) == []


def test_a_wrong_figure_is_pointed_out_and_the_answer_stays_word_for_word(app: App) -> None:
    reply: Reply = app.faq.ask("無料お試しは30日間ですよね", Asker("test"))
    assert isinstance(reply.decision, Answer)
    entry = app.faq.entry("free-trial-10days")
    assert entry
    assert reply.decision.hit.entry.answer == entry.answer
    (remark,) = sentences.remarks(reply)
    assert "「30日」" in remark
    assert "「10日」" in remark


def test_a_right_figure_needs_no_remark(app: App) -> None:
    reply = app.faq.ask("無料のお試しは10日間使えますか", Asker("test"))
    assert isinstance(reply.decision, Answer)
    assert sentences.remarks(reply) == []


def test_suggestions_carry_no_remarks_on_figures(app: App) -> None:
    reply = app.faq.ask("30日の件で解約したい", Asker("test"))
    assert isinstance(reply.decision, Suggest)
    assert reply.differences == ()


def test_a_denied_wish_holds_a_refusal_back_and_that_is_said(app: App) -> None:
    outcome = app.faq.preview("休止したくない").outcome
    assert isinstance(outcome.decision, Suggest)
    assert outcome.decision.hits[0].entry.declines
    assert "望んでいない" in plain_reason(app.faq.searcher.snapshot, outcome)
