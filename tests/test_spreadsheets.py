"""The knowledge base as Excel and CSV files: out, and back.

1. Export then import is the identity, cell for cell, whatever a text looks like; nothing becomes a formula.
2. What an editor types is understood or reported, in Japanese, with its sheet, row and column, all at once.
3. An error while writing leaves the old file.
4. CSV is read in the encodings and with the delimiters in which spreadsheets save it.
"""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from spreadsheet_editor import BASE, CANCEL, PLACES, PRICE, TRIAL, problems, put, read, save_csv, table_of

from knowledge.entry import Entry, Status
from knowledge.entry_reader import read_entry
from knowledge.errors import FaqError, KnowledgeError
from knowledge.file_io import replacing
from knowledge.files.formats import read_files, write_files

ENDINGS = (".xlsx", ".csv")
FORMULA_LIKE = ("=1+1", "@x", "+81", "-5", "'abc", "'=1", "''+1", "＝Ａ１", "－5", '=HYPERLINK("https://a.example")')
ODD = (
    *FORMULA_LIKE, "#N/A", "TRUE", "1e5", "0120", "007", "2026-04-01", "4/1", "50%", "_x000D_", "_x005F_x000D_",
    "a_x0041", "改行\nあり\n\n段落", 'a,b;c\t"d"', "絵文字😀🇯🇵", "𠮟る", "ＦＵＬＬ　幅",
    "<b>&amp;</b>", "]]>", "id",
)  # fmt: skip


@pytest.fixture(params=ENDINGS)
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / f"faq{request.param}"


# -- out and back ---------------------------------------------------------------------------------

LETTERS = st.characters(exclude_categories=["Cs", "Cc", "Cf"], include_characters="\n\t\x85\xad")
TEXTS = st.sampled_from(ODD) | st.text(LETTERS, min_size=1, max_size=20).filter(str.strip)
LINES = st.lists(TEXTS, max_size=3, unique=True)


def moments(first: int) -> st.SearchStrategy[str]:
    early, late = datetime(first, 1, 1), datetime(first + 9, 12, 31)  # noqa: DTZ001  # entries hold Tokyo time as it is written
    days = st.dates(early.date(), late.date()).map(str)
    return st.just("") | days | st.datetimes(early, late).map(lambda moment: moment.isoformat(" ", "minutes"))


DAYS = st.just("") | st.dates().map(str)
ENTRIES = st.fixed_dictionaries(
    {
        "id": st.text("abc019-", min_size=1, max_size=8),
        "category": TEXTS,
        "question": TEXTS,
        "answer": TEXTS,
        "variants": LINES,
        "declines": st.booleans(),
        "url": st.sampled_from(["", "https://example.com/?a=1&b=2#c"]),
        "related": st.lists(st.sampled_from(["=x", "d", "-", "1"]), max_size=2),
        "as_of": DAYS,
        "valid_from": moments(2020),
        "valid_to": moments(2030),
        "review_by": DAYS,
        "owner": st.just("") | TEXTS,
        "note": st.just("") | TEXTS,
        "status": st.sampled_from(list(Status)),
    }
).map(lambda values: read_entry(values)[0])
BASES = st.lists(ENTRIES.filter(bool), unique_by=lambda entry: entry.id, max_size=4)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(entries=BASES)
def test_export_then_import_is_the_identity_cell_for_cell(tmp_path: Path, entries: list[Entry]) -> None:
    for ending in ENDINGS:
        path = tmp_path / f"any{ending}"
        write_files(path, entries)
        (incoming,) = read_files([path])
        assert [item.entry for item in incoming.located] == entries
        assert incoming.bases == {entry.id: entry.digest() for entry in entries}
    cells = [cell for row in load_workbook(tmp_path / "any.xlsx")["FAQ"].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}


@pytest.mark.parametrize("text", ODD)
def test_an_odd_text_comes_back_from_every_cell_that_takes_text(path: Path, text: str) -> None:
    entry, faults = read_entry(
        {"id": "a", "variants": [text], **dict.fromkeys(("category", "question", "answer", "owner", "note"), text)}
    )
    assert entry, faults
    write_files(path, [entry])
    assert read(path) == [entry]


