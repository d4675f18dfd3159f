"""Reading an entry from what an editor wrote, with every fault of every field."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlsplit

from knowledge.entry import TOKYO, Entry, Status
from knowledge.errors import FaqError
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
REQUIRED = ("category", "question", "answer")
MAX_VARIANTS = 300
LINE_END = re.compile(r"\r\n?")
LINE_BREAKS = re.compile(r"[\r\n]+")
FLAGS = {"": False, "false": False, "no": False, "いいえ": False, "true": True, "yes": True, "はい": True}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field of an entry, and how to mend it."""

    field: str
    message: str
    hint: str


def read_entry(values: Mapping[str, Any]) -> tuple[Entry | None, list[Fault]]:
    """Read an entry from what an editor wrote: text, lists of text, dates as text.

    Every fault is reported at once; with any fault the entry is None.
    """
    entry, faults = _read(values)
    unread = {fault.field for fault in faults}
    faults.extend(fault for fault in _field_faults(entry) if fault.field not in unread)
    return (None, faults) if faults else (entry, [])


def parse_entry(values: Mapping[str, Any]) -> tuple[Entry | None, list[Fault]]:
    """The same without the rules on contents: what was published before a rule came stays readable."""
    entry, faults = _read(values)
    return (None, faults) if faults else (entry, [])


def _read(values: Mapping[str, Any]) -> tuple[Entry, list[Fault]]:
    """The entry as far as it can be read, and a fault for each field that cannot."""
    faults = [
        Fault(name, f"「{name}」という項目はありません。", f"使える項目: {', '.join(FIELD_NAMES)}")
        for name in values
        if name not in FIELD_NAMES
    ]
    text = {name: _text(values.get(name), name, faults) for name in TEXT_FIELDS}
    lists = {name: _texts(values.get(name), name, faults) for name in ("variants", "related")}
    dates = {name: _date(values.get(name), name, faults) for name in DATE_FIELDS}
    moments = {name: _moment(values.get(name), name, faults) for name in ("valid_from", "valid_to")}
    declines = _flag(values.get("declines"), faults)
    status = _status(values.get("status"), faults)
    lists["related"] = tuple(filter(None, lists["related"]))
    entry = Entry(**text, **lists, **dates, **moments, declines=declines, status=status)  # type: ignore[arg-type]  # keys are checked above
    return entry, faults


FIELD_NAMES = tuple(field.name for field in fields(Entry))
TEXT_FIELDS = ("id", "category", "question", "answer", "url", "owner", "note")
DATE_FIELDS = ("as_of", "review_by")


def _field_faults(entry: Entry) -> Iterable[Fault]:
    if not ID_PATTERN.fullmatch(entry.id):
        yield Fault(
            "id",
            f"id「{entry.id}」が正しくありません。",
            "英小文字・数字・ハイフンで64文字以内にしてください（例: plan-prices）。",
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


def read_moment(text: str, *, end_of_day: bool = False) -> datetime:
    """The moment (Tokyo time) of `2027-04-01T09:00`, or the first or last of the day `2027-04-01`.

    Raises FaqError for anything else.
    """
    faults: list[Fault] = []
    value = _moment(text.strip() or "-", "--at", faults)
    if value is None:
        raise FaqError(faults[0].message, faults[0].hint)
    if isinstance(value, datetime):
        return value.replace(tzinfo=TOKYO)
    return datetime.combine(value, time.max if end_of_day else time.min, TOKYO)


def is_https(url: str) -> bool:
    """Whether `url` is an https link with a host and without blanks or markup characters."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    return parts.scheme == "https" and bool(host) and not re.search(r"[\s<>|\"'`]", url)


def _text(value: object, name: str, faults: list[Fault]) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return LINE_END.sub("\n", value).strip()
    faults.append(Fault(name, f"「{name}」は文字で書いてください。", "リストや入れ子にせず、1つの文にしてください。"))
    return ""


def _texts(value: object, name: str, faults: list[Fault]) -> tuple[str, ...]:
    if value is None or value == "":
        return ()
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return tuple(_line(item) for item in value)
    faults.append(
        Fault(name, f"「{name}」は1行に1つずつ書いてください。", f"{name}: の下に「- 」で始まる行を並べてください。")
    )
    return ()


def _line(text: str) -> str:
    """The text in one line, because editors write one item a line."""
    return " ".join(filter(None, map(str.strip, LINE_BREAKS.split(text))))


def _date(value: object, name: str, faults: list[Fault]) -> date | None:
    if value is None or value == "":
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        faults.append(Fault(name, f"「{name}」の日付「{value}」を読めません。", "2026-04-01 の形で書いてください。"))
        return None


def _moment(value: object, name: str, faults: list[Fault]) -> date | datetime | None:
    if value is None or value == "":
        return None
    written = str(value).replace(" ", "T")
    try:
        if "T" not in written:
            return date.fromisoformat(written)
        moment = datetime.fromisoformat(written)
        if moment.tzinfo is not None:
            moment = moment.astimezone(TOKYO).replace(tzinfo=None)
        return moment.replace(second=0, microsecond=0)
    except (ValueError, OverflowError):
        faults.append(
            Fault(
                name,
                f"「{name}」の日時「{value}」を読めません。",
                "2026-04-01 または 2026-04-01T09:00 の形（日本時間）で書いてください。",
            )
        )
        return None


def _flag(value: object, faults: list[Fault]) -> bool:
    if value is None or isinstance(value, bool):
        return bool(value)
    flag = FLAGS.get(str(value).strip().lower())
    if flag is None:
        faults.append(
            Fault("declines", f"「declines」の値「{value}」を読めません。", "true か false を書いてください。")
        )
    return bool(flag)


def _status(value: object, faults: list[Fault]) -> Status:
    if value is None or value == "":
        return Status.PUBLISHED
    try:
        return Status(str(value))
    except ValueError:
        faults.append(
            Fault(
                "status", f"「status」の値「{value}」を読めません。", f"{', '.join(Status)} のどれかを書いてください。"
            )
        )
        return Status.PUBLISHED
