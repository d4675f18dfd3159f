"""Checks over the whole knowledge base that need no retrieval: relations, equal questions, dates."""

from collections.abc import Iterator, Sequence

from knowledge.entry import folded
from knowledge.errors import Problem
from knowledge.filed import FiledEntry


def check_entries(filed: Sequence[FiledEntry]) -> list[Problem]:
    """Every problem between entries; the fields of each were checked when it was read."""
    return [*_unknown_relations(filed), *_equal_texts(filed)]


def _unknown_relations(filed: Sequence[FiledEntry]) -> Iterator[Problem]:
    known = {item.entry.id for item in filed}
    for item in filed:
        for entry_id in item.entry.related:
            if entry_id not in known:
                yield item.problem(
                    f"related の「{entry_id}」というエントリはありません。",
                    "idの綴りを確かめるか、related から消してください。",
                    "related",
                )


def _equal_texts(filed: Sequence[FiledEntry]) -> Iterator[Problem]:
    first: dict[str, FiledEntry] = {}
    for item in filed:
        for field, text in (
            ("question", item.entry.question),
            *((f"variants.{number}", variant) for number, variant in enumerate(item.entry.variants)),
        ):
            known = first.setdefault(folded(text) or text, item)
            if known is not item:
                yield item.problem(
                    f"「{text}」が {known.entry.id} にもあります。",
                    "どちらの項目への質問かを決めて、片方を消してください。",
                    field,
                )
