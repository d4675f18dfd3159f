"""The index after an edit ranks as one built anew, whatever was added, changed or removed."""

import ast
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.decision.calibration import CODE
from index.encoder.encoder import Encoder
from index.ranking.entry_index import EntryIndex
from index.ranking.index_arrays import IndexArrays
from index.text.analyzer import Analyzer
from knowledge.entry import Entry

ROOT = Path(__file__).parents[1]
QUERIES = ("解約したい", "月額はいくらですか", "ﾒｰﾙで報告", "てんそうのせってい", "新しい質問です", "zzz")
NEW = Entry(
    id="m-new", category="新規", question="新しい質問ですか？", answer="はい。", variants=("あたらしいしつもん",)
)


def first(entries: list[Entry], count: int) -> list[Entry]:
    """So many entries with a few of their variants each."""
    some = sorted(entries, key=lambda entry: entry.id)[:count]
    return [replace(entry, variants=entry.variants[:5]) for entry in some]


def edited(entries: list[Entry], removed: set[int], changed: set[int], *, add: bool) -> list[Entry]:
    """The entries after some were removed and some rewritten."""
    after = [
        replace(entry, answer="改めました。", variants=entry.variants[1:]) if number in changed else entry
        for number, entry in enumerate(entries)
        if number not in removed
    ]
    return sorted([*after, *([NEW] if add else [])], key=lambda entry: entry.id)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    removed=st.sets(st.integers(0, 19), max_size=4),
    changed=st.sets(st.integers(0, 19), max_size=4),
    add=st.booleans(),
)
def test_an_edited_index_ranks_as_one_built_anew(
    entries: list[Entry], analyzer: Analyzer, removed: set[int], changed: set[int], *, add: bool
) -> None:
    some = first(entries, 20)
    after = edited(some, removed, changed, add=add)
    patched, rebuilt = EntryIndex(some, analyzer).replaced(after), EntryIndex(after, analyzer)
    assert patched.entries == rebuilt.entries
    for text in QUERIES:
        query = rebuilt.query(text)
        np.testing.assert_allclose(patched.rank(query).signals, rebuilt.rank(query).signals, rtol=1e-9, atol=1e-12)


def test_edits_in_a_row_rank_as_one_built_anew(entries: list[Entry], analyzer: Analyzer, encoder: Encoder) -> None:
    some = first(entries, 12)
    index = EntryIndex(some, analyzer, encoder)
    for removed, changed, add in (({1}, {2}, True), (set(), {0, 3}, True), ({4, 5}, set(), False)):
        some = edited([entry for entry in some if entry.id != NEW.id], removed, changed, add=add)
        index = index.replaced(some)
    rebuilt = EntryIndex(some, analyzer, encoder)
    for text in QUERIES:
        query = rebuilt.query(text)
        np.testing.assert_allclose(index.rank(query).signals, rebuilt.rank(query).signals, rtol=1e-5, atol=1e-6)
        assert [hit.entry.id for hit in index.rank(query).hits] == [hit.entry.id for hit in rebuilt.rank(query).hits]


@pytest.mark.parametrize("semantic", [False, True])
def test_parts_survive_bytes(entries: list[Entry], analyzer: Analyzer, encoder: Encoder, *, semantic: bool) -> None:
    used, some = encoder if semantic else None, first(entries, len(entries))
    index = EntryIndex(some, analyzer, used)
    read = EntryIndex(some, analyzer, used, arrays=IndexArrays.from_bytes(b"".join(index.arrays.to_pieces())))
    for text in QUERIES:
        query = index.query(text)
        assert read.rank(query).scores.tolist() == index.rank(query).scores.tolist()


def test_the_calibrations_code_is_what_it_imports() -> None:
    """A module that a ranking depends on must count in the digest of a calibration."""
    found: set[str] = set()
    open_modules = ["index.decision.calibration"]
    while open_modules:
        module = open_modules.pop()
        if module in found or not module.startswith(("index.", "knowledge.amounts.")):
            continue
        found.add(module)
        tree = ast.parse((ROOT / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (ROOT / str(node.module).replace(".", "/")).is_dir():
                open_modules.extend(f"{node.module}.{alias.name}" for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                open_modules.append(str(node.module))
    assert "index.text.analyzer" in found
    assert "knowledge.amounts.units" in found
    assert {module.rpartition(".")[0].replace(".", "/") for module in found} <= {*CODE, "index"}
