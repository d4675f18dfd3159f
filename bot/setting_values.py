"""Settings and their values: how the text of an environment variable is read; each reader raises ValueError."""

import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from knowledge.folder import KnowledgeFolder

ENCODERS = ("none", "shipped", "strong", "auto")
SLACK_ID = re.compile("[A-Z][A-Z0-9]{2,30}")
NAMED_SECRET = re.compile(r"(?P<name>[^:,\s]{1,100}):(?P<secret>[\w.~+/=-]{16,})", re.ASCII)
TOKEN = re.compile("[!-~]{16,}")  # what a header carries as it is
ORIGIN = re.compile(r"https?://[a-z0-9.-]+(?::\d{1,5})?|https?://\[[0-9a-f:]+\](?::\d{1,5})?")
UNQUOTED = re.compile(r"[\s<>\"'`\\{}|^]")  # what no URL holds
ANY_ORIGIN = "*"
LEAST_SECRET = 16  # characters
SECRET_PREFIX = "whsec_"  # noqa: S105  # it tells what follows


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: its name, default, meaning (Japanese, shown to operators) and reader."""

    name: str
    default: str
    meaning: str
    read: Callable[[str], Any]
    where: str  # to find the value, for Slack's own

    @property
    def field(self) -> str:
        """The attribute of `Settings` that holds the value."""
        return self.name.lower()

    @property
    def is_secret(self) -> bool:
        """True when the value must never be shown."""
        return self.read in (Secret, long_secret, token, named_secrets, signing_secret, targets)


def setting(default: str, meaning: str, read: Callable[[str], Any] = str, where: str = "") -> Any:
    """The declaration of a field of `Settings`; `read` makes its value of a text, or raises ValueError."""
    return field(metadata={"default": default, "meaning": meaning, "read": read, "where": where})


class Secret(str):
    """Text that never shows itself in a repr, so that no log or traceback can give it away."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret('***')" if self else "Secret('')"


def long_secret(text: str) -> Secret:
    """Reads a secret that nobody may guess, of LEAST_SECRET characters at least; "" is none."""
    if text and len(text) < LEAST_SECRET:
        raise ValueError
    return Secret(text)


def token(text: str) -> Secret:
    """Reads a token of our own, of 16 characters at least; "" is none."""
    if text and not TOKEN.fullmatch(text):
        raise ValueError
    return Secret(text)


def named_secrets(text: str) -> Mapping[str, Secret]:
    """Reads names with a secret each (`name:secret`) between commas; a secret has 16 characters at least."""
    found: dict[str, Secret] = {}
    for part in filter(None, map(str.strip, text.split(","))):
        match = NAMED_SECRET.fullmatch(part)
        if not match or match["name"] in found:
            raise ValueError
        found[match["name"]] = Secret(match["secret"])
    return found


def signing_secret(text: str) -> Secret:
    """Reads the key of webhooks, as Standard Webhooks writes it; its bytes are 24 at least."""
    if text and (not text.startswith(SECRET_PREFIX) or len(b64decode(text[len(SECRET_PREFIX) :], validate=True)) < 24):
        raise ValueError
    return Secret(text)


def targets(text: str) -> tuple[str, ...]:
    """Reads URLs between commas, each once."""
    return tuple(dict.fromkeys(link(part.strip()) for part in text.split(",") if part.strip()))


def origins(text: str) -> frozenset[str]:
    """Reads origins of web pages (`https://www.example.com`) between commas; ANY_ORIGIN stands for every one."""
    found = frozenset(part.strip().lower().rstrip("/") for part in text.split(",") if part.strip())
    if not all(one == ANY_ORIGIN or ORIGIN.fullmatch(one) for one in found):
        raise ValueError
    return found


def whole(minimum: int, maximum: int) -> Callable[[str], int]:
    """Reads a whole number within bounds."""

    def read(text: str) -> int:
        number = int(text)
        if not minimum <= number <= maximum:
            raise ValueError
        return number

    return read


def link(text: str) -> str:
    """Reads a URL that programs can ask."""
    parts = urlsplit(text)
    if text and (
        parts.scheme not in ("https", "http") or not parts.hostname or parts.port == 0 or UNQUOTED.search(text)
    ):
        raise ValueError
    (parts.hostname or "").encode("idna")  # a part of a name that is empty or too long
    return text


def site_link(text: str) -> str:
    """Reads a URL to which paths are added, without a slash at its end."""
    if "?" in text or "#" in text:
        raise ValueError
    return link(text).rstrip("/")


def folder_link(text: str) -> str:
    """Reads a URL, with a slash at its end."""
    return site_link(text) + "/"


def slack_id(text: str) -> str:
    """Reads an id of Slack's, of a person, a group, a channel or a workspace."""
    if text and not SLACK_ID.fullmatch(text):
        raise ValueError
    return text


def slack_ids(text: str) -> tuple[str, ...]:
    """Reads ids of Slack's between commas."""
    return tuple(slack_id(part.strip()) for part in text.split(",") if part.strip())


def knowledge_folder(text: str) -> KnowledgeFolder:
    """Reads the path of a folder that is there."""
    return KnowledgeFolder(_folder(text).resolve())


def choice(values: Mapping[str, Any]) -> Callable[[str], Any]:
    """Reads one of some words, in capitals or not."""

    def read(text: str) -> Any:
        if text.lower() not in values:
            raise ValueError
        return values[text.lower()]

    return read


def encoder_choice(text: str) -> str | Path:
    """Reads one of ENCODERS, in capitals or not, or the folder of a model."""
    if text.lower() in ENCODERS:
        return text.lower()
    return _folder(text)


def _folder(text: str) -> Path:
    try:
        folder = Path(text).expanduser()
        if folder.is_dir():
            return folder
    except (OSError, RuntimeError) as error:  # a name that is too long, a home of nobody
        raise ValueError from error
    raise ValueError
