"""Installing the bot in a workspace: the page that leads to Slack, and the one that Slack leads back to."""

from collections.abc import Callable

from flask import request
from slack_bolt import BoltRequest, BoltResponse
from slack_bolt.adapter.flask.handler import to_bolt_request
from slack_bolt.oauth import OAuthFlow
from slack_bolt.oauth.callback_options import CallbackOptions, FailureArgs, SuccessArgs
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_sdk import WebClient
from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore

from bot.slack.manifest import plain_manifest, scopes_of
from bot.slack.workspaces.workspaces import Workspaces

Page = Callable[[], tuple[str, int, dict[str, str]]]  # what to say, the HTTP status and its headers

INSTALL, REDIRECT = "/slack/install", "/slack/oauth_redirect"
STATE_SECONDS = 600  # that somebody may take to agree
SAME_SITE = "; SameSite=Lax"  # sent when Slack leads back to us, not with what other sites embed

LEADING = "Slackへ移動します。"
INSTALLED = "{team}にインストールしました。Slackでチャンネルに招待するか、直接話しかけてください。"
AGAIN = "/slack/install からもう一度始めてください。"
FAILURES = {
    "access_denied": "インストールを取りやめました。インストールするには、" + AGAIN,
    "invalid_browser": "始めたときと別のブラウザーか、古いページです。" + AGAIN,
    "invalid_state": f"{STATE_SECONDS // 60}分以上たったか、すでに使われたページです。" + AGAIN,
    "missing_code": "Slackから確認の番号が届きませんでした。" + AGAIN,
    "invalid_code": "Slackが確認の番号を受け付けませんでした。" + AGAIN,
}
FAILED = "インストールできませんでした。" + AGAIN


def oauth_flow(workspaces: Workspaces, client: WebClient, public_url: str) -> OAuthFlow:
    """Slack's OAuth for the scopes of the manifest, with state and tokens in the database."""
    engine = workspaces.installations.engine
    settings = OAuthSettings(
        client_id=workspaces.client_id,
        client_secret=workspaces.client_secret,
        scopes=scopes_of(plain_manifest(public_url)),
        user_scopes=[],
        redirect_uri=public_url + REDIRECT,
        install_path=INSTALL,
        redirect_uri_path=REDIRECT,
        install_page_rendering_enabled=False,  # Bolt's page needs styles and pictures that ours must not load
        callback_options=CallbackOptions(_installed, _failed),
        installation_store=workspaces.store,
        installation_store_bot_only=True,
        state_store=SQLAlchemyOAuthStateStore(STATE_SECONDS, engine),
        state_expiration_seconds=STATE_SECONDS,
    )
    settings.authorize = workspaces.authorize
    return OAuthFlow(client=client, settings=settings)


def install_pages(flow: OAuthFlow) -> dict[str, Page]:
    """The pages by their path; the web door shows what they say."""

    def install() -> tuple[str, int, dict[str, str]]:
        leading = flow.handle_installation(BoltRequest(body=""))  # nothing that a visitor wrote goes into the address
        return LEADING, leading.status, _headers(leading)

    def redirect() -> tuple[str, int, dict[str, str]]:
        done = flow.handle_callback(to_bolt_request(request))
        return done.body, done.status, _headers(done)

    return {INSTALL: install, REDIRECT: redirect}


def _installed(args: SuccessArgs) -> BoltResponse:
    team = args.installation.team_name
    return _answer(200, INSTALLED.format(team=f"ワークスペース「{team}」" if team else "Slack"), args)


def _failed(args: FailureArgs) -> BoltResponse:
    return _answer(args.suggested_status_code, FAILURES.get(args.reason, FAILED), args)


def _answer(status: int, text: str, args: SuccessArgs | FailureArgs) -> BoltResponse:
    cookie = args.settings.state_utils.build_set_cookie_for_deletion()
    return BoltResponse(status=status, body=text, headers={"Set-Cookie": cookie})


def _headers(response: BoltResponse) -> dict[str, str]:
    headers = {"Set-Cookie": response.headers["set-cookie"][0] + SAME_SITE}
    if "location" in response.headers:
        headers["Location"] = response.headers["location"][0]
    return headers
