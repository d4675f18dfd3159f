"""An FAQ with columns of its own becomes entries.

1. Columns are known by their headings, else by what they hold; sheets and delimiters are found.
   Every sheet whose headings say so is taken.
2. Texts lose HTML, unseen characters and marks like Q1., and no words; ids are readable, short and no two alike.
3. What cannot be taken is told with its row and what is done; whatever a file holds, every entry made is valid.
"""

import re
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import openpyxl
import pytest
from foreign_files import ASKED, TOLD, Adopted, Row, workbook
from hypothesis import given
from hypothesis import strategies as st

from index.text.romanisation import hepburn, romanised_words
from index.text.tokenizer import Tokenizer
from knowledge.adopting.adoption import adopt
from knowledge.adopting.headings import field_of
from knowledge.adopting.identifiers import LONGEST, given_id, made_id
from knowledge.adopting.new_folder import write_new_folder
from knowledge.adopting.texts import plain_text
from knowledge.adopting.understood import letter, read_foreign, understand
from knowledge.entry_reader import read_entry
from knowledge.errors import FaqError, KnowledgeError
from knowledge.files.row_reader import Table


def understood(*rows: Row) -> dict[str, tuple[int, ...]]:
    (found,) = understand([Table("faq.csv", rows, lambda place, _: letter(place))])
    assert found.complete
    return dict(found.places)


# Columns


@pytest.mark.parametrize(
    ("headings", "fields"),
    [
        ("質問 ご質問 Ｑ Q． 質問内容 ご質問内容 質問文 お問い合わせ内容 問 よくあるご質問", "question"),
        ("ご質問の内容 質問（お客様の言葉で） こんなご相談 お問い合わせの内容", "question"),
        ("お返事 お答え 回答（そのまま読めるように） ご回答の文章 ご案内文 本文（HTML） 回答欄", "answer"),
        ("question question_text Title 件名", "question"),
        (
            "回答 ご回答 A Ａ． 答え 回答内容 回答（必須） answer answer_text 本文 内容 説明 アンサー Body 解決方法",
            "answer",
        ),
        ("カテゴリ カテゴリー 分類 大分類 質問カテゴリ 区分 ジャンル category 種類", "category"),
        ("URL 回答URL 参考URL リンク リンク先 link", "url"),
        ("言い方 類似質問 類似質問1 質問例 ほかの聞き方 variants utterances", "variants"),
        ("ID id No. № 番号 質問番号 管理番号 Question_ID", "id"),
        (
            "状態 公開状態 公開ステータス 公開・非公開 Web公開 非公開 掲載可否 表示フラグ status is_published hidden",
            "status",
        ),
        ("関連質問 更新日 質問日 回答者 質問者 備考 公開日 表示順 閲覧数 キーワード 案内 担当部署 name", None),
    ],
)
def test_a_heading_names_its_field(headings: str, fields: str | None) -> None:
    assert {heading: field_of(heading) for heading in headings.split()} == dict.fromkeys(headings.split(), fields)


@pytest.mark.parametrize(
    ("head", "row", "places"),
    [
        ("質問 回答", "{q} {a}", {"question": 0, "answer": 1}),
        ("回答 質問", "{a} {q}", {"question": 1, "answer": 0}),
        ("No 分類 Q A 更新日", "1 館内 {q} {a} 2026/4/1", {"category": 1, "question": 2, "answer": 3}),
        ("id title body url", "a1 {q} {a} https://a.example", {"id": 0, "question": 1, "answer": 2, "url": 3}),
        ("質問 類似質問1 類似質問2 回答", "{q} x y {a}", {"question": 0, "variants": (1, 2), "answer": 3}),
        ("項目 内容", "{q} {a}", {"question": 0, "answer": 1}),
        ("質問内容 回答内容 質問者", "{q} {a} 山田", {"question": 0, "answer": 1}),
        ("回答 ひとこと", "{a} {q}", {"answer": 0, "question": 1}),  # a column without a name that fits asks
        ("大分類 小分類 質問 回答", "全般 {n} {q} {a}", {"category": 1, "question": 2, "answer": 3}),
    ],
)
def test_columns_are_known_by_their_headings(head: str, row: str, places: dict[str, int | tuple[int, ...]]) -> None:
    rows = [row.format(n=f"分類{n % 2}", q=q, a=a).split() for n, (q, a) in enumerate(zip(ASKED, TOLD, strict=True))]
    wanted = {field: place if isinstance(place, tuple) else (place,) for field, place in places.items()}
    assert understood(head.split(), *rows) == wanted
    assert understood(["社内FAQ 2026年版"], [], head.split(), *rows) == wanted  # a title above


