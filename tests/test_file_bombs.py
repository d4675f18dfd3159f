"""Files made to take all memory are refused by name, within 5 seconds and 300 MB.

1. The bombs are read in a process of their own, whose peak of memory the system tells: workbooks that unpack to much,
   nest without end or lie about their size; tables of millions of rows, cells or columns; binary files.
2. A part that nobody reads may not declare entities either.
"""

import io
import json
import random
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from spreadsheet_editor import BASE, problems, rewrite

from knowledge.files.formats import write_files

ROOT = Path(__file__).parents[1]
MOST_SECONDS, MOST_MEGABYTES = 5, 300
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET, STYLES, STRINGS = "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/sharedStrings.xml"
TYPES = "[Content_Types].xml"
READING = """
import json, sys, time
from pathlib import Path
from knowledge.errors import KnowledgeError
from knowledge.files.formats import read_files
told = []
for path in map(Path, sys.argv[1:]):
    start = time.process_time()
    try:
        read_files([path])
        message = ""
    except KnowledgeError as error:
        message = str(error.problems[0])
    told.append((path.name, time.process_time() - start, message))
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM:"))  # since the program began
print(json.dumps({"told": told, "megabytes": int(peak.split()[1]) / 1000}))
"""


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """The parts of a sound workbook, with padding that unpacks to no more than itself."""
    path = tmp_path_factory.mktemp("sound") / "faq.xlsx"
    write_files(path, BASE)
    with ZipFile(path) as archive:
        sound = {name: archive.read(name) for name in archive.namelist()}
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    known = f'<Override PartName="/{STRINGS}" ContentType="{kind}"/></Types>'.encode()
    sound[TYPES] = sound[TYPES].replace(b"</Types>", known)
    return sound | {"padding.bin": random.Random(1).randbytes(600_000)}  # noqa: S311  # no secret


def filled(head: str, piece: str, tail: str, size: int) -> bytes:
    return (head + piece * ((size - len(head)) // len(piece)) + tail).encode()


def one_part(name: str, head: str, piece: str, tail: str = "", size: int = 22_000_000) -> Callable[[Any], bytes]:
    return lambda parts: packed(parts | {name: filled(head, piece, tail, size)})


def packed(parts: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return made.getvalue()


def lying(parts: Mapping[str, bytes]) -> bytes:
    """A workbook with a part that says it is small."""
    part = filled(f"<sst {NAMESPACE}><si><t>", "ha", "</t></si></sst>", 22_000_000)
    return packed(parts | {STRINGS: part}).replace(len(part).to_bytes(4, "little"), (1_000).to_bytes(4, "little"))


def endless_format(parts: Mapping[str, bytes]) -> bytes:
    """A workbook with a number whose format opens a bracket a million times."""
    code = f'<numFmts><numFmt numFmtId="200" formatCode="{"[" * 900_000}"/></numFmts>'
    styles = f'<styleSheet {NAMESPACE}>{code}<cellXfs><xf numFmtId="200"/></cellXfs></styleSheet>'
    sheet = f'<worksheet {NAMESPACE}><sheetData><row><c t="str"><v>id</v></c><c t="str"><v>question</v></c></row>'
    rows = '<row><c t="str"><v>one</v></c><c s="0"><v>1</v></c></row></sheetData></worksheet>'
    return packed(parts | {STYLES: styles.encode(), SHEET: (sheet + rows).encode()})


ROWS = f"<worksheet {NAMESPACE}><sheetData>"
BOMBS: dict[str, Callable[[Any], bytes]] = {
    "styles.xlsx": one_part(STYLES, f"<styleSheet {NAMESPACE}><cellXfs>", '<xf numFmtId="1"/>'),
    "strings.xlsx": one_part(STRINGS, f"<sst {NAMESPACE}>", "<si><t>漢</t></si>"),
    "cells.xlsx": one_part(SHEET, f"{ROWS}<row>", "<c><v>1</v></c>"),
    "deep.xlsx": one_part(SHEET, "<a>", "<a>"),
    "text.xlsx": one_part(STRINGS, f"<sst {NAMESPACE}><si><t>😀", "a"),
    "tag.xlsx": one_part(SHEET, "<a ", " b1='1'"),
    "lying.xlsx": lying,
    "format.xlsx": endless_format,
    "broken.xlsx": lambda _: b"PK\x03\x04" + bytes(10_000_000),
    "rows.csv": lambda _: b"id,category\n" + b"a,b\n" * 2_500_000,
    "blank.csv": lambda _: b"id,category\n" * 2 + b"\n" * 10_000_000,
    "columns.csv": lambda _: b"id," + "漢,".encode() * 2_500_000,
    "cell.csv": lambda _: b'id,"' + b"a" * 10_000_000,
    "binary.csv": lambda _: random.Random(1).randbytes(10_000_000),  # noqa: S311  # no secret
    "items.yaml": lambda _: b"category: a\nentries:\n" + b"- a\n" * 2_500_000,
    "deep.yaml": lambda _: b"{a: " * 2_500_000,
    "binary.yaml": lambda _: random.Random(1).randbytes(10_000_000),  # noqa: S311  # no secret
}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the peak of one process")
def test_every_bomb_is_refused_by_name_soon_and_in_little_memory(tmp_path: Path, parts: Mapping[str, bytes]) -> None:
    paths = []
    for name, make in BOMBS.items():
        paths.append(tmp_path / name)
        paths[-1].write_bytes(make(parts))
    done = subprocess.run(
        [sys.executable, "-c", READING, *map(str, paths)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    result = json.loads(done.stdout)
    assert result["megabytes"] < MOST_MEGABYTES
    for name, seconds, told in result["told"]:
        assert f"{name}:" in told and "→" in told, name
        assert seconds < MOST_SECONDS, name


DOCTYPE = "<!DOCTYPE a [<!ENTITY b 'c'>]>"


@pytest.mark.parametrize("part", ["docProps/core.xml", "_rels/.rels", "xl/workbook.xml", STYLES, SHEET])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_no_part_may_declare_entities_not_even_one_that_nobody_reads(tmp_path: Path, part: str, encoding: str) -> None:
    path = tmp_path / "faq.xlsx"
    write_files(path, BASE)
    rewrite(path, lambda name, data: f"{DOCTYPE}<a/>".encode(encoding) if name == part else data)
    (problem,) = problems(path)
    assert problem.message == f"表計算ソフトの書かないものが、ファイルの中（{part}）にあります。"
