"""Personal data is taken out before anything is written; what only looks like it stays.

1. On the corpus (tests/privacy.tsv) nearly everything marked is found, in its exact place and with its kind.
2. Whatever width, dash or digits a number is written in, no digit of it is left, and the rest stays as written.
3. Figures of the subject, dates, times and prefixes stay, and with them the texts of the knowledge base.
4. Redacting twice changes nothing more; hostile text takes no longer than its length.
5. A pattern is compiled for the first text that may hold a match, and misses none by that.
6. An operator's own contract numbers are hidden; a faulty form of them is named.
"""

import subprocess
import sys
import time
from itertools import pairwise

import pytest
from benchmarks.privacy import measure, read_corpus
from hypothesis import given
from hypothesis import strategies as st

from knowledge.entry import Entry
from knowledge.errors import SettingError
from knowledge.privacy import (
    email_addresses,
    person_names,
    personal_numbers,
    phone_numbers,
    postal_addresses,
    secrets_and_accounts,
)
from knowledge.privacy.contract_numbers import read_contract_numbers
from knowledge.privacy.folded_text import fold_with_offsets
from knowledge.privacy.late_pattern import LatePattern, any_text
from knowledge.privacy.personal_numbers import is_card, is_my_number
from knowledge.privacy.redaction import find_personal, redact

TAKEN = [
    ("連絡先は taro.yamada+faq@example.co.jp です", "連絡先は [メール] です"),
    ("ｔａｒｏ＠ｅｘａｍｐｌｅ．ｃｏｍへ", "[メール]へ"),
    ("taro(at)example.com、taro★example.jp", "[メール]、[メール]"),
    ("03-1234-5678に電話して", "[電話番号]に電話して"),
    ("０３−１２３４−５６７８", "[電話番号]"),
    ("0312345678", "[電話番号]"),
    ("090 1234 5678 です", "[電話番号] です"),
    ("〇九〇―一二三四―五六七八まで", "[電話番号]まで"),
    ("090\u200b1234\u200b5678", "[電話番号]"),
    ("(03)1234-5678", "[電話番号]"),
    ("050-1234-5678", "[電話番号]"),
    ("0120-123-456", "[電話番号]"),
    ("+81-90-1234-5678", "[電話番号]"),
    ("カードは4111 1111 1111 1111です", "カードは[カード番号]です"),
    ("4111-1111-1111-1111", "[カード番号]"),
    ("378282246310005", "[カード番号]"),
    ("口座 1234567", "口座 [口座番号]"),
    ("契約番号123456789", "契約番号[契約番号]"),
    ("ﾏｲﾅﾝﾊﾞｰは１２３４５６７８９０１８", "ﾏｲﾅﾝﾊﾞｰは[マイナンバー]"),
    ("〒１００－０００１　東京都千代田区千代田１番１号　㈱①", "[郵便番号]　[住所]　㈱①"),
    ("4111・1111・1111・1111、090 の 1234 の 5678", "[カード番号]、[電話番号]"),
    ("山田太郎@example.comかtaroアットexample.com", "[メール]か[メール]"),
    ("パスワードはHunter2!、トークンはxoxb-1234567-abc", "パスワードは[パスワード]、トークンは[トークン]"),
    ("昭和60年4月12日生まれの山田です", "[生年月日]生まれの[氏名]です"),
    ("番号は123456789012です", "番号は[番号]です"),  # twelve digits with a wrong check digit
]
KEPT = [
    "03番号と050番号の違い",
    "0120の番号は借りられますか",
    "月額10,000円で50コールまで、超えたら1コール110円ですか",
    "月25回で20回を超えたら148円ですか",
    "2960円 5720円 11040円",
    "2026-04-01から使いたい",
    "20260401から使いたい",
    "10日間のお試し",
    "142に電話する",
    "①②③④⑤⑥⑦のどれですか",
    "9時から18時",
    "１，１００円（税込）",
    "@担当者に聞きたい",
    "解約です",
    "担当者様とお客様とオペレーターさん",
    "山田商店と申します",
    "A社とB社",
    "",
]
WITH_A_NAME = "「サイトウさん」って言われたら、どのサイトウか聞いといてくれる？"
HOSTILE = [
    "0", "0-", "1 ", "a@a.", "+81-", "(0", "一", "ﾊﾞ", "\u3099", "が1", "1ビル", "市区町村1", "北3条西6丁目",
    "町1丁目2番", "1-1 Aa, ", "契約番号はA-", "電話03-", "記号12345番号", "AB-",
    "山田", "山 ", "たなか ", "氏名:", "様", "パスワードは", "LINE IDは", "ア@", "1年1月", "a.", "eyJa", "。山田太",
    f"札幌市{'ケ' * 30}1-2-3 ", "東京都" + "ヶ" * 8, f"札幌市1-2-3 第1{'ケ' * 14}ビル{'ヵ' * 9}", "港区第1条1-2",
]  # fmt: skip
OWN = read_contract_numbers("AB-######, @@#####")
DIGITS = st.sampled_from(["0123456789", "０１２３４５６７８９", "〇一二三四五六七八九"])
DASHES = st.sampled_from(["-", "－", "‐", "−", "ー", "ｰ", " ", "　", ""])
WORDS = st.sampled_from(["", "です", "に電話して", "（", "、", "→", "\n", "料金は？", "ｶﾅ"])
AROUND = st.tuples(WORDS, WORDS)
FRAGMENTS = [
    "090-1234-5678", "0312345678", "4111 1111 1111 1111", "123456789018", "1234567", "taro@example.com", "@", "-",
    " ", "、", "です", "契約番号", "口座番号は", "電話", "電話番号", "郵便番号", "カード番号", "マイナンバー", "〒",
    "123-4567", "12", "0", "81", "+", "東京都千代田区", "見本町", "1-2-3", "丁目", "サンプルビル", "AB-123456",
    "一", "〇九〇", "円", "ﾊﾞ", "[", "]", "(", "：", "a", "Ｂ",
]  # fmt: skip


