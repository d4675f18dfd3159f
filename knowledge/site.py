"""A site: every word in which one organisation's bot differs from another's."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

MAX_NAME = 32  # characters; with FAQ behind it a Slack app's name, which may have 35
UNKNOWN = "申し訳ありません。ご質問に合う回答が見つかりませんでした。このボットは、{about}についてお答えしています。"
EMPTY = "ご質問の文が読み取れませんでした。"


@dataclass(frozen=True, slots=True)
class Site:
    """One organisation's words, in Japanese; `site_of` completes what is not written.

    `url` is the organisation's own page ("" for none), `command` the slash command in Slack, `favourites` are ids
    of entries shown before anybody has asked, `notice` says under each answer that it may be out of date, `unknown`
    and `empty` are said where nothing fits and where nothing can be read. `colour` (#rrggbb) and `logo` (a file of the
    knowledge base's folder) are those of the pages, "" for ours.
    """

    name: str
    about: str = ""
    contact: str = ""
    url: str = ""
    command: str = "/faq"
    greeting: str = ""
    notice: str = "現在の内容と異なることがあります。"
    unknown: str = ""
    empty: str = ""
    examples: tuple[str, ...] = ()
    favourites: tuple[str, ...] = ()
    colour: str = ""
    logo: str = ""

    @property
    def title(self) -> str:
        """The heading of the page and of the Home tab."""
        return self.name if self.name.upper().endswith("FAQ") else f"{self.name} よくあるご質問"

    @property
    def bot_name(self) -> str:
        """The bot's name in Slack."""
        return self.name if self.name.upper().endswith("FAQ") else f"{self.name}FAQ"

    @property
    def example(self) -> str:
        """A question that people may ask, "" for none."""
        return self.examples[0] if self.examples else ""


def site_of(name: str, **written: Any) -> Site:
    """The site with these fields as they are written; those that are not follow from the others."""
    site = Site(name, **written)
    about = site.about or name
    window = f"{name}の窓口（{site.url} ）から" if site.url else f"{name}の窓口へ"
    return replace(
        site,
        about=about,
        contact=site.contact or f"{window}お問い合わせください。",
        greeting=site.greeting or f"{about}についてのご質問に、用意された回答をそのままお見せします。",
        unknown=site.unknown or UNKNOWN.format(about=about),
        empty=site.empty or EMPTY + _how_to_ask(site.examples),
    )


def _how_to_ask(examples: Sequence[str]) -> str:
    shown = "".join(f"「{example}」" for example in examples[:2])
    return f"たとえば{shown}のように、文字でお尋ねください。" if shown else "文字でお尋ねください。"


NAMELESS = site_of("FAQ")  # of a bot that belongs to no knowledge base folder
