"""Every page of the team, in the order of the navigation."""

from flask import Flask

from bot.web.team.completing import add_completing
from bot.web.team.entries.editing import add_editing
from bot.web.team.entries.entry_list import add_entry_list
from bot.web.team.entries.entry_page import add_entry_page
from bot.web.team.entries.near_misses import add_near_misses
from bot.web.team.figures.auditing import add_auditing
from bot.web.team.figures.health import add_entry_health
from bot.web.team.figures.promise import add_promise
from bot.web.team.figures.questions import add_figures
from bot.web.team.figures.revisions import add_revisions
from bot.web.team.gaps import add_gaps
from bot.web.team.lists.judged import add_judged
from bot.web.team.lists.overview import add_overview
from bot.web.team.lists.texts import add_texts
from bot.web.team.manual import add_manual
from bot.web.team.pages import TeamPages
from bot.web.team.proposals import add_proposals
from bot.web.team.replacing.page import add_replacing
from bot.web.team.signing_in import add_signing_in
from bot.web.team.spreadsheets import add_spreadsheets
from bot.web.team.suggesting import add_suggesting
from bot.web.team.team import Team
from bot.web.team.trying import add_trying


def add_team_pages(web: Flask, team: Team) -> None:
    """Add /team."""
    pages = TeamPages(team)
    add_signing_in(pages)
    add_entry_list(pages)
    add_entry_page(pages)
    add_completing(pages)
    add_editing(pages)
    add_near_misses(pages)
    add_proposals(pages)
    add_gaps(pages)
    add_suggesting(pages)
    add_trying(pages)
    add_spreadsheets(pages)
    add_replacing(pages)
    add_overview(pages)
    add_judged(pages)
    add_texts(pages)
    add_figures(pages)
    add_promise(pages)
    add_auditing(pages)
    add_entry_health(pages)
    add_revisions(pages)
    add_manual(pages)
    pages.add_to(web)