def written(groups: list[str], digits: str, dash: str) -> str:
    """Groups of digits in the characters and with the dash that somebody types."""
    if digits[0] == "〇" and dash == "":
        dash = "-"  # nobody writes a long number in kanji without a gap
    return dash.join(groups).translate(str.maketrans("0123456789", digits))


def digits(count: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=count, max_size=count)


def test_the_corpus_has_enough_of_both() -> None:
    examples = read_corpus()
    assert len({example.text for example in examples}) == len(examples)
    assert sum(bool(example.personal) for example in examples) >= 300
    assert sum(not example.personal for example in examples) >= 300


def test_nearly_everything_in_the_corpus_is_found_and_nothing_else() -> None:
    measured = measure(read_corpus())
    for kind in measured.marked:
        assert measured.recall(kind) >= 0.97, kind
        assert measured.precision(kind) >= 0.98, kind
    assert measured.recall() >= 0.99
    assert measured.precision() >= 0.99
    assert len(measured.marked) == 14


@pytest.mark.parametrize(("text", "expected"), TAKEN)
def test_personal_data_is_taken_out_and_the_rest_stays_as_written(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize("text", KEPT)
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert redact(text) == text


def test_nothing_in_the_knowledge_base_looks_personal(entries: list[Entry]) -> None:
    texts = [text for entry in entries for text in (entry.question, *entry.variants, entry.answer)]
    assert len(texts) > 3_000
    assert [text for text in texts if redact(text) != text] == [WITH_A_NAME]


@given(st.sampled_from([(2, 4, 4), (3, 3, 4), (4, 2, 4)]), digits(10), DIGITS, DASHES, AROUND)
def test_no_digit_of_a_phone_number_is_left(
    shape: tuple[int, ...], number: str, kind: str, dash: str, around: tuple[str, str]
) -> None:
    before, after = around
    number = "0" + ("3" if number[1] == "0" else number[1]) + number[2:]
    groups = [number[: shape[0]], number[shape[0] : shape[0] + shape[1]], number[-4:]]
    assert redact(f"{before}{written(groups, kind, dash)}{after}") == f"{before}[電話番号]{after}"


@given(digits(11), DIGITS, st.sampled_from(["-", "－", " ", "　", ""]), WORDS)
def test_a_my_number_is_known_by_its_check_digit(first: str, kind: str, dash: str, after: str) -> None:
    number = next(first + check for check in "0123456789" if is_my_number(first + check))
    text = f"マイナンバーは{written([number[:4], number[4:8], number[8:]], kind, dash)}{after}"
    assert redact(text) == f"マイナンバーは[マイナンバー]{after}"


@given(st.sampled_from("3456"), digits(14), DIGITS, DASHES, AROUND)
def test_a_card_is_known_by_its_check_digit(
    first: str, rest: str, kind: str, dash: str, around: tuple[str, str]
) -> None:
    before, after = around
    number = next(first + rest + check for check in "0123456789" if is_card(first + rest + check))
    groups = [number[start : start + 4] for start in range(0, 16, 4)]
    assert redact(f"{before}{written(groups, kind, dash)}{after}") == f"{before}[カード番号]{after}"


@given(st.from_regex(r"[a-z][a-z0-9._+-]{0,20}@[a-z0-9-]{1,20}(\.[a-z]{2,6}){1,2}", fullmatch=True), AROUND)
def test_nothing_of_a_mail_address_is_left(address: str, around: tuple[str, str]) -> None:
    before, after = around
    wide = "".join(chr(ord(character) + 0xFEE0) for character in address)
    assert redact(f"{before}{address}{after}") == redact(f"{before}{wide}{after}") == f"{before}[メール]{after}"


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join))
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    once = redact(text, OWN)
    assert redact(once, OWN) == once


