"""The kind of a sentence, by a list of rules that is read from above: the first that holds decides."""

from collections.abc import Callable
from enum import StrEnum

from index.message import phrases
from index.message.sentences import Sentence
from index.text.filters import fold_width

MAX_ACKNOWLEDGEMENT = 24  # characters; a longer sentence says more than that
MAX_AFTER = 12  # characters after the word that acknowledges
MAX_CALL = 60  # characters of a sentence that calls for a person


class Kind(StrEnum):
    """The kinds of sentences, by what they do."""

    QUESTION = "question"
    HINT = "hint"  # asks without being a question: 電話でもほしいんですが · どれを押せばいいか分からない
    SITUATION = "situation"
    QUOTE = "quote"
    GREETING = "greeting"  # also names, lead-ins and closings
    THANKS = "thanks"
    ACKNOWLEDGEMENT = "acknowledgement"
    TALK = "talk"  # to somebody else, or to oneself
    HALF = "half"  # announces what is still to be said
    PERSON = "person"  # calls for a person, or complains
    TROUBLE = "trouble"  # tells of an emergency; a person is wanted where nothing else is asked
    URGENT = "urgent"  # wants help now, or tells of a fault; a person is wanted where nothing is answered
    CORRECTION = "correction"


Rule = Callable[[str, str], bool]  # of a sentence in one width and lower case, with and without the marks at its ends


def kind_of(sentence: Sentence) -> Kind:
    """The kind of one sentence, by itself."""
    text, bare = fold_width(sentence.text).lower(), fold_width(sentence.bare).lower()
    if sentence.quoted:
        return Kind.QUOTE
    return next((kind for kind, holds in RULES if holds(text, bare)), Kind.SITUATION)


def _is_to_others(text: str, bare: str) -> bool:
    return phrases.TO_OTHERS.search(text) is not None


def _calls(text: str, bare: str) -> bool:
    called = len(bare) <= MAX_CALL and phrases.CALL.search(bare) and not phrases.ABOUT_SERVICE.search(bare)
    return bool(called and phrases.CALL_WANTS.search(text) and not phrases.INTENTION.search(bare))


def _thanks(text: str, bare: str) -> bool:
    said = phrases.THANKS.search(bare)
    if "?" in text or said is None:
        return False
    wish = "助か" in said.group()  # 教えていただけると助かります asks, ご教示ありがとうございます does not
    asked = phrases.REQUEST.search(bare, 0 if wish else said.end())
    return asked is None and not phrases.QUESTION_WORD.search(bare, said.end())


def _is_emergency(text: str, bare: str) -> bool:
    return len(bare) <= MAX_CALL and phrases.EMERGENCY.search(text) is not None


def _tells_trouble(text: str, bare: str) -> bool:
    return len(bare) <= MAX_CALL and phrases.TROUBLE.search(text) is not None


def _is_urgent(text: str, bare: str) -> bool:
    return len(bare) <= MAX_CALL and phrases.URGENT.search(text) is not None


def _corrects(text: str, bare: str) -> bool:
    return phrases.CORRECTION.search(text) is not None


def _is_half(text: str, bare: str) -> bool:
    if phrases.PERMISSION.search(bare):
        return True
    return "?" not in text and len(bare) <= MAX_ACKNOWLEDGEMENT and phrases.HALF.search(bare) is not None


def _greets(text: str, bare: str) -> bool:
    return "?" not in text and any(
        (phrases.OPENING.fullmatch(bare), phrases.GREETING.search(bare), phrases.LEAD_IN.fullmatch(bare))
    )


def _acknowledges(text: str, bare: str) -> bool:
    if "?" in text or len(bare) > MAX_ACKNOWLEDGEMENT or phrases.QUESTION_WORD.search(bare):
        return False
    found = phrases.ACKNOWLEDGEMENT.match(bare)
    return bool(phrases.INTENTION.search(bare)) or (found is not None and len(bare) - found.end() <= MAX_AFTER)


def _is_among_themselves(text: str, bare: str) -> bool:
    return bool(phrases.UNSURE.search(text) or phrases.TOGETHER.search(bare))


def _asks(text: str, bare: str) -> bool:
    return bool(phrases.QUESTION.search(text) or phrases.QUESTION.search(bare) or phrases.REQUEST.search(bare))


def _confirms(text: str, bare: str) -> bool:
    return phrases.CONFIRMING.search(bare) is not None


def _muses(text: str, bare: str) -> bool:
    asks = phrases.QUESTION_WORD.search(bare) and not bare.startswith("どうなん")
    return phrases.MUSING.search(bare) is not None and not asks


def _hints(text: str, bare: str) -> bool:
    signs = (phrases.QUESTION_WORD, phrases.OPEN_END, phrases.WISH)
    return any(sign.search(bare) for sign in signs)


RULES: tuple[tuple[Kind, Rule], ...] = (
    (Kind.TALK, _is_to_others),
    (Kind.PERSON, _calls),
    (Kind.THANKS, _thanks),
    (Kind.PERSON, _is_emergency),
    (Kind.CORRECTION, _corrects),
    (Kind.HALF, _is_half),
    (Kind.GREETING, _greets),
    (Kind.ACKNOWLEDGEMENT, _acknowledges),
    (Kind.TALK, _is_among_themselves),
    (Kind.QUESTION, _asks),
    (Kind.TROUBLE, _tells_trouble),
    (Kind.URGENT, _is_urgent),
    (Kind.SITUATION, _confirms),
    (Kind.TALK, _muses),
    (Kind.HINT, _hints),
)
