"""XML read piece by piece within bounds: no declared entities, no endless tag or text, no bottomless nesting."""

from collections.abc import Iterator
from typing import IO
from xml.parsers.expat import ParserCreate

PIECE = 65_536  # bytes
MAX_DEPTH = 50  # elements within each other
MAX_TAG = 1_000_000  # bytes of one tag with its attributes
MAX_TEXT = 1_000_000  # characters of one text; a cell holds 32,767

Event = tuple[
    str, dict[str, str] | None, str
]  # a start: name and attributes; an end: name, None and the text before it


class ForeignXmlError(Exception):
    """The XML holds what no spreadsheet program writes."""


class XmlEvents:
    """The starts and ends of elements in the order of the text; each name has its namespace and a blank before it."""

    def __init__(self) -> None:
        self.found: list[Event] = []
        self._texts: list[str] = []
        self._length = 0
        self._depth = 0

    def of(self, source: IO[bytes]) -> Iterator[tuple[int, list[Event]]]:
        """The events of each piece with its bytes. Raises ExpatError, or ForeignXmlError beyond the bounds."""
        parser = ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._more
        read = 0
        while piece := source.read(PIECE):
            parser.Parse(piece)
            read += len(piece)
            if read - parser.CurrentByteIndex > MAX_TAG:
                self._refuse()
            yield len(piece), self.found
            self.found = []
        parser.Parse(b"", True)  # expat's word for the end
        yield 0, self.found

    def _refuse(self, *_: object) -> None:
        raise ForeignXmlError

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._refuse()
        self._forget()
        self.found.append((name, attributes, ""))

    def _end(self, name: str) -> None:
        self._depth -= 1
        self.found.append((name, None, "".join(self._texts)))
        self._forget()

    def _more(self, text: str) -> None:
        self._length += len(text)
        if self._length > MAX_TEXT:
            self._refuse()
        self._texts.append(text)

    def _forget(self) -> None:
        if self._texts:
            self._texts.clear()
            self._length = 0
