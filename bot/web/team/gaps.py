"""Gaps as cards: questions that got no good answer, by meaning, each with what can be done about it at once."""

import threading
from dataclasses import dataclass, field, replace
from typing import Any

from cachetools import TTLCache
from flask import render_template, request

from bot.overview import GAP_DAYS, Overview
from bot.signing_in import Role
from bot.web.team.editing import show_form
from bot.web.team.form import EntryForm
from bot.web.team.member import member
from bot.web.team.pages import TeamPages, go, notice
from bot.web.team.proposing import propose_or_tell
from bot.wording import sentences
from index.gaps.gaps import Gap
from knowledge.revisions.store import Change

GAPS_KEPT = 20.0  # seconds: thousands of texts take seconds to group, and an editor comes back to the page often
MAX_CARDS = 40
ADDED = "答えられなかった質問を言い方に追加"
NO_WORDING = "加える言い方を選んでください。前のページに戻ると、選び直せます。"


@dataclass
class KeptGaps:
    """The open gaps, as they were some seconds ago at most."""

    overview: Overview
    _kept: TTLCache[int, list[Gap]] = field(default_factory=lambda: TTLCache(1, GAPS_KEPT))  # by revision
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def find(self, revision: int) -> list[Gap]:
        """The gaps that a revision leaves open. Raises StoreError."""
        with self._lock:
            if revision not in self._kept:
                self._kept[revision] = self.overview.gaps()
            return self._kept[revision]

    def forget(self) -> None:
        """Look again at the next call."""
        with self._lock:
            self._kept.clear()


def add_gaps(pages: TeamPages) -> None:
    """Add the cards and what is pressed on them."""
    team, kept = pages.team, KeptGaps(pages.team.overview)
    pages.section("答えられない質問", "gaps", Role.EDITOR)

    @pages.page("/gaps", Role.EDITOR)
    def gaps() -> str:
        found = kept.find(team.faq.searcher.snapshot.revision)
        shown, nothing = found[:MAX_CARDS], sentences.NO_GAPS.format(days=GAP_DAYS)
        return render_template("team/gaps.html", found=found, shown=shown, nothing=nothing, trends=sentences.TRENDS)

    @pages.page("/gaps/ignore", Role.EDITOR, "POST")
    def ignore_gap() -> Any:
        for gap in kept.find(team.faq.searcher.snapshot.revision):
            if request.form.get("gap") in gap.keys:
                team.overview.ignore_gap(gap, member().user)
        kept.forget()
        return go("gaps")

    _add_closing(pages)


def _add_closing(pages: TeamPages) -> None:
    """A gap becomes more ways to ask for an entry, or an entry of its own."""
    team = pages.team

    @pages.page("/gaps/variants", Role.EDITOR, "POST")
    def add_variants() -> Any:
        base = team.publishing.live()
        entry = base.by_id.get(request.form.get("entry", ""))
        if entry is None:
            return notice(sentences.GONE, 404)
        known = {entry.question, *entry.variants}
        added = tuple(text for text in _texts() if text not in known)
        if not added:
            return notice(NO_WORDING, 422)
        changed = replace(entry, variants=entry.variants + added)
        return propose_or_tell(team, Change(put=(changed,)), base.revision, ADDED)

    @pages.page("/gaps/entry", Role.EDITOR, "POST")
    def gap_entry() -> Any:
        question, *variants = _texts() or [""]
        values = {"question": question, "variants": variants, "declines": "declines" in request.form}
        return show_form(team, EntryForm(values, team.publishing.live().revision))


def _texts() -> list[str]:
    """The wordings that are ticked on a card, each in one line and once."""
    lines = (" ".join(text.split()) for text in request.form.getlist("text"))
    return list(dict.fromkeys(filter(None, lines)))
