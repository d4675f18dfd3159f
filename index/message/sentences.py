"""Sentences of a message: cut at sentence ends and lines; a quoted line or a list item is one by itself."""

import re
from dataclasses import dataclass

QUOTE = re.compile(r"\s*(?:>|＞|&gt;|\|)\s*")
ITEM = re.compile(r"\s*(?:[-・•●○◆■□]|[*](?=\s)|[(（]?\d{1,2}[).）．]|[①-⑳]|[a-zA-Z][).])\s*")
END = re.compile(  # その特認？だと…, …ですか？それとも… go on
    r"(?<=[。！？!?])(?![。！？!?」』）)])"
    r"(?!それとも|あるいは|だ|って|と[、 ]|[をはがのに]|で[すし]?[^す])\s*"
    r"|(?<=[ぁ-んァ-ヶ一-龯]{2}[wｗ])\s+|(?<=です|ます|した|せん|すか|うか|かな|さい)\s+"  # a blank instead of a mark
    r"|\s*[①-⑳](?![とかやのはがをに、]|ど[ちれっ])\s*"  # ①何日か ②いくらか
)
MARKS = "。！？!?．.、,…‥〜~ー－-wｗ笑()（）「」『』 \t　\n"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as it was written; `quoted` where its line repeats what somebody else wrote."""

    text: str
    quoted: bool = False

    @property
    def bare(self) -> str:
        """The sentence without marks at its ends."""
        return self.text.strip(MARKS)


def sentences(text: str) -> list[Sentence]:
    """The sentences of `text`, in order; what holds no letter and no digit is none."""
    found = []
    for line in text.splitlines():
        quote = QUOTE.match(line)
        item = None if quote else ITEM.match(line)
        start = quote or item
        rest = line[start.end() :] if start else line
        parts = [rest] if quote else END.split(rest)
        found += [Sentence(part.strip(), quote is not None) for part in parts if _says(part)]
    return found


def _says(text: str) -> bool:
    return any(character.isalnum() for character in text)
