"""A site's words as `site.yaml`: read with the line of every fault, and written with what each key is for."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.colours import is_legible
from knowledge.entry_rules import ID_PATTERN, is_https
from knowledge.errors import KnowledgeError, Problem
from knowledge.file_io import read_whole
from knowledge.files.yaml_nodes import read_nodes
from knowledge.site import MAX_NAME, NAMELESS, Site, site_of
from knowledge.unwanted_characters import strange_character

LOGO = re.compile(r"[A-Za-z0-9_-]+\.(svg|png)")
COMMAND = re.compile("/[a-z0-9_-]{1,31}")


@dataclass(frozen=True, slots=True)
class SiteField:
    """A key of site.yaml with what it is for (Japanese), its characters at most and the form its text must have.

    A key of a list holds `items` texts at most; one of a single text has 0 there.
    """

    key: str
    meaning: str
    longest: int
    fits: Callable[[str], object] = lambda _: True
    form: str = ""
    items: int = 0


FIELDS = (
    SiteField("name", "名前。ページの見出しやSlackでの名前になります", MAX_NAME),
    SiteField("about", "何についてのFAQか。「…についてお答えしています」と続きます", 100),
    SiteField("contact", "答えられないときに案内する、人への連絡方法", 500),
    SiteField("url", "組織のホームページ", 500, is_https, "https:// で始まる正しいURLにしてください。"),
    SiteField("command", "Slackのコマンド", 32, COMMAND.fullmatch, "「/」と英小文字・数字で書いてください。"),
    SiteField("greeting", "はじめの挨拶", 200),
    SiteField("notice", "回答の下に添える、内容が変わりうるという断り", 200),
    SiteField("unknown", "合う回答が無いときの文", 500),
    SiteField("empty", "質問の文を読めないときの文", 500),
    SiteField("examples", "質問の例。入力欄の見本などになります", 100, items=5),
    SiteField("favourites", "はじめに見せる項目のid", 64, ID_PATTERN.fullmatch, "項目のidを書いてください。", 10),
    SiteField(
        "colour",
        "ページの色。#0b63b0 のように書きます",
        7,
        is_legible,
        "#と16進数6桁で、白い文字が読める濃い色（明るさの比が4.5以上）にしてください。",
    ),
    SiteField(
        "logo",
        "ページに出すロゴ。このフォルダにある画像の名前",
        64,
        LOGO.fullmatch,
        "名前を logo.svg か logo.png のような半角英数字にしてください。",
    ),
)
BY_KEY = {field.key: field for field in FIELDS}


def read_site(path: Path) -> Site:
    """The site of a file. Raises KnowledgeError with every fault."""
    if not path.is_file():
        hint = "`faqbot init フォルダ` で作るか、site.yaml のあるフォルダを KNOWLEDGE に指定してください。"
        raise KnowledgeError([Problem("site.yaml（名前と決まった文句）がありません。", hint, str(path))])
    return _site(read_whole(path), str(path))


def parse_site(text: str, place: str) -> Site:
    """The site of the text of a file `place`. Raises KnowledgeError with every fault."""
    return _site(text.encode(), place)


@lru_cache(8)
def site_in(text: str, contact: str = "") -> Site:
    """The site of a text that was published, read once; `contact` takes the place of its own where it is given."""
    site = parse_site(text, "site.yaml") if text else NAMELESS
    return replace(site, contact=contact) if contact else site


def _site(data: bytes, file: str) -> Site:
    problems: list[Problem] = []
    values = dict(_values(read_nodes(data, file).root, file, problems))
    if "name" not in values and not any(problem.field in ("", "name") for problem in problems):
        hint = "「name: 名前」の行を書いてください（例: name: サンプル温泉ホテル）。"
        problems.append(Problem("「name」がありません。", hint, file, 1, field="name"))
    if problems:
        raise KnowledgeError(problems)
    return site_of(**values)


def fault_of(key: str, text: str) -> Problem | None:
    """The fault of a text for a key of one text; None for none, and for "" except of the name."""
    if not text:
        return Problem("「name」がありません。", "名前を書いてください。", field=key) if key == "name" else None
    found = next(_faults(BY_KEY[key], [(text, 0)]), None)
    return Problem(f"「{key}」{found[0]}。", found[1], field=key) if found else None


def site_text(given: Mapping[str, Any]) -> str:
    """A site.yaml with these values; every other key stands there as a comment, with what would be said without it."""
    from knowledge.files.yaml_text import scalar_text  # its pattern takes 4 ms, and most starts write nothing

    defaults = site_of(**given)
    lines = ["# このボットの名前と、決まった文句です。「#」で始まる行は見本で、消すと使われます。name だけが必須です。"]
    for field in FIELDS:
        value = given.get(field.key) or getattr(defaults, field.key)
        mark = "" if given.get(field.key) else "# "
        shown = value if isinstance(value, str) else ""
        lines += ["", f"# {field.meaning}", f"{mark}{field.key}:{' ' + scalar_text(shown) if shown else ''}"]
        if not isinstance(value, str):
            lines += [f"{mark}  - {scalar_text(item)}" for item in value or ("…",)]
    return "\n".join(lines) + "\n"


def _values(root: yaml.Node | None, file: str, problems: list[Problem]) -> Iterator[tuple[str, Any]]:
    """The readable values by key; a fault of any other goes to `problems`."""
    if not isinstance(root, yaml.MappingNode):
        hint = "「name: 名前」のように、1行に1つずつ書いてください。"
        problems.append(Problem("「キー: 値」の形になっていません。", hint, file, 1))
        return
    seen: set[str] = set()
    for key, node in root.value:
        name, line = str(key.value), key.start_mark.line + 1
        field = BY_KEY.get(name)
        if field is None:
            known = "使えるキー: " + ", ".join(BY_KEY)
            problems.append(Problem(f"「{name}」というキーはありません。", known, file, line, field=name))
        elif name in seen:
            problems.append(Problem(f"「{name}」が2回あります。", "片方を消してください。", file, line, field=name))
        else:
            texts = _texts(field, node)
            faults = [("の形が違います", _expected(field), line)] if texts is None else list(_faults(field, texts))
            problems.extend(Problem(f"「{name}」{what}。", hint, file, at, field=name) for what, hint, at in faults)
            if texts and not faults:
                yield name, tuple(text for text, _ in texts) if field.items else texts[0][0]
        seen.add(name)


def _texts(field: SiteField, node: yaml.Node) -> list[tuple[str, int]] | None:
    """The texts of a value with their lines, none for an empty one; None for a value of another kind."""
    if isinstance(node, yaml.ScalarNode) and not node.value.strip():
        return []
    if bool(field.items) is not isinstance(node, yaml.SequenceNode):
        return None
    nodes = node.value if field.items else [node]
    if not all(isinstance(one, yaml.ScalarNode) for one in nodes):
        return None
    return [(one.value.strip(), one.start_mark.line + 1) for one in nodes]


def _expected(field: SiteField) -> str:
    if field.items:
        return f"{field.key}: の下に「- 」で始まる行を並べてください。"
    return f"「{field.key}: 文字」と1行で書いてください。"


def _faults(field: SiteField, texts: list[tuple[str, int]]) -> Iterator[tuple[str, str, int]]:
    """The message, hint and line of everything wrong with the texts of a key."""
    if field.items and len(texts) > field.items:
        yield f"が{len(texts)}個あります", f"{field.items}個以内にしてください。", texts[field.items][1]
    for text, line in texts:
        strange = strange_character(text)
        if not text:
            yield "に空の行があります", "その行を消してください。", line
        elif len(text) > field.longest:
            yield f"が{len(text)}文字あります（{text[:20]}…）", f"{field.longest}文字以内にしてください。", line
        elif "\n" in text:
            yield f"の値「{' '.join(text.split())}」に改行があります", "1行で書いてください。", line
        elif strange:
            yield f"の値「{text}」に{strange.message}が入っています", strange.hint, line
        elif not field.fits(text):
            yield f"の値「{text}」を使えません", field.form, line
