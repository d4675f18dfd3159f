"""Near misses: questions just beyond an entry, made from its own texts, which it may have to leave unanswered."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from knowledge.entry import Entry
from knowledge.match_key import match_key

MOST = 4  # of each kind
FIGURE = re.compile(r"(?<![0-9.,])([0-9]{1,6})(?=[^\W0-9_])")  # with something counted behind it
COUNTED = re.compile(r"([0-9]{1,6})([一-龠]{1,2}|[ァ-ヶー]+)")
NAME = re.compile(r"[ァ-ヶー一-龠a-zA-Z0-9]{1,12}(?:プラン|コース|パック|オプション|サービス|会員)")
TOPIC = re.compile(r"^(.{2,20}?)(?:は|が|を|に|の|で)(?![ぁ-ん]{0,1}$)")
NEGATED = (  # an end of a question and what it is turned into, the first that fits
    ("できますか", "できないのはどんなときですか"),
    ("ありますか", "ないのはなぜですか"),
    ("かかりますか", "かからないようにする方法はありますか"),
    ("必要ですか", "なくてもよいのはどんなときですか"),
    ("もらえますか", "もらえないのはどんなときですか"),
    ("いいですか", "いけないのはどんなときですか"),
    ("ますか", "ないのはどんなときですか"),
)


class Beyond(StrEnum):
    """The way in which a question goes beyond the entry."""

    FIGURE = "figure"
    NAME = "name"
    NEGATED = "negated"
    PRESUMED = "presumed"
    OWN = "own"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A question that nobody asked yet, and how it goes beyond the entry."""

    text: str
    beyond: Beyond


def near_misses(entry: Entry, others: Iterable[Entry]) -> list[NearMiss]:
    """At most MOST of each kind; none is a text of an entry. `others` are all entries of its knowledge base."""
    entries = list(others)
    taken = {match_key(own) for one in entries for own in (one.question, *one.variants)}
    names = dict.fromkeys(name for one in entries for name in NAME.findall(one.question))
    found, counts = list[NearMiss](), dict.fromkeys(Beyond, 0)
    for miss in _made(entry, [name for name in names if name not in entry.answer]):
        key = match_key(miss.text)
        if counts[miss.beyond] < MOST and key not in taken:
            found.append(miss)
            taken.add(key)
            counts[miss.beyond] += 1
    return found


def _made(entry: Entry, names: list[str]) -> Iterator[NearMiss]:
    texts = [text.rstrip("。？?") for text in (entry.question, *entry.variants)]
    for text in texts:
        for other in map(_another, FIGURE.findall(text)):
            yield NearMiss(f"{FIGURE.sub(other, text, count=1)}？", Beyond.FIGURE)
        for own in NAME.findall(text)[:1]:
            yield from (NearMiss(f"{text.replace(own, name)}？", Beyond.NAME) for name in names if name != own)
        end = next(((end, turned) for end, turned in NEGATED if text.endswith(end)), None)
        if end and end[0] != "ますか":
            yield NearMiss(f"{text.removesuffix(end[0])}{end[1]}？", Beyond.NEGATED)
    for topic in filter(None, map(_topic, texts)):
        for figure, counted in COUNTED.findall(entry.answer)[:2]:
            yield NearMiss(f"{topic}は{_another(figure)}{counted}ですよね？", Beyond.PRESUMED)
        yield NearMiss(f"うちの{topic}は、いまどうなっていますか？", Beyond.OWN)
        yield NearMiss(f"ほかの会社の{topic}はどうですか？", Beyond.ELSEWHERE)


def _another(figure: str) -> str:
    """A figure that is not the same, of about the same size."""
    return str(int(figure) * 2 if int(figure) < 100 else int(figure) + 10 ** (len(figure) - 1))


def _topic(text: str) -> str:
    """What a question is about: its words before the first particle, "" where there is none."""
    found = TOPIC.match(text)
    return found[1] if found else ""
