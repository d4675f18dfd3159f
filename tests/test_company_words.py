"""The code holds no word of any organisation: what the shipped one says of itself stands in its folder alone.

1. No module, template, page or manifest has a word of the shipped company: one of its site.yaml, or a frequent one of
   its questions that organisations of other trades do not use. Each exception has its file and reason.
2. Every exception is still needed.
"""

from collections import Counter
from pathlib import Path

import pytest

from index.text.tokenizer import Tokenizer
from knowledge.files.yaml_reader import read_folder
from knowledge.folder import SHIPPED

ROOT = Path(__file__).parents[1]
TRIALS = sorted((ROOT / "tests/knowledge_bases").iterdir())
KINDS = (".py", ".html", ".json", ".css", ".svg")
NUMBERS = ("weights.json", "calibrations.json")
SOURCES = sorted(
    path
    for room in ("bot", "index", "knowledge")
    for path in (ROOT / room).rglob("*")
    if path.suffix in KINDS and path.name not in NUMBERS
)
FREQUENT = 3  # questions that have the word
SHARED = 2  # knowledge bases of other trades that have the word: it is no trade's own
COMMON = 4  # the same for a word of site.yaml, which is the company's even where another uses it
ALLOWED = {  # word and file: why it is no word of the company there
    ("試し", "bot/wording/sentences.py"): "please try again",
    ("試し", "bot/slack/views/search.py"): "please try again",
    ("表記", "bot/terminal/measurements.py"): "spelling",
    ("表記", "knowledge/checks/style.py"): "spelling",
    ("表記", "knowledge/list_name.py"): "spelling",
    ("表記", "knowledge/files/excel_guide.py"): "spelling",
    ("表記", "bot/commands/export.py"): "spelling",
    ("転送", "bot/slack/crossing.py"): "messages forwarded in Slack",
    ("管理", "knowledge/privacy/personal_numbers.py"): "names of numbers that are hidden",
    ("他社", "index/decision/elsewhere.py"): "whose answer it is, in any trade",
    ("他社", "index/review/near_misses.py"): "the same",
    ("自社", "index/review/near_misses.py"): "the same",
    ("管理", "index/review/question_forms.py"): "what is done, in any trade",
    ("代行", "knowledge/privacy/person_names.py"): "words that are nobody's name",
    ("報告", "index/asking/turns.py"): "a rule about Japanese, by example",
    ("通話", "knowledge/amounts/grammar.py"): "what may follow a figure",
    ("転送", "knowledge/checks/links.py"): "redirects of HTTP",
    ("解約", "index/text/analyzer.py"): "a rule about Japanese, by example",
    ("解約", "index/text/polarity.py"): "a rule about Japanese, by example",
    ("解約", "index/decision/features.py"): "a rule about Japanese, by example",
    ("解約", "index/encoder/encoder.py"): "a text whose vector is known",
    ("解約", "index/parameters.py"): "the reason for a number",
}


@pytest.fixture(scope="module")
def words() -> set[str]:
    """The shipped company's own words."""
    tokenizer = Tokenizer()

    def nouns(text: str) -> set[str]:
        tokens = tokenizer.tokenize(text)
        return {t.surface for t in tokens if t.pos == "名詞" and t.pos_detail == "普通名詞" and len(t.surface) > 1}

    site = SHIPPED.read_site()
    asked = Counter(noun for item in SHIPPED.read_entries() for noun in nouns(item.entry.question))
    elsewhere: Counter[str] = Counter()
    for trial in TRIALS:
        entries = [item.entry for item in read_folder(trial / "entries")]
        texts = [text for entry in entries for text in (entry.question, *entry.variants)]
        elsewhere.update(set().union(*map(nouns, texts)))
    own = {noun for noun, times in asked.items() if times >= FREQUENT and elsewhere[noun] < SHARED}
    said = {noun for noun in nouns(site.name + site.about) if elsewhere[noun] < COMMON}
    return {site.name, site.url, site.title, *site.favourites, *site.examples, *own, *said}


def found(words: set[str]) -> set[tuple[str, str]]:
    """Every word with the file that has it."""
    sources = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in SOURCES}
    return {(word, name) for word in words for name, text in sources.items() if word in text}


def test_the_words_are_those_of_the_trade(words: set[str]) -> None:
    assert {"電話代行", "転送", "解約", "受電", "オペレータ", "https://kschannel.jp/"} <= words
    assert not words & {"電話", "料金", "質問", "回答", "公開", "担当"}


def test_no_code_page_or_manifest_has_a_word_of_the_shipped_company(words: set[str]) -> None:
    assert len(SOURCES) > 200
    assert found(words) <= ALLOWED.keys()


def test_every_exception_is_still_needed(words: set[str]) -> None:
    assert ALLOWED.keys() <= found(words)
