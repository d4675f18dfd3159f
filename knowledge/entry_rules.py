"""Rules on the contents of an entry: required fields, lengths, characters, links, dates."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from knowledge.entry import Entry
from knowledge.unwanted_characters import strange_character

ID_PATTERN = re.compile(r"[a-z0-9-]{1,64}")
MAX_QUESTION = 300  # a Slack button shows 75 characters; 300 leaves room for long real questions
MAX_LENGTHS = {  # characters
    "category": 50,
    "question": MAX_QUESTION,
    "answer": 12_000,  # Slack's limit for the Markdown of one message
    "url": 2_000,
    "owner": 100,
    "note": 3_000,
}
TEXT_FIELDS = ("id", "category", "question", "answer", "url", "owner", "note")
REQUIRED = ("category", "question", "answer")
MAX_VARIANTS = 300


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of one field of an entry, and how to mend it."""

    field: str
    message: str
    hint: str


def faults_of(entry: Entry) -> Iterable[Fault]:
    """Every fault of the fields of an entry."""
    if not ID_PATTERN.fullmatch(entry.id):
        yield Fault(
            "id",
            f"id「{entry.id}」が正しくありません。",
            "英小文字・数字・ハイフンで64文字以内にしてください（例: opening-hours）。",
        )
    yield from _length_faults(entry)
    yield from _variant_faults(entry)
    yield from _character_faults(entry)
    if entry.url and not is_https(entry.url):
        yield Fault(
            "url",
            f"url「{entry.url}」が https:// のリンクではありません。",
            "https:// で始まる正しいURLを書いてください。",
        )
    if entry.id in entry.related:
        yield Fault("related", "related に自分自身があります。", f"「{entry.id}」を related から消してください。")
    for twice in (entry_id for entry_id, count in Counter(entry.related).items() if count > 1):
        yield Fault("related", f"related に「{twice}」が2回あります。", "1つを消してください。")
    start, end = entry.starts_at(), entry.ends_at()
    if start and end and start >= end:
        yield Fault("valid_to", "valid_to が valid_from より前です。", "終わりの日時を始まりより後にしてください。")


def _length_faults(entry: Entry) -> Iterable[Fault]:
    for name, limit in MAX_LENGTHS.items():
        value = getattr(entry, name)
        if name in REQUIRED and not value.strip():
            yield Fault(name, f"「{name}」が空です。", "必ず書いてください。")
        elif len(value) > limit:
            yield Fault(name, f"「{name}」が{len(value)}文字あります。", f"{limit}文字以内にしてください。")
    if len(entry.variants) > MAX_VARIANTS:
        yield Fault("variants", f"言い方が{len(entry.variants)}個あります。", f"{MAX_VARIANTS}個以内にしてください。")


def _character_faults(entry: Entry) -> Iterable[Fault]:
    for name in (*TEXT_FIELDS, "variants"):
        value = getattr(entry, name)
        parts = {name: value} if isinstance(value, str) else {f"{name}.{n}": part for n, part in enumerate(value)}
        for field, part in parts.items():
            if strange := strange_character(part):
                yield Fault(field, f"「{name}」に{strange.message}が入っています。", strange.hint)


def _variant_faults(entry: Entry) -> Iterable[Fault]:
    seen: set[str] = set()
    for number, variant in enumerate(entry.variants):
        field = f"variants.{number}"
        if not variant.strip():
            yield Fault(field, "空の言い方があります。", "その行を消してください。")
        elif len(variant) > MAX_QUESTION:
            yield Fault(
                field,
                f"言い方「{variant[:20]}…」が{len(variant)}文字あります。",
                f"{MAX_QUESTION}文字以内にしてください。",
            )
        elif variant in seen:
            yield Fault(field, f"言い方「{variant}」が2回あります。", "1つを消してください。")
        seen.add(variant)


def is_https(url: str) -> bool:
    """True when `url` is an https link with a host and without blanks or markup characters."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    return parts.scheme == "https" and bool(host) and not re.search(r"[\s<>|\"'`]", url)
