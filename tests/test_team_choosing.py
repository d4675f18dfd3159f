"""Choosing an entry on the team's pages, by its question: editors know no ids.

1. Wherever an entry is chosen, its question or its id may be written, and both where two entries ask the same.
2. What names no entry is said, with entries that are near; what was typed stays.
3. A page holds the list of all entries, or asks the server for those that fit: with 10,000 it is below 100 kB.
"""

import re
from dataclasses import replace
from html import unescape

import pytest
from flask.testing import FlaskClient
from making import SMALL, StartSmall, make_entry
from team_tester import TeamTester, page_of, send
from werkzeug.test import TestResponse

from bot.app import App
from bot.choosing.choices import MAX_MATCHING, Choices
from bot.reply import Asker
from index.snapshot import Snapshot
from knowledge.entry import Entry
from knowledge.list_name import ListName
from knowledge.revisions.store import KnowledgeBase

PRICES, TRIAL, LIMITS = "plan-prices", "free-trial-10days", "trial-limits"
UNKNOWN = "お昼休みに窓口の電話は鳴りますか"
MANY, LARGEST = 10_000, 100_000  # entries, bytes of a page
PAGES = (
    f"/team/entries/{PRICES}/edit",
    "/team/new",
    "/team/try?q=料金",
    "/team/lists/judged",
    "/team/lists/site",
    "/team/gaps",
)


@pytest.fixture
def tester(edited: App) -> TeamTester:
    return TeamTester(edited)


def question(tester: TeamTester, entry_id: str) -> str:
    return tester.app.publishing.live().by_id[entry_id].question


def offered(client: FlaskClient, typed: str) -> list[str]:
    """What the server names while somebody types."""
    found: list[str] = client.get("/team/complete", query_string={"q": typed}).get_json()["entries"]
    return found


def published(client: FlaskClient, shown: TestResponse) -> None:
    address = re.search(r'action="([^"]+/publish)"', shown.text)
    assert address, page_of(shown)
    assert "公開しました" in page_of(send(client, address[1], override="確かめた"))


def typed(entry: Entry, *related: str) -> dict[str, str | list[str]]:
    """The form of an entry as a browser sends it, with these related ones."""
    fields = {"base": "1", "question": entry.question, "answer": entry.answer, "category": entry.category}
    return fields | {"variants": "\n".join(entry.variants), "status": "published", "related": list(related)}


# -- by the question --------------------------------------------------------------------------------


def test_the_right_entry_of_a_tried_question_is_chosen_by_its_question(tester: TeamTester) -> None:
    client = tester.signed_in()
    page = client.get("/team/try?q=ためしに使えますか").text
    assert f'<option value="{question(tester, LIMITS)}">' in page and 'name="other" list="entries"' in page
    shown = send(client, "/team/try/judge", question="ためしに使えますか", other=f" {question(tester, LIMITS)}")
    published(client, shown)
    judged = tester.app.publishing.live().lists.text(ListName.JUDGED)
    assert f"ためしに使えますか\t{LIMITS}\n" in judged


def test_related_entries_are_chosen_by_their_questions(tester: TeamTester) -> None:
    client, entry = tester.signed_in(), tester.app.publishing.live().by_id[LIMITS]
    shown = send(
        client, f"/team/entries/{LIMITS}/edit", **typed(entry, question(tester, PRICES), TRIAL, "", "over-call-billing")
    )
    assert f"加わる関連: 「{question(tester, 'over-call-billing')}」" in page_of(shown)
    published(client, shown)
    assert tester.app.publishing.live().by_id[LIMITS].related == (PRICES, TRIAL, "over-call-billing")
    form = client.get(f"/team/entries/{LIMITS}/edit").text
    inputs = [unescape(value) for value in re.findall(r'name="related" value="([^"]*)"', form)]
    assert inputs == [question(tester, one) for one in (PRICES, TRIAL, "over-call-billing")] + [""]


