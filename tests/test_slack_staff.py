"""Support staff: more in /faq, shortcuts, explanations, statistics; and nobody else gets any of it.

1. Staff see the best entries with confidence, note, why, and can send them; prospects see a reply.
2. Every action and submission checks the role of who sent it, whatever buttons were drawn.
3. Guests, people of other workspaces, and everybody when Slack cannot be asked, are prospects.
"""

import json
import re
from typing import Any

import pytest
from slack_tester import CHANNEL, EDITOR, STAFF, USER, SlackTester, buttons, labels, only, opened, shown

from bot.app import App
from bot.reply import Asker
from bot.roles import Role
from bot.slack.roles import Person, Roles

QUESTION = "スモールプランの月額"
NOTE = "旧ログ（qalog190）"
OUTSIDERS = [{"user": USER}, {"user": "U0GUEST"}, {"user": STAFF, "team": "T0ELSEWHERE"}]


@pytest.fixture(autouse=True)
def guest(slack: SlackTester) -> None:
    slack.fake.guests.add("U0GUEST")  # listed as staff in the settings, and still a guest


# -- /faq -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("user", [STAFF, EDITOR])
def test_staff_see_confidence_note_and_tools(slack: SlackTester, user: str) -> None:
    message = slack.command(QUESTION, user)
    assert message["response_type"] == "ephemeral"
    assert "確信度" in shown(message)
    assert NOTE in shown(message)
    assert labels(message).count("チャンネルに送る") == 3
    assert labels(message).count("なぜこの回答？") == 3


@pytest.mark.parametrize("who", OUTSIDERS)
def test_nobody_else_sees_any_of_it(slack: SlackTester, who: dict[str, str]) -> None:
    message = slack.command(QUESTION, **who)
    assert "確信度" not in shown(message)
    assert NOTE not in shown(message)
    assert "チャンネルに送る" not in labels(message)
    assert "2,960円" in shown(message)


def test_the_command_alone_opens_search(slack: SlackTester) -> None:
    view = opened(slack.command_calls("  "))
    assert view["callback_id"] == "search"


def test_a_search_shows_its_results_in_the_modal(slack: SlackTester) -> None:
    view = opened(slack.command_calls(""))
    answer = slack.submit(view, {"query": "無料お試しは何日間"})
    assert answer["response_action"] == "update"
    assert "無料お試しはどのような内容ですか" in shown(answer["view"])
    assert labels(answer["view"]).count("見る") == 5
    assert "スレッドに返信" not in labels(answer["view"])


def test_a_result_opens_above_the_search(slack: SlackTester) -> None:
    view = slack.submit(opened(slack.command_calls("")), {"query": QUESTION})["view"]
    call = only(slack.press(view, "見る"), "views.push")
    assert "2,960円" in shown(opened([call]))
    assert NOTE not in shown(opened([call]))
    for_staff = only(slack.press(view, "見る", user=STAFF), "views.push")
    assert NOTE in shown(opened([for_staff]))


def test_a_search_for_nothing_finds_nothing_and_says_so(slack: SlackTester) -> None:
    answer = slack.submit(opened(slack.command_calls("")), {"query": None})
    assert answer["response_action"] == "update"


# -- why ------------------------------------------------------------------------------------------


def test_why_this_answer_shows_matches_signals_and_cuts(slack: SlackTester) -> None:
    message = slack.command(QUESTION, STAFF)
    text = shown(opened(slack.press(message, "なぜこの回答？", user=STAFF, ephemeral=True)))
    for part in (
        "1位の項目: 「料金プランと月額はいくらですか？」（plan-prices）",
        "一致した語",
        "語（BM25）",
        "次点",
        "確信度",
        "しきい値",
    ):
        assert part in text


def test_why_the_second_answer_is_second(slack: SlackTester) -> None:
    message = slack.command(QUESTION, STAFF)
    second = next(button for button in buttons(message) if button["action_id"] == "explain:1")
    text = shown(opened(slack.act(message, second | {"block_id": "b"}, user=STAFF, ephemeral=True)))
    assert "2位の項目" in text


# -- shortcuts ------------------------------------------------------------------------------------


def test_the_shortcut_finds_answers_for_a_customers_message(slack: SlackTester) -> None:
    view = opened(slack.shortcut("search_message", "<@U1> お試しは何日間できますか", user=STAFF))
    assert "無料お試しはどのような内容ですか" in shown(view)
    assert labels(view).count("スレッドに返信") == 5
    assert json.loads(view["private_metadata"]) == {"channel": CHANNEL, "thread": "1700000500.000100"}


