"""Changing an entry: its form, a new one, taking it back, and going back to an earlier version of it alone."""

from dataclasses import replace
from typing import Any

from flask import abort, render_template, request

from bot.choosing.choices import HINT, Choices
from bot.roles import Role
from bot.web.team.entries.form import EntryForm
from bot.web.team.pages import TeamPages, notice
from bot.web.team.proposing import propose, propose_or_tell, status_of
from bot.web.team.team import Team
from bot.web.team.whole_numbers import whole_number
from bot.wording import sentences
from bot.wording.categories import categories_of
from bot.wording.editing import DECLINES, HEADINGS, HINTS, STATUSES
from bot.wording.evidence import FEW_VARIANTS
from index.text.filters import drop_invisible
from knowledge.entry import Entry, Status
from knowledge.entry_rules import MAX_QUESTION
from knowledge.errors import EditConflict, FaqError, KnowledgeError
from knowledge.revisions.store import Change

CHECK = "check"  # the button that shows faults and the reply, and proposes nothing
WAY_BACK = "第{number}版の内容に戻す"


def add_editing(pages: TeamPages) -> None:
    """Add the forms and what is done with one press."""
    team = pages.team
    _add_forms(pages)

    @pages.page("/entries/<entry_id>/retire", Role.EDITOR, "POST")
    def retire(entry_id: str) -> Any:
        base = team.publishing.live()
        entry = base.by_id.get(entry_id)
        if entry is None:
            return notice(sentences.GONE, 404)
        return propose_or_tell(team, Change(put=(replace(entry, status=Status.RETIRED),)), base.revision)

    @pages.page("/entries/<entry_id>/back", Role.EDITOR, "POST")
    def way_back(entry_id: str) -> Any:
        """The entry as it was after a revision; another revision, so that nothing of the history is lost."""
        number, base = request.form.get("revision", 0, whole_number), team.publishing.store.revision()
        versions = team.publishing.history.versions(entry_id)
        version = next((one for one in versions if one.revision.number == number), None)
        if version is None:
            abort(404)
        change = Change(put=(version.entry,)) if version.entry else Change(remove=(entry_id,))
        return propose_or_tell(team, change, base, WAY_BACK.format(number=number))


def _add_forms(pages: TeamPages) -> None:
    team = pages.team

    @pages.page("/entries/<entry_id>/edit", Role.EDITOR)
    def edit(entry_id: str) -> Any:
        base = team.publishing.live()
        entry = base.by_id.get(entry_id)
        form = _proposed(team, entry_id) or (EntryForm.of(entry, base.revision) if entry else None)
        return show_form(team, form.with_variant(_line("variant"))) if form else notice(sentences.GONE, 404)

    @pages.page("/entries/<entry_id>/edit", Role.EDITOR, "POST")
    def edit_sent(entry_id: str) -> Any:
        return _sent(team, EntryForm.sent(Choices(team.publishing.live(), team.faq), entry_id))

    @pages.page("/new", Role.EDITOR)
    def new() -> str:
        return show_form(team, EntryForm({}, team.publishing.live().revision))

    @pages.page("/new", Role.EDITOR, "POST")
    def new_sent() -> Any:
        return _sent(team, EntryForm.sent(Choices(team.publishing.live(), team.faq)))


def _line(name: str) -> str:
    """A text of the address in one line."""
    return " ".join(drop_invisible(request.args.get(name, ""))[:MAX_QUESTION].split())


def _proposed(team: Team, entry_id: str) -> EntryForm | None:
    """The form of an entry as the proposal has it that the address names, to be written anew; a new one stays new."""
    proposal_id = request.args.get("proposal", "")
    try:
        stored = team.publishing.proposals.find(proposal_id) if proposal_id else None
    except FaqError:
        return None
    entry = next((one for one in stored.change.put if one.id == entry_id), None) if stored else None
    if stored is None or entry is None:
        return None
    form = replace(EntryForm.of(entry, stored.base), reason=stored.reason).caught_up(team.publishing, entry)
    return form if entry_id in team.publishing.live().by_id else replace(form, entry_id="")


def _sent(team: Team, sent: EntryForm) -> Any:
    """The proposal of a sent form, or the form again with its faults and the reply as it will look."""
    entry, form = sent.read()
    if entry is None or CHECK in request.form:
        return show_form(team, form, entry), 200 if CHECK in request.form else 422
    if not sent.entry_id and entry.id in team.publishing.live().by_id:
        taken = form.with_faults([("id", f"id「{entry.id}」は、ほかの項目が使っています。ほかのidにしてください。")])
        return show_form(team, taken, entry), 422
    try:
        return propose(team, Change(put=(entry,)), form.base, form.reason)
    except KnowledgeError as error:
        return show_form(team, form.with_problems(error.problems), entry), 422
    except EditConflict as error:
        return show_form(team, form.caught_up(team.publishing, entry)), status_of(error)
    except FaqError as error:
        return show_form(team, replace(form, said=f"{error.message}{error.hint}"), entry), status_of(error)


def show_form(team: Team, form: EntryForm, entry: Entry | None = None) -> str:
    """The form; with an `entry`, the reply as it will look too."""
    live = team.publishing.live()
    return render_template(
        "team/form.html",
        form=form,
        shown=entry,
        headings=HEADINGS,
        few=FEW_VARIANTS,
        hints=HINTS | {"related": HINT},
        declines=DECLINES,
        statuses=STATUSES,
        categories=categories_of(live.entries),
        choices=Choices(live, team.faq),
    )