def test_a_judged_query_is_given_entries_by_their_questions(tester: TeamTester) -> None:
    client, (price, trial) = tester.signed_in(), (question(tester, one) for one in (PRICES, TRIAL))
    table = {f"{price}|{trial}": f"{PRICES}|{TRIAL}", price: PRICES, f"{PRICES}、{TRIAL}": f"{PRICES}|{TRIAL}"}
    rows = {f"新しい質問{number}番": written for number, written in enumerate((*table, "ー"))}
    sent = {"line": ["0"] * len(rows), "query": list(rows), "entries": list(rows.values()), "kind": [""] * len(rows)}
    published(client, send(client, "/team/lists/judged", base="1", **sent))
    lines = tester.app.publishing.live().lists.judged.splitlines()[-len(rows) :]
    assert [line.partition("\t")[2] for line in lines] == [*table.values(), "-"]
    page = client.get("/team/lists/judged", query_string={"q": f"{price} 新しい質問0番"}).text
    assert re.findall(r'name="entries" value="([^"]+)"', page) == [f"{price}|{trial}"], "found by what is seen"


def favourites(page: str) -> list[str]:
    return [unescape(value) for value in re.findall(r'name="favourites" value="([^"]*)"', page)]


def test_the_entries_shown_first_are_chosen_by_their_questions(tester: TeamTester) -> None:
    client, site = tester.signed_in(), "/team/lists/site"
    before = tester.app.publishing.live().lists.site
    first = [question(tester, one) if one in SMALL else one for one in tester.app.faq.site.favourites]
    page = client.get(site).text
    assert [one for one in favourites(page) if one] == first and "" in favourites(page)
    assert 'list="entries"' in page
    chosen = [question(tester, LIMITS), "", question(tester, PRICES)]
    shown = send(client, site, base="1", text=before, favourites=chosen)
    assert f"- 「{question(tester, LIMITS)}」" in page_of(shown)
    published(client, shown)
    assert tester.app.faq.site.favourites == (LIMITS, PRICES)
    after = tester.app.publishing.live().lists.site
    head = before.index("\n  - ", before.index("\nfavourites"))
    assert after == f"{before[:head]}\n  - {LIMITS}\n  - {PRICES}\n", "comments and all else stay"
    edited = after.replace(f"  - {PRICES}", f"  - {TRIAL}")
    published(client, send(client, site, base="2", text=edited, favourites=favourites(client.get(site).text)))
    assert tester.app.faq.site.favourites == (LIMITS, TRIAL), "what is written in the text counts too"


def test_an_entry_to_show_first_that_is_none_is_told_and_what_was_typed_stays(tester: TeamTester) -> None:
    client, text = tester.signed_in(), tester.app.publishing.live().lists.site
    refused = send(client, "/team/lists/site", base="1", text=text, favourites=["料金プランの値", ""])
    assert refused.status_code == 422
    assert "「料金プランの値」という質問やidの項目はありません" in page_of(refused)
    assert favourites(refused.text)[0] == "料金プランの値"
    many = send(client, "/team/lists/site", base="1", text=text, favourites=list(SMALL)[:11])
    assert "11個あります" in page_of(many)
    broken = send(client, "/team/lists/site", base="1", text="name: [", favourites=[question(tester, PRICES)])
    assert (broken.status_code, favourites(broken.text)[0]) == (422, question(tester, PRICES))
    untouched = favourites(client.get("/team/lists/site").text)
    broken = send(client, "/team/lists/site", base="1", text="name: [", favourites=untouched)
    assert favourites(broken.text) == untouched


def test_a_wording_is_added_to_any_entry(tester: TeamTester) -> None:
    asker = Asker("web", "asker")
    tester.app.faq.none_of_these(tester.app.faq.ask(UNKNOWN, asker).reference, asker)
    client = tester.signed_in()
    assert 'name="other" list="entries"' in client.get("/team/gaps").text
    fields = {"entry": PRICES, "text": UNKNOWN, "on": "/team/gaps"}
    published(client, send(client, "/team/gaps/variants", other=question(tester, LIMITS), **fields))
    assert UNKNOWN in tester.app.publishing.live().by_id[LIMITS].variants
    refused = send(client, "/team/gaps/variants", other="無料お試しの長さ", **fields)
    assert refused.status_code == 422
    assert "「無料お試しの長さ」という質問やidの項目はありません" in page_of(refused)


