"""Judged queries, synonyms and style are versioned with the entries, measured and refused as they are.

1. Files in, files out: what is exported and imported again changes nothing, byte for byte; a bad line takes nothing in.
2. Three-way: a line changed only in the file is taken, only live is kept, in both it is a conflict that leaves the live
   line alone, until both say the same.
3. One revision covers entries and lists: history, roll-back and other processes see both.
4. A synonym or judged query is a candidate like an entry: its impact is shown, and a loss is refused.
5. A database from before the lists were kept takes in those it was used with, as if they had always been there.
6. In Excel each list has a sheet: untouched rows come back as they were, a bad one is named; CSV has entries only.
7. Merging is exact: an untouched side gives the other one byte for byte; lines never get lost or doubled.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from making import bot_on, connect_migrated, make_entry, publish_first
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from bot.app import App
from bot.cli import main
from bot.proposal import PublishRefused
from index.review.impact import Loss
from index.text.analyzer import Analyzer
from knowledge.database.connection import connect
from knowledge.errors import EditConflict, FaqError, KnowledgeError
from knowledge.files.formats import read_files, write_files
from knowledge.files.list_rows import HEADINGS, LINE, read_list, rows_of_list
from knowledge.files.rows import Table
from knowledge.folder import KnowledgeFolder
from knowledge.judged import with_judgements
from knowledge.list_name import SHEETS, ListName
from knowledge.revisions.list_merge import line_about, merge_list
from knowledge.revisions.list_rows import list_history, lists
from knowledge.revisions.merge import merge_files
from knowledge.revisions.store import Change, Store
from knowledge.shipping import adopt, ship_files

FILES = {
    "judged.tsv": "query\tentry\tkind\n# 実際の質問\nいくらかかる\tprice\t一語\n犬を連れて行ける\t-\n",
    "synonyms.txt": "# 言葉\n料金, 値段  # お金\n\n駐輪場 => 駐車場",
    "style.txt": "完璧 => 具体的な内容  # 約束違反になる\r\n! /必ず(?:儲|もう)か/ => 事実\r\n",
}
PRICE = make_entry("price", "入会の料金はいくらですか", "3,000円です。", variants=("会費",))
PARKING = make_entry("parking", "駐車場はありますか", "10台あります。", variants=("車で行ける",))
HOURS = make_entry("hours", "何時まで開いていますか", "21時までです。", variants=("閉まる時間",))
SAKURA, KAEDE = "sakura", "kaede"
JUDGED, SYNONYMS, STYLE, SITE = ListName


@pytest.fixture
def folder(tmp_path: Path) -> KnowledgeFolder:
    """A knowledge base of three entries with every list."""
    home = tmp_path / "gym"
    (home / "entries").mkdir(parents=True)
    (home / "site.yaml").write_text("name: サンプルジム\n", encoding="utf-8")
    lines = ["category: 分類", "entries:"]
    for entry in (PRICE, PARKING, HOURS):
        lines += [f"  - id: {entry.id}", f"    question: {entry.question}", f"    answer: {entry.answer}"]
        lines += ["    variants:", *(f"      - {text}" for text in entry.variants)]
    (home / "entries" / "all.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for name, text in FILES.items():
        (home / name).write_bytes(text.encode())
    return KnowledgeFolder(home)


@pytest.fixture
def app(folder: KnowledgeFolder, tmp_path: Path, analyzer: Analyzer) -> Iterator[App]:
    url = f"sqlite:///{tmp_path / 'faqbot.db'}"
    connect_migrated(url).dispose()
    with bot_on(url, analyzer, KNOWLEDGE=str(folder.path)) as app:
        assert app.faq.entries()
        yield app


def run(app: App, monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    """A command of a process of its own on the bot's database."""
    monkeypatch.setenv("DATABASE_URL", app.settings.database_url)
    monkeypatch.setenv("KNOWLEDGE", str(app.settings.knowledge.path))
    monkeypatch.setattr("index.encoder.encoder.load_encoder", lambda *_: None)
    return main([str(argument) for argument in arguments])