@pytest.mark.parametrize("text", FORMULA_LIKE)
def test_what_looks_like_a_formula_is_text_for_the_spreadsheet(tmp_path: Path, text: str) -> None:
    for ending in ENDINGS:
        write_files(tmp_path / f"a{ending}", [replace(TRIAL, question=text)])
    cell = load_workbook(tmp_path / "a.xlsx")["FAQ"].cell(2, PLACES["question"])
    assert (cell.value, cell.data_type) == (text, "s")
    guarded = table_of(tmp_path / "a.csv")[1][PLACES["question"] - 1]
    assert guarded == (text if text == "'abc" else f"'{text}")


def test_the_shipped_knowledge_base_comes_back(path: Path, entries: list[Entry]) -> None:
    write_files(path, entries)
    assert read(path) == entries


# -- what an editor types -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "typed", "expected"),
    [
        ("as_of", "2027/4/1", date(2027, 4, 1)),
        ("as_of", "２０２７年４月１日", date(2027, 4, 1)),
        ("review_by", " 2027.04.01 ", date(2027, 4, 1)),
        ("valid_to", "2099/4/1 9:00", datetime(2099, 4, 1, 9)),  # noqa: DTZ001  # Tokyo time as it is written
        ("valid_from", "2027-04-01T09:00:00", datetime(2027, 4, 1, 9)),  # noqa: DTZ001  # the same
        ("status", "下書き", Status.DRAFT),
        ("status", " ＤＲＡＦＴ ", Status.DRAFT),
        ("status", "", Status.PUBLISHED),
        ("declines", "TRUE", True),
        ("declines", "いいえ", False),
        ("variants", "一つ\r\n\n 二つ \n", ("一つ", "二つ")),
        ("answer", "a\r\nb", "a\nb"),
        ("url", " https://a.example ", "https://a.example"),
    ],
)
def test_what_people_type_is_understood(path: Path, field: str, typed: str, expected: object) -> None:
    write_files(path, BASE)
    put(path, 3, field, typed)
    assert read(path) == [CANCEL, replace(PRICE, **{field: expected}), TRIAL]  # type: ignore[arg-type]  # of any field


WRONG = {  # field: what is typed, what is said
    "id": ("Price_1", "id「Price_1」が正しくありません"),
    "category": ("", "「分類」が空です"),
    "question": ("値" * 301, "「質問」が301文字"),
    "variants": ("同じ\n同じ", "言い方「同じ」が2回"),
    "declines": ("たぶん", "「回答しない」の値「たぶん」"),
    "url": ("http://a.example", "URL「http://a.example」"),
    "related": ("price\ntrial\ncancel", "関連に自分自身"),
    "valid_from": ("来月", "「公開開始」の日時「来月」"),
    "as_of": ("2026-02-30", "「確認日」の日付「2026-02-30」"),
    "status": ("public", "「状態」の値「public」"),
}


def test_every_fault_of_every_row_is_reported_at_once_in_the_words_of_the_sheet(path: Path) -> None:
    write_files(path, BASE)
    for field, (typed, _) in WRONG.items():
        put(path, 2 if field == "related" else 3, field, "cancel" if field == "related" else typed)
    found = {(problem.line, problem.field.split(".")[0]): problem for problem in problems(path)}
    assert found.keys() == {(2 if field == "related" else 3, field) for field in WRONG}
    for (line, field), problem in found.items():
        assert WRONG[field][1] in problem.message
        if path.suffix == ".csv":
            assert problem.column == field
            assert f"{path}:{line}「{field}」: " in str(problem)
        else:
            letter = "ABCDEFGHIJKLMNOP"[PLACES[field] - 1]
            assert (problem.sheet, problem.column) == ("FAQ", letter)
            assert f"「FAQ」{letter}{line}: " in str(problem)


def test_an_id_that_is_there_twice_names_both_rows(path: Path) -> None:
    write_files(path, BASE)
    put(path, 4, "id", "cancel")
    (problem,) = problems(path)
    assert (problem.line, problem.message) == (4, "id「cancel」がすでに2行目にあります。")


