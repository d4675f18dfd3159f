"""The list under an input in which an entry is chosen, where a page cannot hold all of it."""

from flask import Response, jsonify, request

from bot.choosing.choices import Choices
from bot.roles import Role
from bot.web.team.pages import TeamPages


def add_completing(pages: TeamPages) -> None:
    """Add what the pages' script asks while something is typed."""
    team = pages.team

    @pages.page("/complete", Role.EDITOR)
    def complete_entry() -> Response:
        """The entries that fit what is typed, each as it stands in an input, as JSON."""
        choices = Choices(team.publishing.live(), team.faq)
        typed = request.args.get("q", "")
        return jsonify(entries=[choices.written(entry.id) for entry in choices.matching(typed)])
