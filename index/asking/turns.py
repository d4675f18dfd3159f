"""The turns of a conversation before a message."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.message.message import Message, MessageKind, read_message


@dataclass(frozen=True, slots=True)
class Turn:
    """A message of somebody's, and the ids of the entries that were shown for it, the best one first."""

    query: str
    shown: tuple[str, ...] = ()


MAX_CARRIED = 300  # characters of what was said before that are read with a question, the last ones: they ask
WORD = r"[「『]?([^\s、。「」『』？?とやか]{1,12}?)[」』]?"
PAIR = re.compile(
    rf"{WORD}(?:のと|と|か、?|、|や){WORD}(?:の|って|は|で|、|か|どっち|どちら|と?いうのは|とは|との|だと)"
)
FORMER = re.compile("前者|(?:1|１|一)つ目|最初のほう")
LATTER = re.compile("後者|(?:2|２|二)つ目|あとのほう")
NUMBERED = re.compile(  # one of the questions of a message before: (1)について · ②は · 2つ目の件
    r"^\s*(?:[(（]([1-9１-９])[)）]|([①-⑨])|([1-9１-９一二三])(?:つ|点|番)目)(?=\s*[のはにともで、])"
)
NAMED = re.compile(  # あと報告なんですけど: names what the next message asks about
    r"(?:すみません|すいません|えっと|あの)?[、,\s]*(?:あと|それと|それから|ちなみに|そういえば|もう(?:一|ひと|1)つ)"
    r"[^?？。！!]{0,12}なん(?:です|だ)(?:けれど|けど|が)も?[、。….‥\s]*"
)
Conversation = Sequence[Turn]  # oldest first


def read_within(written: str, conversation: Conversation) -> Message:
    """Read a message; in a conversation what only names a further matter is half a sentence.

    The number of a question of a message before stands for that question.
    """
    message = read_message(_with_question(written, conversation))
    if conversation and message.kind is MessageKind.QUESTION and NAMED.fullmatch(message.whole):
        return replace(message, kind=MessageKind.OTHER, half=True)
    return message


def _with_question(written: str, conversation: Conversation) -> str:
    numbered = NUMBERED.match(written)
    if numbered is None:
        return written
    number = int(unicodedata.numeric(next(filter(None, numbered.groups()))))
    for turn in reversed(conversation):
        questions = read_message(turn.query).questions
        if len(questions) > 1:
            if number > len(questions):
                return written
            return f"{questions[number - 1].text[-MAX_CARRIED:]} {written[numbered.end() :]}"
    return written


def last_asked(conversation: Conversation) -> tuple[str, bool]:
    """The last that was asked, announced or told before, "" for none, and whether nothing was shown for it."""
    for turn in reversed(conversation):
        message = read_message(turn.query)
        if message.half or message.tells or message.kind is MessageKind.QUESTION:
            return message.whole[-MAX_CARRIED:], not turn.shown
    return "", True


def last_shown(conversation: Conversation) -> str:
    """The id of the entry shown last, "" for none."""
    return next((turn.shown[0] for turn in reversed(conversation) if turn.shown), "")


def resolved(text: str, conversation: Conversation) -> str:
    """`text` with what 前者 and 後者 stand for: the two questions of the message before, or the two it names."""
    place = 0 if FORMER.search(text) else 1 if LATTER.search(text) else None
    if place is None:
        return text
    for turn in reversed(conversation):
        message = read_message(turn.query)
        if FORMER.search(message.text) or LATTER.search(message.text):
            continue
        if len(message.questions) > 1:
            meant = message.questions[place].text[-MAX_CARRIED:]
            return (FORMER if place == 0 else LATTER).sub("", f"{meant} {text}").strip()
        pair = PAIR.search(message.text)
        if pair:
            return (FORMER if place == 0 else LATTER).sub(pair[place + 1], text)
    return text
