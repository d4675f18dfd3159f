"""A knowledge base folder: where its files lie, and what they hold."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from knowledge.checks.style import StyleRule, read_style
from knowledge.errors import KnowledgeError, Problem
from knowledge.file_io import replace_together
from knowledge.files.export_note import read_exported_lists
from knowledge.files.formats import read_files
from knowledge.files.list_files import read_list_files
from knowledge.files.site_yaml import read_site
from knowledge.files.yaml_reader import read_folder
from knowledge.judged import JudgedQuery, read_judged
from knowledge.list_name import ListName
from knowledge.lists import NO_LISTS, Lists
from knowledge.located_entry import Incoming, LocatedEntry, LocatedList
from knowledge.site import Site
from knowledge.synonyms import SynonymRule, read_synonyms
from knowledge.variations import Variation, read_variations


@dataclass(frozen=True, slots=True)
class KnowledgeFolder:
    """`site.yaml` and `entries/` are there; of the other files those that are missing hold nothing.

    Every method that reads raises KnowledgeError with all faults of its files.
    """

    path: Path

    @property
    def entries(self) -> Path:
        """The folder of the entries."""
        return self.path / "entries"

    @property
    def site(self) -> Path:
        """The file of the site's words."""
        return self.path / "site.yaml"

    @property
    def synonyms(self) -> Path:
        """The file of synonym rules."""
        return self.path / "synonyms.txt"

    @property
    def style(self) -> Path:
        """The style guide."""
        return self.path / "style.txt"

    @property
    def judged(self) -> Path:
        """The file of judged queries."""
        return self.path / "judged.tsv"

    @property
    def variations(self) -> Path:
        """The file of ways to write the same text."""
        return self.path / "variations.tsv"

    def read_site(self) -> Site:
        """The site's words."""
        return read_site(self.site)

    def read_all(self) -> list[LocatedEntry]:
        """Every entry with its place, once all files are read; a judged entry that is missing is a fault too."""
        problems: list[Problem] = []
        located: list[LocatedEntry] | None = None
        try:
            located = self.read_entries()
        except KnowledgeError as error:
            problems.extend(error.problems)
        ids = None if located is None else {item.entry.id for item in located}
        for read in (self.read_site, self.read_synonyms, partial(self.read_judged, ids), self.read_style):
            try:
                read()
            except KnowledgeError as error:
                problems.extend(error.problems)
        if located is None or problems:
            raise KnowledgeError(problems)
        return located

    def read_entries(self) -> list[LocatedEntry]:
        """Every entry with its place."""
        return read_folder(self.entries)

    def read_synonyms(self) -> tuple[SynonymRule, ...]:
        """The synonym rules."""
        return read_synonyms(self.synonyms) if self.synonyms.exists() else ()

    def read_style(self) -> tuple[StyleRule, ...]:
        """The rules of the style guide."""
        return read_style(self.style) if self.style.exists() else ()

    def read_judged(self, known_ids: Collection[str] | None = None) -> list[JudgedQuery]:
        """The judged queries; see `read_judged` for `known_ids`."""
        return read_judged(self.judged, known_ids) if self.judged.exists() else []

    def read_lists(self) -> Lists:
        """The lists as they are written, not looked into."""
        return NO_LISTS.replaced({name: located.text for name, located in self.located_lists().items()})

    def located_lists(self) -> dict[ListName, LocatedList]:
        """The same with their places, without those that are missing."""
        return read_list_files(self.path)

    def read_variations(self) -> list[Variation]:
        """The ways to write the same text."""
        return read_variations(self.variations) if self.variations.exists() else []


SHIPPED = KnowledgeFolder(Path(__file__).resolve().parent)


def entries_at(path: Path) -> Path:
    """The place of the entries that `path` stands for: those of a knowledge base folder, else `path` itself."""
    folder = folder_at(path)
    return folder.entries if folder else path


def lists_at(path: Path) -> Path:
    """The folder where the lists beside the entries at `path` lie: that of the knowledge base, else `path` itself."""
    folder = folder_at(path) or (folder_at(path.parent) if path.name == "entries" else None)
    return folder.path if folder else path


def begin_folder(path: Path, site: str) -> None:
    """Make a knowledge base's folder with these words of its site where nothing is yet. Raises KnowledgeError."""
    is_used = path.is_dir() and any(path.iterdir())
    if site and not is_used and lists_at(path) == path:
        replace_together(path, {ListName.SITE.file: site.encode()})


def read_incoming(paths: Sequence[Path]) -> list[Incoming]:
    """The entries and lists of files and folders. Raises KnowledgeError with every fault of all."""
    places = [entries_at(path) for path in paths]
    return [
        replace(one, lists=read_list_files(lists_at(path)), list_bases=read_exported_lists(place))
        if place.is_dir()
        else one
        for path, place, one in zip(paths, places, read_files(places), strict=True)
    ]


def folder_at(path: Path) -> KnowledgeFolder | None:
    """The knowledge base folder at `path`, which is one when it has a site.yaml; None for any other path."""
    folder = KnowledgeFolder(path.resolve())
    return folder if folder.site.is_file() else None
