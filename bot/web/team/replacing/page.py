"""/team/replace: words that stand in many answers, a price above all, replaced in those that are ticked."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from flask import render_template, request
from markupsafe import Markup

from bot.roles import Role
from bot.web.team.pages import TeamPages
from bot.web.team.proposing import propose_or_tell
from bot.web.team.replacing.replacement import Pair, Replacement
from bot.web.team.reviewing.marking import changed_passages
from index.text.filters import drop_invisible
from knowledge.changes import EntryChange
from knowledge.checks.sums import price_of, told_totals, wrong_sums
from knowledge.entry import Entry, Status
from knowledge.revisions.store import Change

ROWS = 3  # pairs that the form begins with; one more than are filled
MAX_PAIRS = 20
MAX_WORDS = 200
NEW_MISSING = "「{old}」を何に置きかえるかを書いてください。"
NOTHING = "その言葉のある質問や回答はありません。"
NOTHING_TICKED = "置きかえる項目を選んでください。"
TOTALS = "足し算の合計「{totals}」も、新しい合計に置きかえます。"
REASON = "{pairs}に置きかえ"
WRITTEN = re.compile("「([^」]+)」を「([^」]+)」")  # a pair in that reason


def add_replacing(pages: TeamPages) -> None:
    """Add the page, which shows what it would replace, and the proposal."""
    team = pages.team

    @pages.page("/replace", Role.EDITOR)
    def replace_words() -> str:
        return _page(_pairs(request.args), team.publishing.live().entries)

    @pages.page("/replace", Role.EDITOR, "POST")
    def replace_words_sent() -> Any:
        base, pairs, ticked = team.publishing.live(), _pairs(request.form), request.form.getlist("entry")
        put = tuple(one.after for one in _replaced(pairs, base.entries) if one.after and one.id in ticked)
        if not put:
            return _page(pairs, base.entries, NOTHING_TICKED), 422
        return propose_or_tell(team, Change(put=put), base.revision, _reason(pairs))


def _page(pairs: Sequence[Pair], entries: Sequence[Entry], said: str = "") -> str:
    missing = [NEW_MISSING.format(old=old) for old, new in pairs if not new]
    totals = _first(_totals(_replaced(pairs, entries), dict(pairs)), MAX_PAIRS - len(pairs))
    every = [*pairs, *totals.items()]
    found = _replaced(every, entries)
    return render_template(
        "team/replace.html",
        rows=[*every, *[("", "")] * min(MAX_PAIRS - len(every), max(1, ROWS - len(every)))],
        pairs=every,
        found=found,
        passages=_passages,
        told=_told(every, entries) if found else {},
        said=said or "".join(missing) or (NOTHING if pairs and not missing and not found else ""),
        noted=TOTALS.format(totals="」「".join(totals)) if totals else "",
    )


def _totals(changes: Sequence[EntryChange], known: Mapping[str, str]) -> Iterator[Pair]:
    """The totals of sums whose parts are replaced, as they stand and as they come out now, but for `known` words."""
    for one in changes:
        for _, told, total in wrong_sums(one.after.answer) if one.after else ():
            pair = f"{told:,}円", f"{total:,}円"
            if one.before and pair[0] not in known and Replacement([pair]).of(one.before) != one.before:
                yield pair


def _first(found: Iterable[Pair], most: int) -> dict[str, str]:
    """The first of the pairs, each once."""
    kept: dict[str, str] = {}
    for old, new in found if most else ():
        kept[old] = new
        if len(kept) == most:
            break
    return kept


def _told(pairs: Sequence[Pair], entries: Sequence[Entry]) -> dict[Pair, list[EntryChange]]:
    """The entries whose answers tell a price that may be a total of replaced ones, by it and what it would be.

    Each with what replacing it would make of it.
    """
    priced = {price_of(old): price_of(new) for old, new in pairs}
    replaced = {old: new for old, new in priced.items() if old and new}
    told: dict[Pair, list[EntryChange]] = defaultdict(list)
    for entry in entries if replaced else ():
        if entry.status is not Status.RETIRED:
            for total, new in told_totals(entry.answer, replaced):
                pair = f"{total:,}円", f"{new:,}円"
                told[pair].append(EntryChange(entry, Replacement([pair]).of(entry)))
    return told


def _passages(change: EntryChange) -> list[Markup]:
    """The passages of an entry that are written anew."""
    return [changed_passages(one.before, one.after) for one in change.fields()]


def pairs_of(reason: str) -> list[Pair]:
    """The pairs of a proposal that this page made, by its reason; none for another one."""
    pairs = WRITTEN.findall(reason)
    return pairs if pairs and reason == _reason(pairs) else []


def _reason(pairs: Sequence[Pair]) -> str:
    return REASON.format(pairs="、".join(f"「{old}」を「{new}」" for old, new in pairs))


def _replaced(pairs: Sequence[Pair], entries: Sequence[Entry]) -> list[EntryChange]:
    """The changes that the pairs make; none while one of them is half written. Entries taken back keep their words."""
    if not pairs or not all(new for _, new in pairs):
        return []
    replacement = Replacement(pairs)
    changes = [EntryChange(one, replacement.of(one)) for one in entries if one.status is not Status.RETIRED]
    return [one for one in changes if one.before != one.after]


def _pairs(given: Any) -> list[Pair]:
    """The pairs of a form or an address; rows without words to look for say nothing."""
    olds, news = (
        [drop_invisible(text)[:MAX_WORDS].strip() for text in given.getlist(name)[:MAX_PAIRS]]
        for name in ("old", "new")
    )
    return [(old, new) for old, new in zip(olds, news + [""] * len(olds), strict=False) if old]
