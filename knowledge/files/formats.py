"""Reading and writing of entries in any file format: YAML folders, Excel workbooks, CSV files."""

from collections.abc import Callable, Sequence
from pathlib import Path

from knowledge.entry import Entry
from knowledge.errors import FaqError, KnowledgeError, Problem
from knowledge.files import yaml_reader
from knowledge.lists import Lists
from knowledge.located_entry import Incoming, LocatedEntry


def _read_workbook(path: Path) -> Incoming:
    from knowledge.files import excel_reader  # openpyxl costs 0.1 s, and most starts read no workbook

    return excel_reader.read_workbook(path)


def _read_csv(path: Path) -> Incoming:
    from knowledge.files import csv_files  # see `_read_workbook`

    return csv_files.read_csv(path)


OTHER_SPREADSHEETS = (".xls", ".xlsm", ".xlsb", ".xltx", ".ods", ".numbers", ".tsv")  # nothing here reads them
READERS: dict[str, Callable[[Path], Incoming]] = {
    "": yaml_reader.read_incoming,
    **dict.fromkeys(yaml_reader.ENDINGS, yaml_reader.read_incoming),
    ".xlsx": _read_workbook,
    ".csv": _read_csv,
}
WHAT_IS_READ = "YAMLのフォルダか、.yaml・.xlsx・.csv のファイルを指定してください。"


def read_files(paths: Sequence[Path]) -> list[Incoming]:
    """The contents of files and folders. Raises KnowledgeError with every fault of all of them."""
    incoming: list[Incoming] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            incoming.append(_reader(path)(path))
        except KnowledgeError as error:
            problems.extend(error.problems)
    first: dict[str, LocatedEntry] = {}
    for item in (item for one in incoming for item in one.located):
        known = first.setdefault(item.entry.id, item)
        if known is not item:
            place = f"{known.file}:{known.line}"
            problems.append(
                item.problem(f"id「{item.entry.id}」が {place} にもあります。", "片方を消してください。", "id")
            )
    if problems:
        raise KnowledgeError(problems)
    return incoming


def write_files(path: Path, entries: Sequence[Entry], lists: Lists | None = None, *, noted: bool = True) -> None:
    """Write all entries to a folder of YAML files, a workbook or a CSV file, by the ending of `path`.

    See `write_folder` for `noted`: the files of the knowledge base itself need no note. Raises KnowledgeError for
    what cannot be written, FaqError for any other ending.
    """
    if is_folder(path):
        from knowledge.files import yaml_writer  # ruamel.yaml costs 0.06 s, and most starts write nothing

        yaml_writer.write_folder(path, entries, lists, noted=noted)
    elif path.suffix.lower() == ".xlsx":
        from knowledge.files import excel_writer  # see `_read_workbook`

        excel_writer.write_workbook(path, entries, lists)
    elif path.suffix.lower() == ".csv":
        from knowledge.files import csv_files

        csv_files.write_csv(path, entries)
    else:
        raise FaqError(f"「{path}」には書き出せません。", "フォルダか、.xlsx・.csv のファイル名を指定してください。")


def is_folder(path: Path) -> bool:
    """True for a folder, also one to be made."""
    return path.is_dir() or not path.suffix


def _reader(path: Path) -> Callable[[Path], Incoming]:
    if not path.exists():
        raise KnowledgeError([Problem(f"「{path}」がありません。", WHAT_IS_READ, str(path))])
    reader = READERS.get("" if path.is_dir() else path.suffix.lower() or "-")
    if reader is None:
        from knowledge.files.xlsx.container import SAVE_AGAIN

        hint = SAVE_AGAIN if path.suffix.lower() in OTHER_SPREADSHEETS else WHAT_IS_READ
        raise KnowledgeError([Problem(f"「{path.suffix}」のファイルは読めません。", hint, str(path))])
    return reader
