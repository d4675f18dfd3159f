"""The page of one entry: the reply as it looks, its fields, and every version with what it changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from flask import abort, render_template, request

from bot.web.team.pages import TeamPages
from bot.web.team.whole_numbers import whole_number
from knowledge.changes import EntryChange, FieldChange
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
        live = team.publishing.live().by_id.get(entry_id)
        versions = team.publishing.history.versions(entry_id)
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
        )


def _steps(versions: Sequence[Version]) -> list[Step]:
    """Every version, the newest first, with the one before it."""
    return [Step(version, before) for version, before in pairwise([*versions, None]) if version]


def _of(versions: Sequence[Version], number: int) -> Version | None:
    return next((one for one in versions if one.revision.number == number), None)


def _differences(then: Version, newest: Version) -> list[FieldChange]:
    return EntryChange(then.entry, newest.entry).fields()
