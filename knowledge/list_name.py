"""The lists of a knowledge base beside its entries, by name."""

from collections.abc import Mapping
from enum import StrEnum


class ListName(StrEnum):
    """The lists by name."""

    JUDGED = "judged"
    SYNONYMS = "synonyms"
    STYLE = "style"
    SITE = "site"

    @property
    def file(self) -> str:
        """The name of its file in a knowledge base folder."""
        return FILES[self]

    @property
    def label(self) -> str:
        """Its name in Japanese."""
        return LABELS[self]


FILES = {
    ListName.JUDGED: "judged.tsv",
    ListName.SYNONYMS: "synonyms.txt",
    ListName.STYLE: "style.txt",
    ListName.SITE: "site.yaml",
}
LABELS = {
    ListName.JUDGED: "判定つき質問",
    ListName.SYNONYMS: "同義語",
    ListName.STYLE: "表記ルール",
    ListName.SITE: "名前と決まった文句",
}
SHEETS = (ListName.JUDGED, ListName.SYNONYMS, ListName.STYLE)  # those that are a table, and a sheet of a workbook

Texts = Mapping[ListName, str]  # the texts of some lists, comments and blank lines included
