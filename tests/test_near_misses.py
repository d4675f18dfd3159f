"""Near misses: questions just beyond an entry, made from its texts, judged by an editor.

1. Another figure, another name, a negation, a false presumption, the asker's own case and another organisation are made
   from any entry's words; an entry's own text is none.
2. The page shows what each gets today, answers first; a word on some of them becomes judged queries by the gate, and
   what is dropped or judged does not come back.
"""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from making import bot_on, make_entry
from team_tester import TeamTester, page_of, send

from bot.app import App
from index.review.near_misses import Beyond, near_misses
from index.text.analyzer import Analyzer

TRIAL = "free-trial-10days"
PATH = f"/team/entries/{TRIAL}/near-misses"
ROOM = make_entry("room", "梅コースは3名で予約できますか？", "3名から予約できます。", variants=("梅コースの人数",))
OTHER = make_entry("other", "松コースはいくらですか？", "8,000円です。", variants=("梅コースは6名で予約できますか",))


def test_each_kind_is_made_from_the_words_of_any_entry() -> None:
    found = {(one.beyond, one.text) for one in near_misses(ROOM, [ROOM, OTHER])}
    assert {
        (Beyond.NAME, "松コースは3名で予約できますか？"),
        (Beyond.NEGATED, "梅コースは3名で予約できないのはどんなときですか？"),
        (Beyond.PRESUMED, "梅コースは6名ですよね？"),
        (Beyond.OWN, "うちの梅コースは、いまどうなっていますか？"),
        (Beyond.ELSEWHERE, "ほかの会社の梅コースはどうですか？"),
    } <= found
    assert not any(text.startswith("梅コースは6名で予約") for _, text in found), "another entry's own text"
    assert (Beyond.FIGURE, "梅コースは6名で予約できますか？") in {
        (one.beyond, one.text) for one in near_misses(ROOM, [ROOM])
    }


@pytest.fixture
def app(small_database: str, small_folder: str, analyzer: Analyzer) -> Iterator[App]:
    with bot_on(small_database, analyzer, KNOWLEDGE=small_folder, WEB_RATE_LIMIT="10000") as app:
        yield app


@pytest.fixture
def client(app: App) -> FlaskClient:
    return TeamTester(app).signed_in()


def test_words_become_judged_queries_and_dropped_ones_stay_away(app: App, client: FlaskClient) -> None:
    entry = app.publishing.live().by_id[TRIAL]
    first, second, third, *_ = [one.text for one in near_misses(entry, app.publishing.live().entries)]
    page = page_of(client.get(PATH))
    assert all(words in page for words in (first, second, third, "答えてはいけない", "別の項目", "確信度"))
    assert send(client, PATH, on=PATH, text=[first]).status_code == 422
    left = send(client, PATH, on=PATH, text=[third], **{"word-0": "dropped"})
    assert third not in page_of(left)
    words = {"word-0": "-", "word-1": "right"}
    shown = send(client, PATH, on=PATH, text=[first, second], **words)
    assert all(said in page_of(shown) for said in ("公開前の確認", first, second))
    assert client.get("/team/entries/gone/near-misses").status_code == 404
