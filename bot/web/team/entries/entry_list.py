"""The list of every entry, drafts and retired ones too: searched, filtered, sorted, a page at a time."""

from collections.abc import Callable, Sequence
from datetime import date
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from flask import Response, render_template, request

from bot.choosing.completion import fold
from bot.web.team.entries.entry_search import MAX_SEARCHED, SearchedTexts, place_of, words_of
from bot.web.team.pages import TeamPages, go
from bot.web.team.whole_numbers import whole_number
from bot.wording.categories import categories_of, category_order
from index.text.filters import drop_invisible
from knowledge.entry import Entry, Status
from knowledge.labels import STATUS_LABELS
from knowledge.revisions.store import KnowledgeBase

ON_A_PAGE = 50
FIT = "fit"
ORDERS = {
    FIT: "よく合う順",
    "changed": "変更の新しい順",
    "question": "質問の文字順",
    "category": "分類の順",
    "review": "見直し日の近い順",
}
Key = Callable[[Entry], Any]


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
    """The entries that the page's address asks for, as it shows them."""
    asked = {name: drop_invisible(request.args.get(name, ""))[:MAX_SEARCHED] for name in ("q", "category", "status")}
    order, words = request.args.get("order", FIT), words_of(asked["q"])
    found = sorted(_found(base, searched, words, asked), key=_key(order, changes))
    if order == FIT and words:
        found.sort(key=lambda entry: searched.fit(entry, words), reverse=True)
    first = max(0, request.args.get("from", 0, whole_number))
    shown = list(islice(found, first, first + ON_A_PAGE))
    return {
        "found": found,
        "shown": shown,
        "places": {one.id: place_of(one, words) for one in shown},
        "first": first,
        "size": ON_A_PAGE,
        "asked": asked | {"order": order},
        "before": _at(max(0, first - ON_A_PAGE)),
        "after": _at(first + ON_A_PAGE),
        "categories": categories_of(base.entries),
        "statuses": STATUS_LABELS,
        "orders": ORDERS,
        "changes": changes,
    }


def _found(base: KnowledgeBase, searched: SearchedTexts, words: Sequence[str], asked: dict[str, str]) -> list[Entry]:
    return [
        entry
        for entry in base.entries
        if asked["category"] in ("", entry.category)
        and asked["status"] in ("", entry.status.value)
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
            return lambda entry: (*category_order(entry.category), entry.id)
        case "review":
            return lambda entry: (entry.status is Status.RETIRED, entry.review_by or date.max, entry.id)
    return lambda entry: (-changes.get(entry.id, 0), entry.id)
