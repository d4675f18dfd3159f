"""Judged queries, synonyms and style are published like entries.

1. One revision covers entries and lists: history, roll-back and other processes see both.
2. A synonym or judged query is a candidate like an entry: its impact is shown, and a loss is refused.
3. A judgement replaces an earlier one; an entry's own text is none.
"""

from dataclasses import replace

import pytest
from making import bot_on
from tiny import FILES, JUDGED, KAEDE, PARKING, PRICE, SAKURA, STYLE, SYNONYMS, change_file, live, run

from bot.app import App
from bot.gate.proposal import PublishRefused
from index.review.impact import Loss
from index.text.analyzer import Analyzer
from knowledge.errors import EditConflict, FaqError, KnowledgeError
from knowledge.judged import with_judgements
from knowledge.revisions.store import Change


def test_history_and_roll_back_cover_the_lists(
    tiny: App, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tiny.settings.knowledge.path
    change_file(own, "synonyms.txt", "料金, 値段", "料金, 値段, 月謝")
    change_file(own, "entries/all.yaml", "21時", "22時")
    assert run(tiny, monkeypatch, "import", own, "--reason", "月謝も料金") == 0
    assert tiny.store.revision() == 2
    run(tiny, monkeypatch, "history", "--revision", 2)
    printed = capsys.readouterr().out
    assert "変更: synonyms.txt「同義語」" in printed
    assert "行: 料金, 値段 # お金 → 料金, 値段, 月謝 # お金".replace(" # ", "  # ") in printed
    assert run(tiny, monkeypatch, "rollback", 1) == 0
    base = tiny.store.load()
    assert (base.revision, base.lists.synonyms) == (3, FILES["synonyms.txt"])
    assert "21時" in base.by_id["hours"].answer


def test_another_process_answers_by_the_new_synonyms(tiny: App, analyzer: Analyzer) -> None:
    with bot_on(tiny.settings.database_url, analyzer, KNOWLEDGE=str(tiny.settings.knowledge.path)) as other:
        assert not other.faq.searcher.snapshot.index.analyzer.synonym_matches("お月謝")
        change = Change(lists={SYNONYMS: FILES["synonyms.txt"] + "\n入会, 加入, お月謝\n"})
        tiny.publishing.publish(tiny.publishing.propose(change, SAKURA), SAKURA)
        assert other.faq.searcher.refresh()
        for bot in (tiny, other):
            assert bot.faq.searcher.snapshot.index.analyzer.synonym_matches("お月謝")
            assert bot.faq.searcher.snapshot.revision == 2


def test_the_style_of_the_live_revision_checks_the_next_edit(tiny: App) -> None:
    tiny.publishing.publish(tiny.publishing.propose(Change(lists={STYLE: "! 台 => 枠\n"}), SAKURA), SAKURA)
    with pytest.raises(KnowledgeError, match="枠"):
        tiny.publishing.propose(Change(put=(replace(PARKING, answer="12台あります。"),)), SAKURA)


def test_a_synonym_that_takes_a_judged_query_from_its_entry_is_refused(tiny: App) -> None:
    judged = Change(lists={JUDGED: FILES["judged.tsv"] + "値段を知りたい\tprice\n"})
    tiny.publishing.publish(tiny.publishing.propose(judged, SAKURA), SAKURA)
    proposal = tiny.publishing.propose(Change(lists={SYNONYMS: "値段, 時間\n"}), SAKURA)
    (lost,) = proposal.impact.refused
    assert (lost.query, lost.loss) == ("値段を知りたい", Loss.LOST)
    with pytest.raises(PublishRefused):
        tiny.publishing.publish(proposal, SAKURA)
    assert tiny.publishing.publish(proposal, SAKURA, override="試験") == 3


def test_an_entry_that_goes_is_told_to_be_the_right_one_of_judged_queries(tiny: App) -> None:
    renamed = replace(PRICE, id="fee")
    proposal = tiny.publishing.propose(Change(put=(renamed,), remove=("price",)), SAKURA)
    (warning,) = [one for one in proposal.problems if "判定つき質問" in one.message]
    assert warning.message == "無くなる「price」が、判定つき質問1件の正解です（例「いくらかかる」）。"
    assert warning.hint.startswith("同じ質問の項目は「fee」です。判定つき質問の正解を")
    tiny.publishing.publish(proposal, SAKURA)
    judged = Change(lists={JUDGED: FILES["judged.tsv"].replace("\tprice", "\tfee")})
    assert not [one for one in tiny.publishing.propose(judged, SAKURA).problems if "判定つき質問" in one.message]
    both = Change(put=(replace(renamed, id="cost"),), remove=("fee",), lists={JUDGED: FILES["judged.tsv"]})
    assert not [one for one in tiny.publishing.propose(both, SAKURA).problems if "判定つき質問" in one.message]


def test_a_judged_query_that_the_bot_misses_is_no_reason_to_refuse(tiny: App) -> None:
    change = Change(lists={JUDGED: FILES["judged.tsv"] + "会員証をなくした\tprice\n"})
    proposal = tiny.publishing.propose(change, SAKURA)
    assert not proposal.impact.refused
    assert proposal.impact.considered == 3 + len(tiny.searcher.snapshot.index.texts)
    assert tiny.publishing.publish(proposal, SAKURA) == 2
    assert tiny.searcher.snapshot.calibration.evidence.judged == 3


def test_an_entrys_own_text_is_no_evidence_however_it_came_among_the_judged(
    tiny: App, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    own = "入会の料金は いくらですか？\tprice\n会費\tprice\n"
    proposal = tiny.publishing.propose(Change(lists={JUDGED: FILES["judged.tsv"] + own}), SAKURA)
    assert tiny.publishing.publish(proposal, SAKURA) == 2
    assert tiny.searcher.snapshot.calibration.evidence.judged == 2
    variant = Change(put=(replace(PRICE, variants=(*PRICE.variants, "いくらかかる")),))
    tiny.publishing.publish(tiny.publishing.propose(variant, SAKURA), SAKURA)
    assert tiny.searcher.snapshot.calibration.evidence.judged == 1
    path = tiny.settings.knowledge.path
    change_file(path, "judged.tsv", "犬を連れて行ける", "会費\tprice\n犬を連れて行ける")
    assert run(tiny, monkeypatch, "check") == 0
    assert f"判定つき質問「会費」は、項目「{PRICE.question}」の質問か言い方と同じです" in capsys.readouterr().out


def test_two_editors_judge_at_the_same_time(tiny: App) -> None:
    def judged(query: str, entry_id: str) -> Change:
        return Change(lists={JUDGED: FILES["judged.tsv"] + f"{query}\t{entry_id}\n"})

    first = tiny.publishing.propose(judged("停める所", "parking"), SAKURA, base=1)
    second = tiny.publishing.propose(judged("夜は何時", "hours"), KAEDE, base=1)
    same = tiny.publishing.propose(judged("停める所", "-"), KAEDE, base=1)
    assert tiny.publishing.publish(first, SAKURA) == 2
    assert tiny.publishing.publish(second, KAEDE) == 3
    assert live(tiny.store, JUDGED) == FILES["judged.tsv"] + "停める所\tparking\n夜は何時\thours\n"
    with pytest.raises(EditConflict, match="停める所"):
        tiny.publishing.publish(same, KAEDE)
    third = tiny.publishing.propose(judged("朝は何時", "hours"), KAEDE, base=1)  # its form is from before both
    assert tiny.publishing.publish(third, KAEDE) == 4
    assert all(query in live(tiny.store, JUDGED) for query in ("停める所", "夜は何時", "朝は何時"))


def test_a_judgement_replaces_an_earlier_one_and_keeps_its_kind() -> None:
    text = "いくらかかる\tprice\t一語\r\n犬\t-"
    assert with_judgements(text, ["いくら かかる？"], "hours", ()) == "いくら かかる？\thours\t一語\r\n犬\t-\n"
    assert with_judgements(text, ["犬", "猫\tは"], "", ()) == "いくらかかる\tprice\t一語\r\n犬\t-\n猫 は\t-\n"
    assert with_judgements("", ["a", "", "a"], "x", ()) == "a\tx\n"


def test_an_entrys_own_text_and_nothing_at_all_are_no_judged_queries() -> None:
    with pytest.raises(FaqError, match=PRICE.question):
        with_judgements("", ["会費？"], "price", [PRICE])
    with pytest.raises(FaqError, match="質問を"):
        with_judgements("", [" "], "price", [PRICE])
