"""提案: real questions as variants of the entry that their askers pressed, new words as synonyms, each with its price.

1. A text is proposed when two people meant one entry or an editor judged it; never with a redacted word, as an entry's
   own text, against a verdict, or where the askers do not agree.
2. The price counts the real questions that are won and everything that is lost, replayed on a candidate.
3. The page shows what was computed before and says when; a budget bounds the computing, and what is not pressed costs
   none.
4. What is added goes through the gate; what is set aside does not come back.
5. A word that no entry has is proposed as a synonym of a word of the right entry where that wins a question and loses
   none.
"""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from logged_questions import Asking
from team_tester import TeamTester, page_of, send

from bot.app import App
from bot.web.team.suggestions.board import PAUSE, Board, Suggestions
from bot.web.team.suggestions.new_synonyms import new_synonyms
from bot.web.team.suggestions.wordings import Wording, wordings
from index.review.impact import ImpactLine, Loss, Source
from index.review.new_words import NewWord
from index.review.pricing import price
from index.review.replay import Replay
from index.review.verdicts import AskedSnapshot, Verdict
from index.text.analyzer import Analyzer
from knowledge.judged import with_judgements
from knowledge.list_name import ListName
from knowledge.match_key import match_key
from knowledge.questions.feedback import FeedbackKind
from knowledge.questions.pressed import Pressed
from knowledge.revisions.store import KnowledgeBase

PRICES, TRIAL, WITH_FAX = "plan-prices", "free-trial-10days", "price-small-plus-fax"
TEXT = "月々おいくら万円なのでしょう"
WORDED = "サブスクリプションでFAX番号を付けた月額はいくらですか"  # a word that no entry has
NEW_WORD = NewWord("サブスクリプション", "スモールプラン")
CHOSEN, NONE = FeedbackKind.CHOSEN, FeedbackKind.NONE_OF_THESE


@pytest.fixture
def client(tester: TeamTester) -> FlaskClient:
    return tester.signed_in()


@pytest.fixture
def base(small: App) -> KnowledgeBase:
    return small.publishing.live()


class Pressing:
    """People who ask in vain and press one of the suggestions."""

    def __init__(self, small: App) -> None:
        self.asking = Asking(small.log)

    def press(self, *askers: str, text: str = TEXT, entry: str = PRICES, kind: FeedbackKind | None = CHOSEN) -> None:
        for asker in askers:
            at = datetime.now(UTC) - timedelta(hours=2)
            self.asking.ask(at, *filter(None, [kind]), asker=asker, decision="suggest", entry=entry, text=text)


@pytest.fixture
def people(small: App) -> Pressing:
    return Pressing(small)


def board_of(small: App) -> Board:
    suggestions = Suggestions(small.publishing)
    suggestions.refresh()
    assert suggestions.board
    return suggestions.board


def proposed(small: App) -> list[tuple[str, str]]:
    return [(one.wording.text, one.wording.entry.id) for one in board_of(small).suggestions]


# -- what is proposed --------------------------------------------------------------------------------


def test_two_people_are_needed_however_often_one_presses(small: App, people: Pressing) -> None:
    people.press("U1", "U1", "U1")
    assert proposed(small) == []
    people.press("U2", text=f" {TEXT}？", kind=None)  # asked in another spelling and did not press
    assert proposed(small) == [], "the spelling was pressed by nobody"
    people.press("U2", kind=None)
    assert proposed(small) == [(TEXT, PRICES)], "the entry was suggested to the second one first"


@pytest.mark.parametrize(
    ("judged", "pressed", "found"),
    [
        (PRICES, [], PRICES),
        (PRICES, [Pressed(TEXT, PRICES, 1, 1)], PRICES),
        (TRIAL, [Pressed(TEXT, PRICES, 9, 9)], TRIAL),
        ("", [Pressed(TEXT, PRICES, 9, 9)], None),
        ("gone-entry", [], None),
        (None, [Pressed(TEXT, PRICES, 1, 1)], None),
    ],
)
def test_an_editors_verdict_is_enough_and_one_against_it_too_much(
    base: KnowledgeBase, judged: str | None, pressed: list[Pressed], found: str | None
) -> None:
    verdicts = {} if judged is None else {match_key(TEXT): frozenset(filter(None, [judged]))}
    proposed = wordings(base, datetime.now(UTC), pressed, Counter({TEXT: 2, f"{TEXT}？": 1}), verdicts)
    assert [(one.text, one.entry.id, one.is_judged) for one in proposed] == ([(TEXT, found, True)] if found else [])


