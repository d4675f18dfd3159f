"""The analysis chain on Japanese as people write it.

1. One row of `variations.tsv` is one way to write another text; both find the same entry (see
   test_relevance), and for the kinds listed here their terms or their readings are equal.
2. Words of asking are dropped, words of the subject stay.
3. Every odd string that ever failed stays in the table of curious strings.
4. The tokenizer gives the same result from many threads.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text import readings
from index.text.analyzer import Analyzer, normalize
from index.text.tokenizer import Tokenizer
from knowledge.folder import SHIPPED
from knowledge.synonyms import SynonymRule

ALIKE = {  # kinds whose spellings the chain itself makes equal, without help from vectors
    "全角・半角", "大文字・小文字", "長音", "カタカナ・ひらがな", "空白・記号", "変換ミス",
}  # fmt: skip
ROWS = SHIPPED.read_variations()
PLAIN = Analyzer(Tokenizer())


def test_there_are_at_least_150_rows_in_many_kinds() -> None:
    assert len(ROWS) >= 150
    assert len({row.kind for row in ROWS}) >= 12


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.kind in ALIKE], ids=lambda row: f"{row.kind}: {row.written}"
)
def test_another_spelling_has_nearly_the_same_terms_or_readings(row: object) -> None:
    standard, written = PLAIN.analyze(row.standard), PLAIN.analyze(row.written)  # type: ignore[attr-defined]
    grams, others = set(standard.grams), set(written.grams)
    alike = 2 * len(grams & others) / (len(grams) + len(others))
    assert set(standard.terms) == set(written.terms) or alike >= 0.5


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("解約したら違約金はかかりますか？", ["解約", "違約", "金", "掛"]),
        ("解約したくないのですが", ["解約", "無"]),
        ("申込み", ["申し込"]),
        ("申し込む", ["申し込"]),
        ("支払い", ["支払"]),
        ("支払う", ["支払"]),
        ("キャンセル", ["cancel"]),
        ("cancel", ["cancel"]),
        ("ｷｬﾝｾﾙ", ["cancel"]),
        ("サーバ", ["server"]),
        ("サーバー", ["server"]),
        ("メール", ["mail"]),
        ("10日間", ["10", "10日間"]),
        ("十日間", ["10", "10日間"]),
        ("１０日間", ["10", "10日間"]),
        ("3か月", ["3", "3箇月"]),
        ("三ヶ月", ["3", "3箇月"]),
        ("３ヵ月", ["3", "3箇月"]),
        ("2,960円", ["2960", "2960円"]),
        ("一番安い", ["一番", "安"]),
        ("十分です", ["十分"]),
        ("教えてください", []),
        ("よろしくお願いします", []),
        ("できますでしょうか", []),
        ("03番号", ["03", "03番号"]),
        ("무료 체험은 며칠인가요?", ["무료", "체험은", "며칠인가요"]),
        ("ยกเลิก ได้ไหม", ["ยกเลิก", "ได้ไหม"]),
        ("料金(´ω`)", ["料金"]),
        ("", []),
        ("？！、。", []),
    ],
)
def test_the_terms_of_a_text(text: str, terms: list[str]) -> None:
    assert PLAIN.plain_terms(text) == terms


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＡＢＣ　１２３", "abc 123"),
        ("ﾒｰﾙ", "メール"),
        ("サ-バ〜", "サーバー"),
        ("すごーーい", "すごーい"),
        ("こゝろ", "こころ"),
        ("たゞいま", "ただいま"),
        ("すゞき", "すずき"),
        ("時々", "時々"),
        ("二〇二六年", "2026年"),
        ("千百円", "1100円"),
        ("二千九百六十円", "2960円"),
        ("一万円", "10000円"),
        ("一万千四十円と1万1,040円", "11040円と11040円"),
        ("2千円と月5百円", "2000円と月500円"),
        ("1.1千円と1.5万円", "1100円と15000円"),
        ("3万5千円と29百円", "35000円と2900円"),
        ("数千円と何十回と万円", "数千円と何十回と万円"),
        ("四営業日前、二十四時間", "4営業日前、24時間"),
        ("四日市の六本木、十日町", "四日市の六本木、十日町"),
        ("1,100円と11,040円", "1100円と11040円"),
        ("1,2,3", "1,2,3"),
        ("3ケ月", "3か月"),
        ("a\u200bb\ufeffc", "abc"),
        ("改\n行\tと\u3000空白", "改 行 と 空白"),
        ("03-1234-5678", "03-1234-5678"),
        ("か゛くせいのハ゜スワート゛", "がくせいのパスワード"),
        ("サ一ビスとセンタ一は", "サービスとセンターは"),
        ("プラン一覧とプラン一つ", "プラン一覧とプラン1つ"),
        ("會社の圖書、\u2ed1い", "会社の図書、長い"),
        ("葛\U000e0100城", "葛城"),
        ("解 約 し た い で す", "解約したいです"),
        ("a b c d と 料 金", "a b c d と 料 金"),
    ],
)
def test_char_filters(text: str, folded: str) -> None:
    assert normalize(text) == folded


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("転送", "てんそう"),
        ("東京", "とうきょう"),
        ("契約", "けいやく"),
        ("料金", "りょうきん"),
        ("営業電話", "えいぎょうでんわ"),
        ("お試し", "おためし"),
        ("オペレーター", "おぺれーたー"),
        ("回約", "解約"),
        ("補償金", "保証金"),
    ],
)
def test_a_word_sounds_the_same_however_it_is_written(written: str, same: str) -> None:
    assert PLAIN.analyze(written).grams == PLAIN.analyze(same).grams


def test_grams_overlap_and_short_readings_are_their_own() -> None:
    assert readings.grams("カイヤク") == ["カイヤ", "イヤク"]
    assert readings.grams("カギ") == ["カギ"]
    assert readings.grams("") == []


CURIOUS = [
    *(
        "\x00",
        "👨‍👩‍👧",
        "ｶﾞｷﾞｸﾞ",
        "゛゜",
        "ーーー",
        "々々々",
        "〇〇〇",
        "万円",
        "万万円",
        "1.千円",
        "ヶ月",
        "千",
        "一日一回",
    ),
    *("①②③", "㈱", "㍻", "½", "ﬁ", "İstanbul", "ß", "\u202eabc", "a" * 3_000, "あ" * 3_000, "!" * 3_000),
    *("万円", "万万円", "1.千円", "解約\t転送\n番号", "%s %d {}", "EOS", "\\t\\n", "'\"`"),
]


@pytest.mark.parametrize("text", CURIOUS)
def test_curious_strings_are_analysed(text: str) -> None:
    analysis = PLAIN.analyze(text)
    assert all(analysis.terms)
    assert all(analysis.grams)


@given(st.text(max_size=200))
def test_any_text_is_analysed_and_analysis_is_stable(text: str) -> None:
    readable = text.encode("utf-8", "ignore").decode()
    analysis = PLAIN.analyze(readable)
    assert PLAIN.analyze(readable) == analysis


def test_many_threads_share_one_tokenizer() -> None:
    tokenizer = Tokenizer()
    texts = [row.standard for row in ROWS] + [row.written for row in ROWS]

    def cut(text: str) -> list[tuple[str, str, str]]:
        return [(token.surface, token.lemma, token.reading) for token in tokenizer.tokenize(text)]

    alone = [cut(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(cut, texts * 5)) == alone * 5


def analyzer(*rules: tuple[str, str]) -> Analyzer:
    parsed = [
        SynonymRule(tuple(sources.split()), tuple((targets or sources).split()), number)
        for number, (sources, targets) in enumerate(rules, start=1)
    ]
    return Analyzer(Tokenizer(), parsed)


def test_words_of_a_two_way_rule_share_a_concept() -> None:
    chain = analyzer(("解約 やめる 打ち切る", ""))
    concepts = {
        term
        for text in ("解約したい", "もうやめたい", "打切りたい")
        for term in chain.analyze(text).terms
        if "≈" in term
    }
    assert concepts == {"≈解約"}


def test_a_one_way_rule_goes_one_way() -> None:
    chain = analyzer(("解約金", "違約金"))
    assert set(chain.plain_terms("違約金")) <= set(chain.analyze("解約金").terms)
    assert "解約" not in chain.analyze("違約金").terms


def test_a_rule_of_several_words_matches_the_whole_and_the_longest_wins() -> None:
    chain = analyzer(("手を切る 解約", ""), ("手 腕", ""))
    assert "≈手を切る" in chain.analyze("そちらと手を切りたい").terms
    assert "≈手" not in chain.analyze("手を切る").terms
    assert "≈手" in chain.analyze("手を貸して").terms
    assert "≈手を切る" not in chain.analyze("電話を切る").terms


def test_nobody_can_type_a_concept() -> None:
    assert PLAIN.analyze("≈").terms == ()
