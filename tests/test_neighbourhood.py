"""The neighbourhood of a question: shares of the nearest texts and leads, as they are defined.

1. They are what a plain loop over all texts gives, and all entries but the best count as one.
2. A left-out variant and a hidden entry count for nothing.
3. Shares lie between 0 and 1, for any question and any number of texts.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.decision.neighbourhood import NEAREST, OF_LIKENESS, neighbourhood, neighbourhood_names
from index.ranking.entry_index import EntryIndex
from index.ranking.ranking import LeftOut
from index.text.analyzer import Analyzer
from index.text.tokenizer import Tokenizer
from knowledge.entry import Entry

PLAIN = Analyzer(Tokenizer())
ENTRIES = [
    Entry(
        id="price",
        category="c",
        question="月額の料金",
        answer="千円",
        variants=("料金はいくら", "毎月の費用", "料金表"),
    ),
    Entry(id="cancel", category="c", question="解約の方法", answer="メール", variants=("やめたい", "解約の料金")),
    Entry(id="phone", category="c", question="電話の転送", answer="できる"),
]


@pytest.fixture(scope="module")
def index() -> EntryIndex:
    return EntryIndex(ENTRIES, PLAIN)


def named(index: EntryIndex, text: str, left_out: LeftOut | None = None) -> dict[str, float]:
    ranking = index.rank(index.query(text), left_out)
    return dict(zip(neighbourhood_names(semantic=False), neighbourhood(index, ranking), strict=True))


def test_the_features_are_those_of_a_loop_over_all_texts(index: EntryIndex) -> None:
    query = index.query("料金はいくら")
    alike = index.arrays.closest_words.text_similarities(query.analysis.terms)
    owners = [n for n, entry in enumerate(ENTRIES) for _ in (entry.question, *entry.variants)]
    nearest = sorted(range(len(alike)), key=lambda text: -alike[text])
    found = named(index, "料金はいくら")
    for count in NEAREST:
        own = [text for text in nearest[:count] if owners[text] == 0 and alike[text] > 0]
        assert found[f"near_words_own_of_{count}"] == pytest.approx(len(own) / count)
    mine = sorted((value for value, owner in zip(alike, owners, strict=True) if owner == 0), reverse=True)
    others = sorted((value for value, owner in zip(alike, owners, strict=True) if owner != 0), reverse=True)
    lead = np.mean(mine[:3]) - np.mean(others[:3])
    assert found["near_words_best_over_others"] == pytest.approx(lead)
    assert found["near_words_best_text_over_others"] == pytest.approx(mine[0] - others[0])


def test_a_left_out_variant_and_a_hidden_entry_count_for_nothing(index: EntryIndex) -> None:
    everything, without = named(index, "料金はいくら"), named(index, "料金はいくら", LeftOut(0, 1))
    assert without["near_words_best_text_over_others"] < everything["near_words_best_text_over_others"]
    ranking = index.rank(index.query("料金はいくら")).without(ENTRIES[0])
    hidden = dict(zip(neighbourhood_names(semantic=False), neighbourhood(index, ranking), strict=True))
    assert ranking.entries[ranking.order[0]].id == "cancel"
    assert hidden["near_words_best_text_over_others"] > 0


@given(st.text(max_size=20), st.integers(1, 3))
def test_shares_are_shares(text: str, count: int) -> None:
    index = EntryIndex(ENTRIES[:count], PLAIN)
    ranking = index.rank(index.query(text))
    found = np.array(neighbourhood(index, ranking)).reshape(-1, len(OF_LIKENESS))
    assert np.isfinite(found).all()
    assert np.all((found[:, : len(NEAREST)] >= 0) & (found[:, : len(NEAREST)] <= 1))
