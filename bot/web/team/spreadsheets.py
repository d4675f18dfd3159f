"""Entries as a workbook: taken out, and brought in again as a proposal, whose page is the dry run."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import Any

from flask import Response, render_template, request
from werkzeug.datastructures import FileStorage
from werkzeug.http import parse_cookie

from bot.gate.proposal import Proposal
from bot.roles import Role
from bot.web.incoming import Larger
from bot.web.team.member import PATH, member, member_of
from bot.web.team.pages import TeamPages
from bot.web.team.team import Team
from bot.wording.changes import field_line
from index.text.filters import drop_invisible
from knowledge.changes import ChangeKind, EntryChange, FieldChange
from knowledge.errors import FaqError, KnowledgeError
from knowledge.files.formats import read_files, write_files
from knowledge.labels import labelled
from knowledge.located_entry import LocatedEntry
from knowledge.revisions.merge import merge_files

NAME = "faq.xlsx"
MAX_NAME = 100  # letters of an uploaded file's own name
KINDS = (".xlsx", ".csv")
MOST_CELLS = 20  # that the page shows; the proposal's shows every change
GONE_ROW = "消えた行"
LARGEST = 10_000_000  # bytes of a file: ten times a workbook of 5,000 entries
LARGEST_BODY = LARGEST + 100_000  # with the other fields and the file's name
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NO_FILE = "取り込むファイル（.xlsx か .csv）を選んでください。"
NO_CHANGES = "公開中の内容と同じです。変わるところはありません。"
NOTHING_TAKEN = "何も取り込みませんでした。"
CONFLICT = "「{id}」は、ファイルと公開中の両方で変わっています。公開中の内容を残します（{fields}）。"


@dataclass(frozen=True, slots=True)
class ChangedCell:
    """A cell of a file that changes an entry; a whole row has no `field`."""

    place: str
    about: str
    field: FieldChange | None = None


def add_spreadsheets(pages: TeamPages) -> None:
    """Add both ways."""
    team = pages.team

    @pages.page("/faq.xlsx")
    def workbook() -> Response:
        base = team.publishing.live()
        with TemporaryDirectory() as folder:
            path = Path(folder) / NAME
            write_files(path, base.entries, base.lists)
            data = path.read_bytes()
        name = {"Content-Disposition": f'attachment; filename="{NAME}"'}
        return Response(data, headers=name, content_type=TYPE)

    @pages.page("/import", Role.EDITOR)
    def bring_in() -> str:
        return _page()

    @pages.page("/import", Role.EDITOR, "POST", LARGEST_BODY)
    def bring_in_sent() -> Any:
        given = request.files.get("file")
        ending = Path(given.filename or "").suffix.lower() if given else ""
        return _read(team, given, ending) if given and ending in KINDS else (_page([NOTHING_TAKEN, NO_FILE]), 422)


def larger(team: Team) -> Larger:
    """The leave to send a file that is larger than any other request: editors have it."""

    def may_send(cookies: str) -> bool:
        found = member_of(team, parse_cookie(cookies))
        return found is not None and found.is_editor

    return Larger(f"{PATH}/import", LARGEST_BODY, may_send)


def _read(team: Team, given: FileStorage, ending: str) -> Any:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{token_hex(8)}{ending}"  # the sender's name is nobody's path, and only shown
        name = drop_invisible(PureWindowsPath(given.filename or "").name)[:MAX_NAME]
        given.save(path)
        try:
            return _brought_in(team, path, name)
        except KnowledgeError as error:
            told = [labelled(str(one)) for one in error.problems]
        except FaqError as error:
            told = [f"{error.message}{error.hint}"]
    return _page([NOTHING_TAKEN, *(one.replace(f"{folder}/", "").replace(path.name, name) for one in told)]), 422


def _brought_in(team: Team, path: Path, name: str) -> str:
    """The page of a file that was read: its changes as a proposal, and its conflicts. Raises FaqError."""
    incoming = read_files([path])
    merged = merge_files(team.publishing.store, incoming, shipped=False)
    told = [
        CONFLICT.format(id=one.id, fields="、".join(field_line(field) for field in one.fields()))
        for one in merged.conflicting
    ]
    told += [labelled(f"{one.message}{one.hint}").replace(path.name, name) for one in merged.warnings]
    if not merged.changes:
        return _page([*told, NO_CHANGES])
    located = [item for one in incoming for item in one.located]
    me, reason = member(), f"{name} の取り込み"
    proposal = team.publishing.propose(merged.change, me.user, reason, located=located, person=me.person)
    cells = changed_cells(proposal, {one.entry.id: one for one in located})
    whole_rows_first = sorted(cells, key=lambda one: one.field is not None)
    counts = {"追加": merged.added, "変更": merged.changed, "削除": merged.removed}
    return _page(told, proposal.id, "・".join(f"{name} {len(ids)}件" for name, ids in counts.items()), whole_rows_first)


def changed_cells(proposal: Proposal, places: Mapping[str, LocatedEntry]) -> Iterator[ChangedCell]:
    """The cells of a file that change an entry; a row that is new or gone is one."""
    for change in proposal.differences:
        if not isinstance(change, EntryChange) or change.id in proposal.unlinked:
            continue
        place = places.get(change.id)
        row = _place(place) if place else GONE_ROW
        if change.kind is not ChangeKind.CHANGED:
            yield ChangedCell(row, f"{change.kind}: {change.question}")
            continue
        for field in change.fields():
            yield ChangedCell(_place(place, field.field) if place else row, change.question, field)


def _place(located: LocatedEntry, field: str = "") -> str:
    """The place of a field as spreadsheets name it: 「FAQ」E12; of a CSV file its row and heading."""
    found = located.problem("", "", field)
    column = found.column if field else ""
    if found.sheet:
        return f"「{found.sheet}」{column}{found.line}" + ("" if column else "行目")
    return f"{found.line}行目" + (f"「{column}」" if column else "")


def _page(told: Sequence[str] = (), proposal: str = "", counts: str = "", cells: Sequence[ChangedCell] = ()) -> str:
    left_out = max(0, len(cells) - MOST_CELLS)
    said = {"told": told, "proposal": proposal, "counts": counts, "cells": cells[:MOST_CELLS], "left_out": left_out}
    return render_template("team/import.html", largest=LARGEST, **said)
