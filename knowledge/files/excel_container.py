"""The container of a workbook: files that are none, and those that would grow too large when unpacked."""

from io import BytesIO
from zipfile import BadZipFile, ZipFile

from knowledge.errors import KnowledgeError, Problem

MAX_UNPACKED = 50_000_000  # bytes; 5,000 entries with 8 variants take 10 MB
MAX_RATIO = 100  # times that a file may grow when unpacked; a workbook grows about 10 times, a bomb about 1,000
SAVE_AGAIN = "Excelで開き、「名前を付けて保存」で「Excel ブック（.xlsx）」として保存し直してください。"
OLD_CONTAINER = b"\xd0\xcf\x11\xe0"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def refuse_other_files(file: str, data: bytes) -> None:
    """Raise KnowledgeError for any other file format, and for a zip bomb."""
    if data.startswith(OLD_CONTAINER):
        if ENCRYPTED in data:
            raise unreadable(file, "パスワードで保護されています。", "パスワードを外して保存し直してください。")
        raise unreadable(file, "古い形式（.xls）のファイルです。")
    try:
        with ZipFile(BytesIO(data)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except BadZipFile as error:
        is_cut = data.startswith(b"PK")
        message = (
            "ファイルが途中で切れているか、壊れています。" if is_cut else "Excelのファイル（.xlsx）ではありません。"
        )
        raise unreadable(file, message) from error
    if unpacked > min(MAX_UNPACKED, MAX_RATIO * len(data)):
        hint = "項目と関係のないシート・画像・空の行を消してください。"
        raise unreadable(file, f"中身が大きすぎます（{unpacked // 1_000_000:,}MB）。", hint)


def unreadable(file: str, message: str, hint: str = SAVE_AGAIN) -> KnowledgeError:
    """The error for a file that cannot be read as a workbook."""
    return KnowledgeError([Problem(message, hint, file)])
