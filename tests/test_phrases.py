"""Lines of Japanese end between phrases: behind particles and commas, never within a word."""

import pytest

from bot.web.phrases import phrase_breaks, phrases
from index.text.tokenizer import Tokenizer


@pytest.mark.parametrize(
    "text",
    [
        "途中で|解約すると、|違約金や|解約金はかかりますか？",
        "電話代行の|対応時間は|何時から|何時までですか？|土日や|夜間も|対応していますか？",
        "契約書に|「無料お試し」と|書かれていますか？",
        "3か月未満の|短い|期間だけの|利用でも|申し込めますか？",
        "W" * 50,
        "<b>",
        "",
    ],
)
def test_a_line_may_end_between_phrases(tokenizer: Tokenizer, text: str) -> None:
    assert "|".join(phrases(text.replace("|", ""), tokenizer)) == text


@pytest.mark.parametrize("text", ["a  b　c（ｄ） x", " 先頭", "末尾 ", "𠮷野家で\t𠮷と", "「」「", "解約\u3099"])
def test_phrases_join_to_the_text(tokenizer: Tokenizer, text: str) -> None:
    assert "".join(phrases(text, tokenizer)) == text


def test_only_the_breaks_are_markup(tokenizer: Tokenizer) -> None:
    assert phrase_breaks(tokenizer)("<b>の|料金") == "&lt;b&gt;の|<wbr>料金"
