"""The files of the lists, each as it is written: judged.tsv, synonyms.txt, style.txt and site.yaml."""

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from knowledge.checks.style import parse_style
from knowledge.errors import KnowledgeError, Problem
from knowledge.file_io import read_text, replace_together
from knowledge.files.site_yaml import parse_site
from knowledge.judged import parse_judged
from knowledge.list_name import ListName
from knowledge.lists import Lists
from knowledge.located_entry import LocatedList
from knowledge.synonyms import parse_synonyms

CONTROL = dict.fromkeys(range(32)) | {127: None}  # what no line may hold, but for tabs
del CONTROL[ord("\t")]


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
    """Write those files whose text is another one now; no file is made for an empty list. Raises KnowledgeError.

    A site.yaml is written where there is one: it would make a knowledge base's folder of any other.
    """
    here = read_list_files(folder)
    changed = [name for name in ListName if (here[name].text if name in here else "") != lists.text(name)]
    changed = [name for name in changed if name is not ListName.SITE or (name in here and lists.site)]
    replace_together(folder, {name.file: lists.text(name).encode() for name in changed})


def list_problems(
    name: ListName, text: str, place: str, known_ids: Collection[str] | None = None
) -> tuple[Problem, ...]:
    """The faults of a list's lines, `place` being its file; given `known_ids`, also unknown ids of judged queries."""
    lines = text.splitlines()
    odd = [number for number, line in enumerate(lines, start=1) if line != line.translate(CONTROL)]
    if odd:
        hint = "その行を書き直してください。"
        return tuple(Problem("目に見えない制御文字があります。", hint, place, number) for number in odd)
    parsers: dict[ListName, Callable[[], Any]] = {
        ListName.JUDGED: lambda: parse_judged(lines, place, known_ids),
        ListName.SYNONYMS: lambda: parse_synonyms(lines, place),
        ListName.STYLE: lambda: parse_style(lines, place),
        ListName.SITE: lambda: parse_site(text, place),
    }
    try:
        parsers[name]()
    except KnowledgeError as error:
        return error.problems
    return ()
