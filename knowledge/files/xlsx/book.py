"""An opened workbook: its sheets by name, and what their cells refer to."""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from knowledge.files.xlsx.container import SMALLER, Container, unreadable
from knowledge.files.xlsx.number_formats import MAIN, NumberFormat, read_formats

MAX_SHEETS = 500
MAX_STRINGS = 600_000  # elements of shared texts, two for each of most; 5,000 entries have 60,000 texts
VISIBLE = "visible"
ROOT = "_rels/.rels"
READING, TEXT, STRING = f"{MAIN} rPh", f"{MAIN} t", f"{MAIN} si"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of cells; `part` is its place in the container."""

    title: str
    state: str
    part: str

    @property
    def is_visible(self) -> bool:
        """False for a hidden one."""
        return self.state == VISIBLE


@dataclass(frozen=True, slots=True)
class Book:
    """The sheets in their order; `strings` and `formats` are what cells refer to by number, `epoch` is day 0."""

    container: Container
    sheets: tuple[Sheet, ...]
    strings: tuple[str, ...]
    formats: tuple[NumberFormat, ...]
    epoch: datetime


def open_book(file: str, data: bytes) -> Book:
    """The workbook of a file with this content. Raises KnowledgeError for any other file, or one without sheets."""
    container = Container(file, data)
    known = _content_types(container)
    main = next(
        (part for kind, part in _targets(container, ROOT).values() if kind == "officeDocument"), "xl/workbook.xml"
    )
    targets = _targets(container, posixpath.join(posixpath.dirname(main), "_rels", f"{posixpath.basename(main)}.rels"))
    sheets: list[Sheet] = []
    epoch = WINDOWS_EPOCH
    for tag, attributes, _ in container.events(main):
        if attributes and tag == f"{MAIN} sheet":
            kind, part = targets.get(relation(attributes), ("", ""))
            if kind == "worksheet":
                sheets.append(Sheet(attributes.get("name", ""), attributes.get("state", VISIBLE), part))
        elif attributes and tag == f"{MAIN} workbookPr" and attributes.get("date1904") in ("1", "true"):
            epoch = MAC_EPOCH
    if len(sheets) > MAX_SHEETS:
        raise unreadable(file, f"シートが多すぎます（{len(sheets):,}枚）。", SMALLER)
    if not sheets:
        raise unreadable(file, "シートを読めません。")  # "Strict Open XML" has other names for everything
    parts = {kind: part for kind, part in (*known.items(), *targets.values()) if container.has(part)}
    strings = tuple(_strings(container, parts["sharedStrings"])) if "sharedStrings" in parts else ()
    formats = tuple(read_formats(container, parts["styles"])) if "styles" in parts else ()
    return Book(container, tuple(sheets), strings, formats, epoch)


def _content_types(container: Container) -> dict[str, str]:
    """The place of a part of each kind."""
    return {
        attributes.get("ContentType", "").removesuffix("+xml").rpartition(".")[2]: attributes["PartName"].lstrip("/")
        for _, attributes, _ in container.events("[Content_Types].xml")
        if attributes and "PartName" in attributes
    }


def _targets(container: Container, part: str) -> dict[str, tuple[str, str]]:
    """The kind and place of what a part of relations names, by its id."""
    folder = posixpath.dirname(posixpath.dirname(part))
    found: dict[str, tuple[str, str]] = {}
    for tag, attributes, _ in container.events(part) if container.has(part) else ():
        if attributes and tag.endswith(" Relationship"):
            place = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", ""))).lstrip("/")
            found[attributes.get("Id", "")] = attributes.get("Type", "").rpartition("/")[2], place
    return found


def links_of(book: Book, sheet: Sheet) -> dict[str, str]:
    """The addresses outside the workbook that the cells of a sheet link to, by the relation that names each."""
    part = posixpath.join(posixpath.dirname(sheet.part), "_rels", f"{posixpath.basename(sheet.part)}.rels")
    return {
        attributes.get("Id", ""): attributes.get("Target", "")
        for tag, attributes, _ in (book.container.events(part) if book.container.has(part) else ())
        if attributes and tag.endswith(" Relationship") and attributes.get("TargetMode") == "External"
    }


def relation(attributes: Mapping[str, str]) -> str:
    """The relation that an element names, "" for none."""
    return next((value for name, value in attributes.items() if name.endswith("/relationships id")), "")


def _strings(container: Container, part: str) -> Iterator[str]:
    """The shared texts, each of all its runs without the reading (ふりがな) that Excel keeps beside it."""
    texts: list[str] = []
    readings = 0
    for tag, attributes, text in container.events(part, MAX_STRINGS):
        if tag == READING:
            readings += 1 if attributes is not None else -1
        elif attributes is None and tag == TEXT and not readings:
            texts.append(text)
        elif attributes is None and tag == STRING:
            yield "".join(texts)
            texts.clear()
