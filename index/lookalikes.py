"""Checks that need retrieval: nearly equal questions in two entries, variants that find another entry."""

from collections.abc import Iterator, Sequence

from index.entry_index import EntryIndex
from index.parts import starts_of
from knowledge.errors import Problem
from knowledge.filed import FiledEntry

NEARLY_EQUAL = 0.92  # Dice similarity of words and of readings; above it people cannot tell the difference


def check_retrieval(index: EntryIndex, filed: Sequence[FiledEntry]) -> list[Problem]:
    """Every problem that shows only when the entries' own texts are asked; `index` holds the same entries in order."""
    return [*_nearly_equal(index, filed), *_lost_texts(index, filed)]


def _nearly_equal(index: EntryIndex, filed: Sequence[FiledEntry]) -> Iterator[Problem]:
    """Questions (not variants, whose nearness to other entries is what retrieval is for)."""
    for number, (item, start) in enumerate(zip(filed, starts_of(index.entries).tolist(), strict=True)):
        alike = index.similarity_to_questions(index.own_query(start))
        for other in range(number):
            if alike[other] >= NEARLY_EQUAL:
                yield item.problem(
                    f"質問「{item.entry.question}」が {filed[other].entry.id} の質問とほとんど同じです。",
                    "1つの項目にまとめるか、違いが分かる質問に書き直してください。",
                    "question",
                )


def _lost_texts(index: EntryIndex, filed: Sequence[FiledEntry]) -> Iterator[Problem]:
    for number, (item, start) in enumerate(zip(filed, starts_of(index.entries).tolist(), strict=True)):
        for place in range(1 + len(item.entry.variants)):
            best = index.rank(index.own_query(start + place)).order[0]
            if best != number:
                text, other = index.texts[start + place], filed[best].entry.id
                yield item.problem(
                    f"「{text}」と尋ねると、この項目ではなく {other} が先に出ます。",
                    "言い方を変えるか消す、またはその質問を移してください。",
                    f"variants.{place - 1}" if place else "question",
                )
