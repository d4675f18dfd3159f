"""Who asks on the web: the holder of a token, or a visitor, known by an address and anew every month."""

from datetime import UTC, datetime

from flask import g

from bot.reply import Asker


def asker_at(door: str) -> Asker:
    """Who sent the request that is being answered.

    One address counts as one asker, so that junk counts once; after a month nobody's questions belong together.
    """
    if g.holder:
        return Asker(door, f"token {g.holder}")
    return Asker(door, f"{g.client} {datetime.now(UTC):%Y-%m}", is_visitor=True)
