"""Redaction: replaces the personal data in a question before it is stored; the rest stays as it was written.

Every pattern is linear (possessive or bounded repetition), so that hostile text cannot stall it. Complete phone numbers
go, whoever's they are, the company's own too: who owns a number cannot be told from it. Area codes and
prefixes (03番号, 0120), prices, counts, dates and times are what questions are about, and stay. Names of people go
where the form of the sentence shows them.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from knowledge.privacy import personal_numbers, phone_numbers, secrets_and_accounts
from knowledge.privacy.email_addresses import MAIL
from knowledge.privacy.folded_text import fold_with_offsets
from knowledge.privacy.late_pattern import LatePattern
from knowledge.privacy.person_names import find_names
from knowledge.privacy.postal_addresses import POSTAL_CODE, ROMAN_ADDRESS, find_addresses

HIDDEN = "\x00"  # stands for what is found already; part of no pattern
MAX_PASSES = 4  # what one has hidden may have kept its neighbour from being found; deeper chains do not occur in words
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Found:
    """Personal data of a kind (the Japanese word that takes its place) at `start` up to `end` of the text."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Search:
    """A search for one kind; it sees kanji digits as digits unless it `reads_words`."""

    kind: str
    spans: Callable[[str], Iterable[Span]]
    reads_words: bool = False


def _matches(kind: str, pattern: re.Pattern[str] | LatePattern, accept: Callable[[str], bool] = bool) -> Search:
    """A search by pattern: the matches, or those of its last group, for which `accept` is true."""

    def spans(text: str) -> Iterator[Span]:
        for found in pattern.finditer(text):
            group = found.lastindex or 0
            if accept(found[group]):
                yield found.span(group)

    return Search(kind, spans)


SEARCHES = (  # the surest first: what one has found is hidden from the next
    _matches("トークン", secrets_and_accounts.KNOWN_TOKEN),
    _matches("トークン", secrets_and_accounts.CALLED_TOKEN),
    _matches("SNSのID", secrets_and_accounts.NETWORK_ID, secrets_and_accounts.is_handle),
    _matches("SNSのID", secrets_and_accounts.NETWORK_NAME, secrets_and_accounts.is_handle),
    _matches("SNSのID", secrets_and_accounts.NETWORK_HANDLE, secrets_and_accounts.is_handle),
    _matches("メール", MAIL),
    _matches("パスワード", secrets_and_accounts.PASSWORD),
    _matches("生年月日", personal_numbers.BIRTH),
    _matches("生年月日", personal_numbers.BORN),
    _matches("マイナンバー", personal_numbers.CALLED_MY_NUMBER),
    _matches("契約番号", personal_numbers.CALLED_CODE, personal_numbers.is_code),
    _matches("契約番号", personal_numbers.CODE_CALLED, personal_numbers.is_code),
    _matches("口座番号", personal_numbers.POST_BANK),
    _matches("口座番号", personal_numbers.ACCOUNT),
    _matches("電話番号", phone_numbers.INTERNATIONAL),
    _matches("カード番号", personal_numbers.PRINTED_CARD),
    _matches("カード番号", personal_numbers.CALLED_CARD),
    _matches("カード番号", personal_numbers.CARD, personal_numbers.is_card),
    _matches("マイナンバー", personal_numbers.MY_NUMBER, personal_numbers.is_my_number),
    Search("電話番号", phone_numbers.find_with_kanji_dashes, reads_words=True),
    _matches("電話番号", phone_numbers.JAPANESE),
    _matches("電話番号", phone_numbers.LOCAL),
    _matches("郵便番号", POSTAL_CODE),
    Search("住所", find_addresses, reads_words=True),
    _matches("住所", ROMAN_ADDRESS),
    _matches("番号", personal_numbers.LONG),
    Search("氏名", find_names, reads_words=True),
)


def redact(text: str, contract_numbers: re.Pattern[str] | None = None) -> str:
    """`text` with everything personal replaced by its kind in brackets, as in [電話番号].

    `contract_numbers` is a pattern of the operator's own contract numbers (contract_numbers.py).
    """
    pieces: list[str] = []
    position = 0
    for found in find_personal(text, contract_numbers):
        pieces += (text[position : found.start], f"[{found.kind}]")
        position = found.end
    return "".join((*pieces, text[position:]))


def find_personal(text: str, contract_numbers: re.Pattern[str] | None = None) -> list[Found]:
    """Everything personal in `text`, in order and without overlaps."""
    folded = fold_with_offsets(text)
    words, numbers = folded.text, folded.numbers
    searches = SEARCHES if contract_numbers is None else (_matches("契約番号", contract_numbers), *SEARCHES)
    found: list[Found] = []
    for _ in range(MAX_PASSES):
        before = len(found)
        for search in searches:
            spans = list(search.spans(words if search.reads_words else numbers))
            words, numbers = _without(words, spans), _without(numbers, spans)
            found += (Found(folded.starts[start], folded.ends[end - 1], search.kind) for start, end in spans)
        if len(found) == before:
            break
    return sorted(found, key=lambda one: one.start)


def _without(text: str, spans: Sequence[Span]) -> str:
    if not spans:
        return text
    pieces: list[str] = []
    position = 0
    for start, end in spans:
        pieces += (text[position:start], HIDDEN * (end - start))
        position = end
    return "".join((*pieces, text[position:]))
