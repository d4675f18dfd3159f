"""Match keys: one text has one key however it is typed, and signs that make it another text stay.

1. Width, case, blanks, quotes, punctuation and emoji make no difference.
2. C, C++ and C# differ, and so do 1.5 and 15, 3-5日 and 35日.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.match_key import match_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("解約したい", "解約したい。"),
        ("解約したい", "「解約」したい！？"),
        ("解約したい", " 解約\u3000した\nい…"),
        ("解約したい", "解約したい😀"),
        ("解約、したい", "解約・したい"),
        ("ＦＡＸは使える?", "faxは使える？"),
        ("ﾌﾟﾗﾝ", "プラン"),
        ("2,960円", "2960円"),
        ("２，９６０円", "2960円"),
        ("３０％", "30%"),
        ("25℃", "25°C"),
        ("Ｃ＋＋", "c++"),
        ("C♯", "c＃"),
        ("R&D", "R＆D"),
        ("9〜18時", "9~18時"),
        ("9〜18時", "9～18時"),
        ("3−5日", "3-5日"),
        ("プラン1、2", "プラン1,2"),
        ("½", "1/2"),
        ("node.js", "Node.js."),
        ("(株)です", "㈱です"),
        ("*太字*_下線_", "太字下線"),
        ("あ - い", "あい"),
    ],
)
def test_one_text_has_one_key(one: str, other: str) -> None:
    assert match_key(one) == match_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Cで書けますか", "C++で書けますか"),
        ("Cで書けますか", "C#で書けますか"),
        ("C++で書けますか", "C#で書けますか"),
        ("1.5円", "15円"),
        ("3-5日", "35日"),
        ("9〜18時", "918時"),
        ("9:00", "900"),
        ("プラン1、2", "プラン12"),
        ("3×4", "34"),
        ("30%", "30"),
        ("25℃", "25c"),
        ("AT&T", "ATT"),
        ("a@b", "ab"),
        ("and/or", "andor"),
        ("node.js", "nodejs"),
        ("$5", "5"),
        ("1/2", "12"),
        ("がく", "かく"),
        ("サーバー", "サーバ"),
    ],
)
def test_signs_that_make_another_text_stay(one: str, other: str) -> None:
    assert match_key(one) != match_key(other)


@pytest.mark.parametrize("text", ["", " ", "。", "？！", "++", "%%%", "...", "😀", "@ / &", "_"])
def test_a_text_without_letters_has_no_key(text: str) -> None:
    assert match_key(text) == ""


@given(st.text(max_size=30))
def test_a_key_is_its_own_key(text: str) -> None:
    assert match_key(match_key(text)) == match_key(text)