def write(folder: Path, name: str, before: str, after: str) -> None:
    path = folder / name
    text = path.read_bytes().decode()
    assert before in text
    path.write_bytes(text.replace(before, after).encode())


def live(store: Store, name: ListName) -> str:
    return store.load().lists.text(name)


def publish(store: Store, **texts: str) -> None:
    change = Change(lists={ListName(name): text for name, text in texts.items()})
    store.publish(change, KAEDE, "", store.revision())


# -- files in and out -----------------------------------------------------------------------------


def test_the_files_are_taken_in_with_the_entries_in_one_revision(store: Store, folder: KnowledgeFolder) -> None:
    ship_files(store, folder)
    base = store.load()
    assert base.revision == 1
    assert {name.file: base.lists.text(name) for name in ListName} == FILES | {"site.yaml": "name: サンプルジム\n"}
    assert [query.text for query in base.lists.judged_queries] == ["いくらかかる", "犬を連れて行ける"]
    assert len(base.lists.synonym_rules) == len(base.lists.style_rules) == 2
    assert not ship_files(store, folder).changes
    assert store.revision() == 1


def test_what_is_exported_and_imported_again_changes_nothing(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out, own = tmp_path / "out", app.settings.knowledge.path
    for path in (out, own):
        assert run(app, monkeypatch, "export", path) == 0
        assert {name: (path / name).read_bytes().decode() for name in FILES} == FILES
        assert run(app, monkeypatch, "import", path) == 0
        assert run(app, monkeypatch, "diff", path) == 0
    assert app.store.revision() == 1
    assert capsys.readouterr().out.count("変更はありません。") == 2


BAD_LINES = [
    ("judged.tsv", "質問だけ", "を読めません"),
    ("judged.tsv", "質問\tno-such-entry", "no-such-entry"),
    ("synonyms.txt", "ひとり", "同義語の行「ひとり」"),
    ("style.txt", "/(/ => x", "正規表現"),
    ("style.txt", "a\x00b => x", "制御文字"),
]


@pytest.mark.parametrize("bad", BAD_LINES)
def test_a_bad_line_is_named_and_nothing_is_taken_in(
    app: App, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], bad: tuple[str, str, str]
) -> None:
    name, line, told = bad
    own = app.settings.knowledge.path
    write(own, "entries/all.yaml", "21時", "22時")
    path = own / name
    path.write_bytes(path.read_bytes() + f"\n{line}\n".encode())
    number = len(path.read_text(encoding="utf-8").splitlines())
    for command in (["import", own], ["migrate"]):
        assert run(app, monkeypatch, *command) == 1
        printed = "".join(capsys.readouterr())
        assert f"{path}:{number}: " in printed
        assert told in printed
        assert "→" in printed
    assert app.store.revision() == 1
    assert "21時" in app.store.load().by_id["hours"].answer


def test_a_list_without_a_file_stays_and_an_empty_one_gets_none(store: Store, folder: KnowledgeFolder) -> None:
    ship_files(store, folder)
    folder.synonyms.unlink()
    assert not ship_files(store, folder).changes
    assert live(store, SYNONYMS) == FILES["synonyms.txt"]
    folder.style.write_bytes(b"")
    assert ship_files(store, folder).lists == {STYLE: ""}


# -- three ways -----------------------------------------------------------------------------------


