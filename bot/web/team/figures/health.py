"""The health of each entry, part by part, and 再確認しました: its content was confirmed today."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask import Response, render_template, request

from bot.gate.confirming import CONFIRMED, review_after
from bot.gate.confirming import confirm as confirm_entry
from bot.roles import Role
from bot.web.team.figures.checkup import Checkup
from bot.web.team.figures.entry_health import DAYS, Health, health_of
from bot.web.team.figures.figure import Figure, as_csv
from bot.web.team.member import member
from bot.web.team.pages import TeamPages, go, notice
from bot.web.team.proposing import tell
from bot.web.team.team import Team
from bot.web.team.whole_numbers import whole_number
from bot.wording import sentences
from knowledge.entry import TOKYO
from knowledge.errors import FaqError
from knowledge.team.entry_faults import EntryFaults

ON_A_PAGE = 50
BAD_DATE = "次の見直し日は、明日より後の日付を 2027-04-01 の形で書いてください。"
SENT = "再確認を、ほかの編集者の承認待ちにしました。"
SAYS = (
    "公開中の項目ごとに、直すとよい点を数えました。多い順に並び、同じ数なら、よく尋ねられる項目が先です。"
    "尋ねられた回数と票は{days}日間のもので、票は最後に変わってから数えます。"
)
HEADER = (
    "id",
    "質問",
    "直すとよい点",
    "確認日",
    "見直し日",
    "リンク",
    "尋ねられた回数",
    "役に立った",
    "票",
    "言い方",
    "担当",
)


def add_entry_health(pages: TeamPages) -> None:
    """Add /health and the confirmation of an entry."""
    team = pages.team
    checkup = Checkup(team.faq, EntryFaults(team.publishing.store.engine))
    pages.section("項目の点検", "health")

    @pages.page("/health")
    def health() -> str | Response:
        today, base = datetime.now(TOKYO).date(), team.publishing.live()
        told: dict[str, Any] = {"is_running": checkup.is_running, "has_failed": checkup.has_failed}
        told |= {"checked": min(checkup.faults.checked().values(), default=None), "base": base.revision}
        found = health_of(team, base.by_id, today)
        figure = Figure("health", "項目の点検", SAYS.format(days=DAYS), HEADER, [_row(one) for one in found])
        return as_csv([figure]) or _page(found, today, figure=figure, **told)

    @pages.page("/checkup", Role.EDITOR, "POST")
    def check_up() -> Response:
        checkup.start()
        return go("health")

    @pages.page("/health/<entry_id>", Role.EDITOR, "POST")
    def confirm(entry_id: str) -> Any:
        return _confirm(team, entry_id)


def _page(every: Sequence[Health], today: date, **said: Any) -> str:
    """The entries with the weak part that the address names, a page at a time; all of them where it names none."""
    first, kinds = max(0, request.args.get("from", 0, whole_number)), Counter(k for one in every for k in one.faults)
    asked = request.args.get("kind", "")
    kind = asked if asked in kinds else ""
    found = [one for one in every if not kind or kind in one.faults]
    return render_template(
        "team/health.html",
        shown=[(one, review_after(one.entry, today)) for one in found[first : first + ON_A_PAGE]],
        number=len(found),
        every=len(every),
        kinds=kinds.most_common(),
        kind=kind,
        first=first,
        size=ON_A_PAGE,
        tomorrow=today + timedelta(days=1),
        confirmed=CONFIRMED,
        **said,
    )


def _confirm(team: Team, entry_id: str) -> Any:
    """Publish, by the gate, that the entry as its editor saw it holds today, and when it is looked at again."""
    today = datetime.now(TOKYO).date()
    if entry_id not in team.publishing.live().by_id:
        return notice(sentences.GONE, 404)
    try:
        review_by = date.fromisoformat(request.form.get("review_by", ""))
    except ValueError:
        review_by = today
    if review_by <= today:
        return notice(BAD_DATE, 422)
    try:
        base = request.form.get("base", 0, whole_number)
        published = confirm_entry(
            team.publishing, entry_id, base=base, editor=member().user, today=today, review_by=review_by
        )
    except FaqError as error:
        return tell(error)
    if published and "on_page" in request.form:
        return go("entry", entry_id=entry_id)
    came_from = {"from": request.form.get("from", 0, whole_number), "kind": request.form.get("kind") or None}
    return go("health", **came_from) if published else notice(SENT)


def _row(one: Health) -> tuple[str | int, ...]:
    entry = one.entry
    dates = (day.isoformat() if day else "" for day in (entry.as_of, entry.review_by))
    counted = (one.asked, one.helpful.count, one.helpful.of, len(entry.variants))
    return (entry.id, entry.question, "・".join(one.faults), *dates, entry.url, *counted, entry.owner)
