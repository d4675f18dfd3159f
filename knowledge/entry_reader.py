"""Parsing of an entry from text values, with every fault of every field."""

import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime, time
from typing import Any

from knowledge.entry import TOKYO, Entry, Status
from knowledge.entry_rules import TEXT_FIELDS, Fault, faults_of
from knowledge.errors import FaqError, KnowledgeError, Problem

LINE_END = re.compile(r"\r\n?")
LINE_BREAKS = re.compile(r"[\r\n]+")
MIDNIGHT = re.compile(r"[T ]00:00:00(?:\.0+)?(?:\+09:?00)?$")  # programs write a day so, people write no seconds
FLAGS = {"": False, "false": False, "no": False, "いいえ": False, "true": True, "yes": True, "はい": True}


def read_entry(values: Mapping[str, Any]) -> tuple[Entry | None, list[Fault]]:
    """Read an entry from text, lists of text and dates as text.

    Every fault is reported at once; with any fault the entry is None.
    """
    entry, faults = _read(values)
    unread = {fault.field for fault in faults}
    faults.extend(fault for fault in faults_of(entry) if fault.field not in unread)
    return (None, faults) if faults else (entry, [])


def parse_entry(values: Mapping[str, Any]) -> tuple[Entry | None, list[Fault]]:
    """The same without the rules on contents, so that entries published before a rule stay readable."""
    entry, faults = _read(values)
    return (None, faults) if faults else (entry, [])


def _read(values: Mapping[str, Any]) -> tuple[Entry, list[Fault]]:
    """The entry with its readable fields, and a fault for each other field."""
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
DATE_FIELDS = ("as_of", "review_by")


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
    """The text in one line, because spreadsheets hold one item a line."""
    if "\n" not in text and "\r" not in text:  # most of the tens of thousands that a start reads
        return text.strip()
    return " ".join(filter(None, map(str.strip, LINE_BREAKS.split(text))))


def _date(value: object, name: str, faults: list[Fault]) -> date | None:
    if value is None or value == "":
        return None
    try:
        return datetime.fromisoformat(str(value)).date()  # a time says nothing more of when it was confirmed
    except ValueError:
        faults.append(Fault(name, f"「{name}」の日付「{value}」を読めません。", "2026-04-01 の形で書いてください。"))
        return None


def _moment(value: object, name: str, faults: list[Fault]) -> date | datetime | None:
    if value is None or value == "":
        return None
    written = MIDNIGHT.sub("", str(value)).replace(" ", "T")
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


def stored_entry(entry_id: str, body: Mapping[str, object]) -> Entry:
    """The entry of stored fields (`Entry.to_fields`). Raises KnowledgeError when they cannot be read."""
    entry, faults = parse_entry(body)
    if entry is None:
        raise KnowledgeError(
            [Problem(fault.message, fault.hint, entry_id=entry_id, field=fault.field) for fault in faults]
        )
    return entry