def test_searching_again_in_the_shortcuts_modal_keeps_the_thread(slack: SlackTester) -> None:
    view = opened(slack.shortcut("search_message", "お試し", user=STAFF))
    answer = slack.submit(view, {"query": QUESTION}, user=STAFF)
    assert labels(answer["view"]).count("スレッドに返信") == 5
    assert answer["view"]["private_metadata"] == view["private_metadata"]


def test_a_customers_message_is_not_logged_as_a_question(slack: SlackTester, app: App) -> None:
    slack.shortcut("search_message", "お試しは何日間できますか", user=STAFF)
    assert app.overview.statistics.period(1).asked == 0


# -- statistics -----------------------------------------------------------------------------------


def test_statistics_count_decisions_votes_and_gaps(slack: SlackTester, app: App) -> None:
    answer = slack.mention("無料お試しは何日間ですか")
    assert answer
    slack.press(answer, "役に立った")
    app.faq.ask("解約の相談", Asker("web"))
    app.faq.ask("縄文土器の文様", Asker("web"))
    app.faq.ask("縄文土器の文様", Asker("web"))
    text = shown(slack.command("stats", STAFF))
    assert "質問 4・回答 1・候補 1・回答なし 2" in text
    assert "役に立った 1" in text
    assert "1回　無料お試しはどのような内容ですか" in text
    assert "2回　縄文土器の文様" in text
    assert text.count("日間") >= 2
    assert re.search(r"1日の質問の数（14日間）\S+ ▁{13}▇ \S+\s最多 4・平均 0.3・\S+ 4", text)


@pytest.mark.parametrize("who", OUTSIDERS)
def test_statistics_are_for_staff_only(slack: SlackTester, who: dict[str, str]) -> None:
    assert "質問の統計" not in shown(slack.command("stats", **who))


# -- every action checks the role -----------------------------------------------------------------


@pytest.mark.parametrize("who", OUTSIDERS)
@pytest.mark.parametrize("action_id", ["send_to_channel:0", "explain:0"])
def test_a_forged_button_press_is_refused(slack: SlackTester, action_id: str, who: dict[str, str]) -> None:
    value = "plan-prices" if action_id.startswith("send") else "0:料金"
    action = {"type": "button", "action_id": action_id, "value": value, "block_id": "b", "action_ts": "1.0"}
    calls = slack.act({"blocks": [], "text": ""}, action, ephemeral=True, **who)
    assert not [call for call in calls if call["method"] == "chat.postMessage"]
    assert "担当者だけ" in json.dumps(calls, ensure_ascii=False)


@pytest.mark.parametrize("who", OUTSIDERS)
def test_a_forged_reply_in_a_thread_is_refused(slack: SlackTester, who: dict[str, str]) -> None:
    view = opened(slack.shortcut("search_message", "お試し", user=STAFF))
    calls = slack.press(view, "スレッドに返信", **who)
    assert not [call for call in calls if call["method"] == "chat.postMessage"]
    assert "担当者だけ" in shown(opened(calls))


@pytest.mark.parametrize("who", OUTSIDERS)
def test_the_shortcut_is_for_staff_only(slack: SlackTester, who: dict[str, str]) -> None:
    assert "担当者だけ" in shown(opened(slack.shortcut("search_message", "お試し", **who)))


@pytest.mark.parametrize("who", OUTSIDERS)
def test_a_forged_search_gets_no_staff_results(slack: SlackTester, who: dict[str, str]) -> None:
    view = opened(slack.shortcut("search_message", "お試し", user=STAFF))
    answer = slack.submit(view, {"query": QUESTION}, **who)
    assert "スレッドに返信" not in labels(answer["view"])
    assert "確信度" not in shown(answer["view"])


# -- who is who -----------------------------------------------------------------------------------


