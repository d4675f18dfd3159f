"""Near misses: questions just beyond an entry, made from its own texts, which it may have to leave unanswered.

A kind is left out where it cannot be said naturally of an entry, or where its answer says something of it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from index.review.question_forms import Question
from index.text.tokenizer import Tokenizer
from knowledge.amounts.amount import Amount, Side, common_measure
from knowledge.amounts.grammar import amounts, amounts_in, plain_text
from knowledge.entry import Entry
from knowledge.match_key import match_key

MOST = 2  # of each kind
LONGEST = 45  # characters of a variant that is changed: a story does not turn on one word
FIGURE = re.compile(r"(?<![0-9.,])([1-9][0-9]{0,5})(?=[^\W0-9_])")  # with something counted behind it
KINDS_OF_NAMES = "プラン|コース|パック|オプション|サービス|会員"
NAME = re.compile(rf"([ァ-ヶー一-龠a-zA-Z0-9]{{1,12}})({KINDS_OF_NAMES})")
# No names of their own:
NO_NAME = re.compile(r"料金|契約|基本|[有無]料|月額|年額|追加|[上下]位|[各当同他別新旧全]|\d+つの?")
ASKED = re.compile("(?:ます|です|でしょう)か$")
ASIDE = re.compile("って|のですが|ましたが|ですが、")
CONDITIONS = re.compile("ません|ない|なく|なし|除|以外|限|ただし|いいえ|場合|なら|れば|まで|以内|前|必要|不可")
REFUSED = re.compile("いいえ|ません|ない|なく|でき[ずか]|不可")
MONEY = re.compile("円|料|費|無償|代金|お金|有償|割")
COUNTS = re.compile("回|度|制限|上限|何|限|まで")
OURS = re.compile("他社|ほか|他の|よそ|御社|貴社|当社|弊社|こちら|そちら|うち|自社|自分|あなた|ボット|この|その")
FOR_US = re.compile(
    "[よい]いですか$|(?:どこ|だれ|どなた)ですか$|ください$|したい|ますが|ですが|ましたが|では"
)  # not asked of others
LISTED = re.compile(r"^- \*\*([^*\n:：]{1,20})\*\*[:： ]?(.+)$", re.MULTILINE)  # an item that begins with a name
SOON = re.compile("[日時週月翌即後]|すぐ")
LARGEST = {"日": 31, "時": 24, "分": 59, "月": 12}  # of a unit, as people say it


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


def near_misses(entry: Entry, others: Iterable[Entry], tokenizer: Tokenizer) -> list[NearMiss]:
    """At most MOST of each kind; none is a text of an entry. `others` are all entries of its knowledge base."""
    entries = list(others)
    taken = {match_key(own) for one in entries for own in (one.question, *one.variants)}
    found, counts = list[NearMiss](), dict.fromkeys(Beyond, 0)
    for miss in _made(entry, entries, tokenizer):
        key = match_key(miss.text)
        if counts[miss.beyond] < MOST and key not in taken:
            found.append(miss)
            taken.add(key)
            counts[miss.beyond] += 1
    return found


def _made(entry: Entry, entries: Sequence[Entry], tokenizer: Tokenizer) -> Iterator[NearMiss]:
    asked = Question.of(entry.question, tokenizer)
    texts = [asked.text, *filter(_is_plain, (text.rstrip("。？?") for text in entry.variants))]
    for text in filter(ASKED.search, texts):
        yield from (NearMiss(f"{other}？", Beyond.NAME) for other in _other_names(text, entry, entries))
        if not entry.declines:  # an entry that declines is right for these too
            yield from (NearMiss(f"{other}？", Beyond.FIGURE) for other in _other_figures(text, entry))
    if not entry.declines:
        yield from (NearMiss(f"{text}？", Beyond.NEGATED) for text in _negated(asked, entry))
        yield from (NearMiss(f"{text}？", Beyond.PRESUMED) for text in _misquoting(asked, entry))
        yield from (NearMiss(f"{text}？", Beyond.PRESUMED) for text in _presuming(asked, entry))
    yield from (NearMiss(f"{text}？", Beyond.OWN) for text in _own_cases(asked))
    yield from (NearMiss(f"{text}？", Beyond.ELSEWHERE) for text in _elsewhere(asked))


def _is_plain(text: str) -> bool:
    """True for one short sentence without a story, which stays natural with one word changed."""
    return len(text) <= LONGEST and not re.search(r"[。？?!！「」\s]", text) and not ASIDE.search(text)


def _other_figures(text: str, entry: Entry) -> Iterator[str]:
    """The text with another figure, where its own is the one that the answer gives."""
    known = amounts(entry.answer)
    for figure in FIGURE.finditer(text):
        own = _amount(text, int(figure[1]))
        if own is None or not own.rival or not _states(known, own):
            continue
        for number in _others(int(figure[1]), own.unit.name):
            other = f"{text[: figure.start()]}{number}{text[figure.end() :]}"
            asked = _amount(other, number)
            if asked and not any(_covers(one, asked) for one in known):
                yield other
                break


def _amount(text: str, number: int) -> Amount | None:
    return next((one for one in amounts(text) if one.number == number), None)


def _others(number: int, unit: str) -> list[int]:
    """A larger and a smaller figure of about the same size."""
    step = 10 ** (len(str(number)) - 1) if number >= 100 else 5 if number % 5 == 0 and number > 5 else 1
    return [one for one in (number + step, number - step) if 0 < one <= LARGEST.get(unit, one)]


def _states(known: Iterable[Amount], asked: Amount) -> bool:
    return any(one.number == asked.number and common_measure(one, asked) for one in known)


def _covers(known: Amount, asked: Amount) -> bool:
    """True when a figure of the answer is the asked one, or has it within its bound."""
    factors = common_measure(known, asked)
    if factors is None:
        return False
    one, other = known.number * factors[0], asked.number * factors[1]
    if known.side in (Side.MORE, Side.BEYOND):
        return other >= one
    return other <= one if known.side is Side.LESS else one == other


def _other_names(text: str, entry: Entry, entries: Sequence[Entry]) -> Iterator[str]:
    """The text with another name of the same kind, which none of the entry's texts has."""
    own = NAME.search(text)
    if own is None or NO_NAME.search(own[1]):
        return
    said = "\n".join((entry.question, *entry.variants, entry.answer))
    names = dict.fromkeys(name for one in entries for name in NAME.findall(one.question))
    for stem, kind in names:
        if kind == own[2] and not NO_NAME.search(stem) and stem not in said:
            yield text.replace(own[0], stem + kind)


