"""What the team does about questions on its pages: gaps closed with one press, and questions tried and judged.

Trying a question leaves no trace in the log; a gap that is closed or ignored is not shown again.
"""

import re
from dataclasses import replace
from html import unescape

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from team_tester import EDITOR, TeamTester, page_of, send, token_in
from werkzeug.test import TestResponse

from bot.reply import Asker
from knowledge.database.tables import queries
from knowledge.list_name import ListName
from knowledge.questions.gap_questions import GapKind

UNKNOWN = "お昼休みに窓口の電話は鳴りますか"
REWORDED = "窓口の電話はお昼休みに鳴りますか"


def ask(tester: TeamTester, *texts: str) -> None:
    """Questions of several people, none of whom got what they wanted."""
    for number, text in enumerate(texts):
        asker = Asker("web", f"asker{number}")
        reference = tester.app.faq.ask(text, asker).reference
        tester.app.faq.none_of_these(reference, asker)


def publish(client: FlaskClient, shown: TestResponse, override: str = "確かめました") -> TestResponse:
    address = re.search(r'action="([^"]+/publish[^"]*)"', shown.text)
    assert address, page_of(shown)
    return send(client, unescape(address[1]), override=override)


def card_of(shown: TestResponse) -> dict[str, str]:
    """What the first card's form carries: the gap, its nearest entry and a wording."""
    carried = {"gap": 'name="gap"', "entry": "<option", "text": 'name="text"'}
    return {
        name: re.search(rf'{markup} value="([^"]*)"', shown.text)[1]  # type: ignore[index]
        for name, markup in carried.items()
    }


def test_a_gap_becomes_a_way_to_ask_for_the_nearest_entry_and_is_gone(tester: TeamTester) -> None:
    ask(tester, UNKNOWN, UNKNOWN)
    client = tester.signed_in()
    shown = client.get("/team/gaps")
    assert all(words in page_of(shown) for words in (UNKNOWN, "2回・2人", "近い項目"))
    card = card_of(shown)
    proposed = send(client, "/team/gaps/variants", on="/team/gaps", **card)
    assert UNKNOWN in page_of(proposed)
    published = publish(client, proposed)
    ahead = ("/team/gaps", "/team/entries", "/team/try?q=", "/team/history/2", f"/team/entries/{card['entry']}")
    led = published.text.partition("<main")[2]
    assert [path for path in ahead if f'href="{path}' not in led] == []
    assert UNKNOWN in tester.app.publishing.live().by_id[card["entry"]].variants
    assert tester.app.publishing.history.revisions(1)[0].editor == EDITOR
    assert UNKNOWN not in page_of(client.get("/team/gaps"))


def test_an_answer_that_did_not_help_is_led_to_be_written_anew(tester: TeamTester) -> None:
    faq, asked = tester.app.faq, "料金プランと月額はいくらですか？"
    for number in range(3):
        asker = Asker("web", f"A{number}")
        faq.vote(faq.ask(asked, asker).reference, "plan-prices", asker, helpful=False)
    client = tester.signed_in()
    shown = client.get("/team/gaps")
    address = re.search('class="main-action" href="([^"]*)">回答を直す', shown.text)
    assert address and "読み直してください" in page_of(shown)
    form = client.get(unescape(address[1]))
    assert "項目を編集" in page_of(form) and 'name="from" value="gaps"' in form.text


def test_a_closed_gap_leads_to_the_next_one_until_none_is_left(tester: TeamTester) -> None:
    ask(tester, UNKNOWN, UNKNOWN, "縄文土器の文様")
    client = tester.signed_in()
    first = client.get("/team/gaps")
    card = card_of(first) | {"from": "gaps"}
    assert 'name="from" value="gaps"' in first.text
    refused = publish(client, send(client, "/team/gaps/variants", on="/team/gaps", **card), override="")
    published = publish(client, refused) if "/publish" in refused.text else refused
    assert "答えられない質問は、あと1種類です。" in page_of(published)
    assert "<h2>縄文土器の文様</h2>" in published.text and card_of(published)["text"] == "縄文土器の文様"
    form = send(client, "/team/gaps/entry", text="縄文土器の文様", declines="yes", **{"from": "gaps"})
    fields = dict(re.findall(r'name="(question|base|from)" value="([^"]*)"', form.text))
    last = send(client, "/team/new", **fields, answer="公開していません。", category="その他", declines="yes")
    assert "答えられない質問は、もうありません。" in page_of(publish(client, last))
    elsewhere = send(client, "/team/try/judge", question="ためしに使えますか", target="free-trial-10days")
    assert "答えられない質問は" not in page_of(publish(client, elsewhere))


