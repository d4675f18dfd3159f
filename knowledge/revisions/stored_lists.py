"""The lists in the database: the live text of each, the file's text that it came from, and every text it ever had."""

from collections.abc import Mapping

import sqlalchemy as sa

from knowledge.database.connection import reading, write_transaction
from knowledge.database.tables import metadata, revisions
from knowledge.list_name import ListName, Texts
from knowledge.lists import NO_LISTS, Lists, text_digest

lists = sa.Table(  # judged queries, synonyms, style and site
    "lists",
    metadata,
    sa.Column("name", sa.String(16), primary_key=True),  # list_name.ListName
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("shipped", sa.Text, nullable=False),  # the shipped file's text that was taken in last
)

list_history = sa.Table(
    "list_history",
    metadata,
    sa.Column("name", sa.String(16), primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),  # lists.text_digest
)


def live_lists(connection: sa.Connection) -> Lists:
    """The lists of the newest revision."""
    rows = connection.execute(sa.select(lists.c.name, lists.c.content)).all()
    return NO_LISTS.replaced({ListName(row.name): row.content for row in rows})


def lists_of(connection: sa.Connection, number: int) -> Lists:
    """The lists after the revision `number`."""
    newest = (
        sa.select(list_history.c.name, sa.func.max(list_history.c.revision).label("revision"))
        .where(list_history.c.revision <= number)
        .group_by(list_history.c.name)
        .subquery()
    )
    same = (list_history.c.name == newest.c.name) & (list_history.c.revision == newest.c.revision)
    rows = connection.execute(sa.select(list_history.c.name, list_history.c.content).join(newest, same)).all()
    return NO_LISTS.replaced({ListName(row.name): row.content for row in rows})


def write_lists(connection: sa.Connection, texts: Texts, shipped: Texts, revision: int) -> None:
    """Put these texts instead of the live ones, with their history; `shipped` are file texts now taken in."""
    rows = connection.execute(sa.select(lists.c.name, lists.c.shipped)).all()
    origins = {ListName(row.name): row.shipped for row in rows} | dict(shipped)
    for name, text in texts.items():
        connection.execute(sa.delete(lists).where(lists.c.name == name.value))
        row = {"name": name.value, "content": text}
        connection.execute(sa.insert(lists).values(row | {"shipped": origins.get(name, "")}))
        written = {"revision": revision, "digest": text_digest(text)}
        connection.execute(sa.insert(list_history).values(row | written))


def note_shipped_lists(connection: sa.Connection, shipped: Texts) -> None:
    """Store the file texts of lists that hold already what they bring; no new revision."""
    for name, text in shipped.items():
        connection.execute(sa.update(lists).where(lists.c.name == name.value).values(shipped=text))


def has_lists(engine: sa.Engine) -> bool:
    """False for a database from before lists, or the site among them, were kept. Raises StoreError."""
    with reading(engine) as connection:
        return len(connection.execute(sa.select(lists.c.name)).all()) == len(ListName)


def adopt_lists(engine: sa.Engine, texts: Texts) -> None:
    """Take in the lists that the revisions so far were used with; nothing where another process was faster."""
    with write_transaction(engine) as connection:
        first = connection.scalar(sa.select(sa.func.min(revisions.c.revision)))
        known = {ListName(name) for name in connection.scalars(sa.select(lists.c.name))}
        missing = {name: text for name, text in texts.items() if name not in known}
        if first and missing:
            write_lists(connection, missing, missing, first)


def known_texts(engine: sa.Engine, digests: Mapping[ListName, str]) -> dict[ListName, str]:
    """For each list the text that its file was made from.

    That is the one with this digest, else the shipped file's, from which most files were copied. Raises StoreError.
    """
    known = list_history.c
    wanted = [(known.name == name.value) & (known.digest == digest) for name, digest in digests.items()]
    with reading(engine) as connection:
        shipped = connection.execute(sa.select(lists.c.name, lists.c.shipped)).all()
        earlier = connection.execute(sa.select(known.name, known.content).where(sa.or_(sa.false(), *wanted))).all()
    rows = [*shipped, *earlier]
    return {ListName(name): text for name, text in rows}
