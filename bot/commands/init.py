"""`faqbot init`: a knowledge base folder of one's own, empty or from an FAQ in Excel or CSV."""

import argparse
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from bot.app import App
from bot.terminal.adoption import columns_text, made_lines, remark_lines, unread_line
from bot.terminal.progress import with_progress
from bot.terminal.prompts import ask, confirms
from index.cache import NullCache
from index.encoder.encoder import CachingEncoder, Encoder
from index.ranking.entry_index import EntryIndex
from index.review.publishable import publishable
from index.snapshot import Snapshot
from index.snapshot_builder import SnapshotBuilder
from index.text.analyzer import Analyzer
from index.text.romanisation import romanised_words
from knowledge.adopting.adoption import DRAFTED, Adoption, adopt, in_order
from knowledge.adopting.foreign_rows import Remark
from knowledge.adopting.headings import FIELDS
from knowledge.adopting.new_folder import example_entries, refuse_used, write_new_folder
from knowledge.adopting.understood import SEVERAL, Understood, letter, read_foreign, understand
from knowledge.entry import Entry, Status
from knowledge.errors import FaqError, KnowledgeError, Problem
from knowledge.files.site_yaml import BY_KEY, fault_of
from knowledge.labels import FIELD_LABELS
from knowledge.revisions.store import KnowledgeBase
from knowledge.site import site_of

ASKED = ("name", "about", "contact", "url", "command")  # the words that a person is asked for, also options
EXAMPLES = 2
NONE = "-"


def run(options: argparse.Namespace, app: App) -> int:
    """Make the folder, and show what became of every row and how much the answers rest on. Raises FaqError."""
    asks = not options.yes and sys.stdin.isatty()
    refuse_used(options.folder)
    tables = _tables(options, asks=asks) if options.source else []
    words = _words(options, asks=asks)
    adopted = adopt(tables, partial(romanised_words, tokenizer=app.tokenizer)) if tables else None
    if adopted and not adopted.entries:
        print("\n".join(remark_lines(adopted.remarks)))
        raise FaqError("取り込める行がありません。", "質問と回答を、1行に1つずつ、長すぎないように書いてください。")
    entries, remarks, snapshot = _checked(adopted, words, app)
    if adopted:
        words["examples"] = _examples(entries)
    folder = write_new_folder(options.folder, words, entries)
    print("\n".join([*remark_lines(remarks), *made_lines(folder.read_site(), options.folder, snapshot)]))
    return 0


def _tables(options: argparse.Namespace, *, asks: bool) -> list[Understood]:
    """The tables of the file, with the columns as the person wants them. Raises FaqError."""
    found = read_foreign(options.source)
    tables = understand(found)
    print("\n".join(map(columns_text, tables)))
    read = [one.table.sheet for one in tables]
    if unread := [table.sheet for table in found if table.sheet not in read and any(map(any, table.rows))]:
        print(unread_line(unread))
    return [_confirmed(one, options, asks=asks) for one in tables]


def _words(options: argparse.Namespace, *, asks: bool) -> dict[str, Any]:
    """The words of the site that were given, or that the person writes. Raises KnowledgeError."""
    given = {key: (getattr(options, f"site_{key}") or "").strip() for key in ASKED}
    if asks:
        for key in ASKED:
            if not given[key]:
                default = "" if key == "name" else str(getattr(site_of(**{k: v for k, v in given.items() if v}), key))
                written = ask(BY_KEY[key].meaning, default, partial(fault_of, key))
                given[key] = "" if written == default else written
    faults = [fault for key in ASKED if (fault := fault_of(key, given[key]))]
    if faults:
        raise KnowledgeError([replace(fault, hint=f"--{fault.field}: {fault.hint}") for fault in faults])
    return {key: text for key, text in given.items() if text}