def test_a_judged_text_that_becomes_a_variant_is_judged_no_more(base: KnowledgeBase) -> None:
    judged = with_judgements(base.lists.judged, [TEXT], PRICES, base.entries)
    after = replace(base, lists=base.lists.replaced({ListName.JUDGED: judged}))
    change = Wording(TEXT, after.by_id[PRICES], 0, 1, is_judged=True).change_of(after)
    assert change.put[0].variants[-1] == TEXT
    assert change.lists == {ListName.JUDGED: base.lists.judged}


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("山田さん[電話番号]の料金は", []),
        ("なぜ", []),
        ("料金プランと月額は？", []),
        (TEXT, [("U3", CHOSEN, TRIAL), ("U4", CHOSEN, TRIAL)]),
        (TEXT, [("U3", NONE, PRICES), ("U4", NONE, PRICES), ("U5", NONE, PRICES)]),
        (TEXT, [("", CHOSEN, "gone-entry"), ("U4", CHOSEN, "gone-entry"), ("U5", CHOSEN, "gone-entry")]),
    ],
    ids=["redacted", "too short", "own text", "level", "rejected by more", "no entry"],
)
def test_what_is_not_proposed(
    small: App, people: Pressing, text: str, others: list[tuple[str, FeedbackKind, str]]
) -> None:
    if text.startswith("料金プラン"):
        text = small.publishing.live().by_id[PRICES].question
    people.press("U1", "U2", text=text)
    for asker, kind, entry in others:
        people.press(asker, text=text, kind=kind, entry=entry)
    assert proposed(small) == []


# -- the price ----------------------------------------------------------------------------------------


SUGGESTED, ANSWERED, OTHER = Verdict("suggest", "a"), Verdict("answer", "a"), Verdict("answer", "b")


@pytest.mark.parametrize(
    ("source", "right", "changed", "kind"),
    [
        (Source.REAL, {"質問": {"a"}}, (SUGGESTED, ANSWERED, Loss.OTHER), "wins"),
        (Source.REAL, {"質問": {"a"}}, (OTHER, ANSWERED, Loss.REDIRECTED), "wins"),
        (Source.REAL, {"質問": {"a"}}, (SUGGESTED, OTHER, Loss.OTHER), "losses"),
        (Source.REAL, {"質問": set()}, (SUGGESTED, ANSWERED, Loss.OTHER), "losses"),
        (Source.REAL, {"質問": {"a"}}, (ANSWERED, SUGGESTED, Loss.SILENCED), "losses"),
        (Source.REAL, {"質問": {"a"}}, (OTHER, SUGGESTED, Loss.SILENCED), ""),
        (Source.REAL, {}, (SUGGESTED, ANSWERED, Loss.OTHER), "unproven"),
        (Source.REAL, {}, (ANSWERED, OTHER, Loss.REDIRECTED), "losses"),
        (Source.JUDGED, {}, (SUGGESTED, ANSWERED, Loss.OTHER), ""),
        (Source.JUDGED, {}, (ANSWERED, SUGGESTED, Loss.SILENCED), "losses"),
        (Source.VARIANT, {}, (ANSWERED, SUGGESTED, Loss.SILENCED), "losses"),
    ],
)
def test_a_changed_question_is_a_win_a_loss_or_unproven(
    changed: tuple[Verdict, Verdict, Loss], source: Source, right: dict[str, set[str]], kind: str
) -> None:
    expected = () if source is Source.REAL else ("a",)
    line = ImpactLine("質問", source, expected, *changed)
    found = price([line], {key: frozenset(ids) for key, ids in right.items()})
    assert [name for name in ("wins", "losses", "unproven") if getattr(found, name)] == ([kind] if kind else [])


def test_the_price_is_replayed_and_the_best_comes_first(small: App, people: Pressing) -> None:
    people.press("U1", "U2", text="おためし期間のながさ", entry=TRIAL)
    people.press("U1", "U2", "U3", "U3")
    first, second = board_of(small).suggestions
    assert (first.wording.text, first.won, first.price.losses) == (TEXT, 4, ())
    assert (second.won, dict(second.times)) == (2, {"おためし期間のながさ": 2})


def test_a_budget_bounds_the_computing(small: App, people: Pressing, monkeypatch: pytest.MonkeyPatch) -> None:
    people.press("U1", "U2", text="おためし期間のながさ", entry=TRIAL)
    people.press("U1", "U2", "U3")
    seconds = iter(range(0, 1_000, 20))
    suggestions = Suggestions(small.publishing, timer=lambda: float(next(seconds)))
    suggestions.refresh()
    assert suggestions.board
    assert ([one.wording.text for one in suggestions.board.suggestions], suggestions.board.unpriced) == ([TEXT], 1)
    suggestions.want()
    suggestions.refresh()
    assert (len(suggestions.board.suggestions), suggestions.board.unpriced) == (2, 0), "the next one goes on"


# -- when it is computed ------------------------------------------------------------------------------


