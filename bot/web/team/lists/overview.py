"""The lists at a glance: how long each is, and who changed it last."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import render_template

from bot.roles import Role
from bot.web.team.lists.judged_rows import rows_of
from bot.web.team.pages import TeamPages
from knowledge.list_name import ListName
from knowledge.revisions.history import Revision
from knowledge.revisions.revision_list import listed_revisions

MEANINGS = {
    ListName.JUDGED: "質問と、その正しい項目。公開の前に、答えが悪くならないかをこの質問で確かめます。",
    ListName.SYNONYMS: "同じ意味の言葉。質問に出てくる別の言い方から、正しい項目を見つけます。",
    ListName.STYLE: "質問と回答で使わない言葉と、その言いかえ。項目を直すときに知らせます。",
    ListName.SITE: "このボットの名前、挨拶、連絡先などの文句と、ページの色。",
}
COUNTS: dict[ListName, Callable[[str], int]] = {ListName.JUDGED: lambda text: len(rows_of(text))}


@dataclass(frozen=True, slots=True)
class ListedText:
    """A list with its number of rules, and the revision that changed it last."""

    name: ListName
    meaning: str
    rules: int
    changed: Revision | None


def add_overview(pages: TeamPages) -> None:
    """Add /lists."""
    team = pages.team
    pages.section("言葉と判定", "lists", Role.EDITOR)

    @pages.page("/lists", Role.EDITOR)
    def lists() -> str:
        texts, engine = team.publishing.live().lists, team.publishing.store.engine
        found = []
        for name, meaning in MEANINGS.items():
            newest = listed_revisions(engine, 1, name=name)
            number = COUNTS.get(name, rules_in)(texts.text(name))
            found.append(ListedText(name, meaning, number, newest[0].revision if newest else None))
        return render_template("team/lists.html", lists=found)


def rules_in(text: str) -> int:
    """The number of lines that are neither empty nor a comment."""
    return sum(bool(line.partition("#")[0].strip()) for line in text.splitlines())
