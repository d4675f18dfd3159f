"""Editors' journeys on the command line: export, edit a file, see the impact, import, look back, roll back.

1. In every format: export, change one cell, import, and the bot answers with it; an untouched export changes nothing.
2. A dry run shows the impact and every bad cell at once and writes nothing; one bad row imports nothing.
3. What was changed elsewhere meanwhile is a conflict and stays.
4. A refused import needs a reason, which the history keeps; a roll-back is a new revision.
5. `ask --at` answers as it will be; with review a proposal waits for somebody else.
"""

import csv
import json
import re
import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from bot.app import App
from bot.cli import main
from bot.wording.changes import first_change_lines
from bot.wording.editing import JUDGED_WRONGLY
from index.decision.decision import Answer
from knowledge.changes import EntryChange
from knowledge.database.tables import knowledge_base, metadata
from knowledge.entry import Entry, Status
from knowledge.revisions.owner import owner_of
from knowledge.revisions.store import Change

PRICE = "plan-prices"
KINDS = ["entries.xlsx", "entries.csv", "entries"]


class Terminal:
    """The commands as somebody types them, and what they print."""

    def __init__(self, url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys, self.monkeypatch = capsys, monkeypatch
        monkeypatch.setenv("DATABASE_URL", url)
        monkeypatch.setenv("ENCODER", "none")  # saves seconds
        self.code = 0

    def run(self, *arguments: object) -> str:
        """Run a command; `code` is its exit code."""
        self.code = main([str(argument) for argument in arguments])
        printed = self.capsys.readouterr()
        return printed.out + printed.err

    def json(self, *arguments: object) -> Any:
        self.code = main([*map(str, arguments), "--json"])
        return json.loads(self.capsys.readouterr().out)


@pytest.fixture
def terminal(
    small_database: str, small_folder: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    monkeypatch.setenv("KNOWLEDGE", small_folder)
    return Terminal(small_database, monkeypatch, capsys)


def edit(path: Path, entry_id: str, field: str, value: str) -> None:
    """Change one cell of an exported file by hand."""
    if path.is_dir():
        for file in path.rglob("*.yaml"):
            text = file.read_text(encoding="utf-8")
            pattern = rf"(- id: {entry_id}\n(?:(?!  - id:).*\n)*?    {field}: ).*\n"
            changed = re.sub(pattern, rf"\g<1>{value}\n", text)
            file.write_text(changed, encoding="utf-8")
    elif path.suffix == ".xlsx":
        with closing(openpyxl.load_workbook(path)) as workbook:
            sheet = workbook["FAQ"]
            headings = [str(cell.value).split("\n")[-1] for cell in sheet[1]]
            row = next(row for row in sheet.iter_rows(min_row=2) if row[headings.index("id")].value == entry_id)
            row[headings.index(field)].value = value
            workbook.save(path)
    else:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        place = rows[0].index(field)
        for row in rows[1:]:
            if row[rows[0].index("id")] == entry_id:
                row[place] = value
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)


@pytest.mark.parametrize("kind", KINDS)
def test_an_untouched_export_imports_nothing(terminal: Terminal, tmp_path: Path, kind: str) -> None:
    path = tmp_path / kind
    assert "12件" in terminal.run("export", path)
    result = terminal.json("import", path)
    assert terminal.code == 0
    assert {name: result[name] for name in ("added", "changed", "removed", "conflicts", "errors")} == {
        name: [] for name in ("added", "changed", "removed", "conflicts", "errors")
    }
    assert "ありません" in terminal.run("diff", path)


@pytest.mark.parametrize("kind", KINDS)
def test_one_changed_cell_is_measured_published_and_remembered(
    terminal: Terminal, small: App, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / kind
    terminal.run("export", path)
    edit(path, PRICE, "question", "料金プランと毎月の月額はいくらですか？")
    assert "毎月の月額" in terminal.run("diff", path)
    dry = terminal.json("import", path, "--dry-run")
    assert (terminal.code, dry["changed"], dry["revision"]) == (0, [PRICE], None)
    before = small.store.load().by_id[PRICE]
    assert before.question != "料金プランと毎月の月額はいくらですか？"
    printed = terminal.run("import", path, "--reason", "言い回し", "--editor", "sakura")
    assert "件の質問を確かめました" in printed
    assert "第2版を公開しました" in printed
    assert small.store.load().by_id[PRICE] == replace(before, question="料金プランと毎月の月額はいくらですか？")
    assert "料金プランと毎月の月額はいくらですか" in terminal.run("ask", "料金プランと毎月の月額はいくらですか")
    (newest, *_) = terminal.json("history", PRICE)
    assert (newest["editor"], newest["reason"]) == ("sakura", "言い回し")
    assert newest["changes"][0]["fields"][0]["after"] == "料金プランと毎月の月額はいくらですか？"
    assert before.question in terminal.run("history", "--revision", 2)


def test_every_bad_cell_is_told_at_once_and_nothing_is_imported(terminal: Terminal, small: App, tmp_path: Path) -> None:
    path = tmp_path / "entries.xlsx"
    terminal.run("export", path)
    edit(path, PRICE, "url", "http://plain.example")
    edit(path, "free-trial-10days", "valid_from", "来月から")
    edit(path, "over-call-billing", "question", "")
    edit(path, "hearing-surcharge", "note", "正しい変更")
    result = terminal.json("import", path)
    assert terminal.code == 1
    assert result["revision"] is None
    assert {(error["sheet"], error["id"]) for error in result["errors"]} == {
        ("FAQ", PRICE),
        ("FAQ", "free-trial-10days"),
        ("FAQ", "over-call-billing"),
    }
    assert all(
        error["row"] > 1 and error["column"].isupper() and error["file"] == str(path) for error in result["errors"]
    )
    assert small.store.revision() == 1
    printed = terminal.run("import", path, "--dry-run")
    assert "何も取り込みませんでした" in printed
    assert "追加 0" not in printed
    assert "来月から" in printed


def test_what_was_changed_on_both_sides_is_a_conflict_and_stays(terminal: Terminal, small: App, tmp_path: Path) -> None:
    path = tmp_path / "entries.csv"
    terminal.run("export", path)
    live = small.store.load().by_id[PRICE]
    small.store.publish(Change(put=(replace(live, note="公開中で直した"),)), "kaede", "", 1)
    edit(path, PRICE, "note", "ファイルで直した")
    edit(path, "hearing-surcharge", "note", "もう1つの変更")
    result = terminal.json("import", path)
    assert terminal.code == 1
    assert (result["conflicts"], result["changed"]) == ([PRICE], ["hearing-surcharge"])
    after = small.store.load().by_id
    assert after[PRICE].note == "公開中で直した"
    assert after["hearing-surcharge"].note == "もう1つの変更"


def test_an_entry_that_is_taken_back_is_imported_and_its_questions_are_listed(
    terminal: Terminal, small: App, tmp_path: Path
) -> None:
    path = tmp_path / "entries.csv"
    terminal.run("export", path)
    edit(path, "over-call-billing", "status", "retired")
    result = terminal.json("import", path, "--dry-run")
    assert "taken_back" in [line["loss"] for line in result["impact"]]
    assert "取り下げる項目・消す項目への質問" in terminal.run("import", path, "--override", "試験")
    assert small.store.load().by_id["over-call-billing"].status is Status.RETIRED


@pytest.mark.parametrize("most", [1, 50, 1_000])
def test_removals_are_listed_always_and_what_is_left_out_is_counted_by_kind(most: int) -> None:
    entries = [
        Entry(id=f"{kind}-{number}", category="料金", question=f"{kind}{number}？", answer="はい。")
        for kind in ("new", "old", "gone")
        for number in range(60)
    ]
    new, old, gone = entries[:60], entries[60:120], entries[120:]
    changes = [EntryChange(None, entry) for entry in new]
    changes += [EntryChange(entry, replace(entry, answer="いいえ。", note="直した")) for entry in old]
    changes += [EntryChange(entry, None) for entry in gone]
    lines = first_change_lines(changes, most)
    assert lines[:60] == [f"削除: {entry.id}「{entry.question}」" for entry in gone]
    listed = {kind: sum(line.startswith(f"{kind}: ") for line in lines) for kind in ("追加", "変更")}
    left_out = re.findall(r"(追加|変更) (\d+)件", lines[-1]) if lines[-1].startswith("ほか") else []
    assert {kind: listed[kind] + int(dict(left_out).get(kind, 0)) for kind in listed} == {"追加": 60, "変更": 60}
    assert len(lines) <= max(most, 61) + 1


def test_what_the_system_says_of_a_file_is_said_in_japanese(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "faq.xlsx").touch()
    told = terminal.run("export", tmp_path / "faq.xlsx" / "out.csv")
    assert "を使えません（途中がフォルダではありません）" in told and terminal.code == 1
    told = terminal.run("export", tmp_path / "missing" / "faq.xlsx")
    assert "ファイルを書き込めません（ファイルかフォルダがありません）" in told and terminal.code == 1


def test_a_refusal_says_that_the_judgement_may_be_wrong_and_putting_it_right_is_published(
    terminal: Terminal, tmp_path: Path
) -> None:
    folder, asked = tmp_path / "out", "クレジットカードの引き落とし日はいつ?"
    terminal.run("export", folder)
    (file,) = [one for one in folder.rglob("*.yaml") if "id: plan-prices" in one.read_text(encoding="utf-8")]
    text = file.read_text(encoding="utf-8")
    before, entry, after = text.partition("- id: plan-prices")
    file.write_text(before + entry + after.replace("variants:", f"variants:\n      - {asked}", 1), encoding="utf-8")
    for options in (["--dry-run"], []):
        assert JUDGED_WRONGLY in terminal.run("import", folder, *options)
        assert terminal.code == 1
    judged = folder / "judged.tsv"
    rows = judged.read_text(encoding="utf-8")
    judged.write_text(rows.replace(f"{asked}\t-", f"{asked}\tplan-prices"), encoding="utf-8")
    assert "第2版を公開しました" in terminal.run("import", folder)


def test_a_row_that_was_deleted_is_listed_taken_out_and_comes_back(
    terminal: Terminal, small: App, tmp_path: Path
) -> None:
    path = tmp_path / "entries.xlsx"
    terminal.run("export", path)
    entries = small.store.load().entries
    related = {other for entry in entries for other in entry.related}
    replies = [small.faq.preview(query.text) for query in small.store.load().lists.judged_queries]
    answered = {reply.entry.id for reply in replies if isinstance(reply.decision, Answer) and reply.entry}
    gone = next(entry.id for entry in entries if entry.id not in related and entry.id in answered)
    with closing(openpyxl.load_workbook(path)) as workbook:
        sheet = workbook["FAQ"]
        row = next(cell.row for (cell,) in sheet.iter_rows(max_col=1) if cell.value == gone)
        sheet.delete_rows(row)
        workbook.save(path)
    dry = terminal.json("import", path, "--dry-run")
    assert (dry["removed"], dry["revision"]) == ([gone], None)
    assert gone in small.store.load().by_id
    question = small.store.load().by_id[gone].question
    printed = terminal.run("import", path)
    assert f"「{gone}」" not in printed.split("影響: ")[1].split("\n注意: ")[0] and f"「{question}」" in printed
    assert f"注意: 無くなる「{gone}」が、判定つき質問" in printed
    assert terminal.code == 0
    assert gone not in small.store.load().by_id
    assert "第2版" in terminal.run("history")
    assert "削除されました" in terminal.run("show", gone)
    assert "第1版の内容に戻し、第3版として公開しました" in terminal.run("rollback", 1, "--override", "取り消し")
    assert gone in small.store.load().by_id
    assert "第3版" in terminal.run("history")
    assert "　ファイル　" in next(line for line in terminal.run("history").splitlines() if line.startswith("第1版"))


def test_show_tells_an_entry_as_it_was(terminal: Terminal, small: App) -> None:
    live = small.store.load().by_id[PRICE]
    small.store.publish(Change(put=(replace(live, note="あとから"),)), "kaede", "", 1)
    assert "あとから" in terminal.run("show", PRICE)
    assert terminal.json("show", PRICE)["entry"]["note"] == "あとから"
    assert "ありません" in terminal.run("show", PRICE, "--at", "2020-01-01")
    assert terminal.code == 1


def test_a_price_prepared_today_is_answered_as_it_will_be(terminal: Terminal, small: App, tmp_path: Path) -> None:
    path = tmp_path / "entries.csv"
    terminal.run("export", path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    places = {name: number for number, name in enumerate(rows[0])}
    old = next(row for row in rows if row[places["id"]] == PRICE)
    new = list(old)
    old[places["valid_to"]] = "2099-03-31"
    new[places["id"]], new[places["valid_from"]], new[places["digest"]] = "plan-prices-2099", "2099-04-01", ""
    new[places["answer"]] = "2099年4月からは月額9,999円です。"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([*rows, new])
    printed = terminal.run("import", path, "--override", "改定の準備")
    assert terminal.code == 0, printed
    question = small.store.load().by_id[PRICE].question
    assert "9,999円" not in terminal.run("ask", question)
    assert "9,999円" in terminal.run("ask", question, "--at", "2099-04-01T00:00")
    assert "9,999円" not in terminal.run("ask", question, "--at", "2099-03-31T23:59")


def test_with_review_a_proposal_waits_for_somebody_else(
    terminal: Terminal, small: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REVIEW", "required")
    path = tmp_path / "entries.csv"
    terminal.run("export", path)
    edit(path, PRICE, "note", "承認が要る")
    assert "承認を待っています" in terminal.run("import", path, "--editor", "sakura")
    assert small.store.revision() == 1
    listed = terminal.run("proposals")
    proposal = listed.split("　")[0]
    assert "sakura" in listed
    assert "本人は承認できません" in terminal.run("approve", proposal, "--editor", "sakura")
    assert terminal.code == 1
    assert "第2版を公開しました" in terminal.run("approve", proposal, "--editor", "kaede")
    assert "承認 kaede" in terminal.run("history")
    assert "承認を待っている提案はありません" in terminal.run("proposals")
    assert "すでに第2版として公開されています" in terminal.run("withdraw", proposal)
    assert terminal.code == 1


def test_a_dry_run_leaves_the_database_as_it_was(terminal: Terminal, small: App, tmp_path: Path) -> None:
    path = tmp_path / "entries.csv"
    live = small.store.load().by_id[PRICE]
    small.store.publish(Change(put=(replace(live, note="あとから"),)), "kaede", "", 1)
    terminal.run("export", path)
    edit(path, PRICE, "question", "料金プランと毎月の月額はいくらですか？")
    terminal.run("ask", "料金はいくらですか")  # derives what belongs to the live revision
    before = stored(small)
    dry = terminal.json("import", path, "--dry-run")
    assert (terminal.code, dry["changed"], dry["proposal"]) == (0, [PRICE], None)
    assert "確認だけを行いました" in terminal.run("rollback", 1, "--dry-run")
    assert stored(small) == before


@pytest.mark.parametrize("owner", ["", "前の名前"])
def test_a_dry_run_gives_the_database_to_nobody(
    terminal: Terminal, small: App, small_folder: str, tmp_path: Path, owner: str
) -> None:
    """Neither one from before owners were kept, nor one whose organisation changed its name."""
    folder, configured = (shutil.copytree(small_folder, tmp_path / name) for name in ("copy", "configured"))
    terminal.monkeypatch.setenv("KNOWLEDGE", str(configured))
    with small.store.engine.begin() as connection:
        connection.execute(sa.delete(knowledge_base))
        if owner:
            connection.execute(sa.insert(knowledge_base).values(name=owner))
            site = configured / "site.yaml"
            site.write_text(re.sub("(?m)^name:.*", f"name: {owner}", site.read_text("utf-8")), "utf-8")
    terminal.json("import", folder, "--dry-run")
    assert terminal.code == 0 and owner_of(small.store) == owner
    terminal.json("import", folder)
    assert terminal.code == 0 and owner_of(small.store) != owner


def stored(small: App) -> dict[str, set[Any]]:
    """The keys of every row."""
    with small.store.engine.connect() as connection:
        return {
            table.name: {tuple(row) for row in connection.execute(sa.select(*table.primary_key.columns))}
            for table in metadata.tables.values()
        }


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["export", "faq.pdf"], "faq.pdf"),
        (["import", "no-such.xlsx"], "no-such.xlsx"),
        (["history", "no-such"], "no-such"),
        (["rollback", "99"], "99"),
        (["approve", "abc"], "abc"),
        (["show", "no-such"], "no-such"),
    ],
)
def test_a_wrong_name_is_said_with_what_to_do(terminal: Terminal, arguments: list[str], told: str) -> None:
    printed = terminal.run(*arguments)
    assert terminal.code == 1
    assert told in printed


@pytest.mark.parametrize("limit", ["0", "-1", "10001", "abc"])
def test_a_number_of_revisions_that_makes_no_sense_is_refused(
    terminal: Terminal, capsys: pytest.CaptureFixture[str], limit: str
) -> None:
    with pytest.raises(SystemExit):
        terminal.run("history", f"--limit={limit}")
    assert "1から10000までの整数" in capsys.readouterr().err


def test_the_history_of_an_entry_and_a_revision_together_are_refused(terminal: Terminal) -> None:
    printed = terminal.run("history", PRICE, "--revision", 1)
    assert terminal.code == 1
    assert "項目のidと --revision は、どちらか1つ" in printed
    terminal.run("history", "--revision", 1, "--limit", 1)
    assert terminal.code == 0