@pytest.mark.parametrize(
    ("row", "places"),
    [
        ("{q} {a}", {"question": 0, "answer": 1}),
        ("{a} {q}", {"question": 1, "answer": 0}),
        ("{n} {q} {a}", {"question": 1, "answer": 2}),
        ("館内 {q} {a} https://hotel.example/{n}", {"category": 0, "question": 1, "answer": 2, "url": 3}),
    ],
)
def test_without_headings_columns_are_known_by_what_they_hold(row: str, places: dict[str, int]) -> None:
    rows = [row.format(n=n, q=q, a=a).split() for n, (q, a) in enumerate(zip(ASKED, TOLD, strict=True), 1)]
    assert understood(*rows) == {field: (place,) for field, place in places.items()}


def test_a_row_of_sentences_is_no_heading() -> None:
    assert understood(["回答はいつもらえますか？", "翌日に回答します。"], *zip(ASKED, TOLD, strict=True)) == {
        "question": (0,),
        "answer": (1,),
    }


@pytest.mark.parametrize("rows", [[], [["質問", "回答"]], [["質問"], ["駐車場はありますか"]], [["1", "2"], ["3", "4"]]])
def test_a_table_without_questions_and_answers_says_what_to_write(rows: list[Row]) -> None:
    with pytest.raises(KnowledgeError, match="「質問」と「回答」という見出し"):
        understood(*rows)


def test_every_sheet_whose_headings_leave_no_doubt_is_taken(tmp_path: Path, tokenizer: Tokenizer) -> None:
    path = workbook(
        tmp_path / "faq.xlsx",
        表紙=[["FAQ集"]],
        館内=[["質問", "回答"], [ASKED[0], TOLD[0]]],
        料金=[["みんなの料金"], [], ["Q", "A", "分類"], [ASKED[2], TOLD[2], "子ども"], [ASKED[1], TOLD[1], ""]],
        改訂=[["項目", "内容"], ["料金を見直しました", "佐藤が直しました"]],
        古い=[],
        受付=[["ご質問", "ご回答"], [f"{ASKED[0]}。", "重なり"], ["", "質問が無い"], ["何時に出ますか", "10時です。"]],
    )
    tables = understand(read_foreign(path))
    assert [(one.table.sheet, one.header, one.complete) for one in tables] == [
        ("館内", 1, 1),
        ("料金", 3, 2),
        ("受付", 1, 2),
    ]
    made = adopt(tables, partial(romanised_words, tokenizer=tokenizer))
    assert [(entry.question, entry.category) for entry in made.entries] == [
        (ASKED[0], "館内"),
        (ASKED[2], "子ども"),
        (ASKED[1], "子ども"),
        ("何時に出ますか", "受付"),
    ]
    assert list(map(str, made.remarks)) == [
        f"「受付」2行目: 質問「{ASKED[0]}。」が「館内」2行目にもあります → 取り込みません",
        "「受付」3行目: 質問がありません → 「受付」2行目の回答の続きにします",
    ]


def test_sheets_with_the_headings_of_the_largest_are_taken_however_vague(tmp_path: Path) -> None:
    rows = [["項目", "内容"], *zip(ASKED, TOLD, strict=True)]
    path = workbook(tmp_path / "faq.xlsx", 一=rows, 二=rows[:2], 三=[["題", "文"], *rows[1:2]])
    assert [one.table.sheet for one in understand(read_foreign(path))] == ["一", "二"]


def test_sheets_laid_out_as_the_largest_are_taken_whatever_their_headings_are(tmp_path: Path) -> None:
    rows = [["案内集"], ["質問", "回答"], *zip(ASKED, TOLD, strict=True)]
    told = [["案内集"], ["題", "文"], *((a, a) for a in TOLD[:2])]
    path = workbook(tmp_path / "faq.xlsx", 一=rows, 二=[["団体の案内集"], ["題", "文"], *rows[2:4]], 三=told)
    assert [(one.table.sheet, one.header, one.complete) for one in understand(read_foreign(path))] == [
        ("一", 2, 3),
        ("二", 2, 2),
    ]


