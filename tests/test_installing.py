"""Installing in several workspaces: by their own people, with nothing that others could use.

1. Only with the state and the cookie it began with, once; every failure is told with the next step.
2. The tables are exactly those that slack_sdk would make; no token in a log.
3. Settings that do not go together are named.
"""

import base64
import logging
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore
from workspaces_tester import CLIENT_ID, CLIENT_SECRET, SEVERAL, SITE, A, B, WorkspacesTester, count

from bot.app import App
from bot.commands.slack import run as slack_command
from bot.settings import read_settings
from bot.slack.manifest import plain_manifest, scopes_of
from bot.web.app import SECURITY_HEADERS
from knowledge.database.connection import connect
from knowledge.database.migration import migrate
from knowledge.errors import SettingError
from knowledge.slack_state.installations import Installations, bots, forget_expired_states, installations, states


def test_installing_asks_for_the_scopes_of_the_manifest_and_sets_the_only_cookie(workspaces: WorkspacesTester) -> None:
    response = workspaces.client.get("/slack/install?team=%0d%0aSet-Cookie:x=1", base_url=SITE)
    query = parse_qs(urlsplit(response.headers["Location"]).query)
    assert query["scope"] == [",".join(scopes_of(plain_manifest(SITE)))]
    assert (query["client_id"], query["redirect_uri"]) == ([CLIENT_ID], [f"{SITE}/slack/oauth_redirect"])
    assert "team" not in query
    (cookie,) = response.headers.getlist("Set-Cookie")
    assert all(mark in cookie for mark in ("Secure", "HttpOnly", "SameSite=Lax", "Max-Age=600"))
    assert response.headers["Content-Security-Policy"] == SECURITY_HEADERS["Content-Security-Policy"]
    assert response.headers["Cache-Control"] == "no-store"


def test_slack_is_asked_for_the_token_with_the_apps_credentials(workspaces: WorkspacesTester) -> None:
    response = workspaces.install(A)
    assert response.headers["Content-Security-Policy"] == SECURITY_HEADERS["Content-Security-Policy"]
    (credentials,) = workspaces.tokens_used("oauth.v2.access")
    assert base64.b64decode(credentials).decode() == f"{CLIENT_ID}:{CLIENT_SECRET}"
    assert workspaces.fake.oauth.given[0] not in response.get_data(as_text=True) + str(response.headers)


def test_no_page_but_those_of_installing_sets_a_cookie(workspaces: WorkspacesTester) -> None:
    for path in ("/", "/faq/plan-prices", "/healthz", "/none"):
        assert "Set-Cookie" not in workspaces.client.get(path, base_url=SITE).headers


@pytest.mark.parametrize(
    ("query", "status", "told"),
    [
        ({"error": "access_denied"}, 200, "取りやめました"),
        ({"error": "<script>alert(1)</script>"}, 200, "インストールできませんでした"),
        ({}, 400, "別のブラウザー"),
        ({"state": "guessed", "code": "code"}, 400, "別のブラウザー"),
        ({"state": "STATE"}, 401, "確認の番号が届きませんでした"),
        ({"state": "STATE", "code": "wrong"}, 401, "受け付けませんでした"),
    ],
)
def test_an_installation_that_fails_is_told_with_the_next_step(
    workspaces: WorkspacesTester, app: App, query: dict[str, str], status: int, told: str
) -> None:
    state = workspaces.begin()
    response = workspaces.back(**{name: state if value == "STATE" else value for name, value in query.items()})
    text = response.get_data(as_text=True)
    assert (response.status_code, told in text, "/slack/install" in text) == (status, True, True)
    assert "<script>" not in text
    assert count(app, bots) == 0


def test_a_state_works_once_and_only_in_the_browser_that_began(workspaces: WorkspacesTester) -> None:
    state = workspaces.begin()
    workspaces.fake.oauth.codes |= {"one": A, "two": B}
    stranger = workspaces.client.application.test_client().get(
        "/slack/oauth_redirect", base_url=SITE, query_string={"state": state, "code": "two"}
    )
    assert stranger.status_code == 400
    assert workspaces.back(state=state, code="one").status_code == 200
    workspaces.client.set_cookie("slack-app-oauth-state", state, domain="faq.example.com")
    assert "すでに使われた" in workspaces.back(state=state, code="two").get_data(as_text=True)