def test_a_card_says_why_the_question_is_there_and_how_often_lately(tester: TeamTester) -> None:
    ask(tester, UNKNOWN, UNKNOWN)
    refused = tester.app.faq.ask("無料お試しは何日間ですか", Asker("web", "asker9"))
    tester.app.faq.vote(refused.reference, "free-trial-10days", Asker("web", "asker9"), helpful=False)
    shown = page_of(tester.signed_in().get("/team/gaps"))
    assert "この7日2回（その前の7日0回）" in shown
    assert "どれでもない 2" in shown and "回答に「いいえ」 1" in shown


def test_the_main_button_of_a_card_fits_how_near_the_nearest_entry_is(tester: TeamTester) -> None:
    ask(tester, "縄文土器の文様")
    far = tester.signed_in().get("/team/gaps")
    assert re.findall(r'class="main-action"[^>]*>([^<]*)<', far.text) == ["新しい項目"]
    assert "尋ね方（加えるものを選びます）" not in page_of(far), "its only wording is its heading"
    assert len(re.findall("<option[^>]*>[^<]", far.text)) == 3
    tester.app.overview.kept_gaps.clear()
    near = tester.app.overview.recent_gaps()[0]
    for kind, main in ((GapKind.UNANSWERED, "言い方に追加"), (GapKind.NONE_OF_THESE, "新しい項目")):
        kept = [replace(near, confidence=0.9, kinds={kind: 1})]
        tester.app.overview.kept_gaps[tester.app.faq.searcher.snapshot.revision] = kept
        shown = tester.client.get("/team/gaps")
        assert re.findall(r'class="main-action"[^>]*>([^<]*)<', shown.text) == [main]
        assert ("どれでもない 1" in page_of(shown)) == (kind is GapKind.NONE_OF_THESE), "the reason stands there"


def test_a_wording_is_added_to_another_entry_than_the_nearest(tester: TeamTester) -> None:
    ask(tester, UNKNOWN)
    client = tester.signed_in()
    other = re.findall(r'<option value="([^"]*)"', client.get("/team/gaps").text)[1]
    proposed = send(client, "/team/gaps/variants", entry=other, text=UNKNOWN)
    assert tester.app.publishing.live().by_id[other].question in page_of(proposed)


def test_ways_to_ask_are_added_on_the_page_of_an_entry(tester: TeamTester) -> None:
    client, entry = tester.signed_in(), tester.app.publishing.live().by_id["plan-prices"]
    assert 'name="text" rows="2"' in client.get("/team/entries/plan-prices").text
    more = f"毎月どれだけ払うのか\r\n\r\n{entry.variants[0]}\r\n月の　支払い額"
    publish(client, send(client, "/team/gaps/variants", entry=entry.id, text=more))
    added = ("毎月どれだけ払うのか", "月の 支払い額")
    assert tester.app.publishing.live().by_id[entry.id].variants == entry.variants + added
    taken = tester.app.publishing.live().by_id["trial-extension"].question
    refused = send(client, "/team/gaps/variants", entry=entry.id, text=taken)
    assert (refused.status_code, 'id="fault-variants-1"' in refused.text, taken in refused.text) == (422, True, True)


def test_a_gap_fills_the_form_of_a_new_entry(tester: TeamTester) -> None:
    client = tester.signed_in()
    fields = {"text": [UNKNOWN, "ほかの 尋ね方", UNKNOWN], "declines": "yes"}
    form = send(client, "/team/gaps/entry", **fields)
    assert f'name="question" value="{UNKNOWN}"' in form.text
    assert re.search(rf'name="variants"[^>]*>\s*{UNKNOWN}\nほかの 尋ね方</textarea>', form.text)
    assert re.search(r'name="declines" value="yes" checked', form.text)