@pytest.mark.parametrize("column", ["B", "C"])  # the answer's, or one for links
def test_a_link_behind_the_words_of_a_cell_is_the_link_of_its_row(
    tmp_path: Path, tokenizer: Tokenizer, column: str
) -> None:
    rows = [(q, a, "公式ページ") for q, a in zip(ASKED, TOLD, strict=True)]
    path = workbook(tmp_path / "faq.xlsx", 館内=[["質問", "回答", "参考ページ"], *rows])
    book = openpyxl.load_workbook(path)
    book["館内"][f"{column}2"].hyperlink = "https://hotel.example/parking?a=1&b=2"
    book["館内"][f"{column}3"].hyperlink = "mailto:info@hotel.example"
    book.save(path)
    made = adopt(understand(read_foreign(path)), partial(romanised_words, tokenizer=tokenizer))
    assert [entry.url for entry in made.entries] == ["https://hotel.example/parking?a=1&b=2", "", ""]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_csv_file_is_read_in_the_encodings_and_delimiters_of_spreadsheets(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    rows = [(q, f'"{a}\n{a}"', "") for q, a in zip(ASKED, TOLD, strict=True)]
    lines = [delimiter.join(row) for row in (("質問", "回答", "URL"), *rows)]
    path = tmp_path / "faq.csv"
    path.write_bytes("\r\n".join(lines).encode(encoding))
    (found,) = understand(read_foreign(path))
    assert (found.complete, found.places["answer"]) == (3, (1,))


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "faq.docx").write_bytes(b"PK")
    with pytest.raises(KnowledgeError, match=r"「\.docx」のファイルは読めません"):
        read_foreign(tmp_path / "faq.docx")
    with pytest.raises(KnowledgeError, match="フォルダは読めません"):
        read_foreign(tmp_path)


# Texts and ids


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("<p>はい。</p><p>無料です。</p>", "はい。\n\n無料です。"),
        ("1行目<br>2行目<br/>3行目", "1行目\n2行目\n3行目"),
        ("<ul><li>朝食</li><li>夕食</li></ul>", "- 朝食\n- 夕食"),
        ("<ol><li>押す</li><li>待つ</li></ol>", "1. 押す\n2. 待つ"),
        ('<a href="https://a.example/?x=1&amp;y=2">こちら</a>へ', "[こちら](https://a.example/?x=1&y=2)へ"),
        ("<a href='http://a.example'>こちら</a>へ", "こちら（http://a.example）へ"),
        ("<a href='javascript:x()'>こちら</a>", "こちら"),
        ("<span style='color:red'><b>30台</b></span>まで", "**30台**まで"),
        ("A&amp;B&nbsp;館", "A&B 館"),
        ("3<5 かつ <重要> は残す", "3<5 かつ <重要> は残す"),
        ("は\u3099す\u200bの\ufeff時刻\x0b表", "ばすの時刻\n表"),
        ("⽇本\ue000語\ufffd", "日本語"),
        ("☎️ 受付１\u00a0階", "☎️ 受付１ 階"),
        ("一\r\n\r\n\r\n\r\n二\t三", "一\n\n二 三"),
    ],
)
def test_an_answer_keeps_its_words_and_loses_the_rest(written: str, plain: str) -> None:
    assert plain_text(written, markup=True) == plain


def test_a_question_has_no_marks_at_all() -> None:
    assert plain_text("<b>駐車場</b>は<a href='https://a.example'>どこ</a>ですか") == "駐車場はどこですか"


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("<p><![if !supportLists]>1) <![endif]>満車のとき</p>", "1) 満車のとき"),
        ("<b>満車</b>のとき<![ >は<![", "**満車**のときは<!["),
        ("<b>満車</b> &lt; 1 <2", "**満車** < 1 <2"),
        ("<b>満車</b>" + "<a " * 9_000, "**満車**" + ("<a " * 9_000).rstrip()),
    ],
)
def test_html_that_no_browser_would_mind_stops_nothing(written: str, plain: str) -> None:
    started = time.process_time()
    assert plain_text(written, markup=True) == plain
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("駐車場はありますか？", "chushajo"),
        ("キャンセル料はいくらですか", "cancel ryo ikura"),
        ("Wi-Fiは使えますか", "wi fi tsukae"),
        ("ＱＲコード決済", "qr code kessai"),
        ("2泊以上の割引", "2 haku ijo waribiki"),
        ("どうすればできますか", "do"),
        ("！？", ""),
    ],
)
def test_words_are_spelled_as_people_spell_them(tokenizer: Tokenizer, question: str, words: str) -> None:
    assert romanised_words(question, tokenizer) == words.split()


@pytest.mark.parametrize(
    ("kana", "letters"),
    [
        ("シャチョー", "shacho"),
        ("ガッコー", "gakko"),
        ("マッチ", "matchi"),
        ("ティッシュ", "tisshu"),
        ("ウェブ", "webu"),
        ("ファン", "fan"),
    ],
)
def test_kana_are_written_in_hepburns_letters(kana: str, letters: str) -> None:
    assert hepburn(kana) == letters


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Parking Lot_1", "parking-lot-1"),
        ("ＦＡＱ１２", "faq12"),
        ("12", ""),
        ("a" * 41, "a" * 41),
        ("a" * 64, "a" * 64),
        ("a" * 65, ""),
    ],
)
def test_a_given_id_stays_where_an_entry_may_have_it(text: str, found: str) -> None:
    assert given_id(text) == found


