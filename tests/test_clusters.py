"""Clusters: questions grouped by meaning.

1. They are a partition that does not depend on the order, with equal texts together.
2. They are average linkage as its definition says, though many pairs are joined at once.
3. 2,000 distinct questions of the log are a list of gaps within seconds.
"""

import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import product

import numpy as np
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.app import App
from index.gaps.clusters import cluster, linked
from index.gaps.gaps import MAX_WORDINGS
from index.ranking.entry_index import EntryIndex
from knowledge.database.tables import queries
from knowledge.match_key import match_key

WORDS = (
    "駐車場",
    "英語",
    "解約",
    "料金",
    "は",
    "の",
    "ありますか",
    "対応",
    "ちゅうしゃじょう",
    "？",
    " ",
    "Ａ",
    "a",
    "🙏",
)
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), max_size=5).map("".join), max_size=12)


def grouped(texts: Sequence[str], index: EntryIndex) -> set[frozenset[int]]:
    groups = cluster([index.query(text) for text in texts], index)
    assert sorted(number for group in groups for number in group) == list(range(len(texts)))
    return set(map(frozenset, groups))


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.randoms(use_true_random=False))
def test_clusters_are_a_partition_whatever_the_order(
    lexical_index: EntryIndex, texts: list[str], chance: random.Random
) -> None:
    order = chance.sample(range(len(texts)), len(texts))
    found = grouped([texts[number] for number in order], lexical_index)
    assert {frozenset(order[place] for place in group) for group in found} == grouped(texts, lexical_index)


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_equal_texts_are_always_together(lexical_index: EntryIndex, texts: list[str]) -> None:
    for group in (groups := grouped(texts, lexical_index)):
        mine = {match_key(texts[number]) for number in group}
        assert not any(match_key(texts[number]) in mine for other in groups - {group} for number in other)


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 12), st.integers(0, 2**32 - 1), st.floats(0, 1), st.booleans())
def test_linking_joins_the_nearest_two_again_and_again(size: int, seed: int, least: float, ties: bool) -> None:  # noqa: FBT001
    chance = np.random.default_rng(seed)
    alike = chance.random((size, size)).round(1 if ties else 9)
    alike = (alike + alike.T) / 2
    found = linked(alike, least)
    assert sorted(number for group in found for number in group) == list(range(size))
    for one, other in product(found, found):
        if one is not other:
            assert alike[np.ix_(one, other)].mean() < least + 1e-9
    if not ties:
        assert set(map(frozenset, found)) == one_by_one(alike, least)


def one_by_one(alike: np.ndarray, least: float) -> set[frozenset[int]]:
    """Average linkage as its definition says."""
    groups = {frozenset([number]) for number in range(len(alike))}
    while len(groups) > 1:
        pairs = [(one, other) for one in groups for other in groups if min(one) < min(other)]
        nearest = {pair: float(alike[np.ix_(*map(sorted, pair))].mean()) for pair in pairs}
        one, other = max(nearest, key=nearest.__getitem__)
        if nearest[one, other] < least:
            break
        groups = groups - {one, other} | {one | other}
    return groups


def test_two_thousand_distinct_questions_take_seconds(app: App) -> None:
    things = ("縄文土器", "浮世絵", "陶芸", "盆栽", "将棋", "囲碁", "紅茶", "天文台", "恐竜", "温泉")
    asked = ("歴史", "種類", "名前", "産地", "見分け方", "道具", "作り方", "本", "先生", "博物館")
    ends = (
        "は？",
        "を知りたい",
        "について教えて",
        "はどこですか",
        "はいつからですか",
        "がありますか",
        "の話",
        "を探す",
    )
    texts = [f"{a}の{b}{c}{d}" for a, b, c, d in product(things, asked, ends, ("", "今すぐ", "至急"))][:MAX_WORDINGS]
    assert len(set(map(match_key, texts))) == MAX_WORDINGS
    values = {"door": "web", "asker": "", "decision": "abstain", "confidence": 0.1, "revision": 1, "milliseconds": 1.0}
    rows = [values | {"reference": str(n), "at": datetime.now(UTC), "text": text} for n, text in enumerate(texts)]
    with app.store.engine.begin() as connection:
        connection.execute(sa.insert(queries), rows)
    assert app.faq.entries()
    started = time.process_time()  # of this process alone: the tests share two cores
    gaps = app.overview.gaps()
    seconds = time.process_time() - started
    print(f"{MAX_WORDINGS:,} questions in {len(gaps):,} gaps after {seconds:.1f} s")
    assert 0 < sum(gap.count for gap in gaps) <= MAX_WORDINGS
    assert seconds < 15  # 5 s measured
