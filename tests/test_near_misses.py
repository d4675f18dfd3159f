"""Near misses: questions just beyond an entry, made from its texts, judged by an editor.

1. Another figure, another name, a negation, a false presumption, the asker's own case and another organisation are made
   from any entry's words, unless its answer speaks of them or it cannot be said; an entry's own text is none.
2. The page shows what each gets today, answers first; a word on some of them becomes judged queries by the gate, and
   what is dropped or judged does not come back.
"""

import pytest
from flask.testing import FlaskClient
from making import make_entry
from team_tester import TeamTester, page_of, send

from bot.app import App
from index.review.near_misses import Beyond, near_misses
from index.text.analyzer import Analyzer
from index.text.tokenizer import Tokenizer
from knowledge.entry import Entry

SURCHARGE = "hearing-surcharge"
PATH = f"/team/entries/{SURCHARGE}/near-misses"
ROOM = make_entry(
    "room",
    "梅コースは人数を変更できますか？",
    "3名から承ります。",
    variants=("梅コースは3名でも予約できますか", "人数"),
)
OTHER = make_entry("other", "松コースはいくらですか？", "8,000円です。", variants=("よそでは、人数を変更できますか",))
OPEN = make_entry("open", "鍵の受け取りは変更できますか？", "はい、承ります。")
NO = make_entry("no", "鍵の受け取りは変更できますか？", "いいえ、変更できません。")


def found(entry: Entry, *others: Entry, tokenizer: Tokenizer) -> set[tuple[Beyond, str]]:
    return {(one.beyond, one.text) for one in near_misses(entry, [entry, *others], tokenizer)}


def test_each_kind_is_made_from_the_words_of_any_entry(analyzer: Analyzer) -> None:
    assert found(ROOM, OTHER, tokenizer=analyzer.tokenizer) == {
        (Beyond.FIGURE, "梅コースは2名でも予約できますか？"),
        (Beyond.NAME, "松コースは人数を変更できますか？"),
        (Beyond.NAME, "松コースは3名でも予約できますか？"),
        (Beyond.PRESUMED, "梅コースは人数を変更できて、追加の料金もかからないんですよね？"),
        (Beyond.PRESUMED, "梅コースは人数を変更できて、その日のうちに済むんですよね？"),
        (Beyond.OWN, "先週お願いした人数の変更は、もう済んでいますか？"),
        (Beyond.NEGATED, "梅コースが人数を変更できないのは、どんなときですか？"),
    }
    asked = found(OTHER, tokenizer=analyzer.tokenizer)
    assert (Beyond.OWN, "先月の私の請求では、松コースはいくらでしたか？") in asked
    assert found(OPEN, OTHER, tokenizer=analyzer.tokenizer) == {
        (Beyond.NEGATED, "鍵の受け取りが変更できないのは、どんなときですか？"),
        (Beyond.PRESUMED, "鍵の受け取りは変更できて、追加の料金もかからないんですよね？"),
        (Beyond.PRESUMED, "鍵の受け取りは変更できて、その日のうちに済むんですよね？"),
        (Beyond.OWN, "先週お願いした鍵の受け取りの変更は、もう済んでいますか？"),
        (Beyond.ELSEWHERE, "よそでは、鍵の受け取りは変更できますか？"),
    }


def test_a_kind_that_the_answer_settles_or_that_cannot_be_said_is_left_out(analyzer: Analyzer) -> None:
    kinds = {beyond for beyond, _ in found(NO, tokenizer=analyzer.tokenizer)}
    assert kinds == {Beyond.OWN, Beyond.ELSEWHERE}
    for entry in (
        make_entry("how", "鍵をなくしたときは、どうすればよいですか？"),
        make_entry(
            "told", "あなたはだれですか？", variants=("30分でできますかって聞かれた。3名なのですが、できますか",)
        ),
    ):
        assert not found(entry, tokenizer=analyzer.tokenizer)


@pytest.mark.parametrize(
    ("question", "answer", "presumed"),
    [
        ("体験入会は何日間ですか？", "**10日間**です。", "体験入会は15日間ですよね？"),
        ("登録料はいくらですか？", "登録料は1,200円です。月に300円の割引があります。", "登録料は2,200円ですよね？"),
        ("見学の定員は何人ですか？", "8人です。", "見学の定員は9人ですよね？"),
        ("登録料はいくらですか？", "2つあります。\n\n- **個人** 月1,200円・3人まで", "個人は2,200円ですよね？"),
        ("登録料はいくらですか？", "個人は1,200円、法人は3,000円です。", ""),  # which of the two would be meant
        ("登録料はいくらですか？", "1,200円以上です。", ""),
        ("登録料と年会費はいくらですか？", "1,200円です。", ""),
        ("登録料はいくらですか？", "お問い合わせください。", ""),
    ],
)
def test_another_figure_than_the_answers_is_taken_for_granted(
    analyzer: Analyzer, question: str, answer: str, presumed: str
) -> None:
    texts = {text for beyond, text in found(make_entry("x", question, answer), tokenizer=analyzer.tokenizer)}
    assert {text for text in texts if text.endswith("ですよね？")} == ({presumed} if presumed else set())


@pytest.fixture
def client(tester: TeamTester) -> FlaskClient:
    return tester.signed_in()


def test_words_become_judged_queries_and_dropped_ones_stay_away(small: App, client: FlaskClient) -> None:
    base, tokenizer = small.publishing.live(), small.faq.searcher.snapshot.index.analyzer.tokenizer
    first, second, third, *_ = [one.text for one in near_misses(base.by_id[SURCHARGE], base.entries, tokenizer)]
    page = page_of(client.get(PATH))
    assert all(words in page for words in (first, second, third, "答えてはいけない", "別の項目", "確信度"))
    assert send(client, PATH, on=PATH, text=[first]).status_code == 422
    left = send(client, PATH, on=PATH, text=[third], **{"word-0": "dropped"})
    assert third not in page_of(left)
    words = {"word-0": "-", "word-1": "right"}
    shown = send(client, PATH, on=PATH, text=[first, second], **words)
    assert all(said in page_of(shown) for said in ("公開前の確認", first, second))
    assert client.get("/team/entries/gone/near-misses").status_code == 404
