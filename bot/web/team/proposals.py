"""The page of a proposal: what it changes, what it does to questions, and the publish or the approval."""

from typing import Any

from flask import render_template, request

from bot.gate.leaving_out import LeavingOut
from bot.gate.leaving_out import without as leave_out
from bot.gate.proposal import ONE_PERSON, Proposal
from bot.roles import Role
from bot.web.team.gaps import card_words
from bot.web.team.member import member
from bot.web.team.pages import TeamPages, came_from, go, notice
from bot.web.team.proposing import MAX_REASON, propose, tell
from bot.web.team.replacing.page import pairs_of
from bot.web.team.replacing.replacement import changed_amounts
from bot.web.team.reviewing.entry_links import linked
from bot.web.team.reviewing.impact_groups import ImpactGroup, impact_groups
from bot.web.team.team import Team
from bot.wording.changes import QuestionOf, impact_summary
from bot.wording.editing import HEADINGS, OWN, REASON_HINT, STOPPED, WITHDRAWN, proposal_heading
from bot.wording.evidence import FEW_VARIANTS
from knowledge.changes import EntryChange
from knowledge.checks.old_amounts import check_old_amounts
from knowledge.errors import EditConflict, FaqError
from knowledge.labels import labelled
from knowledge.revisions.proposals import ProposalState, StoredProposal
from knowledge.revisions.revision_list import revision_contents

MAX_REPLIES = 3
THIS = "この項目"
REFUSED = f"{STOPPED}判定のほうが間違っていたら、上の「この判定を直す」から、先に判定を直します。"


def add_proposals(pages: TeamPages) -> None:
    """Add the list of what waits, the page of each, and what is done there."""
    team = pages.team
    pages.section("承認待ち", "proposals", Role.EDITOR)

    @pages.page("/proposals", Role.EDITOR)
    def proposals() -> str:
        waiting = [(one, proposal_heading(one.change)) for one in team.publishing.proposals.waiting()]
        return render_template("team/proposals.html", waiting=waiting)

    @pages.page("/proposals/<proposal_id>", Role.EDITOR)
    def proposal(proposal_id: str) -> Any:
        return _page(team, proposal_id)

    _add_deciding(pages)
    _add_writing(pages)


def _add_deciding(pages: TeamPages) -> None:
    team = pages.team

    @pages.page("/proposals/<proposal_id>/publish", Role.EDITOR, "POST")
    def publish(proposal_id: str) -> Any:
        reason, override = (request.form.get(name, "").strip()[:MAX_REASON] for name in ("reason", "override"))
        try:
            found = team.publishing.examine(proposal_id)
            if found.impact.refused and not (override or found.stored.override):
                return _shown(team, found, said=REFUSED, reason=reason), 422
            team.publishing.publish(found, member().user, reason, override, person=member().person)
        except EditConflict:
            return _page(team, proposal_id, reason)
        except FaqError as error:
            return tell(error)
        return go("proposal", proposal_id=proposal_id, **came_from())

    @pages.page("/proposals/<proposal_id>/withdraw", Role.EDITOR, "POST")
    def withdraw(proposal_id: str) -> Any:
        try:
            team.publishing.withdraw(proposal_id)
        except FaqError as error:
            return tell(error)
        return notice(WITHDRAWN)


def _add_writing(pages: TeamPages) -> None:
    team = pages.team

    @pages.page("/proposals/<proposal_id>/without", Role.EDITOR, "POST")
    def without(proposal_id: str) -> Any:
        """The same proposal without some of the ways to ask that it adds, measured anew."""
        named = zip(*(request.form.getlist(name) for name in ("entry", "text")), strict=False)
        try:
            stored = team.publishing.proposals.find(proposal_id)
            return propose(team, leave_out(stored.change, set(named)), stored.base, stored.reason)
        except FaqError as error:
            return tell(error)


def _page(team: Team, proposal_id: str, reason: str = "") -> Any:
    try:
        stored = team.publishing.proposals.find(proposal_id)
        if stored.state is ProposalState.PUBLISHED:
            return _published(team, stored)
        return _shown(team, team.publishing.examine(proposal_id))
    except EditConflict as error:
        return _overtaken(team, stored, error, reason), 409
    except FaqError as error:
        return tell(error)


