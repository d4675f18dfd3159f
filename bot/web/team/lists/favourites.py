"""The entries that are shown first, chosen by their questions beside the site's words, whose text has their ids."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request

from bot.choosing.choices import Choices
from knowledge.errors import KnowledgeError
from knowledge.files.site_yaml import BY_KEY, parse_site
from knowledge.files.yaml_text import with_items
from knowledge.list_name import ListName

KEY = "favourites"
MORE = 3  # empty inputs


@dataclass(frozen=True, slots=True)
class Favourites:
    """The chosen entries, each its id, or what was typed where that is none; `faults` tell of the latter.

    Where nobody has `changed` them, the text says which they are.
    """

    chosen: Sequence[str]
    faults: Sequence[str] = ()
    changed: bool = False

    @property
    def inputs(self) -> list[str]:
        """The chosen ones, and "" for each input that is empty."""
        return [*self.chosen, *[""] * max(0, min(MORE, BY_KEY[KEY].items - len(self.chosen)))]


def written(name: ListName, text: str) -> Favourites | None:
    """Those that a list's text names; None where it is another list, or cannot be read."""
    if name is not ListName.SITE:
        return None
    try:
        return Favourites(parse_site(text, name.file).favourites)
    except KnowledgeError:
        return None


def sent(name: ListName, choices: Choices, seen: str) -> Favourites | None:
    """Those that were sent with the site's words, which were made from the text `seen`; None where none were."""
    before = written(name, seen)
    if before is None or KEY not in request.form:
        return None
    chosen = [choices.found(one) or one for one in request.form.getlist(KEY) if one.strip()]
    faults = [choices.fault(one) for one in chosen if one not in before.chosen]
    return Favourites(chosen, list(filter(None, faults)), chosen != list(before.chosen))


def shown(name: ListName, text: str, sent: Favourites | None) -> Favourites:
    """The entries that stand in the inputs beside a text."""
    if sent and sent.changed:
        return sent
    return written(name, text) or sent or Favourites(())


def put(favourites: Favourites | None, text: str) -> str:
    """The site's text with the chosen entries; as it is where there are none to put, or it cannot be read."""
    if favourites is None or not favourites.changed or favourites.faults or written(ListName.SITE, text) is None:
        return text
    return with_items(text, KEY, favourites.chosen)