def test_what_was_asked_stays_a_way_to_ask_when_the_question_is_written_anew(tester: TeamTester) -> None:
    ask(tester, UNKNOWN)
    client = tester.signed_in()
    fields = {"base": "1", "answer": "お答えします。", "category": "その他", "variants": UNKNOWN, "from": "gaps"}
    for question, variants in ((UNKNOWN, ()), ("書き直した質問ですか？", (UNKNOWN,))):
        shown = send(client, "/team/new", **fields, question=question)
        again = re.search(r'href="(/team/entries/[^"]*/edit\?[^"]*)">「[^」]*」を書き直す', shown.text)
        assert again and "from=gaps" in again[1]
        proposal = re.search(r"/team/proposals/(\w+)/publish", shown.text)
        assert proposal
        (put,) = tester.app.publishing.proposals.find(proposal[1]).change.put
        assert put.variants == variants


def test_the_form_of_an_entry_without_an_answer_needs_nothing_more_to_be_proposed(tester: TeamTester) -> None:
    client = tester.signed_in()
    form = send(client, "/team/gaps/entry", text=UNKNOWN, declines="yes", entry="plan-prices")
    assert "<h1>回答しない項目</h1>" in form.text and "<details><summary>くわしい設定" in form.text
    fields = dict(re.findall(r'name="(question|category|base)" value="([^"]*)"', form.text))
    answer = re.search(r'name="answer"[^>]*>\s*([^<]*)</textarea>', form.text)
    assert answer and answer[1].startswith(f"「{UNKNOWN}」については、公開している回答がありません。")
    proposed = send(client, "/team/new", **fields, answer=answer[1], declines="yes")
    assert (proposed.status_code, "公開" in page_of(proposed)) == (200, True)
    wrong = send(client, "/team/new", **fields, answer=answer[1], review_by="来年")
    assert (wrong.status_code, "<details open><summary>くわしい設定" in wrong.text) == (422, True)


def test_an_ignored_gap_is_not_shown_again(tester: TeamTester) -> None:
    ask(tester, UNKNOWN)
    client = tester.signed_in()
    after = send(client, "/team/gaps/ignore", on="/team/gaps", gap=card_of(client.get("/team/gaps"))["gap"])
    assert "答えられないままの質問はありません" in page_of(after)
    sent = client.post("/team/gaps/ignore", data={"gap": "x" * 100_000, "form_token": token_in(after)})
    assert len(sent.headers["Location"]) < 100


def test_an_ignored_gap_is_restored_at_once_or_later_and_both_presses_are_kept(tester: TeamTester) -> None:
    ask(tester, UNKNOWN, REWORDED)
    client, other = tester.signed_in(), tester.signed_in("other")
    for restored_on in ("/team/gaps?ignored={key}", "/team/gaps/ignored"):
        card = card_of(client.get("/team/gaps"))
        key = card["gap"]
        after = send(client, "/team/gaps/ignore", on="/team/gaps", gap=key)
        assert f"「{card['text']}」を無視しました。" in page_of(after)
        assert UNKNOWN not in page_of(client.get("/team/gaps"))
        listed = client.get("/team/gaps/ignored")
        assert all(words in page_of(listed) for words in (UNKNOWN, REWORDED, f"{EDITOR}さんが無視しました"))
        button = re.search('name="key" value="(\\w+)"', other.get(restored_on.format(key=key)).text)
        assert button
        back = send(other, "/team/gaps/restore", key=button[1])
        assert ("otherさんが戻しました" in page_of(back), ">戻す<" in back.text) == (True, False)
        assert all(words in page_of(client.get("/team/gaps")) for words in (UNKNOWN, REWORDED))
    assert send(client, "/team/gaps/restore", key="nothing").status_code == 200
    assert "を無視しました" not in page_of(client.get(f"/team/gaps?ignored={key}"))


