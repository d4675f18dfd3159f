"""Checks that need retrieval: nearly equal questions in two entries, texts that find another entry."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import numpy as np

from index.ranking.analyzed_entry import starts_of
from index.ranking.entry_index import EntryIndex
from index.ranking.postings import Scores
from index.review.sampling import MAX_TEXTS_ALL_ASKED, MAX_TEXTS_SAMPLED, evenly
from knowledge.entry import Entry, Status
from knowledge.errors import Problem
from knowledge.located_entry import LocatedEntry, Only, concerns
from knowledge.match_key import match_key
from knowledge.validity import has_ended, overlap, overlap_start

MOVE_TEXT = "言い方を変えるか消す、またはその質問を移してください。"  # the hint for a text that finds another entry
NEARLY_EQUAL = 0.92  # Dice similarity of words and of readings; above it people cannot tell the difference


def is_asked(entry: Entry, now: datetime) -> bool:
    """True when people can find the entry, now or later."""
    return entry.status is Status.PUBLISHED and not has_ended(entry, now)


def check_retrieval(
    index: EntryIndex, located: Sequence[LocatedEntry], now: datetime, only: Only = None
) -> list[Problem]:
    """Every problem that shows only when the entries' own texts are asked.

    Entries of different times are ranked together, and only those whose validities overlap are compared. `index` may
    hold any of the entries, in the same order; it is patched to hold those that people can find. With
    `only` just changed entries are added: a single later entry would cost each edit more than all checks.
    """
    held = {entry.id for entry in index.entries}.union(only or ())
    asked = [item for item in located if is_asked(item.entry, now) and (only is None or item.entry.id in held)]
    entries = tuple(item.entry for item in asked)
    if not entries:
        return []
    if index.entries != entries:
        index = index.replaced(entries)
    near: dict[int, list[int]] = {}
    lost = list(_lost_texts(index, asked, now, only, near))  # which looks at most questions' similarities first
    return [*_nearly_equal(index, asked, now, only, near), *lost]


def _nearly_equal(
    index: EntryIndex, asked: Sequence[LocatedEntry], now: datetime, only: Only, near: Mapping[int, list[int]]
) -> Iterator[Problem]:
    """Questions (not variants, whose nearness to other entries is what retrieval is for).

    `near` has the entries whose questions are nearly equal to that of an entry, where that is known, by number.
    """
    starts = starts_of(index.entries)
    for number, item in enumerate(asked):
        if not concerns(only, item.entry.id):
            continue
        for place in near[number] if number in near else _near(index, *_alike(index, int(starts[number]))):
            other = asked[place].entry
            told_there = place == number or (place > number and concerns(only, other.id))
            if told_there or not overlap(item.entry, other, now) or _has(other, item.entry.question):
                continue
            yield item.problem(
                f"{_since(item.entry, other, now)}質問「{item.entry.question}」が {other.id} の質問"
                f"「{other.question}」とほとんど同じです。",
                "1つの項目にまとめるか、違いが分かる質問に書き直してください。",
                "question",
            )


def _alike(index: EntryIndex, text: int) -> tuple[Scores, Scores]:
    """The similarity (0 to 1) of a text of the index to every text, in words and in readings."""
    analysis, arrays = index.own_query(text).analysis, index.arrays
    return (
        arrays.closest_words.text_similarities(analysis.terms),
        arrays.closest_readings.text_similarities(analysis.grams),
    )


def _near(index: EntryIndex, words: Scores, readings: Scores) -> list[int]:
    """The entries to whose questions a text is nearly equal, both in words and in readings."""
    near = (words[index.starts] >= NEARLY_EQUAL) & (readings[index.starts] >= NEARLY_EQUAL)
    found: list[int] = np.flatnonzero(near).tolist()
    return found


def _lost_texts(
    index: EntryIndex, asked: Sequence[LocatedEntry], now: datetime, only: Only, near: dict[int, list[int]]
) -> Iterator[Problem]:
    """Texts that find another entry first; those that a change takes from unchanged entries are in its impact.

    Of the questions asked for that, `near` is told the entries to which they are nearly equal.
    """
    starts = starts_of(index.entries).tolist()
    texts = _texts_to_ask(asked, only)
    queries = [index.own_query(starts[number] + place) for number, place in texts]
    for (number, place), ranking in zip(texts, index.rank_all(queries), strict=True):
        if not place:
            near[number] = _near(index, *ranking.alike[:2])
        item, text = asked[number], ranking.query.text
        rivals = (asked[rival].entry for rival in ranking.order)
        best = next((rival for rival in rivals if rival is item.entry or overlap(item.entry, rival, now)), item.entry)
        if best is not item.entry and not _has(best, text):
            yield item.problem(
                f"{_since(item.entry, best, now)}「{text}」と尋ねると、この項目ではなく {best.id} が先に出ます。",
                MOVE_TEXT,
                f"variants.{place - 1}" if place else "question",
            )


def _texts_to_ask(asked: Sequence[LocatedEntry], only: Only) -> Sequence[tuple[int, int]]:
    """The number of the entry of each text, and its place in it; of very many that a change brings some, evenly."""
    texts = [
        (number, place)
        for number, item in enumerate(asked)
        if concerns(only, item.entry.id)
        for place in range(1 + len(item.entry.variants))
    ]
    if only is None or len(texts) <= MAX_TEXTS_ALL_ASKED:
        return texts
    return evenly(texts, MAX_TEXTS_SAMPLED)  # the whole list is for `faqbot check`


def _has(entry: Entry, text: str) -> bool:
    """True when the entry has the text too; `check_entries` reports that."""
    return (match_key(text) or text) in (match_key(known) or known for known in (entry.question, *entry.variants))


def _since(one: Entry, other: Entry, now: datetime) -> str:
    start = overlap_start(one, other, now)
    return "" if start <= now else f"{start:%Y-%m-%d}からは、"
