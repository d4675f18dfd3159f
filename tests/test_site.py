"""A knowledge base is a folder, and its site.yaml has every word in which it differs from another.

1. Only `name` is needed; what is not written follows from what is.
2. Every fault of site.yaml is told with file, line, key, value and what to do.
3. Files other than site.yaml and entries/ may be missing; KNOWLEDGE chooses the folder, with a database of its own.
4. The live words are the database's: an edited file is merged into them at the next start.
"""

import shutil
from pathlib import Path

import pytest
from making import StartSmall, bot_on

from bot.app import App
from bot.settings import read_settings, shown_settings
from index.text.analyzer import Analyzer
from knowledge.errors import KnowledgeError, SettingError
from knowledge.files.site_yaml import FIELDS, parse_site, read_site, site_in, site_text
from knowledge.files.yaml_text import with_items
from knowledge.folder import SHIPPED, KnowledgeFolder, entries_at
from knowledge.list_name import ListName
from knowledge.revisions.store import Change
from knowledge.shipping import follow_site
from knowledge.site import Site, site_of

ENTRIES = "category: 館内\nentries:\n  - id: parking\n    question: 駐車場はありますか？\n    answer: 無料です。\n"


def site_file(folder: Path, text: str) -> Path:
    path = folder / "site.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def faults(folder: Path, text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(KnowledgeError) as caught:
        read_site(site_file(folder, text))
    assert all(problem.file.endswith("site.yaml") and problem.hint for problem in caught.value.problems)
    return [(problem.line, problem.field, problem.message) for problem in caught.value.problems]


def test_a_name_is_enough(tmp_path: Path) -> None:
    site = read_site(site_file(tmp_path, "name: サンプル温泉ホテル\n"))
    assert site == site_of("サンプル温泉ホテル")
    assert (site.title, site.bot_name, site.command) == (
        "サンプル温泉ホテル よくあるご質問",
        "サンプル温泉ホテルFAQ",
        "/faq",
    )
    assert site.contact == "サンプル温泉ホテルの窓口へお問い合わせください。"
    for sentence in (site.greeting, site.unknown):
        assert "サンプル温泉ホテル" in sentence
    assert site.empty.endswith("文字でお尋ねください。")


def test_what_is_not_written_follows_from_what_is(tmp_path: Path) -> None:
    text = "name: 窓口FAQ\nabout: 引っ越し\nurl: https://example.com/\nexamples:\n  - 何が要りますか\ncontact:\n"
    site = read_site(site_file(tmp_path, text))
    assert (site.title, site.bot_name) == ("窓口FAQ", "窓口FAQ")
    assert "引っ越し" in site.greeting
    assert "引っ越し" in site.unknown
    assert "https://example.com/" in site.contact
    assert "「何が要りますか」" in site.empty


def test_what_is_written_is_said(tmp_path: Path) -> None:
    written = {field.key: ("一つ目", "二つ目") if field.items else "言葉" for field in FIELDS}
    written |= {"url": "https://example.com/?a=b#c", "command": "/ask-us", "favourites": ("a", "b-2")}
    written |= {"colour": "#0b63b0", "logo": "logo.svg"}
    assert read_site(site_file(tmp_path, site_text(written))) == Site(**written)


def test_a_new_file_explains_every_key_and_says_what_is_said_without_it(tmp_path: Path) -> None:
    text = site_text({"name": "ジム: 南口"})
    assert read_site(site_file(tmp_path, text)) == site_of("ジム: 南口")
    uncommented = text.replace("# greeting", "greeting").replace("# unknown", "unknown")
    assert read_site(site_file(tmp_path, uncommented)) == site_of("ジム: 南口")
    assert all(field.meaning in text for field in FIELDS)


@pytest.mark.parametrize(
    ("text", "line", "key", "told"),
    [
        ("", 1, "", "キー: 値"),
        ("- name\n", 1, "", "キー: 値"),
        ("about: 温泉\n", 1, "name", "「name」がありません"),
        ("name:\n", 1, "name", "「name」がありません"),
        ("name: あ\nnmae: い\n", 2, "nmae", "「nmae」というキーはありません"),
        ("name: あ\nname: い\n", 2, "name", "2回"),
        ("name: [あ]\n", 1, "name", "形が違います"),
        ("name: あ\nexamples: 一つ\n", 2, "examples", "形が違います"),
        ("name: あ\nexamples:\n  - {a: b}\n", 2, "examples", "形が違います"),
        ("name: あ\nexamples:\n  - い\n  -\n", 4, "examples", "空の行"),
        ("name: あ\nfavourites:\n  - Parking\n", 3, "favourites", "「Parking」を使えません"),
        ("name: あ\nurl: http://example.com\n", 2, "url", "「http://example.com」を使えません"),
        ("name: あ\ncommand: faq\n", 2, "command", "「faq」を使えません"),
        ("name: |\n  あ\n  い\n", 1, "name", "改行"),
        ("name: あ\u200bい\n", 1, "name", "U+200B"),
        (f"name: {'あ' * 33}\n", 1, "name", "33文字"),
        ("name: あ\nabout: 「\n  - い: う: え\n", 3, "", "YAMLとして読めません"),
    ],
)
def test_every_fault_is_told_with_its_line(tmp_path: Path, text: str, line: int, key: str, told: str) -> None:
    ((where, field, message),) = faults(tmp_path, text)
    assert (where, field) == (line, key)
    assert told in message


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    assert len(faults(tmp_path, "nmae: あ\nurl: x\ncommand: y\n")) == 4


