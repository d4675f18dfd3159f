"""The objects that the team's pages share."""

from dataclasses import dataclass

from bot.faq import Faq
from bot.gate.measuring_ahead import MeasuringAhead
from bot.gate.publishing import Publishing
from bot.overview import Overview
from bot.roles import Role
from bot.setting_table import Settings
from bot.signing_in import SignIn
from bot.web.team.links import OneTimeLinks
from bot.web.team.suggestions.board import Suggestions
from knowledge.team.sessions import Session, Sessions, Way


@dataclass(frozen=True, slots=True)
class Team:
    """Everything the team's pages call; people come in by `sign_in` where there is one, and by `links`.

    Where there is one, `ahead` begins when an editor comes to a page.
    """

    faq: Faq
    publishing: Publishing
    overview: Overview
    settings: Settings
    sessions: Sessions
    suggestions: Suggestions
    links: OneTimeLinks | None = None
    sign_in: SignIn | None = None
    ahead: MeasuringAhead | None = None

    def role_of(self, session: Session) -> Role:
        """The role that somebody has now; a link is for whoever runs the process, and they may do everything."""
        if session.way is Way.LINK:
            return Role.EDITOR if self.links else Role.PROSPECT
        return self.sign_in.role_of(session.user) if self.sign_in else Role.PROSPECT
