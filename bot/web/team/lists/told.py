"""Sentences about a list that is being edited, and the text that its form was made from."""

from bot.web.team.team import Team
from knowledge.list_name import ListName
from knowledge.revisions.revision_list import list_changes

CHECK = "check"  # the button that shows faults, and proposes nothing
NOTHING_CHANGED = "変えたところがありません。直してから、もう一度押してください。"
FASTER = "{editor}さんが第{number}版で同じ行を先に公開しました。あなたの書いたものは下に残っています。"
CHECK_AGAIN = "違いを確かめて、もう一度「影響を確かめる」を押してください。"


def seen_text(team: Team, name: ListName, base: int) -> str:
    """The text of a list at the revision that its form was made from."""
    live = team.publishing.live()
    return (live.lists if live.revision == base else team.publishing.history.lists(base)).text(name)


def faster(team: Team, name: ListName, base: int) -> list[str]:
    """Who published the list after the revision `base`, and what to do now."""
    changes = list_changes(team.publishing.store.engine, name, base)
    return [*(FASTER.format(editor=one.editor, number=one.number) for one in changes[:1]), CHECK_AGAIN]
