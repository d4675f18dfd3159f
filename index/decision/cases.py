"""Cases: queries with a known outcome, from which the confidence is learned and the cuts are measured."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from index.decision.features import features
from index.decision.other_things import other_things
from index.ranking.entry_index import EntryIndex
from index.ranking.ranking import Query, Ranking
from knowledge.judged import JudgedQuery

MAX_VARIANTS = 1_500  # left-out variants asked at most; more do not move the cuts


class CaseSource(StrEnum):
    """Where a case comes from."""

    JUDGED = "judged"  # a judged query
    VARIANT = "variant"  # a variant asked with itself left out
    HIDDEN = "hidden"  # a variant asked with its whole entry hidden: an answering entry that wins is wrong


@dataclass(frozen=True, slots=True)
class Case:
    """The features of a ranking, and whether its best hit was right.

    `declines` is of the best hit; `suggestible` says that a right answering entry is among the first three, and
    `other_thing` that the question is about another thing than the best hit.
    Cases of one `group` (an entry) are learned from and measured together.
    """

    features: NDArray[np.float64]
    declines: bool
    right: bool
    suggestible: bool
    group: str
    source: CaseSource
    other_thing: bool = False


def judged_cases(
    index: EntryIndex,
    judged: Sequence[JudgedQuery],
    query_of: Callable[[str], Query] | None = None,
    *,
    any_refusal: bool = True,
) -> list[Case]:
    """The case of every judged query; `query_of` analyzes and encodes a text, by default the index itself.

    With `any_refusal` a query that must not be answered is rightly refused by any declining entry, else, as one that
    has an answer, only by the one that is judged right for it.
    """
    rankings = index.rank_all([(query_of or index.query)(query.text) for query in judged])
    return [
        _case(index, ranking, query.entries, query.text, CaseSource.JUDGED, any_refusal=any_refusal)
        for query, ranking in zip(judged, rankings, strict=True)
    ]


def variant_cases(index: EntryIndex) -> list[Case]:
    """Two cases for each variant, of at most MAX_VARIANTS spread evenly: left out, and with its entry hidden."""
    variants = list(index.variants())
    some = variants[:: max(1, math.ceil(len(variants) / MAX_VARIANTS))]
    rankings = index.rank_all([index.own_query(left_out.text) for left_out in some], some)
    cases = []
    for left_out, ranking in zip(some, rankings, strict=True):
        entry = index.entries[left_out.entry]
        cases.append(_case(index, ranking, (entry.id,), "", CaseSource.VARIANT))
        if len(index.entries) > 1:
            hidden = _case(index, ranking.without(entry), (), entry.id, CaseSource.HIDDEN)
            cases.append(replace(hidden, right=hidden.declines and entry.declines))
    return cases


def _case(
    index: EntryIndex,
    ranking: Ranking,
    right_ids: Sequence[str],
    text: str,
    source: CaseSource,
    *,
    any_refusal: bool = True,
) -> Case:
    best = ranking.entries[ranking.order[0]]
    declining = {entry.id for entry in index.entries if entry.declines} if right_ids else set()
    answering = [entry_id for entry_id in right_ids if entry_id not in declining]
    near = {ranking.entries[number].id for number in ranking.order[:3]}
    return Case(
        features(index, ranking),
        best.declines,
        best.id in right_ids or (best.declines and any_refusal and not answering),
        bool(near.intersection(answering)),
        right_ids[0] if right_ids else text,
        source,
        bool(other_things(index, ranking.query.text, ranking.order[0])),
    )