def test_it_is_computed_after_a_press_with_a_pause_unless_somebody_looks(small: App, people: Pressing) -> None:
    moments = [datetime.now(UTC)]
    suggestions = Suggestions(small.publishing, clock=lambda: moments[-1])

    def is_new(*, wanted: bool = False) -> bool:
        before = suggestions.board
        if wanted:
            suggestions.want()
        suggestions.refresh()
        return suggestions.board is not before

    people.press("U1")  # alone, so that there is nothing to replay
    assert is_new()
    assert not is_new(wanted=True), "nothing was pressed since"
    people.press("U1")
    assert not is_new(), "nobody waits for it"
    assert is_new(wanted=True)
    people.press("U1")
    moments.append(moments[-1] + PAUSE)
    assert is_new()


# -- the page -----------------------------------------------------------------------------------------


def test_a_suggestion_is_added_by_the_gate(
    small: App, people: Pressing, tester: TeamTester, client: FlaskClient
) -> None:
    assert "計算しています" in page_of(client.get("/team/suggestions"))
    people.press("U1", "U2")
    tester.team.suggestions.refresh()
    page = client.get("/team/suggestions")
    said = ("「月々おいくら万円なのでしょう」", "実際の質問2件に正しく答えられるようになり、失うものは0件です", "2人が")
    assert all(words in page_of(page) for words in (*said, "第1版で計算しました"))
    assert tester.team.suggestions.board
    key = tester.team.suggestions.board.suggestions[0].wording.key
    shown = send(client, "/team/suggestions/add", on="/team/suggestions", key=key)
    assert all(words in page_of(shown) for words in ("公開前の確認", TEXT))
    published = send(client, f"{shown.request.path}/publish", on=shown.request.path)
    assert "版として公開しました" in page_of(published)
    assert TEXT in small.publishing.live().by_id[PRICES].variants
    assert "いま出せる提案はありません" in page_of(client.get("/team/suggestions")), "though it is not computed anew"


def test_what_is_set_aside_does_not_come_back(
    small: App, people: Pressing, tester: TeamTester, client: FlaskClient
) -> None:
    people.press("U1", "U2")
    tester.team.suggestions.refresh()
    assert tester.team.suggestions.board
    key = tester.team.suggestions.board.suggestions[0].wording.key
    for _ in range(2):
        shown = send(client, "/team/suggestions/set-aside", on="/team/entries", key=key)
        assert TEXT not in page_of(shown)
    people.press("U3")
    assert proposed(small) == []
    assert send(client, "/team/suggestions/add", on="/team/entries", key="unknown").status_code == 404


# -- new words ----------------------------------------------------------------------------------------


def test_a_new_word_is_added_to_the_synonyms_by_the_gate(
    small: App, people: Pressing, tester: TeamTester, client: FlaskClient
) -> None:
    people.press("U1", "U2", text=WORDED, entry=WITH_FAX)
    tester.team.suggestions.refresh()
    assert tester.team.suggestions.board
    (one,) = tester.team.suggestions.board.synonyms
    assert (one.new, one.won, one.price.losses) == (NEW_WORD, 2, ())
    assert [match_key(text) for text in one.times] == [match_key(WORDED)], "however it is typed"
    said = "「サブスクリプション」を「スモールプラン」と同じ意味に"
    assert said in page_of(client.get("/team/suggestions"))
    assert said not in page_of(send(client, "/team/suggestions/set-aside", on="/team/suggestions", key=one.key))
    assert board_of(small).synonyms == (), "it was set aside"
    shown = send(client, "/team/suggestions/add", on="/team/entries", key=one.key)
    assert "公開前の確認" in page_of(shown)
    send(client, f"{shown.request.path}/publish", on=shown.request.path)
    live = small.publishing.live()
    assert any(
        {"スモールプラン", "サブスクリプション"} <= {*rule.sources, *rule.targets} for rule in live.lists.synonym_rules
    )
    assert not one.is_open(live)


def test_a_synonym_that_loses_a_question_or_for_which_there_is_no_time_is_not_proposed(
    small: App, base: KnowledgeBase
) -> None:
    replay = Replay(AskedSnapshot(small.faq.searcher.snapshot), (), [WORDED], small.publishing.builder.query)
    missed = [Wording(WORDED, base.by_id[WITH_FAX], 2, 2)]
    for right, is_time, proposed in (([WITH_FAX], True, [NEW_WORD]), ([], True, []), ([WITH_FAX], False, [])):
        known = {match_key(WORDED): frozenset(right)}
        found, waiting = new_synonyms(
            replay, missed, known, Counter(), aside=(), is_time=lambda is_time=is_time: is_time
        )
        assert ([one.new for one in found], waiting > 0) == (proposed, not is_time)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "サブスクリプション => スモールプラン\n"),
        ("a, b\n無料, スモールプラン # 印", "a, b\n無料, スモールプラン, サブスクリプション  # 印\n"),
        ("無料 => スモールプラン", "無料 => スモールプラン\nサブスクリプション => スモールプラン\n"),
    ],
)
def test_a_new_word_joins_the_rule_of_the_known_one_or_gets_its_own(
    analyzer: Analyzer, before: str, after: str
) -> None:
    assert NEW_WORD.added_to(before, analyzer) == after