@given(st.text() | st.lists(st.sampled_from(FRAGMENTS)).map("".join))
def test_what_is_not_found_is_left_to_the_letter(text: str) -> None:
    found = find_personal(text)
    assert all(one.start < one.end <= other.start for one, other in pairwise(found))
    expected = text
    for one in reversed(found):
        expected = f"{expected[: one.start]}[{one.kind}]{expected[one.end :]}"
    assert redact(text) == expected


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_text_takes_no_longer_than_its_length(unit: str) -> None:
    def seconds(length: int) -> float:
        text = unit * (length // len(unit))
        started = time.process_time()
        redact(text, OWN)
        return time.process_time() - started

    seconds(1_500)  # compiled and warm
    # A square would be a hundred times as long, each time; a garbage collection in between comes once.
    assert any(seconds(15_000) < 30 * max(seconds(1_500), 0.001) for _ in range(3))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AB-123456の件", "[契約番号]の件"),
        ("ａｂ－１２３４５６", "[契約番号]"),
        ("XY12345", "[契約番号]"),
        ("AB-1234567", "AB-[番号]"),
        ("CAB-123456です", "CAB-123456です"),
        ("AB-12345回", "AB-12345回"),
    ],
)
def test_an_operators_contract_numbers_are_hidden(text: str, expected: str) -> None:
    assert redact(text, OWN) == expected


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("AB-###,(a+)+", "「(a+)+」にある「(」は使えません"),
        ("AB-#", "「AB-#」には # と @ が足りず"),
        ("#" * 41, "は41文字あり、長すぎます"),
        (",".join(["###"] * 21), "形が21個あります"),
    ],
)
def test_a_faulty_form_is_named_with_what_to_write(value: str, part: str) -> None:
    with pytest.raises(SettingError) as caught:
        read_contract_numbers(value)
    assert part in caught.value.message
    assert "AB-######" in caught.value.hint
    assert caught.value.name == "CONTRACT_NUMBERS"


def test_no_form_is_no_pattern() -> None:
    assert read_contract_numbers(" , ") is None


def test_what_a_pattern_needs_stands_in_every_text_that_it_matches() -> None:
    modules = (email_addresses, person_names, personal_numbers, phone_numbers, postal_addresses, secrets_and_accounts)
    made = [one for module in modules for one in vars(module).values() if isinstance(one, LatePattern)]
    patterns = [one for one in (*made, *person_names.PATTERNS) if one.needs is not any_text]
    written = (*(one.text for one in read_corpus()), *(text for text, _ in TAKEN), "藤咲 ゆり様へ")
    texts = [fold_with_offsets(text) for text in written]
    matched = set()
    for number, pattern in enumerate(patterns):
        for text in {form for folded in texts for form in (folded.text, folded.numbers)}:
            if pattern.compiled.search(text):
                matched.add(number)
                assert pattern.needs(text), text
    assert len(matched) == len(patterns) > 35


def test_a_question_with_nothing_personal_compiles_no_pattern_of_names() -> None:
    program = (
        "from knowledge.privacy import person_names, redaction\n"
        "assert redaction.redact('途中でやめると、お金はかかりますか？') == '途中でやめると、お金はかかりますか？'\n"
        "assert not [one for one in person_names.PATTERNS if 'compiled' in vars(one)]"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
