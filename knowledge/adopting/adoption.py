"""Rows of an FAQ with columns of its own taken over as entries, and what was done with every row that needed more."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from knowledge.adopting.foreign_rows import ForeignRow, Place, Remark, rows_of
from knowledge.adopting.identifiers import given_id, made_id
from knowledge.adopting.texts import line_of, plain_text, unmarked
from knowledge.adopting.understood import Understood
from knowledge.entry import Entry, Status
from knowledge.entry_reader import read_entry
from knowledge.entry_rules import MAX_LENGTHS, MAX_QUESTION, MAX_VARIANTS, is_https
from knowledge.match_key import match_key

NO_CATEGORY = "よくある質問"
LEFT_OUT = "取り込みません"
DRAFTED = "下書きにします（答えません）"
BULLETS = "・•●-– \u3000"


@dataclass(frozen=True, slots=True)
class Adoption:
    """The entries, the row that each came from, and the remarks, all in the order of the rows."""

    entries: tuple[Entry, ...]
    places: Mapping[str, Place]
    remarks: tuple[Remark, ...]


def adopt(tables: Sequence[Understood], words_of: Callable[[str], Sequence[str]]) -> Adoption:
    """The entries of every row that has a question and an answer; `words_of` spells a text's words in [a-z0-9].

    Of several rows with the same question the first that is public is taken. Several tables are sheets of one file;
    one without categories has its name as such.
    """
    taking = _Taking(words_of)
    found: list[ForeignRow] = []
    for number, one in enumerate(tables):
        sheet = one.table.sheet if len(tables) > 1 else ""
        found += taking.readable(rows_of(one, number, sheet), sheet)
    found.sort(key=lambda row: bool(row.kept_back))
    for row in [row for row in found if taking.is_usable(row)]:
        taking.take(row)
    entries = sorted(taking.entries, key=lambda entry: taking.places[entry.id])
    return Adoption(tuple(entries), taking.places, in_order(taking.remarks))


def in_order(remarks: Sequence[Remark]) -> tuple[Remark, ...]:
    """The remarks in the order of the rows, those of no single row first."""
    return tuple(sorted(remarks, key=lambda remark: remark.place or Place(-1, 0)))


@dataclass(slots=True)
class _Taking:
    """The entries taken of a file so far, and the remarks on its rows."""

    words_of: Callable[[str], Sequence[str]]
    entries: list[Entry] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)  # of each entry, by id
    known: dict[str, Place] = field(default_factory=dict)  # the row of every question and variant, by match_key
    remarks: list[Remark] = field(default_factory=list)

    def remark(self, place: Place, told: str) -> None:
        """Note what is done with a row."""
        self.remarks.append(Remark(place, told))

    def readable(self, rows: Sequence[ForeignRow], sheet: str) -> Iterator[ForeignRow]:
        """The rows with a question or an answer, both without their markup, and with their category."""
        category = ""  # of the rows above: in merged cells only the first row has it
        for row in rows:
            self.remarks += row.remarks
            category = self._category(row, row.texts.get("category", "")) or category
            question = unmarked(line_of(row.texts["question"]), "question")
            answer = unmarked(plain_text(row.texts["answer"], markup=True), "answer")
            named = category or self._category(row, sheet) or NO_CATEGORY
            row.texts |= {"question": question, "answer": answer, "category": named}
            if question or answer:
                yield row

    def is_usable(self, row: ForeignRow) -> bool:
        """True for a row that can become an entry, whose question is then known."""
        if why := self._unusable(row.texts["question"], row.texts["answer"]):
            self.remark(row.place, f"{why} → {LEFT_OUT}")
            return False
        self.known[_key(row.texts["question"])] = row.place
        return True

    def _unusable(self, question: str, answer: str) -> str:
        """The reason for which a row cannot become an entry, "" for none."""
        for text, label, longest in ((question, "質問", MAX_QUESTION), (answer, "回答", MAX_LENGTHS["answer"])):
            if not text:
                return f"{label}がありません"
            if len(text) > longest:
                return f"{label}が{len(text)}文字あります（{longest}文字まで）"
        if first := self.known.get(_key(question)):
            return f"質問「{question}」が{first}にもあります"
        return ""

    def _category(self, row: ForeignRow, written: str) -> str:
        category, longest = line_of(written), MAX_LENGTHS["category"]
        if len(category) > longest:
            self.remark(row.place, f"分類が{len(category)}文字あります → はじめの{longest}文字にします")
        return category[:longest].strip()

    def take(self, row: ForeignRow) -> None:
        """Make an entry of a row that can become one."""
        entry_id = self._id(row)
        made = {name: row.texts[name] for name in ("question", "answer", "category")}
        made["status"] = (Status.DRAFT if row.kept_back else Status.PUBLISHED).value
        variants = list(self._variants(row))
        entry, faults = read_entry({**made, "id": entry_id, "variants": variants, "url": self._url(row)})
        if entry is None:
            self.remark(row.place, f"{faults[0].message} → {LEFT_OUT}")
            return
        if row.kept_back:
            self.remark(row.place, f"{row.kept_back} → {DRAFTED}")
        self.entries.append(entry)
        self.places[entry_id] = row.place

    def _id(self, row: ForeignRow) -> str:
        given = given_id(row.texts.get("id", ""))
        if given in self.places:
            self.remark(row.place, f"id「{given}」が{self.places[given]}にもあります → 別のidを付けます")
            given = ""
        return given or made_id(self.words_of(row.texts["question"]), self.places)

    def _url(self, row: ForeignRow) -> str:
        links = row.texts.get("url", "").split()
        url = next(filter(is_https, links), "")
        if links and not url:
            told = f"リンク「{links[0]}」は https:// で始まる正しいURLではありません → リンクを付けません"
            self.remark(row.place, told)
        return url

    def _variants(self, row: ForeignRow) -> Iterator[str]:
        lines = plain_text(row.texts.get("variants", "")).split("\n")
        texts = filter(None, (line.lstrip(BULLETS).strip() for line in lines))
        for number, text in enumerate(texts):
            first = self.known.get(_key(text))
            if number >= MAX_VARIANTS or len(text) > MAX_QUESTION:
                self.remark(row.place, f"言い方「{text[:20]}…」が長すぎるか、多すぎます → その言い方を{LEFT_OUT}")
            elif first is not None:
                if first != row.place:
                    self.remark(row.place, f"言い方「{text}」が{first}にもあります → その言い方を{LEFT_OUT}")
            else:
                self.known[_key(text)] = row.place
                yield text


def _key(text: str) -> str:
    return match_key(text) or text
