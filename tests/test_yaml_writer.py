"""Writing YAML files back: what an editor wrote there stays, whatever else changes.

1. A change of a field changes the lines of that field; comments, order, blank lines, quoting, folded and literal
   blocks and line ends of everything else stay. Of the changed entry alone, indentation and the blanks by which
   something is aligned become those of the shipped files.
2. An entry that goes takes its own comments along, one that moves too; a new one stands in its category's file.
3. An anchor that goes, or an alias whose entry changes, leaves its text.
"""

import re
import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from making import entries_in, files_in

from knowledge.entry import Entry, Status
from knowledge.files.yaml_writer import write_folder
from knowledge.folder import SHIPPED

PRICES = """\
# 経理が毎月確かめる
category: 料金

entries: # 上から順に

  # 月額の質問
  - id: price   # 使い回さない
    question: '月額は: いくら?'
    variants:
      # よく聞かれる
      - 値段  # 短い

      - "料金 #1"
      - >
        いくら
        払うの
    answer: >-
      2,960円
      です。

    # 出典
    url: https://example.com/price # 公式
    related: [trial, cancel]
    as_of: 2026-04-01
    # 価格の末尾

# だれのものでもない

  # 追加料金の質問
  - id:   extra
    question: 追加料金は？
    answer: |  # 2行
      1,100円です。

        消費税を含みます。
    note:

  # 昔の注記
  - {id: fax,  question: FAXは使えますか, answer: はい}
"""
TRIAL = """\
category: お試し
entries:
    -   id: trial
        # 何度も聞かれる
        question: お試しは何日ですか
        answer: 10日間です。
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "prices.yaml").write_bytes(PRICES.encode())
    (tmp_path / "trial.yaml").write_bytes(TRIAL.encode())
    return tmp_path


def changed(entries: dict[str, Entry], entry_id: str, **fields: object) -> list[Entry]:
    return [*(entries | {entry_id: replace(entries[entry_id], **fields)}).values()]  # type: ignore[arg-type]


def written(folder: Path, entries: Iterable[Entry]) -> list[str]:
    """The names of the files that were changed; what is there now must be what was wanted, for good."""
    entries = list(entries)
    names = [path.name for path in write_folder(folder, entries)]
    assert entries_in(folder) == {entry.id: entry for entry in entries}
    assert write_folder(folder, entries) == []
    return names


# -- what stays -----------------------------------------------------------------------------------


def test_the_shipped_files_stay_byte_for_byte(tmp_path: Path, entries: list[Entry]) -> None:
    shutil.copytree(SHIPPED.entries, tmp_path / "copy")
    assert written(tmp_path / "copy", reversed(entries)) == []
    assert files_in(tmp_path / "copy") == files_in(SHIPPED.entries)


def test_a_field_more_in_every_shipped_entry_is_one_line_more(tmp_path: Path, entries: list[Entry]) -> None:
    shutil.copytree(SHIPPED.entries, tmp_path / "copy")
    written(tmp_path / "copy", [replace(entry, owner=f"担当: {entry.id}") for entry in entries])
    before, after = (
        b"".join(files_in(folder).values()).splitlines() for folder in (SHIPPED.entries, tmp_path / "copy")
    )
    assert sorted(after) == sorted([*before, *(f'    owner: "担当: {entry.id}"'.encode() for entry in entries)])
    written(tmp_path / "copy", entries)
    assert files_in(tmp_path / "copy") == files_in(SHIPPED.entries)


FORMS: dict[str, Callable[[str], bytes]] = {
    "as it is": str.encode,
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "CR": lambda text: text.replace("\n", "\r").encode(),
    "a mark in front": lambda text: text.encode("utf-8-sig"),
    "UTF-16": lambda text: text.encode("utf-16"),
    "a document with a start and an end": lambda text: f"%YAML 1.1\n--- # 版\n{text}...\n# 以上\n".encode(),
    "the category below": lambda text: text.replace("category: 料金\n", "").encode() + "category: 料金\n".encode(),
    "everything further to the right": lambda text: re.sub("(?m)^(?=.)", "   ", text).encode(),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("fields", "old", "new"),
    [
        ({}, "", ""),
        ({"question": "月額は?"}, "'月額は: いくら?'", "月額は?"),
        ({"question": "月額: いくら #2"}, "'月額は: いくら?'", '"月額: いくら #2"'),
        ({"variants": ("値段", "料金 #1")}, "      - >\n        いくら\n        払うの\n", ""),
        ({"variants": ("値段", "いくら 払うの")}, '      - "料金 #1"\n', ""),
        ({"variants": ("値段", "費用", "いくら 払うの")}, '"料金 #1"', "費用"),
        ({"variants": ("費用", "料金 #1", "いくら 払うの")}, "値段", "費用"),
        ({"variants": ("値段", "料金 #1", "no", "いくら 払うの")}, '#1"\n', '#1"\n      - "no"\n'),
        (
            {"variants": ()},
            PRICES[PRICES.index("    variants:") : PRICES.index("    answer: >")],
            "",
        ),
        (
            {"answer": "無料です。\n\n- はい"},
            ">-\n      2,960円\n      です。\n",
            "|\n      無料です。\n\n      - はい\n",
        ),
        ({"url": "https://example.com/a#b"}, "https://example.com/price", "https://example.com/a#b  "),  # still in line
        ({"url": ""}, "    url: https://example.com/price # 公式\n", ""),
        ({"related": ("trial",)}, "[trial, cancel]", "[trial]"),
        ({"related": ()}, "    related: [trial, cancel]\n", ""),
        ({"as_of": date(2026, 5, 1)}, "2026-04-01", "2026-05-01"),
        ({"declines": True}, "        払うの\n", "        払うの\n    declines: true\n"),
        ({"note": "聞く"}, "    as_of: 2026-04-01\n", "    as_of: 2026-04-01\n    note: 聞く\n"),
        ({"valid_to": datetime(2027, 3, 31, 9)}, "04-01\n", "04-01\n    valid_to: 2027-03-31T09:00\n"),  # noqa: DTZ001 - Tokyo time, as entries have it
        ({"status": Status.DRAFT, "owner": "x"}, "04-01\n", "04-01\n    owner: x\n    status: draft\n"),
    ],
    ids=str,
)
def test_a_change_touches_its_lines_only(
    folder: Path, fields: dict[str, object], old: str, new: str, form: str
) -> None:
    assert PRICES.count(old) == 1 or not old
    (folder / "prices.yaml").write_bytes(FORMS[form](PRICES))
    expected = FORMS[form](PRICES.replace(old, new) if old else PRICES)
    assert written(folder, changed(entries_in(folder), "price", **fields)) == (["prices.yaml"] if fields else [])
    assert (folder / "prices.yaml").read_bytes().decode("latin1") == expected.decode("latin1")
    assert (folder / "trial.yaml").read_text() == TRIAL


@pytest.mark.parametrize(
    ("fields", "old", "new"),
    [
        ({"note": "聞く"}, "note:\n", "note: 聞く\n"),
        ({"answer": "無料です。"}, "      1,100円です。\n\n        消費税を含みます。\n", "      無料です。\n"),
    ],
    ids=str,
)
def test_an_empty_or_literal_field_is_changed_in_place(
    folder: Path, fields: dict[str, object], old: str, new: str
) -> None:
    assert written(folder, changed(entries_in(folder), "extra", **fields)) == ["prices.yaml"]
    assert (folder / "prices.yaml").read_text() == PRICES.replace(old, new).replace("id:   extra", "id: extra")


def test_an_entry_in_braces_stays_in_braces(folder: Path) -> None:
    now = entries_in(folder)
    written(folder, changed(now, "fax", answer="はい。\n\nいいえ", note="聞く", related=("price",)))
    block = """- {id: fax, question: FAXは使えますか, answer: "はい。\\n\\nいいえ", related: [price], note: 聞く}\n"""
    assert (folder / "prices.yaml").read_text() == PRICES[: PRICES.index("- {id")] + block


# -- what goes, comes and moves -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gone", "start", "end"),
    [("price", "  # 月額", "# だれ"), ("extra", "  # 追加", "  # 昔の"), ("fax", "\n  # 昔の", "")],
)
def test_a_removed_entry_takes_only_its_own_comments_along(folder: Path, gone: str, start: str, end: str) -> None:
    now = entries_in(folder)
    assert written(folder, [entry for entry in now.values() if entry.id != gone]) == ["prices.yaml"]
    rest = PRICES[PRICES.index(end) :] if end else ""
    assert (folder / "prices.yaml").read_text() == PRICES[: PRICES.index(start)] + rest


def test_a_file_whose_entries_all_go_stays_and_takes_new_ones(folder: Path) -> None:
    now = entries_in(folder)
    assert written(folder, [now["trial"]]) == ["prices.yaml"]
    text = (folder / "prices.yaml").read_text()
    assert "entries: [] # 上から順に\n" in text
    assert "# だれのものでもない\n" in text
    assert "月額" not in text
    assert written(folder, now.values()) == ["prices.yaml"]
    assert "entries: # 上から順に\n" in (folder / "prices.yaml").read_text()


def test_a_new_entry_follows_the_last_of_its_categorys_file_in_its_column(folder: Path) -> None:
    new = Entry(id="again", category="お試し", question="もう一度できますか", answer="いいえ。\n\n- 1度だけです。")
    (folder / "trial.yaml").write_text(TRIAL + "# 以上\n")
    (folder / "z.yaml").write_text(TRIAL.replace("id: trial", "id: other"))  # the first file of a category takes it
    assert written(folder, [*entries_in(folder).values(), new]) == ["trial.yaml"]
    block = "    - id: again\n      question: もう一度できますか\n      answer: |\n"
    block += "        いいえ。\n\n        - 1度だけです。\n"
    assert (folder / "trial.yaml").read_text() == f"{TRIAL}\n{block}\n# 以上\n"


def test_a_new_category_gets_a_file_and_both_are_found_again(folder: Path) -> None:
    now = entries_in(folder)
    new = [Entry(id=f"new-{n}", category=["a: b", "解約"][n % 2], question=f"質問{n}", answer="はい") for n in range(4)]
    assert written(folder, [*now.values(), *new]) == ["a-b.yaml", "解約.yaml"]
    assert written(folder, [*now.values(), *new[:3]]) == ["解約.yaml"]
    text = "category: 解約\nentries:\n  - id: new-1\n    question: 質問1\n    answer: |\n      はい\n"
    assert files_in(folder)["解約.yaml"].decode() == text


@pytest.mark.parametrize(
    ("categories", "names"),
    [
        (["お試し・料金（税込）"], ["お試し・料金（税込）.yaml"]),
        (
            ["../../etc/passwd", "C:\\temp", '<a|b>?*"', "前 後"],
            ["C-temp.yaml", "a-b.yaml", "etc-passwd.yaml", "前-後.yaml"],
        ),
        ([".", "..", "-", "/"], ["category.yaml", "category-2.yaml", "category-3.yaml", "category-4.yaml"]),
        (["FAQ", "faq", "Faq?"], ["FAQ.yaml", "faq-2.yaml", "Faq-3.yaml"]),
        (["Prices"], ["Prices-2.yaml"]),
        (["長" * 50, "長" * 49 + "い"], ["長" * 40 + ".yaml", "長" * 40 + "-2.yaml"]),
    ],
    ids=str,
)
def test_a_file_is_named_after_its_category_so_that_every_system_takes_the_name(
    folder: Path, categories: list[str], names: list[str]
) -> None:
    new = [Entry(id=f"n{n}", category=category, question="q", answer="a") for n, category in enumerate(categories)]
    assert sorted(path.name for path in write_folder(folder, [*entries_in(folder).values(), *new])) == sorted(names)


def test_an_entry_moves_to_its_new_category_with_its_comments(folder: Path) -> None:
    other = PRICES[: PRICES.index("  # 月額")].replace("料金", "お試し") + "- {id: x, question: x, answer: x}"
    (folder / "trial.yaml").write_text(other)
    (folder / "prices.yaml").write_bytes(FORMS["CRLF"](PRICES))  # each file keeps its line ends
    now = entries_in(folder)
    assert written(folder, changed(now, "price", category="お試し")) == ["prices.yaml", "trial.yaml"]
    block = PRICES[PRICES.index("  # 月額") : PRICES.index("\n\n# だれ")]
    assert (folder / "trial.yaml").read_text() == f"{other}\n\n{re.sub('(?m)^  ', '', block)}\n"
    assert "月額" not in (folder / "prices.yaml").read_text()


def test_an_entry_that_names_its_category_stays_in_its_file(folder: Path) -> None:
    (folder / "trial.yaml").write_text(TRIAL + "        category: 解約\n")
    now = entries_in(folder)
    assert now["trial"].category == "解約"
    assert written(folder, changed(now, "trial", answer="9日間")) == ["trial.yaml"]
    assert written(folder, changed(now, "trial", answer="9日間", category="お試し")) == ["trial.yaml"]
    expected = """\
