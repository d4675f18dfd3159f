"""Keystrokes that were not converted are read as the kana they stand for, and other languages stay as they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.keystrokes import convert_keystrokes

WRITTEN = (
    ("いつから使えまsか", "いつから使えますか"),
    ("可能でsょうか", "可能でしょうか"),
    ("よくわかりまsん", "よくわかりません"),
    ("いくらdすか", "いくらですか"),
    ("料金はかかりmすか", "料金はかかりますか"),
    ("かかりますkあ", "かかりますか"),
    ("えいgyおう時間", "えいぎょう時間"),
    ("わかりませn、おしえて", "わかりません、おしえて"),
    ("プラn変更", "プラン変更"),
    ("うけtもらう", "うけもらう"),
    ("できますk？", "できますk？"),  # the width of marks is folded before
    ("できますk?", "できます?"),
    ("tennsouの設定", "てんそうの設定"),
    ("料金はkaiyakuしたら戻る", "料金はかいやくしたら戻る"),
    ("kaiyaku shitai", "かいやく したい"),
    ("Muryou otameshi ha nannichi desuka?", "むりょう おためし は なんにち ですか?"),
    ("issyuukan matte", "いっしゅうかん まって"),
    ("annnai to konnitiha", "annnai to konnitiha"),  # `to` is English too
    ("konnichiwa annai", "こんにちわ あんない"),
)
STAY = (
    *(
        "Bプランのbを選ぶ",
        "kintoneに入れる",
        "メールmailで",
        "docomoの番号",
        "auひかり",
        "5gbあたり",
        "10mあたり",
        "TEL",
        "",
    ),
    *(
        "Are you open?",
        "how much is it",
        "Do you use it",
        "no",
        "data",
        "free trial",
        "youは",
        "a@example.jp",
        "解約したい",
    ),
)


@pytest.mark.parametrize(("typed", "meant"), WRITTEN)
def test_keystrokes_become_kana(typed: str, meant: str) -> None:
    assert convert_keystrokes(typed) == meant


def test_what_is_no_keystroke_of_japanese_stays() -> None:
    assert [convert_keystrokes(text) for text in STAY] == list(STAY)


@given(st.text(alphabet="あかさんっ解約プラン、。? "))
def test_a_text_without_letters_stays(text: str) -> None:
    assert convert_keystrokes(text) == text


@given(st.text(alphabet="abkmnsty あでますん解ン、?'"))
def test_what_was_converted_stays_so(text: str) -> None:
    once = convert_keystrokes(text)
    assert convert_keystrokes(once) == once
