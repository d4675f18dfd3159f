"""The knowledge base that a database belongs to: files of another one are never published into it."""

from collections.abc import Callable, Collection

import sqlalchemy as sa

from knowledge.database.connection import changing, reading
from knowledge.database.tables import knowledge_base
from knowledge.errors import FaqError
from knowledge.revisions.store import Store

SAME = 0.5  # share of the live entries that a folder has to hold too, so that another name is the same base's new one


class OtherKnowledgeBaseError(FaqError):
    """The database belongs to another knowledge base than the files at hand."""

    def __init__(self, owner: str, name: str) -> None:
        held = f"「{owner}」のものです" if owner else "ほかのナレッジベースのものです"
        super().__init__(
            f"このデータベースは{held}。「{name}」のファイルは取り込めません。",
            "KNOWLEDGE にこのデータベースのフォルダを指定するか、DATABASE_URL に別のデータベースを指定してください。",
        )


def owner_of(store: Store) -> str:
    """The name of the knowledge base that the database belongs to, "" while it says none."""
    with reading(store.engine) as connection:
        return str(connection.execute(sa.select(knowledge_base.c.name)).scalar() or "")


def check_owner(store: Store, name: str, read_ids: Callable[[], Collection[str]]) -> str:
    """The owner of a database that can belong to the knowledge base `name`, whose folder holds the ids of `read_ids`.

    A database that is empty, says so already, or shares most of its live entries with the folder can: an
    organisation may change its name. Raises OtherKnowledgeBaseError for any other.
    """
    owner = owner_of(store)
    if owner == name:
        return owner
    live = store.load().by_id.keys()
    if live and len(live & set(read_ids())) < SAME * len(live):
        raise OtherKnowledgeBaseError(owner, name)
    return owner


def claim(store: Store, name: str, read_ids: Callable[[], Collection[str]]) -> None:
    """Let the database belong to the knowledge base `name`. Raises OtherKnowledgeBaseError, see check_owner."""
    if check_owner(store, name, read_ids) == name:
        return
    with changing(store.engine) as connection:
        connection.execute(sa.delete(knowledge_base))
        connection.execute(sa.insert(knowledge_base).values(name=name))