category: お試し
entries:
    - id: trial
      # 何度も聞かれる
      question: お試しは何日ですか
      answer: |
        9日間
"""
    assert (folder / "trial.yaml").read_text() == expected


# -- anchors and tags -------------------------------------------------------------------------------


ALIASES = """\
category: &c 料金
entries:
  - id: a
    question: &q "質問"   # 名前つき
    answer: *c
    note: &n
      メモ
  - id: b  # 二つ目
    question: 別の質問
    answer: *q
    note: *n
"""


@pytest.mark.parametrize("gone", ["", "a", "b"])
@pytest.mark.parametrize("entry_id", ["a", "b"])
@pytest.mark.parametrize("field", ["question", "answer", "note", "category", ""])
def test_an_anchor_that_goes_leaves_every_alias_its_text(tmp_path: Path, gone: str, entry_id: str, field: str) -> None:
    (tmp_path / "a.yaml").write_text(ALIASES)
    now = entries_in(tmp_path)
    assert written(tmp_path, now.values()) == []
    wanted = changed(now, entry_id, **({field: "新しい"} if field else {}))
    written(tmp_path, [entry for entry in wanted if entry.id != gone])


def test_a_changed_entry_has_the_texts_in_the_place_of_its_aliases(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(ALIASES)
    now = entries_in(tmp_path)
    written(tmp_path, changed(now, "b", question="新しい"))
    expected = (
        ALIASES[: ALIASES.index("  - id: b")]
        + """\
  - id: b
    question: 新しい
    answer: |
      質問
    note: メモ
"""
    )
    assert (tmp_path / "a.yaml").read_text() == expected


def test_a_tag_declared_at_the_top_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("%TAG !e! tag:example.com:\n---\n" + ALIASES.replace("- id", "- !e!entry\n    id"))
    written(tmp_path, changed(entries_in(tmp_path), "b", question="新しい"))