@given(st.lists(st.lists(st.from_regex("[a-z0-9]{1,30}", fullmatch=True), max_size=8), max_size=30))
def test_made_ids_are_short_and_no_two_alike(questions: list[list[str]]) -> None:
    taken: list[str] = []
    for words in questions:
        taken.append(made_id(words, taken))
    assert len(set(taken)) == len(taken)
    assert all(re.fullmatch(r"[a-z0-9-]+", one) and len(one) <= LONGEST for one in taken)


# Rows


def test_what_is_not_taken_as_it_is_is_told_with_its_row(adopted: Adopted) -> None:
    made = adopted(
        ["id", "質問", "回答", "分類", "URL", "言い方"],
        [
            "Parking",
            "Q1. 駐車場はありますか？",
            "A：はい。",
            "館内",
            "https://a.example/p",
            "車で行きたい\n・停められる？",
        ],
        ["2", "何時から入れますか", "15時から。", "", "http://a.example", "車で行きたい\n何時から入れますか？"],
        ["", "", "答えだけ", "別", "", ""],
        ["", "質問だけ", "", "", "", ""],
        ["parking", "駐輪場はどこ", "裏です。", "外", "", ""],
        ["", "駐車場はありますか", "重なり", "", "", ""],
        ["", "長" * 301, "はい。", "", "", ""],
        ["", "長い回答", "長" * 12_001, "", "", ""],
        ["", "", "", "", "", ""],
    )
    assert [(entry.id, entry.question, entry.answer, entry.category, entry.url) for entry in made.entries] == [
        ("parking", "駐車場はありますか？", "はい。", "館内", "https://a.example/p"),
        ("itsu-ire", "何時から入れますか", "15時から。", "館内", ""),
        ("churinjo-doko", "駐輪場はどこ", "裏です。", "外", ""),
    ]
    assert made.entries[0].variants == ("車で行きたい", "停められる？")
    assert made.entries[1].variants == ()
    assert {one: place.row for one, place in made.places.items()} == {"parking": 2, "itsu-ire": 3, "churinjo-doko": 6}
    told = {
        3: ["車で行きたい", "http://a.example"],
        4: ["質問がありません"],
        5: ["回答がありません"],
        6: ["id「parking」が2行目"],
        7: ["2行目にもあります"],
        8: ["301文字"],
        9: ["12001文字"],
    }
    assert [remark.place.row for remark in made.remarks if remark.place] == [
        row for row, words in told.items() for _ in words
    ]
    for remark, word in zip(made.remarks, (word for words in told.values() for word in words), strict=True):
        assert word in remark.told
        assert "→" in remark.told


def test_a_category_in_merged_cells_holds_for_the_rows_below(adopted: Adopted) -> None:
    rows = [["館内", ASKED[0], TOLD[0]], ["", ASKED[1], TOLD[1]], ["料金", ASKED[2], TOLD[2]]]
    made = adopted(["分類", "質問", "回答"], *rows)
    assert [entry.category for entry in made.entries] == ["館内", "館内", "料金"]


ODD = ("<b>", "<a href='x'>", "https://a.example", "Q1. ", "長" * 400)
CELLS = st.text(max_size=40) | st.sampled_from([*ASKED, *TOLD, *ODD])


@given(st.lists(st.lists(CELLS, min_size=2, max_size=7), max_size=12))
def test_whatever_a_file_holds_every_entry_is_valid(tokenizer: Tokenizer, rows: list[list[str]]) -> None:
    head = [["質問", "回答", "分類", "URL", "言い方", "id", "状態"], [ASKED[0], TOLD[0]]]
    table = Table("faq.csv", [*head, *rows], lambda place, _: letter(place))
    made = adopt(understand([table]), partial(romanised_words, tokenizer=tokenizer))
    assert len({entry.id for entry in made.entries}) == len(made.entries) >= 1
    assert all(read_entry(entry.to_fields()) == (entry, []) for entry in made.entries)
    assert all(len(entry.id) <= LONGEST for entry in made.entries)


# The folder


def test_a_folder_that_cannot_be_written_leaves_nothing(tmp_path: Path, adopted: Adopted) -> None:
    made = adopted(["質問", "回答"], *zip(ASKED, TOLD, strict=True))
    (tmp_path / "file").write_text("")
    with pytest.raises(FaqError, match="作れません"):
        write_new_folder(tmp_path / "file" / "faq", {"name": "温泉"}, made.entries)
    twice = [*made.entries, replace(made.entries[0], answer="別")]
    with pytest.raises(KnowledgeError, match="2つあります"):
        write_new_folder(tmp_path / "faq", {"name": "温泉"}, twice)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    folder = write_new_folder(tmp_path / "faq", {"name": "温泉"}, made.entries)
    assert [item.entry for item in folder.read_entries()] == list(made.entries)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["faq", "file"]
