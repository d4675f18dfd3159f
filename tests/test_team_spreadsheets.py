"""A workbook from the team's pages and back: what it changes is a proposal, and faults are told with their places."""

from io import BytesIO
from tempfile import gettempdir

import pytest
from openpyxl import load_workbook
from team_tester import TeamTester, page_of, token_in
from werkzeug.test import TestResponse

from bot.web.team.spreadsheets import MOST_CELLS


def send_file(tester: TeamTester, data: bytes, name: str) -> TestResponse:
    fields = {"form_token": token_in(tester.client.get("/team/import")), "file": (BytesIO(data), name)}
    return tester.client.post("/team/import", data=fields)


def test_a_workbook_is_taken_out_changed_and_brought_in_as_a_proposal(tester: TeamTester) -> None:
    client = tester.signed_in()
    data = client.get("/team/faq.xlsx").data
    assert "変わるところはありません" in page_of(send_file(tester, data, "faq.xlsx"))
    book = load_workbook(BytesIO(data))
    answer = tester.app.publishing.live().by_id["plan-prices"].answer
    cells = (cell for sheet in book for row in sheet.iter_rows() for cell in row)
    next(cell for cell in cells if cell.value == answer).value = "月額は3,000円です。"
    changed = BytesIO()
    book.save(changed)
    shown = send_file(tester, changed.getvalue(), "../../faq.XLSX")
    assert "変更 1件" in page_of(shown)
    entry = tester.app.publishing.live().by_id["plan-prices"]
    row = next(cell.row for cell in book["FAQ"]["A"] if cell.value == entry.id)
    assert f"「FAQ」E{row} {entry.question} 回答 前: " in page_of(shown)
    address = shown.text.partition('href="/team/proposals/')[2].partition('"')[0]
    assert "3,000円" in page_of(client.get(f"/team/proposals/{address}"))
    assert "3,000円" not in tester.app.publishing.live().by_id["plan-prices"].answer


def test_a_large_file_shows_its_first_cells_and_counts_the_others(tester: TeamTester) -> None:
    client = tester.signed_in()
    file = client.get("/team/faq.xlsx").data
    book = load_workbook(BytesIO(file))
    sheet = book["FAQ"]
    for row in range(2, sheet.max_row + 1):
        sheet[f"N{row}"].value = f"{row}行目のメモ"
        sheet[f"M{row}"].value = "担当"
    sheet.append(["added", "料金", "足した行の質問はこれですか？", None, "足した行の答えです。"])
    sheet.delete_rows(2)
    changed = BytesIO()
    book.save(changed)
    shown = page_of(send_file(tester, changed.getvalue(), "faq.xlsx"))
    assert "「FAQ」M2" in shown and "「FAQ」N2" in shown
    assert f"「FAQ」{sheet.max_row}行目 追加: 足した行の質問はこれですか？" in shown and "消えた行" in shown
    assert f"ほかに{2 * (sheet.max_row - 2) + 2 - MOST_CELLS}か所" in shown


@pytest.mark.parametrize(("data", "name"), [(b"", ""), (b"x", "faq.exe"), (b"x", "faq.xlsx"), (b"\xff\xfe", "faq.csv")])
def test_what_is_no_workbook_is_refused_in_words(tester: TeamTester, data: bytes, name: str) -> None:
    tester.signed_in()
    refused = send_file(tester, data, name)
    assert (refused.status_code, 'class="fault"' in refused.text) == (422, True)
    assert gettempdir() not in refused.text
    assert "何も取り込みませんでした" in page_of(refused)


def test_faults_name_the_file_as_its_sender_does(tester: TeamTester) -> None:
    tester.signed_in()
    refused = page_of(send_file(tester, b"x", "docs/料金表 改.xlsx"))
    assert ("料金表 改.xlsx" in refused, "docs" in refused) == (True, False)
