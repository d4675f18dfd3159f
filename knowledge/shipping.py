"""Taking a knowledge base folder into the database that belongs to it."""

from contextlib import suppress
from functools import partial

from knowledge.errors import KnowledgeError, RevisionConflict
from knowledge.files.list_files import list_problems
from knowledge.folder import KnowledgeFolder
from knowledge.list_name import ListName
from knowledge.revisions.history import FILES
from knowledge.revisions.list_merge import merge_list
from knowledge.revisions.merge import REASON, Merge, ship
from knowledge.revisions.owner import check_owner, claim
from knowledge.revisions.store import Change, Store
from knowledge.revisions.stored_lists import adopt_lists, has_lists, known_texts


def claim_for(store: Store, folder: KnowledgeFolder) -> None:
    """Let the database belong to the folder's knowledge base. Raises OtherKnowledgeBaseError where it does not."""
    claim(store, folder.read_site().name, partial(_ids, folder))


def check_for(store: Store, folder: KnowledgeFolder) -> None:
    """Write nothing. Raises OtherKnowledgeBaseError where the database cannot belong to the folder's knowledge base."""
    check_owner(store, folder.read_site().name, partial(_ids, folder))


def _ids(folder: KnowledgeFolder) -> list[str]:
    return [located.entry.id for located in folder.read_entries()]


def adopt_earlier_lists(store: Store, folder: KnowledgeFolder) -> None:
    """Take in the folder's lists where the database is from before it kept them: they were used until now.

    Raises KnowledgeError with every fault of their files.
    """
    if has_lists(store.engine):
        return
    located = folder.located_lists()
    problems = [fault for name, one in located.items() for fault in list_problems(name, one.text, one.file)]
    if problems:
        raise KnowledgeError(problems)
    adopt_lists(store.engine, {name: located[name].text if name in located else "" for name in ListName})


def follow_site(store: Store, folder: KnowledgeFolder) -> None:
    """Take in what was edited in site.yaml since it was taken in last: an operator edits it and starts anew.

    Lines that were published otherwise since stay as they are. Raises KnowledgeError with every fault of the file.
    """
    folder.read_site()
    name, text = ListName.SITE, folder.located_lists()[ListName.SITE].text
    base = known_texts(store.engine, {}).get(name, "")
    if text == base:
        return
    live = store.load()
    merged = merge_list(name, base, live.lists.site, text)
    if merged.text == live.lists.site or list_problems(name, merged.text, name.file):
        store.note_shipped({}, {name: text})
        return
    with suppress(RevisionConflict):  # another process took it in, or somebody published: the next start sees
        change = Change(lists={name: merged.text}, shipped_lists={name: text})
        store.publish(change, FILES, REASON, live.revision)


def ship_files(store: Store, folder: KnowledgeFolder) -> Merge:
    """Import the folder's entries and lists three-way; another process doing so at the same time does no harm."""
    claim_for(store, folder)
    shipped, lists = [located.entry for located in folder.read_entries()], folder.located_lists()
    try:
        return ship(store, shipped, lists)
    except RevisionConflict:
        return ship(store, shipped, lists)
