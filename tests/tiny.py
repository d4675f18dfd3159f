"""A knowledge base of three entries with every list, and what tests do to its lists."""

from pathlib import Path

import pytest
from making import make_entry

from bot.app import App
from bot.cli import main
from knowledge.folder import KnowledgeFolder
from knowledge.list_name import ListName
from knowledge.revisions.store import Change, Store

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


def make_tiny_folder(home: Path) -> KnowledgeFolder:
    """The files of such a knowledge base."""
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


def run(app: App, monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    """A command of a process of its own on the bot's database."""
    monkeypatch.setenv("DATABASE_URL", app.settings.database_url)
    monkeypatch.setenv("KNOWLEDGE", str(app.settings.knowledge.path))
    monkeypatch.setattr("index.encoder.encoder.load_encoder", lambda *_: None)
    return main([str(argument) for argument in arguments])


def change_file(folder: Path, name: str, before: str, after: str) -> None:
    """Edit a file by hand."""
    path = folder / name
    text = path.read_bytes().decode()
    assert before in text
    path.write_bytes(text.replace(before, after).encode())


def live(store: Store, name: ListName) -> str:
    """The text of a list as it is live."""
    return store.load().lists.text(name)


def publish(store: Store, **texts: str) -> None:
    """Publish lists past the gate, as somebody else."""
    change = Change(lists={ListName(name): text for name, text in texts.items()})
    store.publish(change, KAEDE, "", store.revision())
