"""Taking a knowledge base folder into the database that belongs to it."""

from knowledge.errors import RevisionConflict
from knowledge.folder import KnowledgeFolder
from knowledge.revisions.merge import Merge, ship
from knowledge.revisions.owner import claim
from knowledge.revisions.store import Store


def claim_for(store: Store, folder: KnowledgeFolder) -> None:
    """Let the database belong to the folder's knowledge base. Raises OtherKnowledgeBaseError where it does not."""
    claim(store, folder.read_site().name, lambda: [located.entry.id for located in folder.read_entries()])


def ship_files(store: Store, folder: KnowledgeFolder) -> Merge:
    """Import the folder's entries three-way; another process doing the same at the same time does no harm."""
    claim_for(store, folder)
    shipped = [located.entry for located in folder.read_entries()]
    try:
        return ship(store, shipped)
    except RevisionConflict:
        return ship(store, shipped)
