"""The list of every entry, drafts and retired ones too: searched, filtered, sorted, a page at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from flask import Response, render_template, request

from bot.web.completion import fold
from bot.web.team.pages import TeamPages, go
from bot.web.team.whole_numbers import whole_number
from index.text.filters import drop_invisible
from knowledge.entry import Entry, Status
from knowledge.labels import STATUS_LABELS
from knowledge.revisions.store import KnowledgeBase

ON_A_PAGE = 50
MAX_QUERY = 200
NEWEST = "changed"
ORDERS = {NEWEST: "変更の新しい順", "question": "質問の文字順", "category": "分類の順", "review": "見直し日の近い順"}
Key = Callable[[Entry], Any]


@dataclass
class SearchedTexts:
    """The texts of the entries as they are searched, each folded once: folding 10,000 takes 0.3 s."""

    _texts: dict[str, tuple[Entry, str]] = field(default_factory=dict)  # by id

    def of(self, entry: Entry) -> str:
        """The text of an entry."""
        known = self._texts.get(entry.id)
        if known is None or known[0] != entry:
            known = self._texts[entry.id] = entry, _text(entry)
        return known[1]


def add_entry_list(pages: TeamPages) -> None:
    """Add the list, which is the first page too."""
    team, searched = pages.team, SearchedTexts()
    pages.section("項目", "entries")

    @pages.page("")
    def home() -> Response:
        return go("entries")

    @pages.page("/entries")
    def entries() -> str:
        base = team.publishing.live()
        changes = team.publishing.store.last_changes()
        return render_template("team/entries.html", **_listed(base, searched, changes))


def _listed(base: KnowledgeBase, searched: SearchedTexts, changes: dict[str, int]) -> dict[str, Any]:
    """What the page shows of the entries that its address asks for."""
    asked = {name: drop_invisible(request.args.get(name, ""))[:MAX_QUERY] for name in ("q", "category", "status")}
    order = request.args.get("order", NEWEST)
    found = sorted(_found(base, searched, **asked), key=_key(order, changes))
    first = max(0, request.args.get("from", 0, whole_number))
    return {
        "found": found,
        "shown": list(islice(found, first, first + ON_A_PAGE)),
        "first": first,
        "size": ON_A_PAGE,
        "asked": asked | {"order": order},
        "before": _at(max(0, first - ON_A_PAGE)),
        "after": _at(first + ON_A_PAGE),
        "categories": sorted({entry.category for entry in base.entries}),
        "statuses": STATUS_LABELS,
        "orders": ORDERS,
        "changes": changes,
    }


def _found(base: KnowledgeBase, searched: SearchedTexts, q: str, category: str, status: str) -> Sequence[Entry]:
    words = [fold(word) for word in q.split()]
    return [
        entry
        for entry in base.entries
        if (not category or entry.category == category)
        and (not status or entry.status.value == status)
        and all(word in searched.of(entry) for word in words)
    ]


def _at(first: int) -> str:
    """The address of the same list from another entry on."""
    return "?" + urlencode(request.args.to_dict() | {"from": first})


def _key(order: str, changes: dict[str, int]) -> Key:
    match order:
        case "question":
            return lambda entry: (fold(entry.question), entry.id)
        case "category":
            return lambda entry: (entry.category, entry.id)
        case "review":
            return lambda entry: (entry.status is Status.RETIRED, entry.review_by or date.max, entry.id)
    return lambda entry: (-changes.get(entry.id, 0), entry.id)


def _text(entry: Entry) -> str:
    return fold.__wrapped__("\n".join((entry.id, entry.question, *entry.variants, entry.answer, entry.note)))
