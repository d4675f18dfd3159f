"""A list as one text with its comments: synonyms, style rules, the site's words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import abort, render_template, request

from bot.choosing.choices import Choices
from bot.roles import Role
from bot.web.team.lists import favourites
from bot.web.team.lists.edited_list import CHECK, NOTHING_CHANGED, faster_editors, proposed_list, seen_text
from bot.web.team.lists.favourites import Favourites
from bot.web.team.lists.notes import notes_on
from bot.web.team.pages import TeamPages
from bot.web.team.proposing import propose, status_of
from bot.web.team.reviewing.entry_links import linked
from bot.web.team.team import Team
from bot.web.team.whole_numbers import whole_number
from knowledge.changes import ListChange
from knowledge.errors import EditConflict, FaqError, KnowledgeError, Problem
from knowledge.files.list_files import list_problems
from knowledge.files.site_yaml import FIELDS
from knowledge.list_name import ListName
from knowledge.revisions.list_merge import merge_list
from knowledge.revisions.store import Change

HINTS = {
    ListName.SYNONYMS: (
        "1行に1つ。「駐車場, パーキング」はどれも同じ意味、「軽食 => 食事」は一方だけです。「#」から後ろは覚え書き。"
    ),
    ListName.STYLE: (
        "1行に1つ。「使わない言葉 => 言いかえ  # 理由」。先頭の「!」は直すまで公開できない決まり、"
        "「/」で囲むと正規表現です。"
    ),
    ListName.SITE: (
        "「キー: 文字」を1行に1つ。name だけが必須です。「#」から後ろは覚え書きです。使えるキーは下にあります。"
    ),
}
THEIRS = "{about}: いまは「{line}」です。このまま送ると、あなたの行「{own}」になります。"
REMOVED = "（消えています）"


@dataclass(frozen=True, slots=True)
class TextForm:
    """The text of a list, made from that of the revision `base`, with the faults of its lines."""

    name: ListName
    text: str
    base: int
    faults: Sequence[str] = ()
    said: Sequence[str] = ()
    reason: str = ""
    notes: Sequence[str] = ()  # that keep nothing from being published
    change: ListChange | None = None  # what it would change
    favourites: Favourites | None = None  # as they were sent beside the text


def add_texts(pages: TeamPages) -> None:
    """Add a page for each list but the judged queries, which have a table."""
    team = pages.team

    @pages.page("/lists/<name>", Role.EDITOR)
    def text_list(name: str) -> str:
        found, base = _named(name), team.publishing.live()
        proposed = proposed_list(team, found)
        if proposed is None:
            return _page(team, TextForm(found, base.lists.text(found), base.revision))
        change = ListChange(found, base.lists.text(found), proposed.change.lists[found])
        return _page(team, TextForm(found, change.after, proposed.base, reason=proposed.reason, change=change))

    @pages.page("/lists/<name>", Role.EDITOR, "POST")
    def text_sent(name: str) -> Any:
        found, typed, base = _named(name), request.form.get("text", ""), request.form.get("base", 0, whole_number)
        seen = seen_text(team, found, base)
        chosen = favourites.sent(found, Choices(team.publishing.live(), team.faq), seen)
        text = as_before(favourites.put(chosen, typed.replace("\r\n", "\n")), seen)
        reason = request.form.get("reason", "").strip()
        return _sent(team, TextForm(found, text, base, reason=reason, favourites=chosen), seen)


def _named(name: str) -> ListName:
    if name not in [one.value for one in HINTS]:
        abort(404)
    return ListName(name)


def as_before(typed: str, seen: str) -> str:
    """A typed text with the line ends of the one that it was made from: browsers send theirs."""
    lines = typed.replace("\r\n", "\n")
    ended = f"{lines}\n" if lines and not lines.endswith("\n") and (seen.endswith("\n") or not seen) else lines
    return ended.replace("\n", "\r\n") if "\r\n" in seen else ended


def _sent(team: Team, form: TextForm, seen: str) -> Any:
    """The proposal of what was typed, or the form again with its faults."""
    faults = lines_told(list_problems(form.name, form.text, form.name.file))
    checked = replace(form, faults=faults, change=ListChange(form.name, seen, form.text))
    is_wrong = bool(faults or (form.favourites and form.favourites.faults))
    if CHECK in request.form:
        return _page(team, checked if faults else replace(checked, notes=notes_on(team, checked.change)))
    if is_wrong or form.text == seen:
        return _page(team, replace(checked, said=() if is_wrong else [NOTHING_CHANGED])), 422
    try:
        return propose(team, Change(lists={form.name: form.text}), form.base, form.reason)
    except EditConflict:
        return _page(team, _rebased(team, form, seen)), 409
    except KnowledgeError as error:
        return _page(team, replace(checked, faults=lines_told(error.problems))), 422
    except FaqError as error:
        return _page(team, replace(checked, said=[f"{error.message}{error.hint}"])), status_of(error)


def lines_told(problems: Sequence[Problem]) -> list[str]:
    """Each fault with its line and the next step."""
    return [f"{f'{one.line}行目: ' if one.line else ''}{one.message}{one.hint}" for one in problems]


def _rebased(team: Team, form: TextForm, seen: str) -> TextForm:
    """The form on the live list: the lines of others are taken over, those that were typed stay."""
    live = team.publishing.live()
    theirs = live.lists.text(form.name)
    merged = merge_list(form.name, seen, form.text, theirs)  # where both changed a line, the one that was typed stays
    told = [
        THEIRS.format(about=one.line, line=one.after or REMOVED, own=one.before or REMOVED) for one in merged.conflicts
    ]
    change = ListChange(form.name, theirs, merged.text)
    said = faster_editors(team, form.name, form.base)
    return replace(form, text=merged.text, base=live.revision, faults=told, said=said, change=change)


def _page(team: Team, form: TextForm) -> str:
    is_site = form.name is ListName.SITE
    return render_template(
        "team/list.html",
        form=form,
        notes=[linked(note, team.faq.question_of) for note in form.notes],
        hint=HINTS[form.name],
        keys=FIELDS if is_site else (),
        favourites=favourites.shown(form.name, form.text, form.favourites),
        choices=Choices(team.publishing.live(), team.faq) if is_site else None,
        rows=min(24, max(12, form.text.count("\n") + 3)),
        changes=form.change.fields() if form.change and form.change.before != form.change.after else [],
    )
