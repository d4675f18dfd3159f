"""The files of the lists, each as it is written: judged.tsv, synonyms.txt and style.txt."""

from pathlib import Path

from knowledge.errors import KnowledgeError, Problem
from knowledge.file_io import read_text, replace_together
from knowledge.list_name import ListName
from knowledge.lists import Lists
from knowledge.located_entry import LocatedList


def read_list_files(folder: Path) -> dict[ListName, LocatedList]:
    """The lists whose files are there. Raises KnowledgeError for every one that cannot be read."""
    texts: dict[ListName, LocatedList] = {}
    problems: list[Problem] = []
    for name in ListName:
        path = folder / name.file
        if path.exists():
            try:
                texts[name] = LocatedList(read_text(path), str(path))
            except KnowledgeError as error:
                problems.extend(error.problems)
    if problems:
        raise KnowledgeError(problems)
    return texts


def write_list_files(folder: Path, lists: Lists) -> None:
    """Write those files whose text is another one now; no file is made for an empty list. Raises KnowledgeError."""
    here = read_list_files(folder)
    changed = [name for name in ListName if (here[name].text if name in here else "") != lists.text(name)]
    replace_together(folder, {name.file: lists.text(name).encode() for name in changed})
