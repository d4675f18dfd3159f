"""Asking in Slack, end to end over signed requests.

1. The ten questions of the Q&A log's fourth page are answered with their entry and link, in a
   channel, in a direct message and by /faq.
2. A suggestion offers up to three questions and どれでもない; a press shows the answer in its place.
3. An abstention is calm and offers a person; a declining entry says what is not known.
4. Replies stay in the thread of the question.
"""

import pytest
from slack_tester import CHANNEL, DIRECT, SlackTester, buttons, choices, labels, shown

from bot.app import App
from bot.terminal.replies import entry_text
from bot.wording.sentences import is_aside
from knowledge.database.tables import feedback, queries

TEN = [
    ("使い始める日に、自分の携帯から試しに掛けてみてもいいですか", "test-call-at-start", "テスト電話は歓迎"),
    ("会社が二つあるのですが、一つの契約で両方の電話に出てもらえますか", "one-contract-one-entity", "1つの法人"),
    ("うちはひかり電話ですが利用できますか", "line-carrier-compatibility", "制限を設けていません"),
    (
        "転送の解除のしかたが分からないので、代わりにやってもらえますか",
        "forwarding-setup-customer-side",
        "お客様ご自身で",
    ),
    ("借りる番号はうちの専用ですか、ほかの会社と共用ですか", "lent-number-dedicated-and-trial-number", "契約者専用"),
    ("名刺に載せている番号を転送先としても使えますか", "one-number-one-usage", "どちらか一方"),
    ("無料のお試しは何日間できますか", "free-trial-10days", "10日間無料"),
    ("途中でやめたら違約金を取られますか", "no-cancellation-penalty", "違約金はいただいていません"),
    ("利用開始日は来月の何日頃、という伝え方でもいいですか", "start-date-must-be-explicit", "はっきりした日付"),
    ("転送で使うのと番号を借りて載せるのとで料金は変わりますか", "price-same-forward-or-listed", "料金は同じ"),
]


@pytest.mark.parametrize(("question", "entry_id", "answer"), TEN)
def test_each_of_the_ten_questions_is_answered_with_its_entry_and_link(
    slack: SlackTester, app: App, question: str, entry_id: str, answer: str
) -> None:
    entry = app.faq.entry(entry_id)
    assert entry
    for message in (slack.mention(question), slack.direct(question), slack.command(question)):
        assert message
        assert entry.question in shown(message)
        assert answer in shown(message)
        assert "掲載当時の内容です" in shown(message)
        assert entry.url in [button.get("url") for button in buttons(message)]
        assert entry.question in message["text"]


def test_a_mention_is_answered_in_the_thread_of_the_question(slack: SlackTester) -> None:
    message = slack.mention("無料お試しは何日間ですか", ts="1700000900.000100")
    assert message
    assert (message["channel"], message["thread_ts"]) == (CHANNEL, "1700000900.000100")


def test_a_mention_inside_a_thread_is_answered_in_that_thread(slack: SlackTester) -> None:
    message = slack.mention("無料お試しは何日間ですか", ts="1700000901.000100", thread_ts="1700000800.000100")
    assert message
    assert message["thread_ts"] == "1700000800.000100"


def test_a_direct_message_is_answered_in_its_thread(slack: SlackTester) -> None:
    message = slack.direct("無料お試しは何日間ですか", ts="1700000902.000100")
    assert message
    assert (message["channel"], message["thread_ts"]) == (DIRECT, "1700000902.000100")


def test_the_command_answers_only_to_its_asker(slack: SlackTester) -> None:
    assert slack.command("無料お試しは何日間ですか")["response_type"] == "ephemeral"


AMBIGUOUS = "解約の相談"


def test_a_suggestion_offers_three_questions_and_none_of_these(slack: SlackTester) -> None:
    message = slack.mention(AMBIGUOUS)
    assert message
    assert "次のどれかに近いでしょうか" in shown(message)
    assert len(choices(message)) == 3
    assert "→ お申込みは3か月以上のご予定の方に限りますが、途中で解約されても" in shown(message)
    assert labels(message)[-1] == "どれでもない"


def test_pressing_a_suggestion_shows_its_answer_in_place_and_stores_the_choice(slack: SlackTester, app: App) -> None:
    message = slack.mention(AMBIGUOUS)
    assert message
    wanted = next(question for question in choices(message) if "違約金" in question)
    (update,) = slack.press(message | {"ts": "1700000950.000200"}, wanted)
    assert (update["method"], update["ts"]) == ("chat.update", "1700000950.000200")
    assert "違約金はいただいていません" in shown(update)
    with app.store.engine.connect() as connection:
        (stored,) = connection.execute(feedback.select()).all()
        (asked,) = connection.execute(queries.select()).all()
    assert (stored.kind, stored.entry_id, stored.reference) == ("chosen", "no-cancellation-penalty", asked.reference)