@pytest.mark.parametrize(
    ("heading", "messages"),
    [
        ("質問", ["「質問」の列が2つあります。", "「回答」の列がありません。"]),
        ("Answer ", []),
        ("回答\nanswer", []),
        ("返事", ["「返事」という列はありません。", "「回答」の列がありません。"]),
        ("", ["「回答」の列がありません。", *["見出しのない列（左から5列目）に文字があります。"] * 3]),
    ],
)
def test_a_heading_is_known_or_reported(path: Path, heading: str, messages: list[str]) -> None:
    write_files(path, BASE)
    put(path, 1, "answer", heading)
    assert [problem.message for problem in problems(path)] == messages if messages else read(path) == list(BASE)


# -- CSV as spreadsheets save it ------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932"])
def test_a_csv_file_is_read_in_every_encoding(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "faq.CSV"
    write_files(path, BASE)
    table = table_of(path)
    save_csv(path, [["FAQの一覧", "2026年"], [], *(row[::-1] for row in table), [""] * 20], encoding, delimiter)
    assert read(path) == list(BASE), "nor do title rows, the order of columns and blank rows matter"


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        (b"", 1, "見出しの行"),
        ("料金,質問\n".encode(), 1, "見出しの行"),
        ("id,質問\na,値段".encode() + b"\xff\xfe", 2, "バイト目（0xFF）"),
        (b"id,category\n\x81", 2, "バイト目（0x81）"),
        (b'id,category,question,answer\na,b,c,"d\n', 2, "CSVとして読めません"),
        (b'id,category,question,answer\na,b,c,d\nb,b,c,"d"e\n', 3, "CSVとして読めません"),
        (b"id,category,question,answer\na,b,c,d\0\n", 2, "NUL"),
        ("id,category,question,answer\na,b,c,{}\n".format("d" * 140_000).encode(), 2, "CSVとして読めません"),
    ],
)
def test_a_damaged_csv_file_is_a_problem_with_its_row(tmp_path: Path, data: bytes, line: int, message: str) -> None:
    path = tmp_path / "faq.csv"
    path.write_bytes(data)
    (problem, *_) = problems(path)
    assert message in problem.message
    assert problem.line == line


# -- writing --------------------------------------------------------------------------------------


def test_a_text_too_long_for_a_cell_is_named_and_the_old_file_stays(path: Path) -> None:
    write_files(path, BASE)
    before = path.read_bytes()
    long = replace(TRIAL, variants=tuple("😀" * 299 + str(number) for number in range(300)))
    with pytest.raises(KnowledgeError, match=r"\[trial\] 「言い方」が1.*文字あり、1つのセルに入りません"):
        write_files(path, [PRICE, long])
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_an_error_while_writing_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path, link = tmp_path / "faq.csv", tmp_path / "link.csv"
    path.write_bytes(b"old")
    path.chmod(0o640)
    link.symlink_to(path)

    def write_and_fail() -> None:
        with replacing(link) as file:
            file.write(b"half")
            raise OSError(28, "No space left on device")

    with pytest.raises(KnowledgeError, match="ファイルを書き込めません（ディスクに空きがありません）"):
        write_and_fail()
    assert path.read_bytes() == b"old"
    write_files(link, BASE)
    assert link.is_symlink() and read(path) == list(BASE)
    assert path.stat().st_mode & 0o777 == 0o640
    assert {one.name for one in tmp_path.iterdir()} == {"faq.csv", "link.csv"}


def test_a_place_that_cannot_be_written_or_read_is_a_problem(tmp_path: Path, path: Path) -> None:
    with pytest.raises(KnowledgeError, match="フォルダがあるか"):
        write_files(tmp_path / "none" / path.name, BASE)
    with pytest.raises(KnowledgeError, match="がありません"):
        read_files([path])
    with pytest.raises(FaqError, match="には書き出せません"):
        write_files(path.with_suffix(".ods"), BASE)
    path.write_bytes(bytes(50_000_001))
    (problem,) = problems(path)
    assert "大きすぎます" in problem.message
