"""提案: texts that people asked, proposed as variants, and new words as synonyms, each with its price; best first."""

from dataclasses import dataclass
from typing import Any

from flask import render_template, request

from bot.overview import GAP_DAYS
from bot.roles import Role
from bot.web.team.member import member
from bot.web.team.pages import TeamPages, go, notice
from bot.web.team.proposing import propose_or_tell
from bot.web.team.suggestions.board import Board, Suggestion
from bot.web.team.suggestions.new_synonyms import NewSynonym
from bot.web.team.suggestions.wordings import Wording
from bot.web.team.team import Team
from bot.wording.changes import impact_line
from knowledge.match_key import match_key
from knowledge.questions.set_aside import SetAside

LISTED = 5  # changed questions of each kind
ADDED = "実際に尋ねられた質問を言い方に追加"
ADDED_WORD = "実際に尋ねられた言葉を同義語に追加"
GONE = "この提案は、もうありません。「提案」を開き直してください。"


@dataclass(frozen=True, slots=True)
class Card:
    """A suggestion in words."""

    suggestion: Suggestion | NewSynonym
    said: str
    wins: tuple[str, ...]
    losses: tuple[str, ...]
    unproven: tuple[str, ...]


def add_suggesting(pages: TeamPages) -> None:
    """Add the cards and what is pressed on them."""
    team, aside = pages.team, SetAside(pages.team.publishing.store.engine)
    pages.section("提案", "suggestions", Role.EDITOR)

    @pages.page("/suggestions", Role.EDITOR)
    def suggestions() -> str:
        team.suggestions.want()
        board = team.suggestions.board
        gone = aside.keys()
        shown = [_card(team, one) for one in _open(team, board, gone)] if board else []
        words = [_card(team, one) for one in _open_synonyms(team, board, gone)] if board else []
        is_old = board is not None and board.revision != team.publishing.store.revision()
        return render_template(
            "team/suggestions.html", board=board, shown=shown, words=words, is_old=is_old, days=GAP_DAYS
        )

    _add_deciding(pages, aside)


def _add_deciding(pages: TeamPages, aside: SetAside) -> None:
    team = pages.team

    @pages.page("/suggestions/add", Role.EDITOR, "POST")
    def add_suggestion() -> Any:
        one, base = _named(team), team.publishing.live()
        if isinstance(one, NewSynonym) and one.is_open(base):
            change = one.change_of(base, team.faq.searcher.snapshot.index.analyzer)
            return propose_or_tell(team, change, base.revision, ADDED_WORD)
        entry = base.by_id.get(one.entry.id) if isinstance(one, Wording) else None
        if not isinstance(one, Wording) or entry is None:
            return notice(GONE, 404)
        now = Wording(one.text, entry, one.askers, one.times, one.is_judged)
        return propose_or_tell(team, now.change_of(base), base.revision, ADDED)

    @pages.page("/suggestions/set-aside", Role.EDITOR, "POST")
    def set_suggestion_aside() -> Any:
        if one := _named(team):
            aside.add(one.key, member().user)
        return go("suggestions")


def _named(team: Team) -> Wording | NewSynonym | None:
    """The wording or synonym of the card on which something was pressed."""
    board, key = team.suggestions.board, request.form.get("key", "")
    shown: list[Wording | NewSynonym] = []
    if board:
        shown += [*(one.wording for one in board.suggestions), *board.synonyms]
    return next((one for one in shown if one.key == key), None)


def _open(team: Team, board: Board, aside: set[str]) -> list[Suggestion]:
    """The suggestions that nobody has taken up or set aside since they were computed."""
    live = team.publishing.live().by_id
    found = []
    for one in board.suggestions:
        entry, key = live.get(one.wording.entry.id), match_key(one.wording.text)
        if entry and one.wording.key not in aside and key not in map(match_key, (entry.question, *entry.variants)):
            found.append(one)
    return found


def _open_synonyms(team: Team, board: Board, aside: set[str]) -> list[NewSynonym]:
    """The rules that nobody has taken up or set aside since they were computed."""
    base = team.publishing.live()
    return [one for one in board.synonyms if one.key not in aside and one.is_open(base)]


def _card(team: Team, one: Suggestion | NewSynonym) -> Card:
    lost, unproven = len(one.price.losses), len(one.price.unproven)
    said = f"実際の質問{one.won}件に正しく答えられるようになり、失うものは{lost}件です。"
    if unproven:
        said += f"ほかに{unproven}件に新しく答えますが、正しいかどうかは分かっていません。"
    wins = tuple(f"「{text}」{times}回" for text, times in one.times.items())
    losses, open_ones = (
        tuple(impact_line(line, team.faq.question_of) for line in lines[:LISTED])
        for lines in (one.price.losses, one.price.unproven)
    )
    return Card(one, said, wins[:LISTED], losses, open_ones)
