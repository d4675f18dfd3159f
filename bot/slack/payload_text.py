"""The words of a message as Slack delivers it: text, blocks, forwarded messages, tables, attachments and files.

Everything is given in the notation of a message's `text`, with markup and entities, which `text.plain` and `text.whole`
read. A payload of any shape is read; what has another shape than we know has no words.
"""

from dataclasses import dataclass
from typing import Any

from bot.slack.block_text import block_words, dicts, string, typed

NO_WORDS = frozenset({"[no preview available]", "This content can't be displayed."})  # Slack's, where nothing is shown
UNFURLED = ("from_url", "original_url", "is_app_unfurl", "is_msg_unfurl")  # by Slack, from a link that somebody wrote


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A message that somebody passed on; `author` is the name of who wrote it, "" where Slack does not say."""

    author: str
    text: str


@dataclass(frozen=True, slots=True)
class File:
    """A file of a message; `text` are its words as far as Slack reads them, of mail, snippets and voice clips."""

    name: str
    text: str
    permalink: str
    is_public: bool  # everybody in its workspace can see it, but for guests


@dataclass(frozen=True, slots=True)
class MessageParts:
    """The parts of a message: what its author wrote, passed on and attached."""

    text: str
    forwarded: tuple[Forwarded, ...] = ()
    files: tuple[File, ...] = ()


def parts_of(message: dict[str, Any]) -> MessageParts:
    """The parts of a message."""
    shared = [one for one in dicts(message.get("attachments")) if one.get("is_share")]
    forwarded = tuple(Forwarded(_author(one), _forwarded_text(one)) for one in shared)
    return MessageParts(_own(message), forwarded, _files(message))


def words(message: dict[str, Any]) -> str:
    """Every word of a message: its author's first, then those that were passed on and attached."""
    parts = parts_of(message)
    texts = [parts.text, *(one.text for one in parts.forwarded), *(one.text for one in parts.files)]
    return "\n".join(text for text in texts if text)


def _own(message: dict[str, Any]) -> str:
    """The text of a message and what its blocks and attachments have beyond it."""
    lines = _Lines()
    lines.add(string(message.get("text")))
    for block in dicts(message.get("blocks")):
        # What a person types comes twice: as text and, with other marks around the same words, as rich text.
        if not (lines.has_any and block.get("type") == "rich_text" and not message.get("bot_id")):
            lines.add(block_words([block]))
    for attachment in dicts(message.get("attachments")):
        if not attachment.get("is_share") and not any(attachment.get(mark) for mark in UNFURLED):
            lines.add(_attached(attachment))
    return lines.text()


def _forwarded_text(shared: dict[str, Any]) -> str:
    """The words of a message that was passed on, with those of its files."""
    inner = [dict_ for one in dicts(shared.get("message_blocks")) for dict_ in dicts([one.get("message")])]
    lines = _Lines()
    lines.add(string(shared.get("text")) or "\n".join(block_words(one.get("blocks")) for one in inner))
    lines.add(block_words(block for block in dicts(shared.get("blocks")) if block.get("type") != "rich_text"))
    if not lines.has_any:
        lines.add(block_words(shared.get("blocks")))
    for attachment in dicts(shared.get("attachments")):
        lines.add(_attached(attachment))
    for file in _files(shared):
        lines.add(file.text)
    return lines.text() or _shown(shared.get("fallback"))


def _attached(attachment: dict[str, Any]) -> str:
    """The words of an attachment: of a table, or of what a program posts."""
    lines = _Lines()
    for name in ("pretext", "title", "text"):
        lines.add(string(attachment.get(name)))
    for field in dicts(attachment.get("fields")):
        lines.add(": ".join(part for part in (string(field.get("title")), string(field.get("value"))) if part))
    lines.add(block_words(attachment.get("blocks")))
    return lines.text() or _shown(attachment.get("fallback"))


def _author(shared: dict[str, Any]) -> str:
    return string(shared.get("author_name")) or string(shared.get("author_subname"))


def _files(message: dict[str, Any]) -> tuple[File, ...]:
    return tuple(
        File(
            string(file.get("name")) or string(file.get("title")),
            _file_text(file),
            string(file.get("permalink")),
            file.get("is_public") is True,
        )
        for file in dicts(message.get("files"))
    )


def _file_text(file: dict[str, Any]) -> str:
    """The words that Slack reads in a file: a mail with its subject, a snippet, a voice clip."""
    lines = _Lines()
    lines.add(typed(file.get("subject")))
    for spoken in dicts([file.get("transcription")]):
        for preview in dicts([spoken.get("preview")]):
            lines.add(typed(preview.get("content")))
    texts = (typed(file.get(name)) for name in ("plain_text", "preview_plain_text", "preview"))
    lines.add(next((text for text in texts if text), ""))
    return lines.text()


def _shown(fallback: Any) -> str:
    return "" if fallback in NO_WORDS else string(fallback)


class _Lines:
    """Texts below each other, each of them once."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._squeezed = ""

    @property
    def has_any(self) -> bool:
        return bool(self._lines)

    def add(self, text: str) -> None:
        """Add a text, unless it says nothing or what is there already."""
        shown = text.strip()
        squeezed = "".join(shown.split())
        if shown and shown not in NO_WORDS and squeezed not in self._squeezed:
            self._lines.append(shown)
            self._squeezed += squeezed + "\n"

    def text(self) -> str:
        return "\n".join(self._lines)
