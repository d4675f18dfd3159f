"""Trying a question: the reply with every reason for it, and the right entry for it, which becomes a judged query."""

from typing import Any

from flask import render_template, request

from bot.choosing.choices import Choices
from bot.roles import Role
from bot.web.team.pages import TeamPages
from bot.web.team.proposing import propose, status_of
from bot.web.team.team import Team
from bot.wording import sentences
from bot.wording.editing import JUDGED_AS_ASKED, NOTHING_FITS, WHY_JUDGE
from bot.wording.explanations import explanation_lines
from bot.wording.reasons import plain_reason
from index.message.message import read_message
from index.text.filters import drop_invisible
from knowledge.errors import FaqError
from knowledge.judged import ABSTAIN, with_judgements
from knowledge.list_name import ListName
from knowledge.revisions.store import Change

MAX_TRIED = 2_000  # characters
MAX_NEAREST = 5
JUDGED = "この質問の正解"
NOTHING_CHOSEN = "正しい項目を選ぶか、「ほかの項目」に書いてください。"


def add_trying(pages: TeamPages) -> None:
    """Add the page, and the form on it."""
    team = pages.team
    pages.section("試す", "try_question")

    @pages.page("/try")
    def try_question() -> str:
        return _page(team, request.args.get("q", ""))

    @pages.page("/try/judge", Role.EDITOR, "POST")
    def judge() -> Any:
        base = team.publishing.live()
        other, choices = request.form.get("other", "").strip(), Choices(base, team.faq)
        target = (choices.found(other) or other) if other else request.form.get("target", "")
        if target != ABSTAIN and target not in base.by_id:
            return _page_again(team, target, choices.fault(other) if other else NOTHING_CHOSEN), 422
        try:
            queries, right = request.form.get("question", "").splitlines(), "" if target == ABSTAIN else target
            judged = with_judgements(base.lists.judged, queries, right, base.entries)
            return propose(team, Change(lists={ListName.JUDGED: judged}), base.revision, JUDGED)
        except FaqError as error:
            return _page_again(team, target, f"{error.message}{error.hint}"), status_of(error)


def _page_again(team: Team, target: str, said: str) -> str:
    """The page as it was sent, with what was refused; it came from another page where it does not say what it tried."""
    question = request.form.get("question", "")
    return _page(team, request.form.get("tried", question), said=said, question=question, target=target)


def _page(team: Team, asked: str, **sent: str) -> str:
    text = "\n".join(map(drop_invisible, asked[:MAX_TRIED].splitlines())).strip()
    return render_template(
        "team/try.html",
        text=text,
        why_judge=WHY_JUDGE,
        judged_hint=JUDGED_AS_ASKED,
        nothing_fits=NOTHING_FITS,
        nothing=ABSTAIN,
        choices=Choices(team.publishing.live(), team.faq),
        **({"question": text, "nearest": [], "target": ""} | sent | (_tried(team, text) if text else {})),
    )


def _tried(team: Team, text: str) -> dict[str, Any]:
    """The page about a question that is tried; nothing is logged, since nobody asked the bot."""
    message, reply, snapshot = read_message(text), team.faq.preview(text), team.faq.searcher.snapshot
    nearest = [entry for entry, _ in team.faq.best(text)][:MAX_NEAREST]
    return {
        "courtesy": "" if reply.wants_reply else sentences.courtesy(reply, team.faq.site),
        "questions": message.questions,
        "replies": [
            (one, plain_reason(snapshot, one.outcome), explanation_lines(snapshot, one.outcome))
            for one in (reply.every if reply.wants_reply else ())
        ],
        "decisions": sentences.DECISIONS,
        "no_answer": sentences.no_answer,
        "remarks": sentences.remarks,
        "nearest": nearest,
    }
