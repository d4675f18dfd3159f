"""The history: every revision with its editor, what it changed, and how questions went before and after it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from cachetools import TTLCache
from flask import Response, abort, render_template, request

from bot.roles import Role
from bot.web.team.figures.figure import Cell, Figure, as_csv
from bot.web.team.pages import TeamPages
from bot.web.team.proposing import propose_or_tell
from bot.web.team.whole_numbers import whole_number
from knowledge.changes import ChangeKind, Difference, FieldChange
from knowledge.entry import TOKYO
from knowledge.list_name import ListName
from knowledge.questions.revision_effects import QuestionCounts, RevisionEffect, revision_effects
from knowledge.questions.shares import Share
from knowledge.revisions.history import History, Revision
from knowledge.revisions.revision_list import ListedRevision, listed_revisions, revision_contents

ON_A_PAGE = 20
KEPT_SECONDS = 60.0  # with 100,000 questions in the windows of a page, counting takes some 0.3 s
MAX_KEPT = 16
MAX_ENTRIES = 50  # of a revision that are shown
MAX_LINES = 200  # of a list's change
SAYS = (
    "それぞれの版の前と後で、同じ長さの期間の質問を数えました。期間は{days}日間で、版か記録が新しければその分だけ短くなります。"
    "「ほかの版」は、同じ期間に出たほかの版の数です。0でなければ、違いはこの版だけのものではありません。"
    "票と「担当者へ」は、その期間に尋ねられた質問についての数です。"
)
HEADER = (
    *("版", "前後", "公開", "編集者", "理由", "日数", "質問", "回答", "回答の割合", "候補", "候補の割合"),
    *("回答なし", "回答なしの割合", "役に立った", "役に立たなかった", "担当者へ", "ほかの版"),
)
SIDES = ("前", "後")
SECOND = 2  # the first revision that can be taken back
UNDONE = "第{number}版の変更を取り消す"
LEFT_OUT = "ほか{number}行"


@dataclass
class KeptEffects:
    """The effects of the revisions of a page, as they were some seconds ago at most."""

    history: History
    _kept: TTLCache[Any, dict[int, RevisionEffect]] = field(default_factory=lambda: TTLCache(MAX_KEPT, KEPT_SECONDS))
    _lock: Lock = field(default_factory=Lock)

    def of(self, shown: Sequence[Revision]) -> dict[int, RevisionEffect]:
        """The effects by the revisions' numbers. Raises StoreError."""
        moments = {one.number: one.at for one in shown}
        with self._lock:
            key = tuple(moments)
            if key not in self._kept:
                everyone = self.history.moments()
                self._kept[key] = revision_effects(self.history.engine, moments, everyone, datetime.now(UTC))
            return self._kept[key]


def add_revisions(pages: TeamPages) -> None:
    """Add /history and the page of each revision."""
    history = pages.team.publishing.history
    effects = KeptEffects(history)
    pages.section("履歴", "revisions")

    @pages.page("/history")
    def revisions() -> str | Response:
        name = next((one for one in ListName if one.value == request.args.get("list")), None)
        found = listed_revisions(history.engine, ON_A_PAGE + 1, request.args.get("below", None, whole_number), name)
        shown = found[:ON_A_PAGE]
        known = effects.of([one.revision for one in shown])
        figure = _figure([one.revision for one in shown], known)
        return as_csv([figure]) or _page(found, known, figure=figure, name=name)

    @pages.page("/history/<int(max=2147483647):number>")
    def revision(number: int) -> str:
        return _revision(history, number, effects)

    _add_undoing(pages)


def _add_undoing(pages: TeamPages) -> None:
    engine = pages.team.publishing.history.engine

    @pages.page("/history/<int(max=2147483647):number>/undo", Role.EDITOR, "POST")
    def undo_revision(number: int) -> Any:
        """Only what this revision changed goes back, as a proposal; who changed it since is told."""
        contents = revision_contents(engine, number)
        if number < SECOND or not contents.differences:
            abort(404)
        return propose_or_tell(pages.team, contents.undone, number, UNDONE.format(number=number))


def _revision(history: History, number: int, effects: KeptEffects) -> str:
    """The page of one revision: its changes, and how questions went before and after."""
    found = next(iter(listed_revisions(history.engine, 1, number + 1)), None)
    if found is None or found.revision.number != number:
        abort(404)
    contents = revision_contents(history.engine, number, MAX_ENTRIES)
    return render_template(
        "team/revision.html",
        listed=found,
        changes=[(one, _fields(one)) for one in contents.differences],
        left_out=max(0, contents.entries - MAX_ENTRIES),
        sides=_sides(effects.of([found.revision]).get(number)),
    )


def _page(found: Sequence[ListedRevision], known: dict[int, RevisionEffect], **said: Any) -> str:
    shown = found[:ON_A_PAGE]
    return render_template(
        "team/revisions.html",
        shown=[(one, _sides(known.get(one.revision.number))) for one in shown],
        below=shown[-1].revision.number if len(found) > ON_A_PAGE else 0,
        labels=list(ListName),
        csv=request.args.to_dict() | {"format": "csv"},
        **said,
    )


def _sides(effect: RevisionEffect | None) -> dict[str, Any]:
    """Both sides of an effect as they are shown, none without one or where nobody asked since."""
    if effect is None or not effect.after.asked:
        return {}
    rows = [(side, went, _shares(went)) for side, went in zip(SIDES, (effect.before, effect.after), strict=True)]
    return {"rows": rows, "window": _window(effect), "others": effect.others}


def _shares(went: QuestionCounts) -> list[Share]:
    return [Share(count, went.asked) for count in (went.answered, went.suggested, went.abstained)]


def _window(effect: RevisionEffect) -> str:
    hours = effect.window.total_seconds() / 3_600
    return f"{_days(effect)}日" if hours >= 24 else f"{hours:.0f}時間" if hours >= 1 else "1時間未満"


def _days(effect: RevisionEffect) -> str:
    return f"{effect.window.total_seconds() / 86_400:.1f}".removesuffix(".0")


def _figure(shown: Sequence[Revision], known: dict[int, RevisionEffect]) -> Figure:
    rows: list[tuple[Cell, ...]] = []
    for one in shown:
        effect = known.get(one.number)
        for side, went in zip(SIDES, (effect.before, effect.after), strict=True) if effect else ():
            published = f"{one.at.astimezone(TOKYO):%Y-%m-%d %H:%M}"
            replies = [cell for share in _shares(went) for cell in (share.count, share.value)]
            votes = (went.helpful, went.unhelpful, went.handed_over, effect.others if effect else 0)
            about = (one.number, side, published, one.editor, one.reason, _days(effect) if effect else "")
            rows.append((*about, went.asked, *replies, *votes))
    return Figure("revisions", "版の前と後", SAYS.format(days=7), HEADER, rows)


def _fields(change: Difference) -> list[FieldChange]:
    """The changed fields, of a removed entry none, each text with MAX_LINES lines at most."""
    if change.kind is ChangeKind.REMOVED:
        return []
    return [FieldChange(one.field, _short(one.before), _short(one.after)) for one in change.fields()]


def _short(text: str) -> str:
    lines = text.splitlines()
    more = [LEFT_OUT.format(number=len(lines) - MAX_LINES)] if len(lines) > MAX_LINES else []
    return "\n".join([*lines[:MAX_LINES], *more]) if more else text
