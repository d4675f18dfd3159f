"""Revisions against a plain model of them: whatever is published in whatever order, the past can be looked up.

1. The knowledge base, the changes and the way back of every revision are those of a list of dictionaries.
2. A three-way merge decides by file, live entry and common version alone, as the table says.
3. A proposal moves only from the state its editor saw, and publishes once.
"""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.changes import EntryChange
from knowledge.database.connection import connect
from knowledge.database.migration import migrate
from knowledge.database.tables import entries, metadata, proposals
from knowledge.entry import Entry
from knowledge.errors import FaqError, KnowledgeError, RevisionConflict
from knowledge.located_entry import Incoming, LocatedEntry
from knowledge.revisions.history import FILES, History, Revision
from knowledge.revisions.merge import REASON, merge_files, ship
from knowledge.revisions.proposals import Proposals, ProposalState
from knowledge.revisions.revision_list import revision_contents
from knowledge.revisions.store import Change, KnowledgeBase, Provenance, Store

IDS = ("a", "b", "c", "d")


def entry(entry_id: str, version: int = 0, category: str = "料金") -> Entry:
    return Entry(id=entry_id, category=category, question=f"{entry_id}は？", answer=f"第{version}の回答です。")


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "faqbot.db"
    engine = connect(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture
def store(empty: Path, tmp_path: Path) -> Iterator[Store]:
    engine = connect(f"sqlite:///{shutil.copy(empty, tmp_path / 'faqbot.db')}")
    yield Store(engine)
    engine.dispose()


# -- history --------------------------------------------------------------------------------------

STEPS = st.lists(
    st.dictionaries(st.sampled_from(IDS), st.none() | st.integers(0, 2), min_size=1, max_size=3), min_size=1, max_size=6
)


def wiped(store: Store) -> None:
    with store.engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(sa.delete(table))


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_every_revision_can_be_looked_up(store: Store, steps: list[dict[str, int | None]]) -> None:
    wiped(store)
    history, states, changed = History(store.engine), [dict[str, Entry]()], list[set[str]]()
    for number, step in enumerate(steps):
        before = states[-1]
        put = tuple(entry(one, version) for one, version in step.items() if version is not None)
        remove = tuple(one for one, version in step.items() if version is None and one in before)
        change = Change(put, remove)
        after = {one: e for one, e in before.items() if one not in remove} | {e.id: e for e in put}
        assert change.on(KnowledgeBase(number, tuple(before.values()))) == KnowledgeBase(
            number + 1, tuple(after[one] for one in sorted(after))
        )
        assert store.publish(change, f"editor {number}", f"reason {number}", number) == number + 1
        states.append(after)
        changed.append(set(change.ids))
    live = store.load()
    assert (live.revision, live.by_id) == (len(steps), states[-1])
    for number, state in enumerate(states):
        assert history.base(number).by_id == state
        assert [one.id for one in history.base(number).entries] == sorted(state)
        assert history.base(number).revision == number
        if number:
            expected = [EntryChange(states[number - 1].get(one), state.get(one)) for one in sorted(changed[number - 1])]
            assert revision_contents(store.engine, number).differences == tuple(expected)
            back = history.way_back(number, live)
            assert back.on(live).by_id == state
            assert all(live.by_id.get(one.id) != one for one in back.put)
            assert set(back.remove) == live.by_id.keys() - state.keys()
    last = {one: max(n for n, ids in enumerate(changed, start=1) if one in ids) for one in set().union(*changed)}
    assert store.last_changes() == {one: last[one] for one in live.by_id}
    for after in range(len(states)):
        found = history.last_changes(IDS, after)
        assert {one: revision.number for one, revision in found.items()} == {o: n for o, n in last.items() if n > after}
    assert history.last_changes(["a"], 0).keys() <= {"a"}
    for one in IDS:
        numbers = [n for n, ids in enumerate(changed, start=1) if one in ids]
        versions = history.versions(one)
        assert [version.revision.number for version in versions] == numbers[::-1]
        assert [version.entry for version in versions] == [states[number].get(one) for number in numbers[::-1]]


def test_a_revision_says_who_why_and_how(store: Store) -> None:
    history = History(store.engine)
    before = datetime.now(UTC)
    store.publish(Change((entry("a"),)), "sakura", "初版", 0)
    between = datetime.now(UTC)
    store.publish(Change((entry("b"),)), "kaede", "追加", 1, Provenance("承知の上", "momiji"))
    second, first = history.revisions(5)
    assert first == Revision(1, first.at, "sakura", "初版", "", "")
    assert second == Revision(2, second.at, "kaede", "追加", "承知の上", "momiji")
    assert before <= first.at <= between <= second.at <= datetime.now(UTC)
    assert history.revisions(1) == [second]
    assert (history.find(1), history.find(2)) == (first, second)
    assert history.versions("b")[0].revision == second
    assert history.last_changes(["a", "b"], 1) == {"b": second}
    moments = (before, first.at, between, second.at)
    assert [history.at(moment) for moment in moments] == [0, 1, 1, 2]
    assert history.at(first.at - timedelta(microseconds=1)) == 0
    for missing in (0, 3):
        with pytest.raises(FaqError, match=f"第{missing}版はありません") as caught:
            history.find(missing)
        assert "faqbot history" in caught.value.hint
    with pytest.raises(FaqError, match="第3版はありません"):
        history.way_back(3, store.load())


def test_an_entry_that_nobody_had_has_no_versions(store: Store) -> None:
    store.publish(Change((entry("a"),)), "sakura", "", 0)
    assert History(store.engine).versions("b") == []
    assert History(store.engine).base(0).entries == ()


# -- changes --------------------------------------------------------------------------------------


def test_a_change_says_what_it_changes() -> None:
    base = KnowledgeBase(4, (entry("a"), entry("b"), entry("c")))
    change = Change((entry("a"), entry("b", 1), entry("d")), ("c", "z"))
    assert change.ids == ["a", "b", "d", "c", "z"]
    assert change.differences(base) == [
        EntryChange(entry("b"), entry("b", 1)),
        EntryChange(None, entry("d")),
        EntryChange(entry("c"), None),
    ]
    again = Change.from_json(change.to_json())
    assert again == change
    assert Change.from_json(replace(change, shipped_digests={"a": "x"}).to_json()).shipped_digests == {"a": "x"}
    assert change.on(base) == KnowledgeBase(5, (entry("a"), entry("b", 1), entry("d")))


def test_a_stored_entry_that_cannot_be_read_names_itself_and_its_field(store: Store) -> None:
    store.publish(Change((entry("a"),)), "sakura", "", 0)
    with store.engine.begin() as connection:
        connection.execute(sa.update(entries).values(body={**entry("a").to_fields(), "as_of": "soon"}))
    with pytest.raises(KnowledgeError) as caught:
        store.load()
    [problem] = caught.value.problems
    assert (problem.entry_id, problem.field) == ("a", "as_of")
    assert problem.message and problem.hint


def test_a_kept_change_that_cannot_be_read_names_its_entry() -> None:
    values = Change((entry("a"),)).to_json()
    values["put"][0]["as_of"] = "soon"
    with pytest.raises(KnowledgeError) as caught:
        Change.from_json(values)
    assert caught.value.problems[0].entry_id == "a"


def test_publishing_over_somebody_says_both_revisions(store: Store) -> None:
    store.publish(Change((entry("a"),)), "sakura", "", 0)
    with pytest.raises(RevisionConflict) as caught:
        store.publish(Change((entry("b"),)), "kaede", "", 0)
    assert (caught.value.expected, caught.value.actual) == (0, 1)


def test_the_digests_of_shipped_versions_stay_with_entries_and_with_the_removed(store: Store) -> None:
    store.publish(Change((entry("a"), entry("b"), entry("c")), (), {"a": "A", "b": "B"}), "files", "", 0)
    assert store.shipped_digests() == {"a": "A", "b": "B", "c": None}
    store.publish(Change((entry("a", 1),)), "sakura", "", 1)  # an edit keeps where it came from
    assert store.shipped_digests() == {"a": "A", "b": "B", "c": None}
    store.publish(Change((), ("b", "c")), "sakura", "", 2)
    assert store.shipped_digests() == {"a": "A", "b": "B", "c": None}
    store.publish(Change((), ("a",), {"a": ""}), "files", "", 3)
    assert store.shipped_digests() == {"a": None, "b": "B", "c": None}
    store.publish(Change((entry("b", 2),), (), {"b": "B2"}), "files", "", 4)
    assert store.shipped_digests()["b"] == "B2"
    store.publish(Change((), ("b",)), "sakura", "", 5)
    assert store.shipped_digests()["b"] == "B2", "of several removals the last counts"
    store.publish(Change((entry("d"), entry("e"))), "sakura", "", 6)
    store.note_shipped({"d": "D", "nobody": "N"}, {})
    digests = store.shipped_digests()
    assert (digests["d"], digests["e"], "nobody" in digests) == ("D", None, False)
    assert store.revision() == 7


# -- merging --------------------------------------------------------------------------------------

OLD, NEW, OTHER = 0, 1, 2
MERGES = [  # the file's version, the live one, the one they had in common; what is to be done
    (OLD, None, None, "added"),
    (OLD, OLD, OLD, ""),
    (NEW, OLD, OLD, "changed"),
    (OLD, NEW, OLD, ""),
    (NEW, NEW, OLD, "agreed"),
    (NEW, OTHER, OLD, "conflict"),
    (OLD, None, OLD, ""),  # removed live
    (NEW, None, OLD, "conflict"),  # removed live, changed in the file
    (NEW, NEW, None, "agreed"),
    (NEW, OTHER, None, "conflict"),  # both new
    (None, OLD, OLD, "removed"),
    (None, NEW, OLD, "conflict"),
    (None, OLD, None, ""),  # an editor's own
    (None, None, OLD, ""),
]


@pytest.mark.parametrize(("file", "live", "base", "expected"), MERGES)
def test_a_merge_goes_by_file_live_and_common_version(
    store: Store, file: int | None, live: int | None, base: int | None, expected: str
) -> None:
    if base is not None:
        ship(store, [entry("x"), entry("a", base)])
    else:
        ship(store, [entry("x")])
    if live is None and base is not None:
        store.publish(Change((), ("a",)), "sakura", "", store.revision())
    elif live is not None and live != base:
        store.publish(Change((entry("a", live),)), "sakura", "", store.revision())
    before, revision = store.load().by_id, store.revision()
    located = [LocatedEntry(entry("x")), *([LocatedEntry(entry("a", file))] if file is not None else [])]
    merged = merge_files(store, [Incoming(tuple(located))], shipped=True)
    now, then = before.get("a"), entry("a", file) if file is not None else None
    assert merged.added == (["a"] if expected == "added" else [])
    assert merged.changed == (["a"] if expected == "changed" else [])
    assert merged.removed == (["a"] if expected == "removed" else [])
    assert merged.agreed == ({"a": entry("a", NEW).digest()} if expected == "agreed" else {})
    assert merged.conflicting == ([EntryChange(now, then)] if expected == "conflict" else [])
    assert merged.conflicts == (["a"] if expected == "conflict" else [])
    assert merged.put == ([then] if expected in ("added", "changed") else [])
    assert merged.base == revision
    again = ship(store, [item.entry for item in located])
    assert again == merged
    assert store.revision() == revision + (expected in ("added", "changed", "removed"))
    if expected in ("added", "changed", "removed"):
        newest = History(store.engine).find(store.revision())
        assert (newest.editor, newest.reason) == (FILES, REASON)
        assert store.load().by_id.get("a") == then
    else:
        assert store.load().by_id == before
    assert not ship(store, [item.entry for item in located]).agreed


def test_every_entry_that_agrees_is_remembered_at_once(store: Store) -> None:
    ship(store, [entry(one) for one in "abc"])
    newer = [entry(one, NEW) for one in "abc"]
    store.publish(Change(tuple(newer)), "sakura", "", 1)
    assert ship(store, newer).agreed == {one.id: one.digest() for one in newer}
    assert store.shipped_digests() == {one.id: one.digest() for one in newer}


def test_shipped_files_are_remembered_as_the_origin_and_others_are_not(store: Store) -> None:
    incoming = [Incoming((LocatedEntry(entry("a")),))]
    assert merge_files(store, incoming, shipped=True).change == Change((entry("a"),), (), {"a": entry("a").digest()})
    assert merge_files(store, incoming, shipped=False).change == Change((entry("a"),), (), {})
    ship(store, [entry("a"), entry("b")])
    assert merge_files(store, incoming, shipped=True).change == Change((), ("b",), {"b": ""})


def test_a_file_takes_back_only_what_it_can_have_held(store: Store) -> None:
    ship(store, [entry("a"), entry("b"), entry("c", category="解約")])
    store.publish(Change((entry("own"),)), "sakura", "", 1)

    def removed(*kept: str, exported: frozenset[str] | None = None) -> list[str]:
        one = Incoming(tuple(LocatedEntry(entry(name)) for name in kept), exported=exported)
        return merge_files(store, [one], shipped=False).removed

    assert removed("a") == ["b"], "of its categories only, and no editor's own"
    assert removed("a", exported=frozenset("ac")) == ["c"]
    assert removed("a", exported=frozenset("a")) == []
    assert removed() == []
    shipped = merge_files(store, [Incoming((LocatedEntry(entry("a")),))], shipped=True)
    assert shipped.removed == ["b", "c"]
    others = [Incoming((LocatedEntry(entry("a")),)), Incoming((LocatedEntry(entry("b")),))]
    assert merge_files(store, others, shipped=False).removed == [], "what one file lacks another may hold"


def test_a_file_that_remembers_its_origin_is_compared_with_that(store: Store) -> None:
    ship(store, [entry("a")])
    store.publish(Change((entry("a", 1),)), "sakura", "", 1)
    one = Incoming((LocatedEntry(entry("a", 2)),), {"a": entry("a", 1).digest()}, frozenset("a"))
    assert merge_files(store, [one], shipped=False).changed == ["a"]
    assert merge_files(store, [replace(one, bases={})], shipped=False).conflicts == ["a"]


# -- proposals ------------------------------------------------------------------------------------


def test_a_proposal_is_found_as_it_was_kept(store: Store) -> None:
    kept = Proposals(store.engine)
    change = Change((entry("a"),), ("b",), {"a": "A"})
    before = datetime.now(UTC)
    proposal = kept.add(change, "sakura", "理由", 3)
    assert kept.find(proposal.id) == proposal
    assert (proposal.editor, proposal.reason, proposal.base, proposal.change) == ("sakura", "理由", 3, change)
    assert (proposal.state, proposal.override, proposal.revision) == (ProposalState.OPEN, "", None)
    assert before <= proposal.at <= datetime.now(UTC)
    assert len(proposal.id) == 8
    assert kept.add(change, "sakura", "理由", 3).id != proposal.id
    with pytest.raises(FaqError, match="提案 nobody はありません") as caught:
        kept.find("nobody")
    assert "もう一度" in caught.value.hint


def test_a_proposal_moves_only_from_where_its_editor_saw_it(store: Store) -> None:
    kept = Proposals(store.engine)
    proposal, other = (kept.add(Change((entry("a"),)), "sakura", "", 0) for _ in range(2))
    assert kept.waiting() == []
    reasoned = replace(proposal, reason="見てください", override="承知")
    kept.move(reasoned, ProposalState.WAITING)
    moved = kept.find(proposal.id)
    assert moved == replace(reasoned, state=ProposalState.WAITING)
    assert kept.find(other.id) == other
    with pytest.raises(FaqError, match=f"提案 {proposal.id} は、ほかの人がすでに処理しました") as caught:
        kept.move(proposal, ProposalState.WITHDRAWN)
    assert "最新" in caught.value.hint
    assert kept.find(proposal.id) == moved
    kept.move(other, ProposalState.WAITING)
    with store.engine.begin() as connection:
        older = sa.update(proposals).where(proposals.c.id == other.id).values(at=proposal.at - timedelta(days=1))
        connection.execute(older)
    assert [one.id for one in kept.waiting()] == [other.id, proposal.id]


def test_a_proposal_publishes_once(store: Store) -> None:
    kept = Proposals(store.engine)
    for number, state in enumerate((ProposalState.OPEN, ProposalState.WAITING)):
        proposal = kept.add(Change((entry(f"e{number}"),)), "sakura", "", number)
        bystander = kept.add(Change((entry("z"),)), "sakura", "", number)
        if state is not ProposalState.OPEN:
            kept.move(proposal, state)
        assert store.publish(proposal.change, "kaede", "", number, Provenance(proposal=proposal.id)) == number + 1
        found = kept.find(proposal.id)
        assert (found.state, found.revision) == (ProposalState.PUBLISHED, number + 1)
        assert kept.find(bystander.id) == bystander
        with pytest.raises(FaqError, match=f"提案 {proposal.id} は、すでに処理されています") as caught:
            store.publish(Change((entry("b"),)), "kaede", "", number + 1, Provenance(proposal=proposal.id))
        assert "最新" in caught.value.hint
        assert (store.revision(), "b" in store.load().by_id) == (number + 1, False)
    withdrawn = kept.add(Change((entry("c"),)), "sakura", "", 2)
    kept.move(withdrawn, ProposalState.WITHDRAWN)
    with pytest.raises(FaqError, match="すでに処理されています"):
        store.publish(withdrawn.change, "kaede", "", 2, Provenance(proposal=withdrawn.id))


def test_only_open_proposals_older_than_asked_are_forgotten(store: Store) -> None:
    kept = Proposals(store.engine)
    week = timedelta(days=7)
    ages = {"young": week - timedelta(minutes=5), "old": week + timedelta(minutes=5)}
    made = {name: [kept.add(Change((entry("a"),)), "sakura", "", 0) for _ in ProposalState] for name in ages}
    with store.engine.begin() as connection:
        for name, some in made.items():
            for proposal, state in zip(some, ProposalState, strict=True):
                values = {"at": datetime.now(UTC) - ages[name], "state": state.value}
                connection.execute(sa.update(proposals).where(proposals.c.id == proposal.id).values(values))
    assert kept.forget_open(week) == 1
    with store.engine.connect() as connection:
        left = set(connection.scalars(sa.select(proposals.c.id)))
    assert left == {one.id for some in made.values() for one in some} - {made["old"][0].id}
    assert kept.forget_open(week) == 0
