"""The health of each entry, part by part, and 再確認しました: its content was confirmed today."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Response, render_template, request

from bot.digest import LEAST_VOTES
from bot.gate.confirming import CONFIRMED, review_after
from bot.gate.confirming import confirm as confirm_entry
from bot.roles import Role
from bot.web.team.figures.figure import Figure, as_csv
from bot.web.team.member import member
from bot.web.team.pages import TeamPages, go, notice
from bot.web.team.proposing import tell
from bot.web.team.team import Team
from bot.web.team.whole_numbers import whole_number
from bot.wording import sentences
from bot.wording.evidence import FEW_VARIANTS
from knowledge.entry import TOKYO, Entry, Status
from knowledge.errors import FaqError
from knowledge.questions.outcomes import day_begins
from knowledge.questions.shares import Share

DAYS = 90  # that are counted
ON_A_PAGE = 50
BAD_DATE = "次の見直し日は、明日より後の日付を 2027-04-01 の形で書いてください。"
SENT = "再確認を、ほかの編集者の承認待ちにしました。"
SAYS = (
    "公開中の項目ごとに、直すとよい点を数えました。多い順に並び、同じ数なら、よく尋ねられる項目が先です。"
    "尋ねられた回数と票は{days}日間のもので、票は最後に変わってから数えます。"
    "リンクの先が今も開けるかは、毎週のまとめで分かります。すぐに知りたいときは、運用の担当者に、リンクの確認を頼んでください"
    "（faqbot check --links）。"
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


@dataclass(frozen=True, slots=True)
class Health:
    """An entry with how often it was asked for and how many of its votes are in favour; `faults` are its weak parts."""

    entry: Entry
    asked: int
    helpful: Share
    faults: tuple[str, ...]


def add_entry_health(pages: TeamPages) -> None:
    """Add /health and the confirmation of an entry."""
    team = pages.team
    pages.section("項目の点検", "health")

    @pages.page("/health")
    def health() -> str | Response:
        today, base = datetime.now(TOKYO).date(), team.publishing.live()
        found = _health(team, base.by_id, today)
        figure = Figure("health", "項目の点検", SAYS.format(days=DAYS), HEADER, [_row(one) for one in found])
        return as_csv([figure]) or _page(found, today, figure=figure, base=base.revision)

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
    came_from = {"from": request.form.get("from", 0, whole_number), "kind": request.form.get("kind") or None}
    return go("health", **came_from) if published else notice(SENT)


def _health(team: Team, entries: Mapping[str, Entry], today: date) -> list[Health]:
    statistics, since = team.overview.statistics, day_begins(today - timedelta(days=DAYS))
    asked = dict(statistics.most_asked(DAYS, len(entries)))
    votes = {one.entry_id: Share(one.helpful, one.helpful + one.unhelpful) for one in statistics.votes(since)}
    found = []
    for entry in entries.values():
        if entry.status is Status.PUBLISHED:
            number, helpful = asked.get(entry.id, 0), votes.get(entry.id, Share(0, 0))
            found.append(Health(entry, number, helpful, _faults(entry, number, helpful, today)))
    return sorted(found, key=lambda one: (-len(one.faults), -one.asked, one.entry.id))


def _faults(entry: Entry, asked: int, helpful: Share, today: date) -> tuple[str, ...]:
    faults = {
        "見直し日を過ぎている": entry.review_by is not None and entry.review_by < today,
        "見直し日がない": entry.review_by is None,
        "確認日がない": entry.as_of is None,
        "リンクがない": not entry.url,
        "担当がいない": not entry.owner,
        "言い方が少ない": not entry.declines and len(entry.variants) < FEW_VARIANTS,
        "尋ねられていない": not asked,
        "役に立たない票が多い": helpful.of >= LEAST_VOTES and 2 * helpful.count < helpful.of,
    }
    return tuple(fault for fault, is_so in faults.items() if is_so)


def _row(one: Health) -> tuple[str | int, ...]:
    entry = one.entry
    dates = (day.isoformat() if day else "" for day in (entry.as_of, entry.review_by))
    counted = (one.asked, one.helpful.count, one.helpful.of, len(entry.variants))
    return (entry.id, entry.question, "・".join(one.faults), *dates, entry.url, *counted, entry.owner)
