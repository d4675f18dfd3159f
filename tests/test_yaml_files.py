"""Reading entries: every fault is found, with its file, line and next step, all at once."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from knowledge.entry import Entry, Status
from knowledge.entry_reader import read_entry
from knowledge.entry_rules import MAX_LENGTHS
from knowledge.errors import KnowledgeError, Problem
from knowledge.files.yaml_reader import read_folder
from knowledge.folder import SHIPPED

GOOD = """category: 料金
entries:
  - id: plan-prices
    question: 月額はいくらですか？
    variants:
      - 値段
      - 0120
      - no
    answer: |
      2,960円です。
    url: https://example.com/price
    related: [plan-change]
    as_of: 2026-04-01
    review_by: 2027-04-01
  - id: plan-change
    question: プランを変えられますか？
    answer: はい。
    declines: true
    status: draft
"""


def read(folder: Path, text: str | bytes, name: str = "a.yaml") -> list[Entry]:
    (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return [located.entry for located in read_folder(folder)]


def problems(folder: Path, text: str | bytes, name: str = "a.yaml") -> list[Problem]:
    with pytest.raises(KnowledgeError) as caught:
        read(folder, text, name)
    return list(caught.value.problems)


def test_a_file_is_read_as_it_is_written(tmp_path: Path) -> None:
    price, change = read(tmp_path, GOOD)
    assert price == Entry(
        id="plan-prices",
        category="料金",
        question="月額はいくらですか？",
        answer="2,960円です。",
        variants=("値段", "0120", "no"),  # neither an octal number nor a boolean
        url="https://example.com/price",
        related=("plan-change",),
        as_of=date(2026, 4, 1),
        review_by=date(2027, 4, 1),
    )
    assert (change.declines, change.status) == (True, Status.DRAFT)


@pytest.mark.parametrize(
    ("wrong", "line", "message"),
    [
        ("    answer: はい。\n", 16, "「answer」が空です"),
        ("    question: プランを変えられますか？\n", 15, "「question」が空です"),
        ("  - id: plan-change\n", 14, ""),
    ],
)
def test_a_missing_field_is_named_with_its_line(tmp_path: Path, wrong: str, line: int, message: str) -> None:
    found = problems(tmp_path, GOOD.replace(wrong, "" if message else "  - id: Plan_Change\n"))
    assert any((message or "正しくありません") in problem.message for problem in found)
    assert all(problem.file.endswith("a.yaml") and problem.hint for problem in found)
    assert abs(found[0].line - line) <= 1


@pytest.mark.parametrize(
    ("old", "new", "message", "line"),
    [
        ("https://example.com/price", "http://example.com", "https:// のリンクではありません", 11),
        ("https://example.com/price", "javascript:alert(1)", "https:// のリンクではありません", 11),
        ("https://example.com/price", "https://exa mple.com", "https:// のリンクではありません", 11),
        ("as_of: 2026-04-01", "as_of: 2026-4-31", "読めません", 13),
        ("declines: true", "declines: maybe", "「maybe」を読めません", 18),
        ("status: draft", "status: public", "「public」を読めません", 19),
        ("    as_of:", "    asof:", "「asof」という項目はありません", 13),
        ("related: [plan-change]", "related: plan-change", "1行に1つずつ", 12),
        ("related: [plan-change]", "related: [plan-prices]", "自分自身", 12),
        ("      - no\n", "      - 値段\n", "2回あります", 8),
        ("      - no\n", '      - ""\n', "空の言い方", 8),
        ("値段", "値\u200b段", "目に見えない文字 U+200B", 6),
        ("2,960円です。", "2,960円\x07です。", "", 0),
        ("値段", "値" * 301, "301文字", 6),
        ("2,960円です。", "円" * (MAX_LENGTHS["answer"] + 1), "12001文字", 9),
        ("id: plan-change", "id: plan-prices", "すでに", 15),
        ("    question: プラン", "    question: 一つ目\n    question: プラン", "2回あります", 17),
        ("category: 料金", "category: 料金\nentry: x", "「entry」という項目はありません", 2),
        ("category: 料金\n", "", "category", 1),
    ],
)
def test_every_fault_has_its_line_and_next_step(tmp_path: Path, old: str, new: str, message: str, line: int) -> None:
    assert old in GOOD
    found = problems(tmp_path, GOOD.replace(old, new, 1))
    assert message in found[0].message
    assert found[0].hint
    if line:
        assert found[0].line == line


@pytest.mark.parametrize(
    "broken",
    ["category: [", "\tcategory: x", "a: b: c", "- just\n- a list", "", "text", b"\xff\xfe\x00", b"category: \x80"],
)
def test_a_file_that_is_no_yaml_of_ours_is_a_problem_not_a_traceback(tmp_path: Path, broken: str | bytes) -> None:
    (problem, *_) = problems(tmp_path, broken)
    assert problem.file.endswith("a.yaml")


def test_yaml_loads_data_only(tmp_path: Path) -> None:
    owned = tmp_path / "owned"
    assert problems(
        tmp_path, GOOD.replace("月額はいくらですか？", f"!!python/object/apply:os.system ['touch {owned}']")
    )
    assert not owned.exists()


def test_all_faults_of_all_files_are_reported_at_once(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text("category: [", encoding="utf-8")
    found = problems(tmp_path, GOOD.replace("はい。", '""').replace("true", "maybe"))
    assert {Path(problem.file).name for problem in found} == {"a.yaml", "b.yaml"}


def test_an_empty_folder_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="YAMLファイルがありません"):
        read_folder(tmp_path)


def test_the_shipped_files_say_what_the_fact_sheet_says() -> None:
    by_id = {located.entry.id: located.entry for located in read_folder(SHIPPED.entries)}
    figures = {
        "plan-prices": ("2,960円", "20回", "148円", "5,720円", "40回", "143円", "11,040円", "80回", "138円"),
        "over-call-billing": ("148円", "143円", "138円", "740円"),
        "no-initial-fee-and-deposit": ("5,920円", "保証金", "2,960円"),
        "price-small-plus-fax": ("4,060円", "1,100円", "2,960円"),
        "additional-number": ("1,100円",),
        "one-number-one-usage": ("1,100円",),
        "free-trial-10days": ("10日間", "1度だけ"),
        "trial-to-contract": ("4営業日前",),
        "payment-schedule": ("27日",),
        "business-hours": ("平日の9時から18時",),
        "report-multi-recipients": ("最大3名",),
        "no-cancellation-penalty": ("3か月未満", "違約金"),
    }
    for entry_id, expected in figures.items():
        for figure in expected:
            assert figure in by_id[entry_id].answer, (entry_id, figure)
    for entry in by_id.values():
        assert not any(old in entry.answer for old in ("2,900円", "2900円", "145円", "216円", "8月3日")), entry.id
        assert len(entry.variants) >= 15, entry.id
        assert entry.declines or entry.url, entry.id
        assert "callpartner" not in entry.answer, entry.id


def test_what_the_sheet_leaves_open_declines() -> None:
    by_id = {located.entry.id: located.entry for located in read_folder(SHIPPED.entries)}
    for entry_id in ("report-routing-rule", "trial-number-continuity", "cancel-procedure", "deposit-refund-timing"):
        assert by_id[entry_id].declines
    assert sum(entry.declines for entry in by_id.values()) >= 60


def test_a_field_has_one_fault_and_hides_none_of_another() -> None:
    entry, faults = read_entry({"id": "A", "category": "c", "question": ["q"], "answer": "", "as_of": "soon"})
    assert entry is None
    assert sorted(fault.field for fault in faults) == ["answer", "as_of", "id", "question"]


def test_validity_is_read_and_obeyed_in_tokyo_time() -> None:
    entry, faults = read_entry(
        {
            "id": "a",
            "category": "c",
            "question": "q",
            "answer": "a",
            "valid_from": "2027-04-01T09:00",
            "valid_to": "2027-04-30",
        }
    )
    assert entry, faults
    assert not entry.is_live(datetime(2027, 3, 31, 23, 59, tzinfo=UTC))
    assert entry.is_live(datetime(2027, 4, 1, 0, 0, tzinfo=UTC))  # 09:00 in Tokyo
    assert entry.is_live(datetime(2027, 4, 30, 14, 59, tzinfo=UTC))
    assert not entry.is_live(datetime(2027, 4, 30, 15, 0, tzinfo=UTC))  # May 1st in Tokyo


def test_the_last_day_there_is_means_no_end(tmp_path: Path) -> None:
    price, _ = read(tmp_path, GOOD.replace("as_of: 2026-04-01", "valid_to: 9999-12-31"))
    assert (price.valid_to, price.ends_at()) == (date(9999, 12, 31), None)
    assert price.is_live(datetime.now(UTC))
    (problem,) = problems(tmp_path, GOOD.replace("as_of: 2026-04-01", "valid_to: 9999-12-31T23:00Z"))
    assert "日時「9999-12-31T23:00Z」を読めません" in problem.message


def test_half_a_character_is_a_fault_and_not_a_traceback() -> None:
    entry, faults = read_entry({"id": "a", "category": "c", "question": "q\ud83d", "answer": "a"})
    assert (entry, [fault.field for fault in faults]) == (None, ["question"])
    assert "U+D83D" in faults[0].message


@pytest.mark.parametrize("status", ["draft", "retired"])
def test_only_published_entries_are_live(status: str) -> None:
    entry, _ = read_entry({"id": "a", "category": "c", "question": "q", "answer": "a", "status": status})
    assert entry
    assert not entry.is_live(datetime.now(UTC))
