"""How long editors wait at 5,000 entries: importing them all from a workbook, and the impact of one edit.

The entries are made of the shipped ones: their questions, variants and answers with other nouns in them, so
that words and readings are spread as in real text. Runs `faqbot import`, with the encoder where it is
installed, on a new SQLite database; the first figure includes reading, checks, encoding, index, impact and
publishing.
"""

import argparse
import contextlib
import itertools
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from bot.process.math_threads import use_one_math_thread

use_one_math_thread()

import openpyxl

from bot.app import App
from bot.settings import read_settings
from knowledge.entry import Entry
from knowledge.files.columns import COLUMNS
from knowledge.files.formats import write_files
from knowledge.folder import SHIPPED
from knowledge.revisions.store import Change

ENTRIES = 5_000
VARIANTS = 2
SUBJECTS = [
    "名刺", "会議室", "郵便", "宅配", "看板", "倉庫", "駐車場", "翻訳", "通訳", "経理", "給与", "採用", "研修", "印刷",
    "封筒", "荷物", "複合機", "会場", "予約", "受付", "警備", "清掃", "車両", "保険", "年金", "健診", "備品", "机",
    "椅子", "照明", "空調", "回線", "録音", "字幕", "撮影",
]  # fmt: skip


def made(entries: list[Entry], count: int, variants: int) -> list[Entry]:
    """`count` entries that ask about other subjects in the words of the shipped ones."""
    shipped = [entry for entry in entries if not entry.declines]
    found = []
    pairs = itertools.product(range(1, 1 + count), shipped)
    for number, (turn, entry) in enumerate(itertools.islice(pairs, count)):
        subject = f"{SUBJECTS[turn % len(SUBJECTS)]}{SUBJECTS[turn // len(SUBJECTS) % len(SUBJECTS)]}{turn}号"
        texts = [f"{subject}について、{text}" for text in (entry.question, *entry.variants[:variants])]
        found.append(
            replace(
                entry,
                id=f"made-{number}",
                category=f"分類{turn % 40}",
                question=texts[0][:300],
                variants=tuple(texts[1:]),
                answer=f"{subject}のご案内です。{entry.answer}",
                related=(),
            )
        )
    return found


def main() -> None:
    """Print both figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=ENTRIES)
    parser.add_argument("--variants", type=int, default=VARIANTS)
    options = parser.parse_args()
    count = options.entries
    shipped = [located.entry for located in SHIPPED.read_entries()]
    with tempfile.TemporaryDirectory() as folder:
        workbook, url = Path(folder) / "faq.xlsx", f"sqlite:///{folder}/faqbot.db"
        entries = made(shipped, count, options.variants)
        write_files(workbook, entries)
        _forget_origin(workbook)
        app = App(read_settings({"DATABASE_URL": url}))
        assert app.store.revision() == 1  # the shipped entries
        app.store.engine.dispose()
        command = [sys.executable, "-m", "bot", "import", str(workbook), "--override", "速さを測るため"]
        started = time.perf_counter()
        done = subprocess.run(command, env={"DATABASE_URL": url}, stdout=subprocess.PIPE, text=True, check=False)
        seconds = time.perf_counter() - started
        print(done.stdout.splitlines()[-1])
        print(f"import of {count:,} entries with {options.variants} variants each: {seconds:.1f} s (aim 30)")
        _print_impact(url)


def _forget_origin(path: Path) -> None:
    """As if somebody had typed the workbook: an export is compared with what it was exported from."""
    workbook = openpyxl.load_workbook(path)
    sheet = workbook["FAQ"]
    for (cell,) in sheet.iter_rows(min_row=2, min_col=len(COLUMNS)):
        cell.value = None
    del workbook["控え"]
    workbook.save(path)


def _print_impact(url: str) -> None:
    app = App(read_settings({"DATABASE_URL": url}))
    with contextlib.closing(app.store.engine.raw_connection()):
        assert app.faq.entries()
    for turn in range(2):
        entry = app.store.load().by_id[f"made-{100 + turn}"]
        changed = replace(
            entry, answer=f"{entry.answer}\n改定しました。", variants=(*entry.variants, f"第{turn}の改定")
        )
        started = time.perf_counter()
        proposal = app.publishing.propose(Change(put=(changed,)), "benchmark")
        seconds = time.perf_counter() - started
        print(f"impact of edit {turn + 1}: {proposal.impact.considered:,} questions in {seconds:.1f} s (aim 5)")
    app.store.engine.dispose()


if __name__ == "__main__":
    main()