def _published(team: Team, stored: StoredProposal) -> str:
    """The page after publishing: the change, answers that still have an amount that it replaced, gaps to go on with."""
    live, engine = team.publishing.live(), team.publishing.store.engine
    differences = revision_contents(engine, stored.revision).differences if stored.revision else ()
    before = {one.id: one.before for one in differences if isinstance(one, EntryChange) and one.before}
    left = check_old_amounts(before, live.entries, stored.change.ids)
    warnings = [linked(f"{one.message}{one.hint}", team.faq.question_of) for one in left]
    gaps = team.overview.recent_gaps() if came_from() else None
    pairs = changed_amounts(differences)
    words = card_words(team) if gaps else {}
    return render_template("team/published.html", stored=stored, warnings=warnings, gaps=gaps, pairs=pairs, **words)


def _overtaken(team: Team, stored: StoredProposal, error: EditConflict, reason: str) -> str:
    """A proposal that somebody else was faster than: what it changes, to be written anew."""
    differences = stored.change.differences(team.publishing.history.base(stored.base))
    return render_template(
        "team/overtaken.html",
        stored=stored,
        said=error,
        differences=differences,
        reason=reason or stored.reason,
        again=pairs_of(stored.reason),
    )


def _shown(team: Team, found: Proposal, said: str = "", reason: str = "") -> str:
    stored, question_of = found.stored, found.naming(team.faq.question_of)
    waiting = stored.state is ProposalState.WAITING
    own = _own(stored) if waiting else ""
    return render_template(
        "team/proposal.html",
        proposal=found,
        said=said,
        reason=reason or stored.reason,
        replies=found.seen[:MAX_REPLIES],
        headings=HEADINGS,
        warnings=[linked(labelled(one), team.faq.question_of) for one in _warnings(found)],
        pairs=[] if waiting else changed_amounts(found.differences),
        again=pairs_of(stored.reason),
        summary=impact_summary(found.impact, by_kind=False),
        question_of=question_of,
        groups=_groups(found, question_of),
        waiting=waiting,
        own=own,
        **_refusal(team, found, own),
        reason_hint=REASON_HINT,
        asks=team.publishing.review and not waiting,
        few=FEW_VARIANTS,
        longest=MAX_REASON,
    )


def _groups(found: Proposal, question_of: QuestionOf) -> list[ImpactGroup]:
    """The impact; the only entry that changes is "this entry" in it, since its question stands above."""
    only = found.differences[0].id if len(found.differences) == 1 and found.written else ""
    written = None if found.stored.change.lists else found.stored.change.ids
    return impact_groups(found.impact, lambda entry_id: THIS if entry_id == only else question_of(entry_id), written)


def _refusal(team: Team, found: Proposal, own: str) -> dict[str, Any]:
    """The refusal in words, the added ways to ask that it is for, and whether anything stays without them."""
    stored, live = found.stored, team.publishing.searcher.snapshot
    tried = stored.state is not ProposalState.WAITING
    to_blame = LeavingOut(found, live, team.publishing.builder).least() if tried else []
    return {
        "refused": REFUSED if found.impact.refused and not stored.override and not own else "",
        "to_blame": to_blame,
        "leaves_some": bool(leave_out(stored.change, to_blame).differences(live.base)),
    }


def _warnings(found: Proposal) -> list[str]:
    """The warnings, each with the id of its entry where several change."""
    is_one = len(found.differences) - len(found.unlinked) == 1
    about = (f"{one.entry_id}: " if one.entry_id and not is_one else "" for one in found.problems)
    return [f"{name}{one.message}{one.hint}" for name, one in zip(about, found.problems, strict=True)]


def _own(stored: StoredProposal) -> str:
    """Why the member does not approve what they proposed; "" where somebody else did."""
    me = member()
    if not stored.is_by(me.user, me.person):
        return ""
    return OWN if stored.editor == me.user else f"{OWN}{ONE_PERSON}"
