"""The ways in to the team's pages and out again: Slack, or a one-time link."""

import hashlib
import hmac
import secrets

from flask import Response, abort, render_template, request

from bot.roles import Role
from bot.signing_in import SignIn, SignInRefusedError
from bot.web.team.links import OneTimeLinks
from bot.web.team.member import PATH, keep, sign_in, sign_out
from bot.web.team.pages import TeamPages, go
from index.text.filters import drop_invisible
from knowledge.revisions.history import FILES
from knowledge.team.sessions import Session, Way

STATE, STATE_SECONDS = "team-state", 600  # the cookie of a browser that is on its way to Slack, and how long it may be
MAX_NAME = 40  # characters
USED_UP = "このリンクは使えません。発行から15分たったか、すでに使われています。"
STRANGE_STATE = "サインインを始めたときと別のブラウザーか、古いページです。もう一度始めてください。"


def add_signing_in(pages: TeamPages) -> None:
    """Add the ways that there are, and the way out."""
    team = pages.team

    @pages.blueprint.get("/in")
    def way_in() -> str:
        key, following = request.args.get("key", ""), _own(request.args.get("next", ""))
        return _way_in(pages, key=key, following=following)

    @pages.page("/out", Role.PROSPECT, "POST")
    def out() -> Response:
        return sign_out(team, go("way_in"))

    if team.links:
        _add_links(pages, team.links)
    if team.sign_in:
        _add_slack(pages, team.sign_in)


def _add_links(pages: TeamPages, links: OneTimeLinks) -> None:
    @pages.blueprint.post("/in")
    def use_link() -> Response | tuple[str, int]:
        """A form, so that a program that looks into links does not use one up."""
        following, name = _own(request.form.get("next", "")), _given_name() or links.user
        with links.once(request.form.get("key", "")) as is_first:
            if is_first:
                return sign_in(pages.team, Session(name, name, Way.LINK), _lead(following))
        return _way_in(pages, said=USED_UP), 403

    @pages.blueprint.post("/link")
    def show_link() -> str:
        links.show()
        return _way_in(pages, said="新しいリンクを、サーバーのターミナルに出しました。")


def _add_slack(pages: TeamPages, slack: SignIn) -> None:
    @pages.blueprint.get("/slack")
    def to_slack() -> Response:
        state = secrets.token_urlsafe(32)
        leading = Response(status=303, headers={"Location": slack.address(state, _nonce(state))})
        following = _own(request.args.get("next", ""))
        keep(pages.team, leading, STATE, f"{state} {following}", STATE_SECONDS)
        return leading

    @pages.blueprint.get("/slack/back")
    def back_from_slack() -> Response | tuple[str, int]:
        state, _, following = request.cookies.get(STATE, "").partition(" ")
        if not state or not hmac.compare_digest(request.args.get("state", "").encode(), state.encode()):
            return _way_in(pages, said=STRANGE_STATE), 403
        try:
            known = slack.known(request.args.get("code", ""), _nonce(state))
        except SignInRefusedError as error:
            return _way_in(pages, said=f"{error.message}{error.hint}"), 403
        done = sign_in(pages.team, Session(known.user, known.name, Way.SLACK), _lead(_own(following)))
        done.delete_cookie(STATE, PATH)
        return done


def _way_in(pages: TeamPages, said: str = "", key: str = "", following: str = "") -> str:
    team = pages.team
    if not (team.links or team.sign_in):
        abort(404)
    return render_template("team/in.html", team=team, said=said, key=key, following=following, longest=MAX_NAME)


def _given_name() -> str:
    """The name that somebody gave on the way in, in one line; "" for none, and for the one of no person."""
    name = drop_invisible(request.form.get("name", "")).strip()[:MAX_NAME].strip()
    return "" if name == FILES else name


def _lead(path: str) -> Response:
    return Response(status=303, headers={"Location": path or PATH})


def _own(path: str) -> str:
    """A path of ours, "" for anything else: what leads elsewhere could pretend to be us."""
    is_own = path == PATH or path.startswith((f"{PATH}/", f"{PATH}?"))
    return path if is_own and "\\" not in path and path.isprintable() else ""


def _nonce(state: str) -> str:
    """The nonce that Slack's signed answer has to repeat; made from the state, so that the cookie holds both."""
    return hashlib.sha256(b"nonce:" + state.encode()).hexdigest()