def test_a_line_of_the_file_and_a_line_of_the_editors_both_stay(store: Store, folder: KnowledgeFolder) -> None:
    ship_files(store, folder)
    publish(store, judged=FILES["judged.tsv"] + "自転車で行く\tparking\n")
    assert not ship_files(store, folder).changes, "changed in the database only"
    write(folder.path, "judged.tsv", "いくらかかる\tprice", "いくらかかる\tprice|hours")
    merged = ship_files(store, folder)
    assert (merged.lists.keys(), merged.conflicts) == ({JUDGED}, [])
    assert "いくらかかる\tprice|hours\t一語\n" in live(store, JUDGED)
    assert live(store, JUDGED).endswith("犬を連れて行ける\t-\n自転車で行く\tparking\n")
    assert not ship_files(store, folder).changes
    assert store.revision() == 3


def test_a_line_changed_in_both_is_a_conflict_until_both_say_the_same(
    app: App, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    own = app.settings.knowledge.path
    publish(app.store, judged=FILES["judged.tsv"].replace("犬を連れて行ける\t-", "犬を連れて行ける\tparking"))
    write(own, "judged.tsv", "犬を連れて行ける\t-", "犬を連れて行ける\thours")
    write(own, "synonyms.txt", "料金, 値段", "料金, 値段, 月謝")
    write(own, "judged.tsv", "# 実際の質問", "# 尋ねられた質問")
    assert run(app, monkeypatch, "import", own) == 1
    printed = capsys.readouterr().out
    assert "競合: judged.tsv「犬を連れて行ける」" in printed
    assert "犬を連れて行ける｜parking → 犬を連れて行ける｜hours" in printed
    base = app.store.load()
    assert "犬を連れて行ける\tparking" in base.lists.judged
    assert "# 尋ねられた質問" in base.lists.judged
    assert "月謝" in base.lists.synonyms
    assert run(app, monkeypatch, "migrate") == 0
    assert "競合: judged.tsv「犬を連れて行ける」" in capsys.readouterr().out, "still"
    assert run(app, monkeypatch, "export", own) == 0
    assert run(app, monkeypatch, "migrate") == 0
    assert "競合" not in capsys.readouterr().out
    assert app.store.revision() == base.revision


def test_an_export_remembers_what_it_was_made_from(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(app.store, synonyms=FILES["synonyms.txt"] + "\nプール, 泳ぐ所\n")
    run(app, monkeypatch, "export", tmp_path / "out")
    publish(app.store, synonyms=FILES["synonyms.txt"])
    assert run(app, monkeypatch, "import", tmp_path / "out") == 0
    assert "プール" not in live(app.store, SYNONYMS), "taken out since by somebody else"
    write(tmp_path / "out", "synonyms.txt", "料金, 値段", "料金, 値段, 月謝")
    assert run(app, monkeypatch, "import", tmp_path / "out") == 0
    assert "プール" not in live(app.store, SYNONYMS)
    assert "月謝" in live(app.store, SYNONYMS)
    assert "同義語 変更" in capsys.readouterr().out


RULES = st.sampled_from(["解約, やめる", "解約, やめる, 退会", "料金, 値段", "# 覚え", "", "a => b", "a => c"])
TEXTS = st.lists(RULES, max_size=6, unique_by=lambda line: line_about(SYNONYMS, line)).map(
    lambda lines: "".join(f"{line}\n" for line in lines)
)


@given(base=TEXTS, other=TEXTS)
def test_an_untouched_side_gives_the_other_one_byte_for_byte(base: str, other: str) -> None:
    for name in ListName:
        assert merge_list(name, base, base, other).text == other
        assert merge_list(name, base, other, base).text == other
        assert merge_list(name, base, other, other).text == other
        assert not merge_list(name, base, base, other).conflicts


@given(base=TEXTS, live=TEXTS, other=TEXTS)
def test_a_merge_invents_no_line_and_settles(base: str, live: str, other: str) -> None:
    merged = merge_list(SYNONYMS, base, live, other)
    assert set(merged.text.splitlines()) <= {*live.splitlines(), *other.splitlines()}
    for conflict in merged.conflicts:
        assert conflict.before in {"", *live.splitlines()}
        assert conflict.line == line_about(SYNONYMS, conflict.before or conflict.after)
    again = merge_list(SYNONYMS, merged.origin, merged.text, other)
    assert again.text == merged.text
    assert len(again.conflicts) == len(merged.conflicts)


# -- one revision ---------------------------------------------------------------------------------


def test_history_and_roll_back_cover_the_lists(
    app: App, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    own = app.settings.knowledge.path
    write(own, "synonyms.txt", "料金, 値段", "料金, 値段, 月謝")
    write(own, "entries/all.yaml", "21時", "22時")
    assert run(app, monkeypatch, "import", own, "--reason", "月謝も料金") == 0
    assert app.store.revision() == 2
    run(app, monkeypatch, "history", "--revision", 2)
    printed = capsys.readouterr().out
    assert "変更: synonyms.txt「同義語」" in printed
    assert "行: 料金, 値段 # お金 → 料金, 値段, 月謝 # お金".replace(" # ", "  # ") in printed
    assert run(app, monkeypatch, "rollback", 1) == 0
    base = app.store.load()
    assert (base.revision, base.lists.synonyms) == (3, FILES["synonyms.txt"])
    assert "21時" in base.by_id["hours"].answer


def test_another_process_answers_by_the_new_synonyms(app: App, analyzer: Analyzer) -> None:
    with bot_on(app.settings.database_url, analyzer, KNOWLEDGE=str(app.settings.knowledge.path)) as other:
        assert not other.faq.searcher.snapshot.index.analyzer.synonym_matches("お月謝")
        change = Change(lists={SYNONYMS: FILES["synonyms.txt"] + "\n入会, 加入, お月謝\n"})
        app.publishing.publish(app.publishing.propose(change, SAKURA), SAKURA)
        assert other.faq.searcher.refresh()
        for bot in (app, other):
            assert bot.faq.searcher.snapshot.index.analyzer.synonym_matches("お月謝")
            assert bot.faq.searcher.snapshot.revision == 2


def test_the_style_of_the_live_revision_checks_the_next_edit(app: App) -> None:
    app.publishing.publish(app.publishing.propose(Change(lists={STYLE: "! 台 => 枠\n"}), SAKURA), SAKURA)
    with pytest.raises(KnowledgeError, match="枠"):
        app.publishing.propose(Change(put=(replace(PARKING, answer="12台あります。"),)), SAKURA)


# -- the gate -------------------------------------------------------------------------------------


def test_a_synonym_that_takes_a_judged_query_from_its_entry_is_refused(app: App) -> None:
    judged = Change(lists={JUDGED: FILES["judged.tsv"] + "値段を知りたい\tprice\n"})
    app.publishing.publish(app.publishing.propose(judged, SAKURA), SAKURA)
    proposal = app.publishing.propose(Change(lists={SYNONYMS: "値段, 時間\n"}), SAKURA)
    (lost,) = proposal.impact.refused
    assert (lost.query, lost.loss) == ("値段を知りたい", Loss.LOST)
    with pytest.raises(PublishRefused):
        app.publishing.publish(proposal, SAKURA)
    assert app.publishing.publish(proposal, SAKURA, override="試験") == 3


def test_a_judged_query_that_the_bot_misses_is_no_reason_to_refuse(app: App) -> None:
    change = Change(lists={JUDGED: FILES["judged.tsv"] + "会員証をなくした\tprice\n"})
    proposal = app.publishing.propose(change, SAKURA)
    assert not proposal.impact.refused
    assert proposal.impact.considered == 3 + len(app.searcher.snapshot.index.texts)
    assert app.publishing.publish(proposal, SAKURA) == 2
    assert app.searcher.snapshot.calibration.evidence.judged == 3


def test_two_editors_judge_at_the_same_time(app: App) -> None:
    def judged(query: str, entry_id: str) -> Change:
        return Change(lists={JUDGED: FILES["judged.tsv"] + f"{query}\t{entry_id}\n"})

    first = app.publishing.propose(judged("停める所", "parking"), SAKURA, base=1)
    second = app.publishing.propose(judged("夜は何時", "hours"), KAEDE, base=1)
    same = app.publishing.propose(judged("停める所", "-"), KAEDE, base=1)
    assert app.publishing.publish(first, SAKURA) == 2
    assert app.publishing.publish(second, KAEDE) == 3
    assert live(app.store, JUDGED) == FILES["judged.tsv"] + "停める所\tparking\n夜は何時\thours\n"
    with pytest.raises(EditConflict, match="停める所"):
        app.publishing.publish(same, KAEDE)


# -- judgements -----------------------------------------------------------------------------------


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


# -- before ---------------------------------------------------------------------------------------


def test_a_database_from_before_takes_in_the_lists_it_was_used_with(
    folder: KnowledgeFolder, tmp_path: Path, analyzer: Analyzer
) -> None:
    url = f"sqlite:///{tmp_path / 'faqbot.db'}"
    publish_first(url, PRICE, PARKING)
    Store(connect(url)).publish(Change(put=(HOURS,)), SAKURA, "", 1)
    with bot_on(url, analyzer, KNOWLEDGE=str(folder.path)) as app:
        assert app.store.revision() == 2, "no new revision"
        assert live(app.store, JUDGED) == FILES["judged.tsv"]
        assert not app.publishing.history.way_back(1, app.store.load()).lists, "they were the same then"
        publish(app.store, judged="")
        adopt(app.store, folder)
        assert live(app.store, JUDGED) == ""
        with app.store.engine.connect() as connection:
            assert connection.scalar(sa.select(sa.func.count()).select_from(lists)) == 4
            assert connection.scalar(sa.select(sa.func.count()).select_from(list_history)) == 5


def test_a_proposal_from_before_has_no_lists() -> None:
    values = Change(put=(PRICE,)).to_json()
    del values["lists"], values["shipped_lists"]
    assert Change.from_json(values) == Change(put=(PRICE,))
    change = Change(lists={STYLE: "a => b\n"}, shipped_lists={STYLE: ""})
    assert Change.from_json(change.to_json()) == change


def test_a_folder_that_is_no_knowledge_base_carries_the_lists_too(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(app, monkeypatch, "export", tmp_path / "backup")
    shutil.rmtree(app.settings.knowledge.entries)
    assert sorted(path.name for path in (tmp_path / "backup").iterdir() if path.suffix != ".yaml") == sorted(
        [*FILES, ".exported.json"]
    )


# -- Excel ----------------------------------------------------------------------------------------


def cells(path: Path, sheet: str, edit: Callable[[Worksheet], None]) -> None:
    """Edit a sheet of a workbook by hand."""
    workbook = load_workbook(path)
    edit(workbook[sheet])
    workbook.save(path)


def row_of(sheet: Worksheet, text: str) -> int:
    return next(cell.row for (cell,) in sheet.iter_rows(max_col=1) if cell.value == text)


def test_an_untouched_workbook_changes_no_list(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "faq.xlsx"
    run(app, monkeypatch, "export", path)
    (incoming,) = read_files([path])
    assert {name.file: one.text for name, one in incoming.lists.items()} == FILES, "byte for byte"
    for _ in range(2):
        assert run(app, monkeypatch, "import", path) == 0
        assert "変更はありません。" in capsys.readouterr().out
        load_workbook(path).save(path)  # as another program writes it
    assert app.store.revision() == 1


def test_editors_change_lists_in_a_workbook(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "faq.xlsx"
    run(app, monkeypatch, "export", path)
    publish(app.store, judged=FILES["judged.tsv"] + "夜は何時\thours\n")  # by somebody else, meanwhile

    def judge(sheet: Worksheet) -> None:
        sheet.cell(row_of(sheet, "いくらかかる"), 2).value = "price|hours"
        sheet.append(["停める所", "parking"])

    def rule(sheet: Worksheet) -> None:
        sheet.delete_rows(row_of(sheet, "駐輪場"))
        sheet.append(["月謝,  会費", None, "お金"])
        sheet.append(["自転車", "駐車場"])

    def style(sheet: Worksheet) -> None:
        sheet.cell(row_of(sheet, "完璧"), 1).value = None
        for place in (2, 3):
            sheet.cell(2, place).value = None

    for name, edit in {"判定つき質問": judge, "同義語": rule, "表記ルール": style}.items():
        cells(path, name, edit)
    assert run(app, monkeypatch, "import", path) == 0
    printed = capsys.readouterr().out
    assert "追加 0・変更 0・削除 0・競合 0・判定つき質問 変更・同義語 変更・表記ルール 変更" in printed
    base = app.store.load().lists
    assert "いくらかかる\tprice|hours\t一語\n" in base.judged
    assert base.judged.endswith("停める所\tparking\n夜は何時\thours\n") or base.judged.endswith(
        "夜は何時\thours\n停める所\tparking\n"
    )
    assert base.synonyms == "# 言葉\n料金, 値段  # お金\n\n月謝, 会費  # お金\n自転車 => 駐車場\n"
    assert base.style == "! /必ず(?:儲|もう)か/ => 事実\r\n"


@pytest.mark.parametrize(
    ("sheet", "row", "told"),
    [
        ("判定つき質問", ["質問だけ"], "を読めません"),
        ("判定つき質問", ["質問", "no-such-entry"], "no-such-entry"),
        ("同義語", ["ひとり"], "同義語の行「ひとり」"),
        ("表記ルール", ["/(/", "x"], "正規表現"),
        ("表記ルール", ["=1+1", "x"], "数式"),
    ],
)
def test_a_bad_row_is_named_by_sheet_and_row(app: App, tmp_path: Path, sheet: str, row: list[str], told: str) -> None:
    path = tmp_path / "faq.xlsx"
    write_files(path, app.store.load().entries, app.store.load().lists)
    cells(path, sheet, lambda found: found.append(row))
    number = load_workbook(path)[sheet].max_row
    with pytest.raises(KnowledgeError, match=told) as caught:
        merge_files(app.store, read_files([path]), shipped=False)
    (problem,) = caught.value.problems
    assert (problem.sheet, problem.line) == (sheet, number)
    assert problem.hint


def test_a_sheet_without_its_headings_is_named_and_one_that_is_gone_says_nothing(app: App, tmp_path: Path) -> None:
    path = tmp_path / "faq.xlsx"
    write_files(path, app.store.load().entries, app.store.load().lists)
    cells(path, "同義語", lambda sheet: sheet.delete_rows(1))
    with pytest.raises(KnowledgeError, match="「言葉」の列がありません"):
        read_files([path])
    workbook = load_workbook(path)
    del workbook["同義語"]
    workbook.save(path)
    assert not merge_files(app.store, read_files([path]), shipped=False).changes


def test_a_csv_file_has_the_entries_only_and_says_so(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(app, monkeypatch, "export", tmp_path / "faq.csv")
    assert "CSVに入るのは項目だけです" in capsys.readouterr().out
    run(app, monkeypatch, "import", tmp_path / "faq.csv")
    assert "変更はありません。" in capsys.readouterr().out


WORDS = st.text(st.sampled_from("あ亜a1,|#=>!/ \t-"), max_size=8)


@given(lines=st.lists(WORDS, max_size=5), end=st.sampled_from(["\n", "\r\n"]))
def test_every_line_comes_back_from_its_row(lines: list[str], end: str) -> None:
    text = end.join(lines)
    for name in SHEETS:
        rows = [[*HEADINGS[name], LINE], *rows_of_list(name, text)]
        assert read_list(name, Table("x", rows, lambda place, _: str(place))).text == text
