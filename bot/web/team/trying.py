"""Trying a question: the reply with every reason for it, and the right entry for it, which becomes a judged query."""

from typing import Any

from flask import render_template, request

from bot.signing_in import Role
from bot.web.team.pages import TeamPages, notice
from bot.web.team.proposing import propose_or_tell, tell
from bot.web.team.team import Team
from bot.wording import sentences
from bot.wording.editing import JUDGED_AS_ASKED, NO_CHOICE, NO_SUCH_ID, NOTHING_FITS, WHY_JUDGE
from bot.wording.explanations import explanation_lines
from index.message.message import read_message
from index.text.filters import drop_invisible
from knowledge.errors import FaqError
from knowledge.judged import ABSTAIN, with_judgements
from knowledge.list_name import ListName
from knowledge.revisions.store import Change

MAX_TRIED = 2_000  # characters
MAX_NEAREST = 5
JUDGED = "この質問の正解"


def add_trying(pages: TeamPages) -> None:
    """Add the page, and the form on it."""
    team = pages.team
    pages.section("試す", "try_question")

    @pages.page("/try")
    def try_question() -> str:
        text = "\n".join(map(drop_invisible, request.args.get("q", "")[:MAX_TRIED].splitlines())).strip()
        return render_template("team/try.html", text=text, **(_tried(team, text) if text else {}))

    @pages.page("/try/judge", Role.EDITOR, "POST")
    def judge() -> Any:
        base = team.publishing.live()
        other = request.form.get("other", "").strip()
        target = other or request.form.get("target", "")
        if target != ABSTAIN and target not in base.by_id:
            return notice(NO_SUCH_ID.format(id=other) if other else NO_CHOICE, 422)
        try:
            queries, right = request.form.get("question", "").splitlines(), "" if target == ABSTAIN else target
            judged = with_judgements(base.lists.judged, queries, right, base.entries)
        except FaqError as error:
            return tell(error)
        return propose_or_tell(team, Change(lists={ListName.JUDGED: judged}), base.revision, JUDGED)


def _tried(team: Team, text: str) -> dict[str, Any]:
    """What the page says of a question; nothing is logged, since nobody asked the bot."""
    message, reply, snapshot = read_message(text), team.faq.preview(text), team.faq.searcher.snapshot
    nearest = [entry for entry, _ in team.faq.best(text)][:MAX_NEAREST]
    return {
        "courtesy": "" if reply.wants_reply else sentences.courtesy(reply, team.faq.site),
        "questions": message.questions,
        "replies": [(one, explanation_lines(snapshot, one.outcome)) for one in reply.every]
        if reply.wants_reply
        else [],
        "decisions": sentences.DECISIONS,
        "no_answer": sentences.no_answer,
        "remarks": sentences.remarks,
        "nearest": nearest,
        "why_judge": WHY_JUDGE,
        "judged_hint": JUDGED_AS_ASKED,
        "nothing_fits": NOTHING_FITS,
        "nothing": ABSTAIN,
    }
