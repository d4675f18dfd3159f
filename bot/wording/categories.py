"""The order in which categories are listed, the same at every door."""

from collections.abc import Iterable

from knowledge.entry import Entry

OTHERS = ("その他", "そのほか")  # what is left over


def category_order(name: str) -> tuple[bool, str]:
    """The key that sorts categories: by name, what is left over last."""
    return name in OTHERS, name


def categories_of(entries: Iterable[Entry]) -> list[str]:
    """The categories of these entries, each once, in their order."""
    return sorted({entry.category for entry in entries}, key=category_order)
