"""Personal data is taken out before anything is written; what only looks like it stays."""

import time

import pytest

from knowledge.redaction import redact

TAKEN = [
    ("連絡先は taro.yamada+faq@example.co.jp です", "連絡先は [メール] です"),
    ("ｔａｒｏ＠ｅｘａｍｐｌｅ．ｃｏｍへ", "[メール]へ"),
    ("03-1234-5678に電話して", "[電話番号]に電話して"),
    ("０３−１２３４−５６７８", "[電話番号]"),
    ("0312345678", "[電話番号]"),
    ("090 1234 5678 です", "[電話番号] です"),
    ("09012345678", "[電話番号]"),
    ("(03)1234-5678", "([電話番号]"),
    ("050-1234-5678", "[電話番号]"),
    ("0120-123-456", "[電話番号]"),
    ("+81-90-1234-5678", "[電話番号]"),
    ("カードは4111 1111 1111 1111です", "カードは[カード番号]です"),
    ("4111-1111-1111-1111", "[カード番号]"),
    ("378282246310005", "[カード番号]"),
    ("口座 1234567", "口座 [番号]"),
    ("契約番号123456789", "契約番号[番号]"),
]
KEPT = [
    "03番号と050番号の違い",
    "月25回で20回を超えたら148円ですか",
    "2960円 5720円 11040円",
    "2026-04-01から使いたい",
    "10日間のお試し",
    "142に電話する",
    "9時から18時",
    "1,100円（税込）",
    "@担当者に聞きたい",
    "A社とB社",
    "",
]


@pytest.mark.parametrize(("text", "expected"), TAKEN)
def test_personal_data_is_taken_out(text: str, expected: str) -> None:
    redacted = redact(text)
    assert "@" not in redacted
    assert redacted.replace("(", "").replace(")", "") == expected.replace("(", "").replace(")", "")


@pytest.mark.parametrize("text", KEPT)
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert "[" not in redact(text)


@pytest.mark.parametrize("text", ["0" * 100_000, "0-" * 50_000, "a@" * 50_000, "1 " * 50_000, "a." * 50_000 + "@"])
def test_hostile_text_takes_no_longer_than_its_length(text: str) -> None:
    started = time.perf_counter()
    redact(text)
    assert time.perf_counter() - started < 2
