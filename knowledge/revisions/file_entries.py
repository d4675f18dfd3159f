"""An entry of a file as its editor means it: what the file cannot tell is as it was in the version it was made from."""

import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from knowledge.entry import Entry
from knowledge.errors import KnowledgeError, Problem, Severity
from knowledge.files.formula_guard import guarded
from knowledge.labels import FIELD_LABELS
from knowledge.located_entry import LocatedEntry

CP932 = "cp932"  # in which Japanese Windows saves CSV files, if not told otherwise
MOST_NAMED = 10  # ids or characters in a message
TEXTS = ("category", "question", "variants", "answer", "owner", "note")
# Characters of Japanese text that CP932 lacks, with those that programs write instead.
TWINS = {
    "〜": "～", "−": "－-", "‖": "∥|", "—": "―-", "¢": "￠", "£": "￡", "¬": "￢", "¦": "￤", "¥": "\\",
    "‾": "~", "\xa0": " ",
}  # fmt: skip
MARKS = "?？・〓□"  # what programs write for a character that they cannot


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
    """A warning for each file that lost characters, which are kept.

    Raises KnowledgeError with every text that was edited, too.
    """
    known = [(item, live[item.entry.id]) for item in items if item.columns and item.entry.id in live]
    if problems := [problem for item, entry in known if item.encoding for problem in _damages(item, entry)]:
        raise KnowledgeError(problems)
    for file in dict.fromkeys(item.file for item, _ in known):
        found = {item.entry.id: _lost_letters(item, entry) for item, entry in known if item.file == file}
        if ids := [entry_id for entry_id, lost in found.items() if lost]:
            letters = "".join(dict.fromkeys("".join(found.values())))[:MOST_NAMED]
            message = f"CP932で保存できない文字（{letters}）のほかは同じ文を、公開中のまま残します: {named(ids)}"
            hint = "表計算ソフトで「CSV UTF-8」として保存すると、どの文字も残ります。"
            yield Problem(message, hint, file, severity=Severity.WARNING)


def named(ids: Sequence[str]) -> str:
    """The first few of these ids, and that there are more."""
    return "、".join(ids[:MOST_NAMED]) + (" など" if len(ids) > MOST_NAMED else "")


def _lost_letters(item: LocatedEntry, known: Entry) -> str:
    """The characters of `known` that the file lost and that are therefore taken from it."""
    pairs = ((_joined(getattr(item.entry, name)), _joined(getattr(known, name))) for name in TEXTS)
    return "".join(letter for here, there in pairs if _is_lossy(item, here, there) for letter in _lost(there))


def _damages(item: LocatedEntry, known: Entry) -> Iterator[Problem]:
    """A problem for every text that was edited and also lost characters of `known` to the file's encoding."""
    entry = meant(item, known)
    for name in TEXTS:
        here, there = _joined(getattr(entry, name)), _joined(getattr(known, name))
        lost = "".join(letter for letter in dict.fromkeys(_lost(there)) if letter not in TWINS)
        if lost and here.count("?") > there.count("?"):
            yield item.problem(
                f"「{FIELD_LABELS[name]}」の文字「{lost}」が、このファイルの文字コードでは失われています。",
                "表計算ソフトで「CSV UTF-8」か「Excel ブック（.xlsx）」として保存し直してください。",
                name,
            )


def _joined(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else "\n".join(value)


def _lost(text: str) -> Iterator[str]:
    """The characters of a text that CP932 does not give back."""
    for letter in text:
        if letter.encode(CP932, "ignore").decode(CP932) != letter:
            yield letter


def _is_lossy(item: LocatedEntry, here: str, there: str) -> bool:
    """True when a text is what CP932 leaves of another one; a file in another encoding may have been in it before."""
    if not item.columns or here == there or not (item.encoding or here.count("?") > there.count("?")):
        return False
    return any(_may_be_left(here, there, by_unit=by_unit) for by_unit in (True, False))


def _may_be_left(here: str, there: str, *, by_unit: bool) -> bool:
    """True when `here` is `there` but for its lost characters; `by_unit` a mark stands for each unit of UTF-16."""
    lost = {letter: _left(letter, by_unit=by_unit) for letter in _lost(there)}
    places = {0} if lost else set()  # in `here`, up to which it may be what is left of `there` so far
    for letter in there:
        left = lost.get(letter, {letter})
        places = {place + len(text) for place in places for text in left if here.startswith(text, place)}
    return len(here) in places


def _left(letter: str, *, by_unit: bool) -> set[str]:
    """All that may be left of a character that the encoding lacks."""
    plain = unicodedata.normalize("NFKD", letter).replace("⁄", "/")  # ½ as 1/2
    times = 2 if by_unit and letter > "\uffff" else 1
    left = {*(mark * times for mark in MARKS), *TWINS.get(letter, ""), plain, plain[0]}
    left.add(unicodedata.normalize("NFKC", letter))
    return left | {""} if unicodedata.category(letter)[0] in "MC" else left
