"""`faqbot evaluate` and `ask --explain` measure and account for what there is.

1. Judged queries of entries that are not live are left out and named; nothing to measure is an error with a sentence.
2. BM25 can be measured alone; options that do nothing together are refused; a file that cannot be written is named.
3. Kinds of questions and the risk at other cuts are shown.
4. An explanation says why a sure entry was only suggested, and that a question was compared with nothing.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from making import bot_on

from bot.app import App
from bot.commands import ask, evaluate
from bot.faq import Faq
from bot.settings import read_settings
from bot.terminal.arguments import build_parser
from bot.terminal.replies import explanation_json
from bot.wording.explanations import explanation_lines
from index.asking.asking import hear
from index.decision.decision import Suggest
from index.decision.risk import MeasuredRisk, clopper_pearson
from index.encoder.encoder import Encoder
from index.evaluation.evaluation import risk_steps
from index.searcher import Searcher
from index.snapshot import Snapshot
from index.text.analyzer import Analyzer
from knowledge.database.connection import connect
from knowledge.database.migration import migrate
from knowledge.entry import Entry, Status
from knowledge.errors import FaqError, KnowledgeError
from knowledge.folder import SHIPPED
from knowledge.judged import JudgedQuery, read_judged
from knowledge.revisions.store import Change, Store

RIGHT = "無料のお試しは何日間できますか\tfree-trial-10days\n"


@pytest.fixture
def empty_app(tmp_path: Path, analyzer: Analyzer) -> Iterator[App]:
    """A bot whose only entry is a draft."""
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    engine = connect(url)
    migrate(engine)
    draft = Entry(id="draft", category="料金", question="料金は？", answer="未定です。", status=Status.DRAFT)
    Store(engine).publish(Change(put=(draft,)), "test", "", 0)
    engine.dispose()
    app = App(read_settings({"DATABASE_URL": url}))
    app.tokenizer, app.encoder, app.second_stage = analyzer.tokenizer, None, None
    yield app
    app.store.engine.dispose()


@pytest.fixture
def judged_file(tmp_path: Path) -> Callable[[str], str]:
    def write(text: str) -> str:
        path = tmp_path / "judged.tsv"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def run(app: App, *arguments: str) -> None:
    assert evaluate.run(build_parser().parse_args(["evaluate", *arguments]), app) == 0


def explained(app: App, *arguments: str) -> None:
    assert ask.run(build_parser().parse_args(["ask", "--explain", *arguments]), app) == 0


# -- what is left out -----------------------------------------------------------------------------


def test_the_shipped_judged_queries_are_measured_on_a_base_that_lacks_many_of_their_entries(
    small: App, capsys: pytest.CaptureFixture[str]
) -> None:
    run(small, "--judged", str(SHIPPED.judged), "--json")
    values = json.loads(capsys.readouterr().out)
    all_queries = SHIPPED.read_judged()
    left_out = values["left_out"]
    assert values["queries"] + left_out["queries"] == len(all_queries)
    assert values["queries"] > 100
    assert "no-cancellation-penalty" in left_out["entries"]
    assert not {entry.id for entry in small.faq.entries()}.intersection(left_out["entries"])
    assert values["hit_at_1"] > 0.8


def test_one_line_says_how_many_queries_were_left_out_and_for_which_entries(
    small: App, judged_file: Callable[[str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    path = judged_file(f"{RIGHT}やめたい\tgone-a\n終わりたい\tgone-a|gone-b\nお試し10日\tgone-c|free-trial-10days\n")
    run(small, "--judged", path)
    output = capsys.readouterr().out
    assert "質問: 2\n" in output
    assert "公開中でない項目への質問2件は除きました: gone-a, gone-b\n" in output


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("やめたい\tgone-a\n", "どれも公開中ではありません.*\n.*gone-a"),
        ("", "質問がありません"),
        ("query\tentry\n", "質問が"),
    ],
)
def test_a_file_that_leaves_nothing_to_measure_is_an_error(
    small: App, judged_file: Callable[[str], str], text: str, message: str
) -> None:
    with pytest.raises(FaqError) as caught:
        run(small, "--judged", judged_file(text))
    assert re.search(message, str(caught.value))


def test_a_base_without_live_entries_cannot_be_measured(empty_app: App, judged_file: Callable[[str], str]) -> None:
    for text in ("", RIGHT, "カレー\t-\n"):
        with pytest.raises(FaqError, match="公開中の項目がないので、測れません"):
            run(empty_app, "--judged", judged_file(text))


# -- options --------------------------------------------------------------------------------------


def test_bm25_is_measured_alone_with_its_own_calibration(
    database: str,
    analyzer: Analyzer,
    encoder: Encoder,
    judged_file: Callable[[str], str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    with bot_on(database, analyzer, encoder) as app:
        run(app, "--lexical", "--judged", judged_file(RIGHT), "--json")
        snapshot = app.faq.searcher.snapshot
    assert snapshot.index.encoder is None
    assert "mean_meaning" not in snapshot.calibration.answers.adjustment.names
    assert json.loads(capsys.readouterr().out)["hit_at_1"] == 1.0


def test_a_benchmark_is_ranked_by_bm25_alone(app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    documents = [{"id": "a", "title": "", "text": "車を停める場所"}, {"id": "b", "title": "", "text": "月額の料金"}]
    lines = "\n".join(json.dumps(document, ensure_ascii=False) for document in documents)
    (tmp_path / "corpus.jsonl").write_text(lines, encoding="utf-8")
    (tmp_path / "queries.tsv").write_text("q\tパーキング\n", encoding="utf-8")
    (tmp_path / "qrels.tsv").write_text("q\ta\t1\n", encoding="utf-8")
    run(app, "--bench", str(tmp_path), "--lexical", "--json")
    assert json.loads(capsys.readouterr().out)["queries"] == 1
    assert app.encoder is None


@pytest.mark.parametrize("option", ["--judged", "--details"])
def test_options_that_a_benchmark_would_ignore_are_refused(small: App, tmp_path: Path, option: str) -> None:
    with pytest.raises(FaqError, match="--bench は --judged・--details と一緒に使えません"):
        run(small, "--bench", str(tmp_path), option, str(tmp_path / "file.tsv"))


def test_details_that_cannot_be_written_are_a_clear_error(
    small: App, judged_file: Callable[[str], str], tmp_path: Path
) -> None:
    with pytest.raises(KnowledgeError, match="書き込めません"):
        run(small, "--judged", judged_file(RIGHT), "--details", str(tmp_path / "missing" / "out.tsv"))


# -- kinds and risk -------------------------------------------------------------------------------

OWN = "無料お試しはどのような内容ですか？何日間使えますか？"
KINDS = (
    f"query\tentry\tkind\n{OWN}\tfree-trial-10days\t丁寧\nお試し\tplan-prices\t丁寧\n"
    "カレーの作り方\t-\t範囲外\n料金プラン\tplan-prices\n"
)


def test_each_kind_of_question_is_measured(
    small: App, judged_file: Callable[[str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    path = judged_file(KINDS)
    run(small, "--judged", path, "--json")
    kinds = json.loads(capsys.readouterr().out)["kinds"]
    assert list(kinds) == ["丁寧", "範囲外"]
    assert (kinds["丁寧"]["queries"], kinds["丁寧"]["hit_at_1"], kinds["丁寧"]["right_answers"]) == (2, 0.5, 0.5)
    assert kinds["丁寧"]["answered_wrongly"] is None
    assert (kinds["範囲外"]["hit_at_1"], kinds["範囲外"]["answered_wrongly"]) == (None, 0.0)
    run(small, "--judged", path)
    output = capsys.readouterr().out
    assert "  丁寧: 質問 2・hit@1 0.500・正しく回答 0.500・" in output
    assert "  範囲外: 質問 1・答えてはいけないのに回答 0.000\n" in output


def test_the_third_column_may_be_missing_and_a_fourth_is_refused(judged_file: Callable[[str], str]) -> None:
    queries = read_judged(Path(judged_file(KINDS)))
    assert [query.kind for query in queries] == ["丁寧", "丁寧", "範囲外", ""]
    assert read_judged(Path(judged_file("料金\tplan-prices\t一語\n"))) == [
        JudgedQuery("料金", ("plan-prices",), "一語")
    ]
    for line in ("料金\tplan-prices\t一語\tもう一つ\n", "料金\t\t一語\n"):
        with pytest.raises(KnowledgeError, match=r"judged\.tsv:1"):
            read_judged(Path(judged_file(line)))


def test_the_risk_at_other_cuts_is_shown_with_its_bound(
    small: App, judged_file: Callable[[str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    path = judged_file(RIGHT)
    run(small, "--judged", path, "--json")
    risk = json.loads(capsys.readouterr().out)["risk"]
    promise = small.faq.searcher.snapshot.calibration.risk
    assert promise
    assert (risk["asked"], risk["live"]["bound"]) == (promise.asked, promise.bound)
    assert len(risk["steps"]) == 10
    answered = [step["answered"] for step in risk["steps"]]
    assert answered == sorted(answered, reverse=True)
    run(small, "--judged", path)
    lines = capsys.readouterr().out.splitlines()
    assert any(f"質問{promise.asked}件" in line for line in lines)
    assert sum("以上: 回答" in line for line in lines) == 11


def test_the_steps_of_a_curve_are_numbers_of_questions() -> None:
    curve = ((0.0, 0.75, 0.1), (0.5, 0.5, 0.05), (0.9, 0.0, 0.0))
    first, _, last = risk_steps(MeasuredRisk(asked=200, answered=100, wrong=5, bound=0.1, curve=curve))
    assert (first.answered, first.wrong, first.bound) == (150, 15, clopper_pearson(15, 150))
    assert (last.answered, last.wrong, last.bound) == (0, 0, 1.0)


# -- explanations ---------------------------------------------------------------------------------


def test_an_explanation_of_nothing_is_a_sentence(
    empty_app: App, small: App, capsys: pytest.CaptureFixture[str]
) -> None:
    explained(empty_app, "料金は")
    assert "公開中の項目がないので" in capsys.readouterr().out
    explained(small, "")
    output = capsys.readouterr().out
    assert "読み取れないので、どの項目とも比べていません" in output
    assert "1位の項目" not in output
    explained(small, "--json", "")
    assert json.loads(capsys.readouterr().out)["explanation"] is None


def test_an_explanation_says_that_the_guard_held_a_sure_answer_back(lexical_snapshot: Snapshot) -> None:
    question = "営業電話を断ってほしくない"
    outcome = lexical_snapshot.ask(question)
    assert isinstance(outcome.decision, Suggest)
    assert outcome.confidence >= lexical_snapshot.calibration.thresholds.answer
    lines = "\n".join(explanation_lines(lexical_snapshot, outcome))
    assert "質問は「断る」を望んでいないのに" in lines
    faq = Faq(Searcher(lambda: 1, lambda _: lexical_snapshot))
    values = explanation_json(lexical_snapshot, faq.preview(question))
    assert values
    assert values["unwanted"] == ["断る"]
    wanted = lexical_snapshot.ask("無料お試しは何日間ですか")
    assert "候補にとどめた理由" not in "\n".join(explanation_lines(lexical_snapshot, wanted))


@pytest.mark.parametrize(
    ("written", "said"), [("担当者と話したい", "担当者への連絡"), ("ありがとうございます", "質問ではない")]
)
def test_an_explanation_says_why_nothing_was_compared(lexical_snapshot: Snapshot, written: str, said: str) -> None:
    (heard,) = hear(lexical_snapshot, written).outcomes
    (line,) = explanation_lines(lexical_snapshot, heard.outcome)
    assert said in line


def test_an_explanation_says_that_a_bare_question_was_held_back(app: App) -> None:
    live = app.faq.searcher.snapshot
    lower = replace(live.calibration.thresholds, answer=0.0)  # so that only the guard holds it back
    snapshot = replace(live, calibration=replace(live.calibration, thresholds=lower))
    assert "何についてのことか分かりません" in "\n".join(explanation_lines(snapshot, snapshot.ask("いくら？")))


def test_nothing_is_held_back_where_the_confidence_does_not_reach(lexical_snapshot: Snapshot) -> None:
    outcome = lexical_snapshot.ask("報告しないでほしい")
    assert outcome.confidence < lexical_snapshot.calibration.thresholds.answer
    assert not lexical_snapshot.is_held_back(outcome)


def test_what_a_knowledge_base_does_not_have_gets_no_heading(tiny: App, capsys: pytest.CaptureFixture[str]) -> None:
    run(tiny)
    said = capsys.readouterr().out
    assert "質問の種類ごと" in said
    assert "表記の違い" not in said