# -- what names none --------------------------------------------------------------------------------


def test_what_names_no_entry_is_said_with_near_ones_and_stays(tester: TeamTester) -> None:
    client, entry = tester.signed_in(), tester.app.publishing.live().by_id[PRICES]
    pages = (
        (f"/team/entries/{PRICES}/edit", typed(entry, LIMITS, "無料お試し")),
        ("/team/try/judge", {"question": "ためし", "other": "無料お試し"}),
        ("/team/lists/judged", {"base": "1", "line": "0", "query": "ためし", "entries": "無料お試し", "kind": ""}),
    )
    for path, fields in pages:
        shown = send(client, path, **fields)
        assert shown.status_code == 422
        assert "「無料お試し」という質問やidの項目はありません。近い項目" in page_of(shown), path
        assert question(tester, TRIAL) in page_of(shown), path
        assert 'value="無料お試し"' in shown.text, path
        assert shown.text.count("aria-invalid") == (path != "/team/try/judge"), path
    strange = page_of(send(client, "/team/try/judge", question="ためし", other="zzzz"))
    assert "「zzzz」という質問やidの項目はありません。質問の一部を入れると" in strange
    assert tester.app.publishing.store.revision() == 1


def test_two_entries_with_one_question_are_told_apart(tester: TeamTester) -> None:
    twins = [make_entry(one, "いくら  ですか？") for one in ("first", "second")]
    split = make_entry("split", "A|Bとは？")
    choices = Choices(KnowledgeBase(1, (*twins, split)), tester.app.faq)
    assert [choices.written(one) for one in ("first", "split", "gone")] == ["first いくら ですか？", "split", "gone"]
    for text in ("second", "ｓｅｃｏｎｄ", choices.written("second"), "second　いくらですか"):
        assert choices.found(text) == "second", text
    assert choices.found("a | bとは") == "split", "however it is typed"
    assert (choices.found("いくらですか"), choices.found("？"), choices.found("")) == ("", "", "")
    fault = choices.fault("いくらですか")
    assert "2件あります" in fault and "「second いくら ですか？」" in fault


# -- many entries -----------------------------------------------------------------------------------


def test_with_ten_thousand_entries_the_server_is_asked_and_no_page_is_large(
    start_small: StartSmall, small_snapshot: Snapshot
) -> None:
    topics = ("解約の手続き", "請求書の送り先", "転送先の変更", "担当者の名前")
    more = [
        make_entry(f"more-{number}", f"{topics[number % 4]}について、{number}番目の決まりは？")
        for number in range(MANY)
    ]
    base = replace(small_snapshot.base, entries=(*small_snapshot.base.entries, *more))
    many = replace(small_snapshot, base=base)  # their index, which takes ten seconds, is not needed
    app = start_small(live=many, WEB_RATE_LIMIT="10000")
    tester, asker = TeamTester(app), Asker("web", "asker")
    app.faq.none_of_these(app.faq.ask(UNKNOWN, asker).reference, asker)
    client = tester.signed_in()
    for path in PAGES:
        page = client.get(path)
        assert (page.status_code, len(page.data) < LARGEST, "番目の決まり" in page.text) == (200, True, False), path
        assert 'data-complete="/team/complete"' in page.text, path
    found = {typed: offered(client, typed) for typed in ("解約　9996番", "解約", "more-17", " ")}
    assert found["解約　9996番"][0] == "解約の手続きについて、9996番目の決まりは？"
    assert (len(found["解約"]), found["more-17"][0], found[" "]) == (MAX_MATCHING, more[17].question, [])
    shown = send(client, "/team/try/judge", question="ためし", other="請求書の送り先についての9997番目の決まり")
    assert (shown.status_code, "という質問やidの項目はありません" in page_of(shown)) == (422, True)