def test_pressing_a_suggestion_that_only_the_asker_sees_replaces_it_through_its_response_url(
    slack: SlackTester,
) -> None:
    message = slack.command(AMBIGUOUS)
    wanted = next(question for question in choices(message) if "違約金" in question)
    (call,) = slack.press(message, wanted, ephemeral=True)
    assert call["method"] == "response_url"
    assert call["replace_original"] is True
    assert "違約金はいただいていません" in shown(call)


def test_none_of_these_stores_a_gap_and_offers_a_person(slack: SlackTester, app: App) -> None:
    message = slack.mention(AMBIGUOUS)
    assert message
    (update,) = slack.press(message | {"ts": "1700000951.000200"}, "どれでもない")
    assert "担当者への連絡" in shown(update)
    with app.store.engine.connect() as connection:
        (stored,) = connection.execute(feedback.select()).all()
    assert stored.kind == "none_of_these"


def test_a_related_question_is_answered_in_the_same_thread(slack: SlackTester) -> None:
    message = slack.mention("無料お試しは何日間ですか", ts="1700000960.000100")
    assert message
    related = [button for button in buttons(message) if button["action_id"].startswith("related:")]
    assert 1 <= len(related) <= 3
    (call,) = slack.press(message | {"ts": "1700000960.000200"}, related[0]["text"]["text"])
    assert (call["method"], call["thread_ts"]) == ("chat.postMessage", "1700000960.000100")
    assert related[0]["text"]["text"][:20] in shown(call)


def test_two_answers_in_one_reply_are_short_enough_for_a_phone(slack: SlackTester) -> None:
    message = slack.mention("無料のお試しは何日間できますか。それと、途中でやめたら違約金を取られますか")
    assert message
    assert all(answer in shown(message) for answer in ("10日間無料", "違約金はいただいていません"))
    assert "関連する質問" not in shown(message)
    assert labels(message).count("担当者に聞く") == 2


def test_a_related_question_of_a_private_reply_is_answered_privately(slack: SlackTester) -> None:
    message = slack.command("無料お試しは何日間ですか")
    label = next(button["text"]["text"] for button in buttons(message) if button["action_id"].startswith("related:"))
    (call,) = slack.press(message, label, ephemeral=True)
    assert (call["method"], call["response_type"], call["replace_original"]) == ("response_url", "ephemeral", False)


def test_a_button_of_an_entry_that_is_gone_says_so(slack: SlackTester) -> None:
    message = slack.mention("無料お試しは何日間ですか")
    assert message
    for button in buttons(message):
        if button["action_id"] == "related:0":
            button["value"] = "an-entry-of-long-ago"
            (call,) = slack.press(message, button["text"]["text"])
            assert "今は公開されていません" in shown(call)


def test_an_abstention_is_calm_says_what_is_covered_and_offers_a_person(slack: SlackTester) -> None:
    message = slack.mention("縄文土器の文様")
    assert message
    assert "見つかりませんでした" in shown(message)
    assert "解約・無料お試し・転送" in shown(message)
    assert "担当者への連絡" in shown(message)
    assert labels(message) == ["担当者に聞く"]


def test_a_declining_entry_says_what_is_not_known_and_offers_a_person(slack: SlackTester, app: App) -> None:
    message = slack.mention("月の途中で解約したら日割りになりますか")
    assert message
    assert "日割りになるかは" in shown(message)
    assert "担当者への連絡" in shown(message)
    assert "掲載当時の内容です" in shown(message)
    entry = next(entry for entry in app.faq.entries() if entry.declines and not entry.url)
    without_page = slack.mention(entry.question)
    assert without_page
    assert "掲載当時の内容です" not in shown(without_page), "there is no page that could be older"


def test_mere_talk_gets_one_line_at_every_door(slack: SlackTester, app: App) -> None:
    (entry,) = (entry for entry in app.faq.entries() if is_aside(entry) and "雑談" in entry.question)
    message = slack.mention("カレーの玉ねぎって何分くらい炒めればいいの")
    assert message
    assert shown(message).startswith(entry.answer.strip())
    assert labels(message) == ["担当者に聞く"]
    assert entry_text(app.faq, entry) == entry.answer
    page = slack.client.get("/search?q=カレーの玉ねぎって何分くらい炒めればいいの").get_data(as_text=True)
    assert "普段の言葉でお尋ねください" in page
    assert all(text not in page for text in ("掲載当時の内容です", "関連する質問", 'class="question"'))
    assert '<h1 class="unseen"><span>' in page, "for screen readers alone"


def test_opening_the_messages_tab_suggests_questions(slack: SlackTester) -> None:
    slack.event({"type": "app_home_opened", "tab": "messages", "channel": DIRECT})
    (call,) = slack.fake.of("assistant.threads.setSuggestedPrompts")
    assert call["channel_id"] == DIRECT
    assert 1 <= len(call["prompts"]) <= 4
    assert all(len(prompt["title"]) <= 75 for prompt in call["prompts"])


def test_opening_another_tab_suggests_nothing(slack: SlackTester) -> None:
    slack.event({"type": "app_home_opened", "tab": "home", "channel": DIRECT})
    assert slack.fake.of("assistant.threads.setSuggestedPrompts") == []