class Client:
    """Slack's answers about people, by hand."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def auth_test(self) -> dict[str, str]:
        return {"team_id": "T0HOME"}

    def usergroups_users_list(self, usergroup: str) -> dict[str, Any]:
        self.asked.append(usergroup)
        return {"users": self.answers.get(usergroup, [])}

    def users_info(self, user: str) -> dict[str, Any]:
        self.asked.append(user)
        if self.answers.get("down"):
            raise OSError
        return {"user": self.answers.get(user, {})}


@pytest.mark.parametrize(
    ("person", "role"),
    [
        (Person("U0A", "T0HOME"), Role.STAFF),
        (Person("U0E", "T0HOME"), Role.EDITOR),
        (Person("U0G", "T0HOME"), Role.STAFF),
        (Person("U0H", "T0HOME"), Role.EDITOR),
        (Person("U0X", "T0HOME"), Role.PROSPECT),
        (Person("U0A", "T0ELSEWHERE"), Role.PROSPECT),
        (Person("U0A", ""), Role.PROSPECT),
    ],
)
def test_roles_come_from_user_ids_and_groups(person: Person, role: Role) -> None:
    roles = Roles(["U0A"], ["U0E"], "S0STAFF", "S0EDITORS")
    client = Client(S0STAFF=["U0G", "U0H"], S0EDITORS=["U0H"])
    assert roles.role_of(person, client) is role  # type: ignore[arg-type]


@pytest.mark.parametrize("mark", ["is_restricted", "is_ultra_restricted", "is_stranger", "deleted"])
def test_a_guest_is_a_prospect_even_when_listed(mark: str) -> None:
    client = Client(U0A={mark: True})
    assert Roles(["U0A"]).role_of(Person("U0A", "T0HOME"), client) is Role.PROSPECT  # type: ignore[arg-type]


def test_when_slack_cannot_be_asked_everybody_is_a_prospect() -> None:
    assert Roles(["U0A"]).role_of(Person("U0A", "T0HOME"), Client(down=True)) is Role.PROSPECT  # type: ignore[arg-type]


def test_slack_is_asked_once_for_some_minutes() -> None:
    now = [0.0]
    roles = Roles(["U0A"], staff_group="S0STAFF", timer=lambda: now[0])
    client = Client(S0STAFF=["U0B"])
    for at in (0.0, 1.0, 299.0):
        now[0] = at
        roles.role_of(Person("U0A", "T0HOME"), client)  # type: ignore[arg-type]
        roles.role_of(Person("U0B", "T0HOME"), client)  # type: ignore[arg-type]
    assert sorted(client.asked) == ["S0STAFF", "U0A", "U0B"]
    now[0] = 301.0
    client.answers["S0STAFF"] = []
    assert roles.role_of(Person("U0B", "T0HOME"), client) is Role.PROSPECT  # type: ignore[arg-type]


def test_a_slack_that_could_not_be_asked_is_asked_again_at_once() -> None:
    roles, client = Roles(["U0A"]), Client(down=True)
    assert roles.role_of(Person("U0A", "T0HOME"), client) is Role.PROSPECT  # type: ignore[arg-type]
    client.answers["down"] = False
    assert roles.role_of(Person("U0A", "T0HOME"), client) is Role.STAFF  # type: ignore[arg-type]


# -- Enterprise Grid ------------------------------------------------------------------------------

GRID, OTHER_GRID = "E0ORG", "E0OTHER"


@pytest.mark.parametrize("known_by", ["payload", "auth.test"])
@pytest.mark.parametrize("team", ["T0SISTER", GRID], ids=["another workspace", "the organisation"])
def test_staff_are_staff_whichever_workspace_of_the_organisation_they_belong_to(
    slack: SlackTester, team: str, known_by: str
) -> None:
    slack.fake.organisations = {STAFF: GRID} | ({"": GRID} if known_by == "auth.test" else {})
    who = {"user": STAFF, "team": team} | ({"organisation": GRID} if known_by == "payload" else {})
    view = opened(slack.shortcut("search_message", QUESTION, **who))
    assert "確信度" in shown(view)


@pytest.mark.parametrize(
    ("team", "theirs"),
    [("T0ELSEWHERE", None), ("T0ELSEWHERE", OTHER_GRID), (OTHER_GRID, None), (OTHER_GRID, OTHER_GRID)],
)
def test_people_of_another_organisation_stay_outsiders(slack: SlackTester, team: str, theirs: str | None) -> None:
    slack.fake.organisations = {"": GRID} | ({STAFF: theirs} if theirs else {})
    view = opened(slack.shortcut("search_message", QUESTION, user=STAFF, team=team, organisation=GRID))
    assert "登録された担当者だけ" in shown(view)


def test_a_guest_of_the_organisation_stays_a_prospect(slack: SlackTester) -> None:
    slack.fake.organisations, slack.fake.guests = {"": GRID, STAFF: GRID}, {STAFF}
    view = opened(slack.shortcut("search_message", QUESTION, user=STAFF, team="T0SISTER", organisation=GRID))
    assert "登録された担当者だけ" in shown(view)


def test_people_of_the_organisation_are_outsiders_where_the_home_workspace_is_not(slack: SlackTester) -> None:
    slack.fake.organisations, slack.team = {"": GRID, STAFF: GRID}, "T0SISTER"
    view = opened(slack.shortcut("search_message", QUESTION, user=STAFF, organisation=GRID))
    assert "登録された担当者だけ" in shown(view)
