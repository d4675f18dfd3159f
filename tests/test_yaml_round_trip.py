"""YAML files as editors use them: what is written is read again, whatever the entries say and the files look like.

1. Export and import are the identity, for any entries and texts; a second export changes no byte.
2. After any edits of a folder with comments it reads as exactly the wanted entries; the lines of every entry that was
   left alone and of every comment of nobody are still there, and so is what a changed entry says beside the change.
"""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from making import entries_in, files_in

from knowledge.entry import Entry, Status
from knowledge.entry_reader import read_entry
from knowledge.files.yaml_writer import write_folder
from knowledge.unwanted_characters import strange_character

CATEGORIES = ("料金", "お試し", "a: b", "- x", "yes", "料金 #1", "2026-01-01", "[a]", "'a'")
SPECIAL = st.sampled_from(
    [": ", ":", "#", " #", "- ", "-", "yes", "null", "~", "2026-01-01", "1e3", "0x1", "<<", "=", "😀", "\t", "\n", " ",
     "'", '"', "|", ">", "&a", "*a", "!x", "%", "@", "`", "{", "}", "[", "]", ",", "?", "\\", "...", "---", "\u3000",
     "料金", "**太字**"]
)  # fmt: skip
SHOWN = st.characters(exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp", "Zs", "Co", "Cn", "Mn", "Me"))
ANY = st.text(SHOWN, max_size=6)
TEXT = st.lists(SPECIAL | ANY, min_size=1, max_size=4).map("".join).filter(lambda text: not strange_character(text))


@pytest.fixture(autouse=True, scope="module")
def without_disk_syncs() -> Iterator[None]:
    """Nothing waits until the disk has what was written: only a power failure would show that."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("knowledge.file_io.os.fsync", lambda _file: None)
        yield


# -- any texts and entries ------------------------------------------------------------------------


ODD = """
: / a: b / a:b / #x / a # b / - / -x / - a / ? a / | / > / & a / &a / *a / !a / % / @ / ` / ' / " / 'a' / "a" / \\
[ / ] / { / } / , / a, b / [a] / yes / No / ON / true / null / ~ / = / << / 1 / 0x1F / 1_000 / 1e3 / .5 / .inf / .NaN
2026-01-01 / 2026-01-01T09:00 / 12:30:45 / 😀 / é / a\tb / a\t#b / --- / ...
https://example.com/?a=b#c / **太字** / a\u3000b / ＃ / a  b / a:
"""
TEXTS = [text.strip() for line in ODD.split("\n") for text in line.split(" / ") if text]
STYLES = """\
category: 料金
entries:
  - {id: flow, question: 質問, answer: 'はい', variants: [はい], note: はい}
  - id: block
    question: "質問"
    variants: # 二つ
      - はい
      - >
        いいえ
    answer: |
      はい
    related:
      - flow
    owner: 'はい'
    note: >-
      はい
"""


@pytest.mark.parametrize("text", TEXTS)
def test_an_odd_text_comes_back_in_every_field_and_style(tmp_path: Path, text: str) -> None:
    (tmp_path / "styles.yaml").write_text(STYLES)
    old = entries_in(tmp_path)
    odd: dict[str, Any] = {
        **dict.fromkeys(("question", "owner", "note"), text),
        "answer": f"{text}\n\n  {text}\n{text}",
        "variants": (text, f"{text} {text}"),
        "related": (text,),
    }
    new = {entry_id: replace(entry, **odd) for entry_id, entry in old.items()}
    new["new"] = replace(new["block"], id="new", category=text)
    for wanted in (new, old):
        write_folder(tmp_path, [*wanted.values()])
        assert entries_in(tmp_path) == wanted
        assert write_folder(tmp_path, [*wanted.values()]) == []


VALUES = st.fixed_dictionaries(
    {"category": st.sampled_from(CATEGORIES) | TEXT, "question": TEXT, "answer": TEXT},
    optional={
        "variants": st.lists(TEXT, max_size=4),
        "related": st.lists(TEXT, max_size=3, unique=True),
        "declines": st.booleans(),
        "url": st.sampled_from(["https://example.com/", "https://example.com/?a=b&c=[d]#e", "https://例.jp/#: "]),
        "as_of": st.dates().map(str),
        "valid_from": st.dates().map(str) | st.datetimes().map(lambda one: one.isoformat("T", "minutes")),
        "review_by": st.dates().map(str),
        "owner": TEXT,
        "note": TEXT,
        "status": st.sampled_from(Status).map(str),
    },
)
BASES = st.lists(VALUES, min_size=1, max_size=4).map(
    lambda rows: [entry for n, row in enumerate(rows) if (entry := read_entry(row | {"id": f"e{n}"})[0])]
)


@settings(max_examples=60, deadline=None)
@given(before=BASES, after=BASES)
def test_what_is_exported_is_imported_as_it_was(before: list[Entry], after: list[Entry]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "new"
        for entries in filter(None, (before, after)):
            write_folder(folder, entries)
            assert entries_in(folder) == {entry.id: entry for entry in entries}
            once = files_in(folder, "*")
            assert write_folder(folder, entries[::-1]) == []
            assert files_in(folder, "*") == once


# -- any edits of any files -----------------------------------------------------------------------


TAME = st.sampled_from(
    ["月額はいくらですか？", "解約したい", "2,960円です。", "はい。", "one two three", "https://a/#b"]
)
LAYOUTS: tuple[Callable[[str, str], list[str]], ...] = (  # of a text, whose further lines are indented
    lambda text, _: [text],
    lambda text, _: [f"'{text}'"],
    lambda text, _: [f'"{text}"'],
    lambda text, more: ["|", more + text],
    lambda text, more: ["|+", more + text, "", ""],
    lambda text, more: [">-", *(more + word for word in text.split(" "))],
    lambda text, more: ["", *(more + word for word in text.split(" "))],
)


@dataclass
class Written:
    """An entry as somebody wrote it: its lines, and those of each field."""

    entry: Entry
    lines: list[str]
    fields: dict[str, list[str]]


@st.composite
def written_entries(draw: st.DrawFn, entry_id: str, category: str, dash: int, offset: int) -> Written:
    """An entry in any layout, with comments of its own: above, between its fields, behind them and below."""
    entry = Entry(
        id=entry_id,
        category=category,
        question=draw(TAME),
        answer=draw(TAME),
        variants=tuple(draw(st.lists(TAME, max_size=3, unique=True))),
        note=draw(TAME | st.just("")),
        related=tuple(draw(st.lists(st.sampled_from("xyz"), max_size=2, unique=True))),
        status=draw(st.sampled_from(Status)),
    )
    column = " " * (dash + offset)
    lines = [" " * dash + f"# {entry_id} above"] if draw(st.booleans()) else []
    first, parts = len(lines), {}
    names = ["id", *draw(st.permutations(list(entry.to_fields())[2:]))]
    for name in names:
        value = entry.to_fields()[name]
        parts[name] = draw(written_fields(f"{column}{name}:", value, f"{entry_id} {name}"))
        lines += parts[name]
        if lines[-1] and draw(st.booleans()):  # behind a blank line it would be nobody's
            lines.append(f"{column}# {entry_id} {name} below")
    lines[first] = " " * dash + "-" + lines[first][dash + 1 :]
    del parts["id"]
    return Written(entry, lines, parts)


@st.composite
def written_fields(draw: st.DrawFn, key: str, value: Any, name: str) -> list[str]:
    """The lines of a field in any layout."""
    more = " " * (len(key) - len(key.lstrip()) + draw(st.integers(1, 3)))
    comment = f" # {name} behind" if draw(st.booleans()) else ""
    if isinstance(value, list):
        quoted = [f"'{item}'" for item in value]
        return draw(
            st.sampled_from(
                [[f"{key} [{' , '.join(quoted)}]{comment}"], [key, *(f"{more}- {item}{comment}" for item in quoted)]]
            )
        )
    layouts = LAYOUTS[:1] if isinstance(value, Status) else LAYOUTS
    first, *further = draw(st.sampled_from(layouts))(str(value), more)
    if further and not first:
        return [key, *further[:-1], further[-1] + comment]
    return [f"{key} {first}{comment}", *further]


@dataclass
class Case:
    """A folder: the text of each file, its entries by id, and comments that belong to no entry."""

    texts: dict[str, str]
    entries: dict[str, Written]
    loose: list[str]


@st.composite
def folders(draw: st.DrawFn) -> Case:
    """Two files, each with its own columns, line ends and last line."""
    case = Case({}, {}, [])
    for category in ("料金", "お試し"):
        dash, offset = draw(st.integers(0, 3)), draw(st.integers(2, 4))
        lines = [f"category: {category}", "entries:"]
        for entry_id in [f"{'pt'[category == 'お試し']}{number}" for number in range(draw(st.integers(1, 4)))]:
            if draw(st.booleans()):
                case.loose.append(f"{' ' * dash}# nobody's, before {entry_id}")
                lines += ["", case.loose[-1], ""]
            made = draw(written_entries(entry_id, category, dash, offset))
            case.entries[entry_id] = made
            lines += made.lines
        end = draw(st.sampled_from(["\n", "\r\n"]))
        case.texts[f"{category}.yaml"] = end.join([*lines, *draw(st.sampled_from([[], [""], ["", ""]]))])
    return case


EDITS = st.one_of(
    st.tuples(st.just("question"), TEXT),
    st.tuples(st.just("answer"), TEXT),
    st.tuples(st.just("note"), TEXT | st.just("")),
    st.tuples(st.just("variants"), st.lists(TEXT | TAME, max_size=4, unique=True)),
    st.tuples(st.just("related"), st.lists(st.sampled_from("xyz"), max_size=2, unique=True)),
    st.tuples(st.just("status"), st.sampled_from(Status)),
    st.tuples(st.just("url"), st.just("https://example.com/")),
    st.tuples(st.just("category"), st.sampled_from(CATEGORIES)),
    st.tuples(st.just("remove"), st.none()),
    st.tuples(st.just("add"), BASES),
)


def edited(wanted: dict[str, Entry], entry_id: str, what: str, value: Any) -> None:
    if what == "add":
        wanted |= {entry.id: entry for entry in value}
    elif what == "remove":
        del wanted[entry_id]
    else:
        entry, _ = read_entry(wanted[entry_id].to_fields() | {what: value})
        wanted[entry_id] = entry or wanted[entry_id]


def lines_of(folder: Path) -> str:
    """Every line of every file."""
    texts = [path.read_bytes().decode().splitlines() for path in folder.glob("*.yaml")]
    return "\n".join(["", *(line for lines in texts for line in [*lines, "-- end --"]), ""])


def stays(lines: list[str], text: str) -> bool:
    while not lines[-1]:  # blank lines at the end of a file need not stay
        lines = lines[:-1]
    return "\n" + "\n".join(lines) + "\n" in text


@settings(max_examples=100, deadline=None)
@given(case=folders(), data=st.data())
def test_any_edits_leave_everything_else_alone(case: Case, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, text in case.texts.items():
            (folder / file).write_bytes(text.encode())
        wanted = entries_in(folder)
        assert wanted == {entry_id: made.entry for entry_id, made in case.entries.items()}
        for _ in range(data.draw(st.integers(0, 4))):
            assume(wanted)
            edited(wanted, data.draw(st.sampled_from(sorted(wanted))), *data.draw(EDITS))
        touched = write_folder(folder, [*wanted.values()])
        assert entries_in(folder) == wanted
        assert write_folder(folder, [*wanted.values()]) == []
        assert_rest_stays(case, wanted, lines_of(folder))
        for file, text in case.texts.items():
            assert folder / file in touched or (folder / file).read_bytes() == text.encode()


def assert_rest_stays(case: Case, wanted: dict[str, Entry], text: str) -> None:
    for comment in case.loose:
        assert stays([comment], text), comment
    for entry_id, made in case.entries.items():
        now = wanted.get(entry_id)
        if now == made.entry:
            assert stays(made.lines, text), entry_id
        elif now is None:
            assert f"# {entry_id} " not in text
        elif now.category == made.entry.category:
            assert_fields_stay(made, now, text)


def assert_fields_stay(made: Written, now: Entry, text: str) -> None:
    """Of a changed entry the other fields and all comments are still there; blanks and line breaks may differ."""
    for name, lines in made.fields.items():
        if getattr(now, name) == getattr(made.entry, name):
            assert squeezed("".join(lines)) in squeezed(text), name
    for line in made.lines:
        if line.lstrip().startswith("#"):
            assert squeezed(line) in squeezed(text)


def squeezed(text: str) -> str:
    return "".join(text.split()).replace("|+", "|")  # which says that there are blank lines below