def _confirmed(understood: Understood, options: argparse.Namespace, *, asks: bool) -> Understood:
    """The columns as the person wants them. Raises FaqError where nobody can be asked."""
    if not asks and not options.yes:
        raise FaqError("端末ではないので、列の読み方を確かめられません。", "これでよければ --yes を付けてください。")
    sheet = f"「{understood.table.sheet}」は、" if understood.table.sheet else ""
    while asks and not confirms(f"{sheet}この読み方でよいですか？"):
        understood = _corrected(understood)
        print(columns_text(understood))
    return understood


def _corrected(understood: Understood) -> Understood:
    """The table with the columns that the person names for each field, each column for one."""
    taken: dict[int, str] = {}
    for field in FIELDS:
        taken |= dict.fromkeys(_columns(understood, field, taken), field)
    places = {field: tuple(place for place, one in taken.items() if one == field) for field in FIELDS}
    return replace(understood, places={field: found for field, found in places.items() if found})


def _columns(understood: Understood, field: str, taken: Mapping[int, str]) -> tuple[int, ...]:
    """The places of the columns that the person names for a field; nothing where they say there is none."""
    places = {letter(place): place for place in range(understood.width)}
    none = "" if field in ("question", "answer") else NONE
    known = [letter(place) for place in understood.places.get(field, ()) if place not in taken]
    wrong = Problem(
        "その列はありません。", f"A〜{[*places][-1]} のどれか{f'、または {none}' if none else ''}を書いてください。"
    )

    def fault(text: str) -> Problem | None:
        names = _names(text)
        if none and names == [none]:
            return None
        if not places.keys() >= set(names) or not 1 <= len(names) <= (len(places) if field in SEVERAL else 1):
            return wrong
        used = next((name for name in names if places[name] in taken), "")
        return Problem(f"{used}列は「{FIELD_LABELS[taken[places[used]]]}」の列です。", wrong.hint) if used else None

    names = _names(ask(f"{FIELD_LABELS[field]}の列", ",".join(known) or none, fault))
    return tuple(places[name] for name in names if name in places)


def _names(text: str) -> list[str]:
    """The columns in a line, as in "C,D"."""
    return re.findall(r"[^\s,、・]+", text.upper())


def _checked(
    adopted: Adoption | None, words: dict[str, Any], app: App
) -> tuple[list[Entry], Sequence[Remark], Snapshot]:
    """The entries as they can be published, what was done to them, and their snapshot."""
    now, caching = datetime.now(UTC), _caching(app.encoder)
    taken = adopted.entries if adopted else example_entries(site_of(**words))
    places = adopted.places if adopted else {}
    index = EntryIndex(taken, Analyzer(app.tokenizer), app.encoder, entry_encoder=caching)
    kept, errors = publishable(taken, index, now)
    remarks = [*(adopted.remarks if adopted else ()), *(Remark(places.get(e.entry_id), _told(e)) for e in errors)]
    base = KnowledgeBase(1, tuple(sorted(kept, key=lambda entry: entry.id)))
    builder = SnapshotBuilder(app.tokenizer, app.encoder, NullCache(), entry_encoder=caching)
    snapshot = builder.build(base, now)
    return kept, in_order(remarks), snapshot


def _caching(encoder: Encoder | None) -> CachingEncoder | None:
    """An encoder that encodes each text once, with a progress bar for many."""
    vectors: dict[str, bytes] = {}

    def found(keys: Sequence[str]) -> dict[str, bytes]:
        return {key: vectors[key] for key in keys if key in vectors}

    return CachingEncoder(encoder, found, vectors.update, with_progress) if encoder else None


def _told(error: Problem) -> str:
    done = "その言い方を取り込みません" if error.field.startswith("variants.") else DRAFTED
    return f"{error.message.rstrip('。')} → {done}"


def _examples(entries: Sequence[Entry]) -> tuple[str, ...]:
    fitting = (entry.question for entry in entries if entry.status is Status.PUBLISHED)
    return tuple(text for text in fitting if len(text) <= BY_KEY["examples"].longest)[:EXAMPLES]
