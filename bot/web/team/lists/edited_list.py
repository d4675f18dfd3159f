"""A list that is being edited: the text and the proposal that its form was made from, and sentences about it."""

from flask import request

from bot.web.team.team import Team
from knowledge.errors import FaqError
from knowledge.list_name import ListName
from knowledge.revisions.proposals import StoredProposal
from knowledge.revisions.revision_list import list_changes

CHECK = "check"  # the button that shows faults, and proposes nothing
NOTHING_CHANGED = "変えたところがありません。直してから、もう一度押してください。"
FASTER = "{editor}さんが第{number}版で同じ行を先に公開しました。あなたの書いたものは下に残っています。"
CHECK_AGAIN = "違いを確かめて、もう一度「影響を確かめる」を押してください。"


def seen_text(team: Team, name: ListName, base: int) -> str:
    """The text of a list at the revision that its form was made from."""
    live = team.publishing.live()
    return (live.lists if live.revision == base else team.publishing.history.lists(base)).text(name)


def proposed_list(team: Team, name: ListName) -> StoredProposal | None:
    """The proposal that the address names, to be written anew, where it changes the list `name`."""
    proposal_id = request.args.get("proposal", "")
    try:
        found = team.publishing.proposals.find(proposal_id) if proposal_id else None
    except FaqError:
        return None
    return found if found and name in found.change.lists else None


def faster_editors(team: Team, name: ListName, base: int) -> list[str]:
    """Who published the list after the revision `base`, and what to do now."""
    changes = list_changes(team.publishing.store.engine, name, base)
    return [*(FASTER.format(editor=one.editor, number=one.number) for one in changes[:1]), CHECK_AGAIN]
