"""The frame of the team's pages: each asks for a role, each form for its token, and the navigation names them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Flask, Response, g, render_template, request, url_for
from markupsafe import Markup

from bot.roles import Role
from bot.web.team.member import PATH, Member, find_member, has_form_token, member
from bot.web.team.reviewing.entry_links import linked
from bot.web.team.reviewing.marking import marked_changes
from bot.web.team.team import Team
from bot.wording import in_slack
from knowledge.errors import StoreError
from knowledge.labels import FIELD_LABELS, STATUS_LABELS

NAME = "team"  # of the blueprint
ENTRIES, PROPOSALS = f"{NAME}.entries", f"{NAME}.proposals"  # a proposal may wait for nobody
ABOUT_ENTRIES = (f"{PATH}/new", f"{PATH}/import", f"{PATH}/replace")
NOT_ALLOWED = "このページを見る役割がありません。編集者に、役割の設定を頼んでください。"
SIGNED_OUT = (
    "サインインの期限が切れたため、まだ何も変わっていません。書いたものを控えてから、もう一度サインインしてください。"
)
GAPS = "gaps"  # the only page that is gone on with
UNTYPED = ("form_token", "base", "line", "from", "check", "tried", "key", "next")  # fields that nobody types into
STALE_FORM = "フォームが古くなっています。前のページを読み込み直して、もう一度送ってください。"

View = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Section:
    """A link in the navigation."""

    label: str
    endpoint: str
    role: Role

    @property
    def current(self) -> str:
        """Where the page that is shown is: "page" for this one, "true" for one below it, "" for another."""
        if request.endpoint == self.endpoint:
            return "page"
        below = request.path.startswith(f"{url_for(self.endpoint)}/") and self.endpoint != PROPOSALS
        return "true" if below or (self.endpoint == ENTRIES and request.path in ABOUT_ENTRIES) else ""


class TeamPages:
    """The pages below /team; more are registered with `page`, and named in the navigation with `section`.

    A view's name is its endpoint: the page of `def entries()` is `url_for("team.entries")`.
    """

    def __init__(self, team: Team) -> None:
        self.team = team
        self.blueprint = Blueprint(NAME, __name__, url_prefix=PATH)
        self.blueprint.register_error_handler(StoreError, _outage)
        self.sections: list[Section] = []

    def section(self, label: str, view: str, role: Role = Role.STAFF) -> None:
        """Name a view in the navigation of everybody with `role`, after those named before."""
        self.sections.append(Section(label, f"{NAME}.{view}", role))

    def page(
        self, rule: str, role: Role = Role.STAFF, method: str = "GET", largest: int | None = None
    ) -> Callable[[View], View]:
        """Add a view that only members with `role` reach; with POST only by a form that carries their token.

        `largest` are the bytes that its form may have where that is more than elsewhere.
        """

        def add(view: View) -> View:
            def guarded(**values: Any) -> Any:
                found = find_member(self.team)
                if found is None:
                    return _kept(SIGNED_OUT) if _typed() else _to_sign_in()
                g.member = found
                if self.team.ahead and found.role is Role.EDITOR:
                    self.team.ahead.begin()
                if largest and found.role >= role:
                    request.max_content_length = largest
                return _refusal(found, role) or view(**values)

            self.blueprint.add_url_rule(rule, view.__name__, guarded, methods=[method], strict_slashes=False)
            return view

        return add

    def sections_of(self, found: Member) -> list[Section]:
        """The navigation of a member."""
        return [one for one in self.sections if found.role >= one.role]

    def add_to(self, web: Flask) -> None:
        """Add every page that was registered."""
        web.jinja_env.globals.update(
            team_member=lambda: g.get("member"),
            team_sections=self.sections_of,
            form_token=_hidden_token,
            status_labels=STATUS_LABELS,
            field_labels=FIELD_LABELS,
            marked_changes=partial(marked_changes, self.team.faq.question_of),
            came_from=came_from,
            question_of=self.team.faq.question_of,
            link_of=self.team.faq.link,
            in_slack=in_slack,
            naming_entries=lambda text: linked(text, self.team.faq.question_of),
        )
        web.register_blueprint(self.blueprint)


def came_from() -> dict[str, str]:
    """The page, as an address says it, from which an editor changes something and goes on with afterwards."""
    return {"from": GAPS} if request.values.get("from") == GAPS else {}


def go(view: str, **values: Any) -> Response:
    """Lead the browser to another of the pages."""
    return Response(status=303, headers={"Location": url_for(f"{NAME}.{view}", **values)})


def notice(text: str, status: int = 200) -> tuple[str, int]:
    """A page that says one thing."""
    return render_template("team/notice.html", text=text), status


def is_among(team: Team) -> bool:
    """True where a member has asked for one of the pages, even one that is not there."""
    if request.path != PATH and not request.path.startswith(f"{PATH}/"):
        return False
    try:
        g.member = g.get("member") or find_member(team)
    except StoreError:
        return False
    return g.member is not None


def _hidden_token() -> Markup:
    """The field that every form of a member carries."""
    return Markup('<input type="hidden" name="form_token" value="{}">').format(member().form_token)


def _to_sign_in() -> Response:
    """Lead to the way in, and from there back to the page that was asked for."""
    asked = request.full_path.rstrip("?") if request.method == "GET" else PATH
    return Response(status=303, headers={"Location": f"{url_for(f'{NAME}.way_in')}?next={quote(asked, safe='/')}"})


def _refusal(found: Member, role: Role) -> tuple[str, int] | None:
    if found.role < role:
        return notice(NOT_ALLOWED, 403)
    if request.method == "POST" and not has_form_token(found):
        return _kept(STALE_FORM)
    return None


def _outage(error: StoreError) -> tuple[str, int]:
    return _kept(f"{error.message}{error.hint}", 503)


def _kept(text: str, status: int = 403) -> tuple[str, int]:
    """A page that says why a form was not taken, with every word that was typed into it."""
    return render_template("team/kept.html", text=text, typed=_typed()), status


def _typed() -> list[str]:
    """The texts of the form that was sent."""
    fields = request.form.items(multi=True) if request.method == "POST" else ()
    return [value for name, value in fields if name not in UNTYPED and value.strip()]
