"""Sentences of a message: cut at sentence ends and lines; a quoted line or a list item is one by itself."""

import re
from dataclasses import dataclass

from index.message.phrases import OPENING

QUOTE = re.compile(r"\s*(?:>|＞|&gt;|\|)\s*")
ITEM = re.compile(r"\s*(?:[-・•●○◆■□]|[*](?=\s)|[(（]?\d{1,2}[).）．]|[①-⑳]|[a-zA-Z][).])\s*")
END = re.compile(  # その特認？だと…, …ですか？それとも… go on
    r"(?<=[。！？!?])(?![。！？!?」』）)]|(?<=[？?])[円件回本])"
    r"(?!それとも|あるいは|だ|って|と[、 ]|[をはがのに]|で[すし]?[^す、])\s*"
    r"|(?<=[ぁ-んァ-ヶ一-龯]{2}[wｗ])\s+|(?<=です|ます|した|せん|すか|うか|かな|さい)\s+"  # a blank instead of a mark
    r"|(?<=[a-z]\.)\s+(?=[A-Z])"
)
NEXT_ITEM = re.compile(  # in one line, as a page's input makes of several: ①何日か ②いくらか
    r"\s*[①-⑳](?![とかやのはがをに、]|ど[ちれっ])\s*|(?<=\s)[・●○■□◆](?=\S)"
)
ADDED = re.compile(r"(?<=[。！？!?ぁ-ん])[（(][^（）()]*[）)][。\s]*$")  # 大丈夫でしょうか（住所は同じです）
MARKS = "。！？!?．.、,…‥〜~ー－-wｗ笑()（）「」『』 \t　\n"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as it was written, in a line that repeats what somebody else wrote, or in an item of a list."""

    text: str
    quoted: bool = False
    item: bool = False

    @property
    def bare(self) -> str:
        """The sentence without marks at its ends, and without what it adds in brackets."""
        return ADDED.sub("", self.text).strip(MARKS)


def sentences(text: str) -> list[Sentence]:
    """The sentences of `text`, in order; what holds no letter and no digit, or only laughs, is none."""
    found = []
    for line in text.splitlines():
        quote = QUOTE.match(line)
        item = None if quote else ITEM.match(line)
        if quote:
            found += [Sentence(rest.strip(), quoted=True) for rest in (line[quote.end() :],) if _says(rest)]
            continue
        for number, piece in enumerate(NEXT_ITEM.split(line[item.end() :] if item else line)):
            listed = item is not None or number > 0
            parts = [said for part in END.split(piece) for said in _opened(part.strip())]
            found += [Sentence(part, item=listed) for part in parts if _says(part)]
    return found


def _opened(text: str) -> list[str]:
    """A greeting and what is said after it in the same sentence, or the text."""
    opening = OPENING.match(text)
    return [text[: opening.end()], text[opening.end() :]] if opening else [text]


def _says(text: str) -> bool:
    """True when a text has more than marks and laughter."""
    return any(character.isalnum() for character in text.strip(MARKS))
