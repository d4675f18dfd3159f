"""Rows of an FAQ with columns of its own taken over as entries, and what was done with every row that needed more."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from knowledge.adopting.identifiers import given_id, made_id
from knowledge.adopting.texts import line_of, plain_text, unmarked
from knowledge.adopting.understood import Understood
from knowledge.entry import Entry
from knowledge.entry_reader import read_entry
from knowledge.entry_rules import MAX_LENGTHS, MAX_QUESTION, MAX_VARIANTS, is_https
from knowledge.files.cells import BadCell, Cell
from knowledge.files.formula_guard import unguarded
from knowledge.match_key import match_key

NO_CATEGORY = "よくある質問"
LEFT_OUT = "取り込みません"
BULLETS = "・•●-– \u3000"


@dataclass(frozen=True, slots=True)
class Remark:
    """What is done with a row (0 for the whole table) otherwise than it stands there, in Japanese."""

    row: int
    told: str

    def __str__(self) -> str:
        return f"{self.row}行目: {self.told}" if self.row else self.told


@dataclass(frozen=True, slots=True)
class Adoption:
    """The entries, the row that each came from, and the remarks in the order of the rows."""

    entries: tuple[Entry, ...]
    rows: Mapping[str, int]
    remarks: tuple[Remark, ...]


def adopt(understood: Understood, words_of: Callable[[str], Sequence[str]]) -> Adoption:
    """The entries of every row that has a question and an answer; `words_of` spells a text's words in [a-z0-9]."""
    taking = _Taking(understood, words_of)
    candidates = [found for number, cells in understood.rows() if (found := taking.read(number, cells))]
    for row, values in candidates:
        taking.take(row, values)
    remarks = sorted(taking.remarks, key=lambda remark: remark.row)
    return Adoption(tuple(taking.entries), taking.rows, tuple(remarks))


@dataclass(slots=True)
class _Taking:
    """What was taken of a table so far."""

    understood: Understood
    words_of: Callable[[str], Sequence[str]]
    entries: list[Entry] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)  # of each entry, by id
    known: dict[str, int] = field(default_factory=dict)  # the row of every question and variant, by match_key
    remarks: list[Remark] = field(default_factory=list)
    category: str = ""  # of the rows above: in merged cells only the first row has it

    def remark(self, row: int, told: str) -> None:
        """Note what is done with a row."""
        self.remarks.append(Remark(row, told))

    def read(self, row: int, cells: Sequence[Cell]) -> tuple[int, dict[str, str]] | None:
        """The texts of a row by field, with its variants in lines; None where it cannot become an entry."""
        texts = {name: self._text(row, cells, name) for name in self.understood.places}
        self.category = self._category(row, texts.get("category", "")) or self.category
        question = unmarked(line_of(texts["question"]), "question")
        answer = unmarked(plain_text(texts["answer"], markup=True), "answer")
        if not question and not answer:
            return None
        if why := self._unusable(question, answer):
            self.remark(row, f"{why} → {LEFT_OUT}")
            return None
        self.known[_key(question)] = row
        return row, texts | {"question": question, "answer": answer, "category": self.category or NO_CATEGORY}

    def _unusable(self, question: str, answer: str) -> str:
        """The reason for which a row cannot become an entry, "" for none."""
        for text, label, longest in ((question, "質問", MAX_QUESTION), (answer, "回答", MAX_LENGTHS["answer"])):
            if not text:
                return f"{label}がありません"
            if len(text) > longest:
                return f"{label}が{len(text)}文字あります（{longest}文字まで）"
        if first := self.known.get(_key(question)):
            return f"質問「{question}」が{first}行目にもあります"
        return ""

    def _category(self, row: int, written: str) -> str:
        category, longest = line_of(written), MAX_LENGTHS["category"]
        if len(category) > longest:
            self.remark(row, f"分類が{len(category)}文字あります → はじめの{longest}文字にします")
        return category[:longest].strip()

    def take(self, row: int, values: Mapping[str, str]) -> None:
        """Make an entry of a row that can become one."""
        entry_id = self._id(row, values)
        made = {name: values[name] for name in ("question", "answer", "category")}
        variants = list(self._variants(row, values))
        entry, faults = read_entry({**made, "id": entry_id, "variants": variants, "url": self._url(row, values)})
        if entry is None:
            self.remark(row, f"{faults[0].message} → {LEFT_OUT}")
            return
        self.entries.append(entry)
        self.rows[entry_id] = row

    def _id(self, row: int, values: Mapping[str, str]) -> str:
        given = given_id(values.get("id", ""))
        if given in self.rows:
            self.remark(row, f"id「{given}」が{self.rows[given]}行目にもあります → 別のidを付けます")
            given = ""
        return given or made_id(self.words_of(values["question"]), self.rows)

    def _url(self, row: int, values: Mapping[str, str]) -> str:
        links = values.get("url", "").split()
        url = next(filter(is_https, links), "")
        if links and not url:
            self.remark(row, f"リンク「{links[0]}」は https:// で始まる正しいURLではありません → リンクを付けません")
        return url

    def _variants(self, row: int, values: Mapping[str, str]) -> Iterator[str]:
        lines = plain_text(values.get("variants", "")).split("\n")
        texts = filter(None, (line.lstrip(BULLETS).strip() for line in lines))
        for number, text in enumerate(texts):
            first = self.known.get(_key(text))
            if number >= MAX_VARIANTS or len(text) > MAX_QUESTION:
                self.remark(row, f"言い方「{text[:20]}…」が長すぎるか、多すぎます → その言い方を{LEFT_OUT}")
            elif first is not None:
                if first != row:
                    self.remark(row, f"言い方「{text}」が{first}行目にもあります → その言い方を{LEFT_OUT}")
            else:
                self.known[_key(text)] = row
                yield text

    def _text(self, row: int, cells: Sequence[Cell], name: str) -> str:
        """What the columns of a field hold in a row, each on lines of its own."""
        found = [cells[place] for place in self.understood.places[name] if place < len(cells)]
        for cell in found:
            if isinstance(cell, BadCell):
                self.remark(row, f"{cell.message} → その欄を空として読みます")
        return "\n".join(unguarded(cell) for cell in found if isinstance(cell, str))


def _key(text: str) -> str:
    return match_key(text) or text
