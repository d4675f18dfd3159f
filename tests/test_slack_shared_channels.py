"""Channels that two workspaces share: what is said there comes once for each, and is heard once.

1. A message is answered once, whichever delivery comes first, at the same time too.
2. Its edits and deletions are followed whichever workspace brings them, by the bot that answered.
3. In other channels the workspace counts.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from slack_tester import CHANNEL, USER, shown
from workspaces_tester import A, B, WorkspacesTester

QUESTION = "無料お試しは何日間ですか"
TS = "1700000900.000100"


@pytest.fixture
def shared(workspaces: WorkspacesTester) -> WorkspacesTester:
    workspaces.install_everywhere()
    return workspaces


def body(team: str, event: dict[str, Any], number: int = 1, *, is_shared: bool = True) -> str:
    said = {"channel": CHANNEL, "user": USER, "team": A, "user_team": A, "source_team": A} | event
    envelope = {"type": "event_callback", "team_id": team, "event_id": f"Ev{team}{number}"}
    return json.dumps(envelope | {"is_ext_shared_channel": is_shared, "event": said})


def mention(**event: Any) -> dict[str, Any]:
    return {"type": "app_mention", "text": f"<@U0BOT{A}> {QUESTION}", "ts": TS} | event


def edit(after: str, at: str) -> dict[str, Any]:
    message = {"type": "message", "user": USER, "ts": TS, "text": after, "edited": {"user": USER, "ts": at}}
    changed = {"message": message, "previous_message": message | {"text": QUESTION}}
    return {"type": "message", "subtype": "message_changed", "channel_type": "channel", "ts": at} | changed


def calls(slack: WorkspacesTester, *bodies: str) -> list[Any]:
    before = len(slack.fake.calls)
    for one in bodies:
        assert slack.send(one, "application/json").status_code == 200
        slack.wait()
    return [call for call in slack.fake.calls[before:] if call.method.startswith("chat.")]


def test_a_message_that_comes_for_two_workspaces_is_answered_once(shared: WorkspacesTester) -> None:
    (post,) = calls(shared, body(A, mention()), body(B, mention()))
    assert post.method == "chat.postMessage"


def test_two_deliveries_at_once_are_answered_once(shared: WorkspacesTester) -> None:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda team: shared.send(body(team, mention()), "application/json"), (A, B)))
    shared.wait()
    assert len(shared.fake.of("chat.postMessage")) == 1


@pytest.mark.parametrize("edited_in", [A, B])
def test_an_edit_is_followed_once_by_the_bot_that_answered(shared: WorkspacesTester, edited_in: str) -> None:
    (post,) = calls(shared, body(A, mention()), body(B, mention()))
    other = B if edited_in == A else A
    changed = edit("支払い方法", "1700000901.000100")
    (update,) = calls(shared, body(edited_in, changed, 2), body(other, changed, 2))
    assert (update.method, update.params["ts"], update.token) == ("chat.update", post.params["ts"], post.token)
    assert "10日間" not in shown(update.params)


@pytest.mark.parametrize("deleted_in", [A, B])
def test_a_deletion_is_followed_once_by_the_bot_that_answered(shared: WorkspacesTester, deleted_in: str) -> None:
    (post,) = calls(shared, body(A, mention()), body(B, mention()))
    gone = {"type": "message", "subtype": "message_deleted", "deleted_ts": TS, "ts": "1700000902.000100"}
    other = B if deleted_in == A else A
    (deleted,) = calls(shared, body(deleted_in, gone, 3), body(other, gone, 3))
    assert (deleted.method, deleted.params["ts"], deleted.token) == ("chat.delete", post.params["ts"], post.token)


def test_a_mention_of_one_bot_in_a_thread_is_no_talk_to_the_other(shared: WorkspacesTester) -> None:
    calls(shared, body(A, mention()))
    said = mention(ts="1700000903.000100", thread_ts=TS)
    as_talk = said | {"type": "message", "channel_type": "channel"}
    (post,) = calls(shared, body(B, as_talk, 4), body(A, as_talk, 5), body(A, said, 6))
    assert (post.method, post.params["thread_ts"]) == ("chat.postMessage", TS)
    assert post.token == shared.fake.oauth.given[1]  # the one of A


def test_the_same_channel_and_time_in_two_workspaces_that_share_nothing_are_two_messages(
    shared: WorkspacesTester,
) -> None:
    posts = calls(shared, body(A, mention(), is_shared=False), body(B, mention(), is_shared=False))
    assert len(posts) == 2