def test_a_folder_without_a_site_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="faqbot init"):
        KnowledgeFolder(tmp_path).read_site()


def test_files_beside_site_and_entries_may_be_missing(tmp_path: Path) -> None:
    folder = KnowledgeFolder(tmp_path)
    site_file(tmp_path, "name: 温泉\n")
    folder.entries.mkdir()
    (folder.entries / "a.yaml").write_text(ENTRIES, encoding="utf-8")
    assert [item.entry.id for item in folder.read_entries()] == ["parking"]
    assert not any((folder.read_synonyms(), folder.read_style(), folder.read_judged(), folder.read_variations()))
    assert entries_at(tmp_path) == folder.entries
    assert entries_at(folder.entries) == folder.entries
    app = App(read_settings({"KNOWLEDGE": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/x.db"}))
    app.encoder = None
    assert [entry.id for entry in app.faq.entries()] == ["parking"]
    app.store.engine.dispose()


def test_the_shipped_folder_is_the_default_and_every_other_has_a_database_of_its_own(tmp_path: Path) -> None:
    assert read_settings({}).knowledge == SHIPPED
    shipped, own = read_settings({}), read_settings({"KNOWLEDGE": str(tmp_path)})
    assert read_settings({"KNOWLEDGE": str(SHIPPED.path)}) == shipped
    assert own.knowledge.path == tmp_path.resolve()
    assert own.database_url != shipped.database_url
    assert tmp_path.name in own.database_url
    shown = {setting.name: text for setting, text, _ in shown_settings({"KNOWLEDGE": str(tmp_path)})}
    assert shown["DATABASE_URL"] == own.database_url
    assert (
        read_settings({"KNOWLEDGE": str(tmp_path), "DATABASE_URL": "sqlite:///x.db"}).database_url == "sqlite:///x.db"
    )


def test_a_folder_that_is_not_there_is_named() -> None:
    with pytest.raises(SettingError, match="KNOWLEDGE の値「/no/such/folder」"):
        read_settings({"KNOWLEDGE": "/no/such/folder"})


def test_the_setting_of_the_contact_takes_the_place_of_the_sites(start_small: StartSmall) -> None:
    assert start_small(CONTACT_TEXT="電話 0000").faq.site.contact == "電話 0000"


def test_an_edited_file_is_taken_in_at_the_next_start_and_published_words_stay(
    small_database: str, tmp_path: Path, small_folder: str, analyzer: Analyzer
) -> None:
    folder = shutil.copytree(small_folder, tmp_path / "edited")
    file = folder / "site.yaml"

    def started() -> tuple[Site, int]:
        with bot_on(small_database, analyzer, KNOWLEDGE=str(folder)) as app:
            follow_site(app.store, app.settings.knowledge)
            base = app.store.load()
            return site_in(base.lists.site), base.revision

    def write(before: str, after: str) -> None:
        text = file.read_text(encoding="utf-8")
        assert before in text
        file.write_text(text.replace(before, after), encoding="utf-8")

    before, number = started()
    assert (started()[1], number) == (1, 1)
    write("greeting: ", "greeting: ようこそ。")
    greeted, number = started()
    assert (greeted.greeting, number) == (f"ようこそ。{before.greeting}", 2)
    with bot_on(small_database, analyzer, KNOWLEDGE=str(folder)) as app:
        live = app.store.load().lists.site.replace("notice: ", "notice: 2027年から、")
        app.store.publish(Change(lists={ListName.SITE: live}), "kaede", "", 2)
    assert started()[1] == 3, "the file says nothing new"
    write("notice: ", "notice: ファイルでは、")
    write("url: https", "colour: '#7a1f3d'\nurl: https")
    merged, number = started()
    assert merged.notice.startswith("2027年から、")
    assert (merged.greeting, merged.colour, number) == (greeted.greeting, "#7a1f3d", 4)
    assert started()[1] == 4


BLOCK = "name: 宿\nfavourites:  # はじめに\n  # 車で来る方\n  - a  # 駐車場\n  - b\n# 最後\nurl: https://example.com/\n"


@pytest.mark.parametrize(
    ("text", "items", "edited"),
    [
        (BLOCK, "a b", BLOCK),
        (BLOCK, "b a", BLOCK.replace("  - b\n", "").replace("  # 車", "  - b\n  # 車")),
        (BLOCK, "c a", BLOCK.replace("  - b\n", "").replace("  # 車", "  - c\n  # 車")),
        (BLOCK, "", "name: 宿\nfavourites:  # はじめに\n# 最後\nurl: https://example.com/\n"),
        ("name: 宿\nfavourites: [a, b]  # 二つ\n", "b c", "name: 宿\nfavourites: [b, c]  # 二つ\n"),
        (
            "name: 宿\nfavourites: [a,\n  b]\nurl: https://example.com/",
            "",
            "name: 宿\nfavourites: []\nurl: https://example.com/\n",
        ),
        (
            "name: 宿\nfavourites:\nurl: https://example.com/\n",
            "a",
            "name: 宿\nfavourites:\n  - a\nurl: https://example.com/\n",
        ),
        ("name: 宿", "a b", "name: 宿\nfavourites:\n  - a\n  - b\n"),
        ("name: 宿\nfavourites:\n- a\n- b", "b", "name: 宿\nfavourites:\n- b\n"),
    ],
)
def test_the_items_of_a_list_are_written_and_nothing_else_changes(text: str, items: str, edited: str) -> None:
    assert with_items(text, "favourites", items.split()) == edited
    assert parse_site(edited, "site.yaml").favourites == tuple(items.split())