def _negated(asked: Question, entry: Entry) -> Iterator[str]:
    """When it is not so, where the answer names no condition."""
    if not asked.is_open and not CONDITIONS.search(entry.answer) and asked.negated_clause:
        yield f"{asked.negated_clause}のは、どんなときですか"


def _misquoting(asked: Question, entry: Entry) -> Iterator[str]:
    """Another figure taken for granted than the answer comes to, or gives for a thing that it lists by name."""
    conclusion, topic = re.split("[。\n]", entry.answer.strip())[0], asked.topic
    if topic and asked.text.startswith(topic) and not OURS.search(topic) and not re.search("[やと、]", topic):
        yield from (f"{topic}は{other}ですよね" for other in _misquoted(conclusion))
    for name, told in LISTED.findall(entry.answer):
        yield from (f"{name}は{other}ですよね" for other in _misquoted(re.split("[。・（(]", told)[0]))


def _misquoted(text: str) -> Iterator[str]:
    """The only figure of a text as another one, where it stands for one number."""
    plain = plain_text(text)
    figures = amounts_in(plain)
    if len(figures) != 1 or not figures[0].rival or figures[0].bounded:
        return
    said = plain[figures[0].start : figures[0].end].strip().replace(",", "")
    if digits := FIGURE.search(said):
        number = _others(int(digits[1]), figures[0].unit.name)[0]
        yield f"{said[: digits.start()]}{number:,}{said[digits.end() :]}"


def _presuming(asked: Question, entry: Entry) -> Iterator[str]:
    """Questions about doing something that take more for granted than the answer says."""
    conclusion = re.split("[。\n]", entry.answer.strip())[0]
    if asked.is_open or not asked.te_form or REFUSED.search(conclusion):
        return
    if not MONEY.search(entry.answer):
        yield f"{asked.te_form}、追加の料金もかからないんですよね"
    if asked.request and not SOON.search(entry.answer):
        yield f"{asked.te_form}、その日のうちに済むんですよね"
    if asked.request and not COUNTS.search(entry.answer):
        yield f"{asked.te_form}、回数の制限もないんですよね"


def _own_cases(asked: Question) -> Iterator[str]:
    """How the asker's own matter stands."""
    if asked.request and not OURS.search(asked.request):
        yield f"先週お願いした{asked.request}は、もう済んでいますか"
    elif asked.topic and not OURS.search(asked.topic):
        yield f"{asked.topic}の件で先週問い合わせましたが、その後どうなりましたか"
        if "いくら" in asked.text and not re.search("[やと、]", asked.topic):
            yield f"先月の私の請求では、{asked.topic}はいくらでしたか"


def _elsewhere(asked: Question) -> Iterator[str]:
    """The same of another organisation, where nothing in it is ours alone."""
    names = any(not NO_NAME.search(stem) for stem, _ in NAME.findall(asked.text))
    if ASKED.search(asked.text) and not names and not OURS.search(asked.text) and not FOR_US.search(asked.text):
        yield f"よそでは、{asked.text.replace('は、', 'は')}"