def test_a_gap_is_ignored_that_has_another_first_wording_since_the_page_was_drawn(tester: TeamTester) -> None:
    ask(tester, UNKNOWN)
    client = tester.signed_in()
    drawn = card_of(client.get("/team/gaps"))["gap"]
    ask(tester, *[REWORDED] * 3)
    send(client, "/team/gaps/ignore", on="/team/gaps", gap="none")  # what was found before is looked for anew
    assert card_of(client.get("/team/gaps"))["gap"] != drawn
    after = send(client, "/team/gaps/ignore", on="/team/gaps", gap=drawn)
    assert "答えられないままの質問はありません" in page_of(after)


def test_nothing_is_added_where_no_wording_is_ticked_or_the_entry_is_gone(tester: TeamTester) -> None:
    client = tester.signed_in()
    assert send(client, "/team/gaps/variants", entry="plan-prices").status_code == 422
    assert send(client, "/team/gaps/variants", entry="gone", text=UNKNOWN).status_code == 404


def test_trying_shows_every_reason_and_leaves_no_trace(tester: TeamTester) -> None:
    client = tester.signed_in()
    shown = page_of(client.get("/team/try", query_string={"q": "無料お試しはありますか？ 初期費用はいくらですか？"}))
    parts = ("読み取った質問", "一致した語", "語（BM25）", "次点", "確信度", "しきい値", "第1版")
    assert [part for part in parts if part not in shown] == []
    with tester.app.store.engine.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(queries)) == 0
    thanks = page_of(client.get("/team/try", query_string={"q": "ありがとう"}))
    assert "一致した語" not in thanks
    assert client.get("/team/try").status_code == 200


@pytest.mark.parametrize(
    ("asked", "decided"),
    [
        ("料金プランと月額はいくらですか", "「料金プランと月額はいくらですか？」の質問か言い方と同じ文なので"),
        ("縄文土器の文様", "いちばん近い項目「.*」でも、確信度0.\\d\\dが、候補を見せる目安の0.\\d\\dに届かないので"),
        ("お試しを申し込みたい", "いちばん近い項目は「.*」です。確信度0.*直接答える目安の.*候補を見せます"),
        ("担当者と話したい", "担当者への連絡を求める発言"),
    ],
)
def test_trying_says_in_a_sentence_what_decided(tester: TeamTester, asked: str, decided: str) -> None:
    shown = tester.signed_in().get("/team/try", query_string={"q": asked}).text
    reason, _, details = shown.partition("<h3>理由</h3>")[2].partition("<details>")
    assert re.search(decided, reason), reason
    assert "<pre" in details and "<pre" not in reason


def test_the_right_entry_for_a_question_becomes_a_judged_query(tester: TeamTester) -> None:
    client = tester.signed_in()
    proposed = send(client, "/team/try/judge", question="ためしに使えますか", target="free-trial-10days")
    publish(client, proposed)
    judged = tester.app.publishing.live().lists.text(ListName.JUDGED)
    assert "ためしに使えますか\tfree-trial-10days\n" in judged


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"question": "何か"}, "正しい項目を選ぶか"),
        ({"question": "何か", "other": "no-such"}, "「no-such」という質問やidの項目はありません"),
        ({"question": " ", "target": "-"}, "質問を1行に1つ書いてください"),
    ],
)
def test_what_cannot_be_judged_says_the_next_step(tester: TeamTester, fields: dict[str, str], said: str) -> None:
    refused = send(tester.signed_in(), "/team/try/judge", **fields)
    assert (refused.status_code, said in page_of(refused)) == (422, True)


def test_what_cannot_be_judged_stays_in_the_form_below_the_page_that_was_tried(tester: TeamTester) -> None:
    fields = {"tried": "無料お試しはありますか", "question": "ためしに使えますか", "other": "no-such"}
    refused = send(tester.signed_in(), "/team/try/judge", **fields)
    assert all(words in page_of(refused) for words in ("質問を試す", "一致した語", "無料お試しはありますか"))
    assert re.search('name="other"[^>]* value="no-such"', refused.text)
    assert re.search(r'name="question"[^>]*>\s*ためしに使えますか</textarea>', refused.text)
    asked = tester.app.publishing.live().by_id["free-trial-10days"].question
    own = send(tester.client, "/team/try/judge", question=asked, target="free-trial-10days")  # as the audit sends it
    assert (own.status_code, 'value="free-trial-10days" checked' in own.text) == (422, True)
