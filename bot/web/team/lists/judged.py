"""The judged queries as a table: searched, a page at a time, its rows changed, removed and added to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import zip_longest
from typing import Any
from urllib.parse import urlencode

from flask import render_template, request

from bot.choosing.choices import Choices
from bot.choosing.completion import fold
from bot.choosing.own_texts import OwnTexts
from bot.roles import Role
from bot.web.team.entries.entry_search import MAX_SEARCHED
from bot.web.team.lists.edited_list import CHECK, NOTHING_CHANGED, faster_editors, proposed_list, seen_text
from bot.web.team.lists.judged_rows import (
    Faults,
    Row,
    changed_rows,
    moved_rows,
    row_faults,
    row_of,
    rows_between,
    rows_of,
    with_rows,
)
from bot.web.team.pages import TeamPages
from bot.web.team.proposing import propose, status_of
from bot.web.team.team import Team
from bot.web.team.whole_numbers import whole_number
from bot.wording.editing import WHY_JUDGE
from index.text.filters import drop_invisible
from knowledge.errors import EditConflict, FaqError
from knowledge.judged import ABSTAIN
from knowledge.list_name import ListName
from knowledge.revisions.store import Change

ON_A_PAGE = 50
NEW_ROWS = 3
RIGHT, NONE = "entry", "none"
RIGHTS = {"": "すべて", RIGHT: "項目がある", NONE: "答えてはいけない"}


@dataclass(frozen=True, slots=True)
class JudgedForm:
    """The rows that a page shows, made from the list of the revision `base`, with the faults of each by its place."""

    rows: Sequence[Row]
    base: int
    faults: Mapping[int, Faults] = field(default_factory=dict)
    said: Sequence[str] = ()
    reason: str = ""

    @classmethod
    def sent(cls, choices: Choices) -> "JudgedForm":
        """The form that was sent; its inputs come row by row, entries as one of the `choices` is typed."""
        typed, removed = request.form, set(request.form.getlist("remove"))
        columns = (typed.getlist(name) for name in ("line", "query", "entries", "kind"))
        rows = [
            row_of(_line(line), query, choices.ids(entries), kind, removed=line in removed)
            for line, query, entries, kind in zip_longest(*columns, fillvalue="")
        ]
        return cls(rows, typed.get("base", 0, whole_number), reason=typed.get("reason", "").strip())


def _line(text: str) -> int:
    try:
        return whole_number(text)
    except ValueError:
        return 0  # as of a new row


def add_judged(pages: TeamPages) -> None:
    """Add the table and the form that it is."""
    team, own = pages.team, OwnTexts()

    @pages.page("/lists/judged", Role.EDITOR)
    def judged_list() -> str:
        base, proposed = team.publishing.live(), proposed_list(team, ListName.JUDGED)
        choices = Choices(base, team.faq)
        if proposed:
            seen = seen_text(team, ListName.JUDGED, proposed.base)
            rows = rows_between(seen, proposed.change.lists[ListName.JUDGED])
            return _page(JudgedForm(rows, proposed.base, reason=proposed.reason), choices)
        found = _found(rows_of(base.lists.judged), choices)
        first = max(0, request.args.get("from", 0, whole_number))
        shown = found[first : first + ON_A_PAGE]
        return _page(JudgedForm(shown, base.revision), choices, len(found), first)

    @pages.page("/lists/judged", Role.EDITOR, "POST")
    def judged_sent() -> Any:
        choices = Choices(team.publishing.live(), team.faq)
        return _sent(team, JudgedForm.sent(choices), choices, own)


def _sent(team: Team, form: JudgedForm, choices: Choices, own: OwnTexts) -> Any:
    """The proposal of what was typed, or the form again with its faults."""
    base, seen = choices.base, seen_text(team, ListName.JUDGED, form.base)
    form = replace(form, faults=row_faults(seen, form.rows, choices.fault, partial(own.owner, base)))
    number = len(changed_rows(seen, form.rows))
    if CHECK in request.form:
        return _page(replace(form, said=[f"変える行: {number}"] if number else []), choices)
    if form.faults or not number:
        said = f"直すところが{len(form.faults)}行にあります。" if form.faults else NOTHING_CHANGED
        return _page(replace(form, said=[said]), choices), 422
    change = Change(lists={ListName.JUDGED: with_rows(seen, form.rows)})
    try:
        return propose(team, change, form.base, form.reason)
    except EditConflict:
        rows, told = moved_rows(form.rows, seen, base.lists.judged, lambda row: choices.listed(row.ids))
        moved = JudgedForm(rows, base.revision, told, faster_editors(team, ListName.JUDGED, form.base), form.reason)
        return _page(moved, choices), 409
    except FaqError as error:
        return _page(replace(form, said=[f"{error.message}{error.hint}"]), choices), status_of(error)


def _found(rows: Sequence[Row], choices: Choices) -> list[Row]:
    """The rows that the address asks for."""
    words = [fold(word) for word in drop_invisible(request.args.get("q", ""))[:MAX_SEARCHED].split()]
    right = request.args.get("right", "")
    return [
        row
        for row in rows
        if (not right or (row.entries == ABSTAIN) is (right == NONE)) and (not words or _holds(row, choices, words))
    ]


def _holds(row: Row, choices: Choices, words: Sequence[str]) -> bool:
    """True when a row, or the question of an entry that is right for it, holds every word."""
    questions = (fold(choices.by_id[one].question) for one in row.ids if one in choices.by_id)
    text = "\n".join((fold.__wrapped__(f"{row.query}\n{row.entries}\n{row.kind}"), *questions))
    return all(word in text for word in words)


def _page(form: JudgedForm, choices: Choices, found: int = 0, first: int = 0) -> str:
    """The table; new rows stand first, in the order of the form, and some empty ones below them."""
    rows = list(enumerate(form.rows))
    new = [pair for pair in rows if not pair[1].line]
    new += [] if any(row.is_blank for _, row in new) else [(len(rows) + number, Row()) for number in range(NEW_ROWS)]
    return render_template(
        "team/judged.html",
        form=form,
        new=new,
        keys={place: row.line for place, row in rows} | {place: f"new{at}" for at, (place, _) in enumerate(new)},
        rows=[pair for pair in rows if pair[1].line],
        found=found,
        first=first,
        size=ON_A_PAGE,
        asked={name: request.args.get(name, "")[:MAX_SEARCHED] for name in ("q", "right")},
        rights=RIGHTS,
        choices=choices,
        before=_at(max(0, first - ON_A_PAGE)),
        after=_at(first + ON_A_PAGE),
        why=WHY_JUDGE,
    )


def _at(first: int) -> str:
    return "?" + urlencode(request.args.to_dict() | {"from": first})
