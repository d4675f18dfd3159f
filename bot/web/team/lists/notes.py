"""Notes on an edited list that can be read: what its new lines do to the entries."""

from collections.abc import Iterator

from bot.web.team.team import Team
from knowledge.changes import ListChange
from knowledge.checks.style import check_style, parse_style
from knowledge.entry import Entry
from knowledge.files.site_yaml import parse_site
from knowledge.list_name import ListName
from knowledge.located_entry import LocatedEntry

MAX_RULES = 5  # new ones that are tried on every entry: each takes 30 ms with 10,000
MAX_NAMED = 5
BROKEN = "新しい決まり「{word}」に合わない項目が{number}件あります（{named}）。項目は変わりません。"
NO_FAVOURITE = "favourites の「{entry}」という項目はありません。「はじめに見せる項目」で選び直してください。"
NO_LOGO = "logo の「{file}」という画像がナレッジベースのフォルダにありません。置くまでは、いつもの印が出ます。"


def notes_on(team: Team, change: ListChange | None) -> list[str]:
    """The notes on a list whose lines can all be read."""
    base = team.publishing.live()
    if change and change.name is ListName.STYLE:
        return list(_broken(change, base.entries))
    if change and change.name is ListName.SITE:
        site = parse_site(change.after, change.name.file)
        notes = [NO_FAVOURITE.format(entry=one) for one in site.favourites if one not in base.by_id]
        is_there = not site.logo or (team.settings.knowledge.path / site.logo).is_file()
        return notes if is_there else [*notes, NO_LOGO.format(file=site.logo)]
    return []


def _broken(change: ListChange, entries: tuple[Entry, ...]) -> Iterator[str]:
    """The new rules that entries break."""
    before, after = (parse_style(text.splitlines(), change.name.file) for text in (change.before, change.after))
    known = {(rule.word, rule.instead, rule.severity) for rule in before}
    added = [rule for rule in after if (rule.word, rule.instead, rule.severity) not in known][:MAX_RULES]
    located = [LocatedEntry(entry) for entry in entries] if added else []
    for rule in added:
        ids = list(dict.fromkeys(problem.entry_id for problem in check_style(located, [rule])))
        if ids:
            yield BROKEN.format(word=rule.word, number=len(ids), named="、".join(ids[:MAX_NAMED]))
