"""The Home tab and the suggested prompts: search, the questions most asked, categories."""

from fake_slack import TEAM
from slack_tester import EDITOR, STAFF, USER, SlackTester, buttons, labels, only, opened, shown

from bot.app import App
from bot.reply import Asker


def test_the_home_tab_offers_search_questions_and_categories(slack: SlackTester) -> None:
    call = only(slack.open_tab("home"), "views.publish")
    assert call["user_id"] == USER
    view = opened([call])
    assert view["type"] == "home"
    assert labels(view).count("見る") >= 4
    assert {"料金", "解約", "無料お試し", "転送・番号"} <= set(labels(view))


def test_the_most_asked_entries_come_first(slack: SlackTester, app: App) -> None:
    for _ in range(3):
        app.faq.ask("営業電話は断ってもらえますか", Asker("web"))
    view = opened(slack.open_tab("home"))
    first = next(block for block in view["blocks"] if "accessory" in block)
    assert "営業電話" in first["text"]["text"]


def test_declining_entries_are_never_among_the_most_asked(slack: SlackTester, app: App) -> None:
    for _ in range(9):
        app.faq.ask("月の途中で解約したら日割りになりますか", Asker("web"))
    assert "日割り" not in shown(opened(slack.open_tab("home")))


def test_the_suggested_prompts_are_the_questions_most_asked(slack: SlackTester, app: App) -> None:
    app.faq.ask("営業電話は断ってもらえますか", Asker("web"))
    call = only(slack.open_tab("messages"), "assistant.threads.setSuggestedPrompts")
    assert "営業電話" in call["prompts"][0]["title"]
    assert len(call["prompts"]) == 4


def test_a_question_typed_on_the_home_tab_is_answered_there(slack: SlackTester) -> None:
    view = opened(slack.open_tab("home"))
    call = only(slack.press(view, "home_search", value="無料お試しは何日間ですか"), "views.publish")
    found = opened([call])
    assert "10日間無料" in shown(found)
    assert "担当者に聞く" in labels(found)
    search = next(block for block in found["blocks"] if block["type"] == "input")
    assert search["element"]["initial_value"] == "無料お試しは何日間ですか"


def test_an_unsure_search_offers_the_questions_that_may_be_meant(slack: SlackTester) -> None:
    found = opened(slack.press(opened(slack.open_tab("home")), "home_search", value="解約の相談"))
    assert "次のどれかに近いでしょうか" in shown(found)
    choice = next(button for button in buttons(found) if button["action_id"] == "show_entry:found0")
    view = opened(slack.press(found, choice["text"]["text"]))
    assert view["type"] == "modal"


def test_an_unknown_search_offers_a_person(slack: SlackTester) -> None:
    found = opened(slack.press(opened(slack.open_tab("home")), "home_search", value="縄文土器の文様"))
    assert "見つかりませんでした" in shown(found)
    calls = slack.press(found, "担当者に聞く")
    assert [call["channel"] for call in calls if call["method"] == "chat.postMessage"][-1] == f"D0{USER}"


def test_an_empty_search_shows_the_tab_as_it_was(slack: SlackTester, app: App) -> None:
    found = opened(slack.press(opened(slack.open_tab("home")), "home_search", value=""))
    assert "見つかりません" not in shown(found)
    assert app.overview.statistics.period(1).asked == 0


def test_an_entry_opens_in_a_modal(slack: SlackTester) -> None:
    view = opened(slack.open_tab("home"))
    modal = opened(slack.press(view, "見る"))
    assert modal["type"] == "modal"
    assert "掲載当時の内容です" in shown(modal)
    assert "社内メモ" not in shown(modal)


def test_the_modal_leads_to_related_entries(slack: SlackTester) -> None:
    modal = opened(slack.press(opened(slack.open_tab("home")), "見る"))
    related = next(button for button in buttons(modal) if button["action_id"] == "show_entry:0")
    assert only(slack.press(modal, related["text"]["text"]), "views.push")


def test_a_category_lists_its_answering_questions(slack: SlackTester, app: App) -> None:
    view = opened(slack.open_tab("home"))
    modal = opened(slack.press(view, "料金"))
    questions = {entry.question for entry in app.faq.entries() if entry.category == "料金" and not entry.declines}
    assert all(question in shown(modal) for question in questions)
    assert labels(modal).count("見る") == len(questions)
    assert "2,960円" in shown(opened(slack.press(modal, "見る", user=STAFF, team=TEAM)))


def test_a_tab_without_a_name_is_the_home_tab(slack: SlackTester) -> None:
    assert only(slack.calls_of({"type": "app_home_opened", "channel": "D0X"}), "views.publish")


def test_editors_see_how_much_is_known_of_the_answers(slack: SlackTester, app: App) -> None:
    evidence = app.searcher.snapshot.calibration.evidence
    counted = f"判定つきの質問{evidence.judged}件・言い方{evidence.variants}個"
    assert counted in shown(opened(slack.open_tab("home", user=EDITOR)))
    assert counted not in shown(opened(slack.open_tab("home")))
