"""An entry of a file as its editor means it: what the file cannot tell is as it was in the version it was made from."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from knowledge.entry import Entry
from knowledge.errors import KnowledgeError, Problem, Severity
from knowledge.files.formula_guard import guarded
from knowledge.labels import FIELD_LABELS
from knowledge.located_entry import LocatedEntry

MOST_NAMED = 10  # ids or characters in a message
TEXTS = ("category", "question", "variants", "answer", "owner", "note")
# Characters of Japanese text that CP932 lacks, with those that programs write instead.
TWINS = {
    "〜": "～", "−": "－-", "‖": "∥|", "—": "―-", "¢": "￠", "£": "￡", "¬": "￢", "¦": "￤", "¥": "\\",
    "‾": "~", "\xa0": " ",
}  # fmt: skip
MARKS = "[?？・〓□]"  # what programs write for a character that they cannot


def meant(item: LocatedEntry, known: Entry | None) -> Entry:
    """The entry of a file made from the version `known`.

    That one has the fields of which a row says nothing, and the texts that differ only by the apostrophe before what
    looks like a formula, or by what the encoding of the file lost.
    """
    if known is None or not item.columns:  # only spreadsheets do that
        return item.entry
    kept = {name: getattr(known, name) for name in item.silent}
    for name in TEXTS:
        here, there = getattr(item.entry, name), getattr(known, name)
        if here != there and (
            _joined(here) == guarded(_joined(there)) or _is_lossy(item, _joined(here), _joined(there))
        ):
            kept[name] = there
    return replace(item.entry, **kept)


def loss_warnings(items: Collection[LocatedEntry], live: Mapping[str, Entry]) -> Iterator[Problem]:
    """A warning for each file whose encoding lost characters, which are kept.

    Raises KnowledgeError with every text that was edited, too.
    """
    known = [(item, live[item.entry.id]) for item in items if item.encoding and item.entry.id in live]
    if problems := [problem for item, entry in known for problem in _damages(item, entry)]:
        raise KnowledgeError(problems)
    for file in dict.fromkeys(item.file for item, _ in known):
        found = {item.entry.id: _lost_letters(item, entry) for item, entry in known if item.file == file}
        if ids := [entry_id for entry_id, lost in found.items() if lost]:
            letters = "".join(dict.fromkeys("".join(found.values())))[:MOST_NAMED]
            message = (
                f"この文字コードに無い文字（{letters}）のほかは公開中と同じ文を、公開中のまま残します: {named(ids)}"
            )
            hint = "表計算ソフトで「CSV UTF-8」として保存すると、どの文字も残ります。"
            yield Problem(message, hint, file, severity=Severity.WARNING)


def named(ids: Sequence[str]) -> str:
    """The first few of these ids, and that there are more."""
    return "、".join(ids[:MOST_NAMED]) + (" など" if len(ids) > MOST_NAMED else "")


def _lost_letters(item: LocatedEntry, known: Entry) -> str:
    """The characters that the file's encoding cannot hold and that were therefore taken from `known`."""
    taken = meant(item, known)
    changed = [name for name in TEXTS if name not in item.silent and getattr(item.entry, name) != getattr(taken, name)]
    return "".join(_lost(item.encoding, "".join(_joined(getattr(taken, name)) for name in changed)))


def _damages(item: LocatedEntry, known: Entry) -> Iterator[Problem]:
    """A problem for every text that was edited and also lost characters of `known` to the file's encoding."""
    entry = meant(item, known)
    for name in TEXTS:
        here, there = _joined(getattr(entry, name)), _joined(getattr(known, name))
        lost = "".join(letter for letter in dict.fromkeys(_lost(item.encoding, there)) if letter not in TWINS)
        if lost and here.count("?") > there.count("?"):
            yield item.problem(
                f"「{FIELD_LABELS[name]}」の文字「{lost}」が、このファイルの文字コードでは失われています。",
                "表計算ソフトで「CSV UTF-8」か「Excel ブック（.xlsx）」として保存し直してください。",
                name,
            )


def _joined(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else "\n".join(value)


def _lost(encoding: str, text: str) -> Iterator[str]:
    """The characters of a text that come back as others from the encoding, none for one that holds every text."""
    for letter in text if encoding else "":
        if letter.encode(encoding, "ignore").decode(encoding) != letter:
            yield letter


def _is_lossy(item: LocatedEntry, here: str, there: str) -> bool:
    """True when a text is what is left of another one in the file's encoding."""
    lost = set(_lost(item.encoding, there))
    left = (_left(letter) if letter in lost else re.escape(letter) for letter in there)
    return bool(lost) and re.fullmatch("".join(left), here) is not None


def _left(letter: str) -> str:
    """A pattern for what may be left of a character that the encoding lacks."""
    plain = unicodedata.normalize("NFKD", letter).replace("⁄", "/")  # ½ as 1/2
    left = {*TWINS.get(letter, ""), plain, plain[0], unicodedata.normalize("NFKC", letter)}
    if unicodedata.category(letter)[0] in "MC":
        left.add("")
    return f"(?:{MARKS}{{1,2}}|{'|'.join(map(re.escape, sorted(left)))})"
