"""The container of a workbook: files that are none are refused, its parts are read as XML within bounds."""

from collections.abc import Iterator
from io import BytesIO
from xml.parsers.expat import ExpatError
from zipfile import BadZipFile, ZipFile, ZipInfo

from knowledge.errors import KnowledgeError, Problem
from knowledge.files.xlsx.xml_events import Event, ForeignXmlError, XmlEvents

MAX_PARTS = 10_000
MAX_UNPACKED = 50_000_000  # bytes; 5,000 entries with 8 variants take 10 MB
MAX_RATIO = 100  # times that a file may grow when unpacked; a workbook grows about 10 times, a bomb about 1,000
MAX_READ = 60_000_000  # bytes of all parts that are read, whatever the container says of their sizes
MAX_ELEMENTS = 1_000_000  # of all parts that are read; 5,000 entries take 500,000
HEAD = 2_000  # bytes in which a part declares its entities
SAVE_AGAIN = "Excelで開き、「名前を付けて保存」で「Excel ブック（.xlsx）」として保存し直してください。"
SMALLER = "項目と関係のないシート・画像・空の行を消してください。"
OLD_CONTAINER = b"\xd0\xcf\x11\xe0"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def unreadable(file: str, message: str, hint: str = SAVE_AGAIN) -> KnowledgeError:
    """The error for a file that cannot be read as a workbook."""
    return KnowledgeError([Problem(message, hint, file)])


class Container:
    """The parts of a workbook by name. All that is read of them together is bounded."""

    def __init__(self, file: str, data: bytes) -> None:
        """Raise KnowledgeError for any other file format, and for a container that says it is too large."""
        self.file = file
        self.archive = _archive(file, data)
        self._names = {name.replace("\\", "/").casefold(): name for name in self.archive.namelist()}
        self._bytes, self._elements = 0, 0

    def has(self, name: str) -> bool:
        """True when there is such a part."""
        return name.casefold() in self._names

    def events(self, name: str, most: int = MAX_ELEMENTS) -> Iterator[Event]:
        """The starts and ends of the elements of a part, at most `most`, see XmlEvents.

        Raises KnowledgeError for a part that is missing, no XML, or beyond the bounds.
        """
        if not self.has(name):
            raise unreadable(self.file, f"Excelのファイルが壊れています（{name} がありません）。")
        allowed = min(MAX_ELEMENTS, self._elements + most)
        try:
            with self.archive.open(self._names[name.casefold()]) as part:
                for size, events in XmlEvents().of(part):
                    self._bytes += size
                    self._elements += len(events) // 2
                    if self._bytes > MAX_READ or self._elements > allowed:
                        raise unreadable(self.file, "中身が大きすぎます。", SMALLER)
                    yield from events
        except ExpatError as error:
            place = f"{name} の{error.lineno}行目"
            raise unreadable(self.file, f"Excelのファイルが壊れています（{place}）。") from error
        except ForeignXmlError as error:
            raise _foreign(self.file, name) from error


def _archive(file: str, data: bytes) -> ZipFile:
    if data.startswith(OLD_CONTAINER):
        if ENCRYPTED in data:
            raise unreadable(file, "パスワードで保護されています。", "パスワードを外して保存し直してください。")
        raise unreadable(file, "古い形式（.xls）のファイルです。")
    try:
        archive = ZipFile(BytesIO(data))
    except (BadZipFile, ValueError) as error:  # ValueError: a place before the beginning
        is_cut = data.startswith(b"PK")
        message = (
            "ファイルが途中で切れているか、壊れています。" if is_cut else "Excelのファイル（.xlsx）ではありません。"
        )
        raise unreadable(file, message) from error
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    if unpacked > min(MAX_UNPACKED, MAX_RATIO * len(data)) or len(parts) > MAX_PARTS:
        raise unreadable(file, f"中身が大きすぎます（{unpacked // 1_000_000:,}MB）。", SMALLER)
    for part in parts:
        _refuse_doctype(file, archive, part)
    return archive


def _refuse_doctype(file: str, archive: ZipFile, part: ZipInfo) -> None:
    """Raise KnowledgeError for a part that declares entities, also where nobody reads it."""
    if part.filename.lower().endswith((".xml", ".rels", ".vml")):
        with archive.open(part) as opened:
            if b"<!DOCTYPE" in opened.read(HEAD).replace(b"\0", b""):  # in UTF-16 every second byte is 0
                raise _foreign(file, part.filename)


def _foreign(file: str, part: str) -> KnowledgeError:
    return unreadable(file, f"表計算ソフトの書かないものが、ファイルの中（{part}）にあります。")