def test_a_token_that_cannot_be_stored_is_told_and_never_logged(
    workspaces: WorkspacesTester, app: App, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)  # what `faqbot serve` logs
    with app.store.engine.begin() as connection:
        bots.drop(connection)
    response = workspaces.install(A)
    assert (response.status_code, "受付番号" in response.get_data(as_text=True)) == (500, True)
    assert "no such table" in caplog.text
    assert workspaces.fake.oauth.given[0] not in caplog.text


def test_installations_that_were_begun_and_not_finished_are_forgotten(workspaces: WorkspacesTester, app: App) -> None:
    workspaces.begin()
    assert forget_expired_states(app.store.engine) == 0
    with app.store.engine.begin() as connection:
        connection.execute(sa.update(states).values(expire_at=datetime(2026, 1, 1)))  # noqa: DTZ001  # as stored
    assert forget_expired_states(app.store.engine) == 1
    assert count(app, states) == 0


# -- tables and settings --------------------------------------------------------------------------


def test_the_tables_are_those_that_slack_sdk_would_make(tmp_path: Path) -> None:
    ours, theirs = connect(f"sqlite:///{tmp_path / 'ours.db'}"), connect(f"sqlite:///{tmp_path / 'theirs.db'}")
    migrate(ours)
    SQLAlchemyInstallationStore(CLIENT_ID, theirs).create_tables()
    SQLAlchemyOAuthStateStore(600, theirs).create_tables()
    expected = sa.inspect(theirs)
    for name in expected.get_table_names():
        assert described(sa.inspect(ours), name) == described(expected, name)
    assert set(expected.get_table_names()) == {bots.name, installations.name, states.name}
    ours.dispose()
    theirs.dispose()


def described(inspector: sa.Inspector, table: str) -> object:
    columns = {c["name"]: (str(c["type"]), c["nullable"], c["default"]) for c in inspector.get_columns(table)}
    indexes = [(index["name"], index["column_names"]) for index in inspector.get_indexes(table)]
    return columns, indexes, inspector.get_pk_constraint(table)["constrained_columns"]


def test_a_workspace_of_an_organisation_is_known_by_it(app: App) -> None:
    known = Installations(app.store.engine, CLIENT_ID)
    with pytest.raises(LookupError):
        known.enterprise_of(A)
    with app.store.engine.begin() as connection:
        row = {"client_id": CLIENT_ID, "app_id": "A0", "team_id": A, "enterprise_id": "E0", "bot_token": "xoxb-1"}
        moment = datetime.now(UTC).replace(tzinfo=None)
        connection.execute(sa.insert(bots).values(row | {"is_enterprise_install": False, "installed_at": moment}))
    assert known.enterprise_of(A) == "E0"
    assert Installations(app.store.engine, "another app").forget(A, datetime.now(UTC)) == 0
    assert known.forget(A, datetime.now(UTC)) == 1


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"FAQBOT_SLACK_CLIENT_ID": ""}, "FAQBOT_SLACK_CLIENT_ID"),
        ({"FAQBOT_SLACK_CLIENT_SECRET": ""}, "FAQBOT_SLACK_CLIENT_SECRET"),
        ({"SLACK_SIGNING_SECRET": ""}, "SLACK_SIGNING_SECRET"),
        ({"HOME_TEAM": ""}, "HOME_TEAM"),
        ({"PUBLIC_URL": "http://faq.example.com"}, "PUBLIC_URL"),
        ({"PUBLIC_URL": ""}, "PUBLIC_URL"),
        ({"DATABASE_URL": ""}, "DATABASE_URL"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_BOT_TOKEN"),
        ({"SLACK_CLIENT_ID": "1"}, "SLACK_CLIENT_ID"),
    ],
)
def test_settings_that_do_not_go_together_are_named(change: dict[str, str], named: str) -> None:
    with pytest.raises(SettingError) as refused:
        read_settings(SEVERAL | change)
    assert refused.value.name == named
    assert named in refused.value.message
    assert refused.value.hint
    assert CLIENT_SECRET not in str(refused.value)


def test_socket_mode_is_for_one_workspace() -> None:
    with pytest.raises(SettingError, match="faqbot serve"):
        slack_command(Namespace(), App(read_settings(SEVERAL)))


def test_one_workspace_needs_none_of_it() -> None:
    settings = read_settings({"SLACK_BOT_TOKEN": "xoxb-1"})
    assert (settings.has_slack, settings.has_workspaces) == (True, False)
    assert read_settings(SEVERAL).has_workspaces
    assert not read_settings({}).has_slack
