"""The page of one entry: the reply as it looks, its fields, and every version with what it changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from flask import abort, render_template, request

from bot.gate.confirming import CONFIRMED, review_after
from bot.web.team.figures.entry_health import DAYS, health_of
from bot.web.team.pages import TeamPages
from bot.web.team.team import Team
from bot.web.team.whole_numbers import whole_number
from knowledge.changes import EntryChange, FieldChange
from knowledge.entry import TOKYO, Entry
from knowledge.revisions.history import Revision, Version


@dataclass(frozen=True, slots=True)
class Step:
    """One revision of an entry, with the fields that it changed."""

    version: Version
    before: Version | None

    @property
    def revision(self) -> Revision:
        """The revision."""
        return self.version.revision

    @property
    def change(self) -> EntryChange:
        """The fields that it changed."""
        return EntryChange(self.before.entry if self.before else None, self.version.entry)


def add_entry_page(pages: TeamPages) -> None:
    """Add the page; with `?against=<revision>` it shows the differences to that version."""
    team = pages.team

    @pages.page("/entries/<entry_id>")
    def entry(entry_id: str) -> str:
        base = team.publishing.live()
        live, versions = base.by_id.get(entry_id), team.publishing.history.versions(entry_id)
        if not versions:
            abort(404)
        shown = live or next(version.entry for version in versions if version.entry)
        against = _of(versions, request.args.get("against", 0, whole_number))
        return render_template(
            "team/entry.html",
            faq=team.faq,
            entry=shown,
            is_there=live is not None,
            steps=_steps(versions),
            against=against,
            differences=_differences(against, versions[0]) if against else [],
            base=base.revision,
            **(_health(team, live) if live else {}),
        )


def _health(team: Team, entry: Entry) -> dict[str, Any]:
    """How the entry is, and when it would be looked at again."""
    today = datetime.now(TOKYO).date()
    return {
        "health": next(iter(health_of(team, {entry.id: entry}, today)), None),
        "days": DAYS,
        "review_by": review_after(entry, today),
        "tomorrow": today + timedelta(days=1),
        "confirmed": CONFIRMED,
    }


def _steps(versions: Sequence[Version]) -> list[Step]:
    """Every version, the newest first, with the one before it."""
    return [Step(version, before) for version, before in pairwise([*versions, None]) if version]


def _of(versions: Sequence[Version], number: int) -> Version | None:
    return next((one for one in versions if one.revision.number == number), None)


def _differences(then: Version, newest: Version) -> list[FieldChange]:
    return EntryChange(then.entry, newest.entry).fields()
