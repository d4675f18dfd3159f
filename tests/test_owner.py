"""A database belongs to one knowledge base and says which; the files of another one are never published into it.

1. The first folder that is taken in owns the database.
2. Another folder is refused by every command, and nothing changes.
3. An organisation may change its name: a folder with mostly the same entries is the same knowledge base.
4. A release does not bring its own entries to the database of somebody else, also one from before owners were kept.
"""

import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.app import App
from bot.settings import read_settings
from knowledge.database.connection import changing
from knowledge.database.tables import knowledge_base
from knowledge.folder import SHIPPED, KnowledgeFolder
from knowledge.revisions.owner import OtherKnowledgeBaseError, owner_of
from knowledge.revisions.store import Store
from knowledge.shipping import claim_for, ship_files

TRIALS = Path(__file__).parent / "knowledge_bases"


@pytest.fixture
def gym(tmp_path: Path) -> KnowledgeFolder:
    shutil.copytree(TRIALS / "gym", tmp_path / "gym")
    write_name(tmp_path / "gym", "サンプルジム")
    return KnowledgeFolder(tmp_path / "gym")


def write_name(folder: Path, name: str) -> None:
    site = folder / "site.yaml"
    lines = site.read_text(encoding="utf-8").splitlines() if site.exists() else ["name: x"]
    changed = [f"name: {name}" if line.startswith("name:") else line for line in lines]
    site.write_text("\n".join(changed) + "\n", encoding="utf-8")


def test_the_first_folder_owns_the_database_and_another_is_refused(store: Store, gym: KnowledgeFolder) -> None:
    ship_files(store, gym)
    assert owner_of(store) == "サンプルジム"
    before = (store.revision(), store.load().entries)
    with pytest.raises(OtherKnowledgeBaseError, match="サンプルジム"):
        ship_files(store, SHIPPED)
    assert (store.revision(), store.load().entries) == before
    assert owner_of(store) == "サンプルジム"


def test_an_organisation_may_change_its_name(store: Store, gym: KnowledgeFolder) -> None:
    ship_files(store, gym)
    write_name(gym.path, "新しいジム")
    claim_for(store, gym)
    assert owner_of(store) == "新しいジム"


def test_a_database_from_before_owners_is_not_given_another_ones_entries(store: Store, gym: KnowledgeFolder) -> None:
    ship_files(store, gym)
    with changing(store.engine) as connection:
        connection.execute(sa.delete(knowledge_base))
    with pytest.raises(OtherKnowledgeBaseError):
        ship_files(store, SHIPPED)
    ship_files(store, gym)
    assert owner_of(store) == "サンプルジム"


def test_a_process_with_the_wrong_folder_says_so(tmp_path: Path, gym: KnowledgeFolder) -> None:
    url = f"sqlite:///{tmp_path / 'own.db'}"
    own = App(read_settings({"DATABASE_URL": url, "KNOWLEDGE": str(gym.path)}))
    assert len(own.store.load().entries) == 50
    own.store.engine.dispose()
    other = App(read_settings({"DATABASE_URL": url}))
    with pytest.raises(OtherKnowledgeBaseError, match="KNOWLEDGE"):
        _ = other.store
