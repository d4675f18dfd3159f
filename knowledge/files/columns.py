"""The columns of the spreadsheets, and the conversion between fields and cells."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from knowledge.entry import Entry, Status
from knowledge.entry_rules import Fault
from knowledge.labels import FIELD_LABELS, STATUS_LABELS, labelled

STATUS_NAMES = {name: status for status, label in STATUS_LABELS.items() for name in (status.value, label)}
DECLINES = "はい"
DIGEST = "digest"
LINE_END = re.compile(r"[\r\n]+")


@dataclass(frozen=True, slots=True)
class Column:
    """A field of Entry as a column; `width` counts characters, `choices` are all that its drop-down allows.

    With `suggests` the drop-down offers what the column already holds and allows anything.
    """

    field: str
    width: int
    explanation: str
    required: bool = False
    wrapped: bool = False
    choices: tuple[str, ...] = ()
    suggests: bool = False

    @property
    def label(self) -> str:
        """The heading of the column."""
        return "控え" if self.field == DIGEST else FIELD_LABELS[self.field]


COLUMNS = (
    Column(
        "id",
        26,
        "項目の名前です。英小文字・数字・ハイフンで64文字までにします。あとから変えず、一度使ったidは使い回しません。",
        required=True,
    ),
    Column("category", 14, "項目のまとまりです。一覧から選ぶか、新しい分類を書きます。", required=True, suggests=True),
    Column("question", 36, "見出しになる、はっきりした質問です。300文字までにします。", required=True, wrapped=True),
    Column(
        "variants",
        50,
        "ほかの人ならどう尋ねるかを、セルの中で1行に1つずつ書きます。15〜25個あるとよく見つかります。",
        wrapped=True,
    ),
    Column(
        "answer",
        60,
        "お客様に見せる回答です。段落、「- 」の箇条書き、「1. 」の番号、**太字**、[文字](https://…) が使えます。",
        required=True,
        wrapped=True,
    ),
    Column(
        "declines",
        12,
        "公開している回答が無い質問なら「はい」にし、回答の欄にそのことを書きます。ふつうは空です。",
        choices=(DECLINES,),
    ),
    Column("url", 30, "回答のもとになったページです。https:// で始まるものだけを書けます。", wrapped=True),
    Column("related", 26, "関連する項目のidを、セルの中で1行に1つずつ書きます。3つまで表示されます。", wrapped=True),
    Column(
        "valid_from",
        17,
        "この日（日本時間）から答えます。2026-04-01 または 2026-04-01 09:00 の形で書きます。空なら、すぐ答えます。",
    ),
    Column(
        "valid_to",
        17,
        "この日の終わりまで答えます。時刻も書くと、その時刻の前まで答えます。空なら、終わりはありません。",
    ),
    Column("as_of", 12, "内容が正しいことを会社に確認した日です。回答と一緒に表示されます。"),
    Column("review_by", 12, "この日までに見直します。過ぎても答えますが、担当に知らせます。"),
    Column("owner", 16, "見直しを受け持つ人か部署です。お客様には見えません。"),
    Column("note", 40, "社内だけの覚え書きです。お客様には見えません。", wrapped=True),
    Column(
        "status",
        10,
        "公開・下書き・取り下げのどれかです。公開のものだけが回答に使われます。空なら公開です。",
        choices=tuple(STATUS_LABELS.values()),
    ),
    Column(DIGEST, 14, "書き出したときの内容のしるしです。変更しないでください。新しい行では空のままにします。"),
)
DAYS = {"valid_from", "valid_to", "as_of", "review_by"}
BY_FIELD = {column.field: column for column in COLUMNS}
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]+(\d{1,2}):(\d{2})(:\d{2})?)?")


def cells_of(entry: Entry) -> list[str]:
    """The text of each column for `entry`, in the order of COLUMNS."""
    return [
        f"{entry.digest()} {entry.id}" if column.field == DIGEST else _cell(getattr(entry, column.field))
        for column in COLUMNS
    ]


def origin_of(mark: str) -> tuple[str, str]:
    """The id and the digest of the version that a row came from, from its cell in the column `digest`."""
    digest, _, entry_id = mark.strip().partition(" ")
    return entry_id, digest


def values_of(cells: Mapping[str, str]) -> dict[str, object]:
    """The values for read_entry, from the texts of a row by field; without the digest."""
    return {field: _value(field, text) for field, text in cells.items() if field != DIGEST}


def field_of(heading: str) -> str | None:
    """The field whose column has this heading (its label, its name, or both); None for any other text."""
    return HEADINGS.get(_heading_key(heading))


def in_labels(fault: Fault) -> Fault:
    """The fault with labels instead of field names, and with the choices of a drop-down."""
    column = BY_FIELD.get(fault.field)
    hint = f"{'・'.join(column.choices)} から選ぶか、空にしてください。" if column and column.choices else fault.hint
    return Fault(fault.field, labelled(fault.message), labelled(hint))


def _heading_key(heading: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", heading).casefold().split())


HEADINGS = {
    _heading_key(heading): column.field
    for column in COLUMNS
    for heading in (column.field, column.label, f"{column.label} {column.field}")
}


def _cell(value: object) -> str:
    match value:
        case None | bool():
            text = DECLINES if value else ""
        case Status():
            text = STATUS_LABELS[value]
        case datetime():
            text = value.isoformat(" ", "minutes")
        case tuple():
            text = "\n".join(value)
        case _:
            text = str(value)  # a date as 2026-04-01
    return text


def _value(field: str, text: str) -> object:
    match field:
        case "variants" | "related":
            return [line for line in LINE_END.split(text) if line.strip()]
        case "status":
            return STATUS_NAMES.get(_heading_key(text), text.strip())
        case _:
            return _day(text) if field in DAYS else text


def _day(text: str) -> str:
    """A day (and time) in ISO 8601, from the notations of spreadsheets and people."""
    written = " ".join(unicodedata.normalize("NFKC", text).split())
    if not (found := DAY.fullmatch(written)):
        return written
    year, month, day, hour, minute, second = found.groups()
    moment = f"{year}-{month:0>2}-{day:0>2}"
    return f"{moment}T{hour:0>2}:{minute}{second or ''}" if hour else moment
