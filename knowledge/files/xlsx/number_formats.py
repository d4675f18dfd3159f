"""The number formats of a workbook's cells: which of them show a day, a time, or a number as it is."""

import re
from dataclasses import dataclass

from openpyxl.styles.numbers import BUILTIN_FORMATS

from knowledge.files.xlsx.container import Container

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
MAX_ELEMENTS = 300_000  # of the styles; Excel allows 65,490 formats of cells, of up to three elements each
MAX_CODE = 255  # characters of a format's code that are read, as many as Excel takes
GENERAL = "General"
TEXT = "@"
PLAIN = ("general", "0", "g/標準")  # formats in which a number looks like what it is
UNKNOWN = ""  # a format that neither the file nor any Excel explains
ERA, LONG_ERA, YEAR_MONTH = "[$-411]ge.m.d", '[$-411]ggge"年"m"月"d"日"', 'yyyy"年"m"月"'
MONTH_DAY, LONG_DAY = 'm"月"d"日"', 'yyyy"年"m"月"d"日"'
# Of Japanese Excel (ECMA-376 part 1, 18.8.30), which writes these numbers without saying what they mean.
JAPANESE = {
    **dict.fromkeys((27, 36, 50, 57), ERA), **dict.fromkeys((28, 29, 51, 54, 58), LONG_ERA), 30: "m/d/yy",
    31: LONG_DAY, 32: 'h"時"mm"分"', 33: 'h"時"mm"分"ss"秒"', **dict.fromkeys((34, 52, 55), YEAR_MONTH),
    **dict.fromkeys((35, 53, 56), MONTH_DAY),
}  # fmt: skip
KNOWN = BUILTIN_FORMATS | JAPANESE
LITERAL = re.compile(r'"[^"]*"|\[(?!h+\]|m+\]|s+\])[^\]]*\]|[\\_*].')  # what is shown as it stands, colours, languages
ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]")


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """The format of a cell as its code."""

    code: str = GENERAL

    @property
    def is_plain(self) -> bool:
        """True when a number is shown as it is."""
        return self.code.casefold() in PLAIN

    @property
    def is_text(self) -> bool:
        """True when what is typed stays text."""
        return self.code == TEXT

    @property
    def is_elapsed(self) -> bool:
        """True for hours beyond 24."""
        return bool(ELAPSED.search(self._letters))

    @property
    def shows_date(self) -> bool:
        """True for a day or a time of day."""
        return re.search("[dmhys]", self._letters) is not None

    @property
    def shows_time(self) -> bool:
        """True when hours or seconds are shown."""
        return re.search("[hs]", self._letters) is not None

    @property
    def shows_seconds(self) -> bool:
        """True when seconds are shown."""
        return "s" in self._letters

    @property
    def _letters(self) -> str:
        return LITERAL.sub("", self.code.split(";")[0]).casefold()


def read_formats(container: Container, part: str) -> list[NumberFormat]:
    """The number format of each cell style by its number."""
    codes: dict[int, str] = {}
    styles: list[int] = []
    in_cells = False
    for tag, attributes, _ in container.events(part, MAX_ELEMENTS):
        if tag == f"{MAIN} cellXfs":
            in_cells = attributes is not None
        elif attributes and tag == f"{MAIN} numFmt":
            codes[int(attributes["numFmtId"])] = attributes.get("formatCode", GENERAL)[:MAX_CODE]
        elif attributes is not None and in_cells and tag == f"{MAIN} xf":
            styles.append(int(attributes.get("numFmtId", 0)))
    made = {number: NumberFormat(codes.get(number, KNOWN.get(number, UNKNOWN))) for number in set(styles)}
    return [made[number] for number in styles]
