"""Block Kit as HTML that looks about as it does in Slack: only the parts that our views use."""

from html import escape
from pathlib import Path
from typing import Any

from knowledge.folder import SHIPPED

Block = dict[str, Any]

NAME = SHIPPED.read_site().bot_name

STYLE = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")


def page(sections: list[tuple[str, str, str]]) -> str:
    """A page of sections: title, what one sees, HTML."""
    parts = [
        f'<section id="s{number}"><h2>{escape(title)}</h2><p>{escape(about)}</p>{html}</section>'
        for number, (title, about, html) in enumerate(sections)
    ]
    head = f'<meta charset="utf-8"><title>メッセージの見本</title><style>{STYLE}</style>'
    body = f"<body><h1>メッセージの見本</h1>{''.join(parts)}</body>"
    return f'<!doctype html><html lang="ja"><head>{head}</head>{body}</html>'


def message(blocks: list[Block], *, private: bool = False) -> str:
    """A message in a channel."""
    note = "<small>あなただけに表示されています</small>" if private else "<small>アプリ</small>"
    name = f'<div class="name">{NAME}{note}</div>'
    return f'<div class="message"><div class="face">FAQ</div><div>{name}{_blocks(blocks)}</div></div>'


def view(shown: Block) -> str:
    """A modal or a Home tab."""
    if shown["type"] == "home":
        return f'<div class="home">{_blocks(shown["blocks"])}</div>'
    submit = f'<button class="primary">{escape(shown["submit"]["text"])}</button>' if "submit" in shown else ""
    close = f"<button>{escape(shown['close']['text'])}</button> " if "close" in shown else ""
    title = escape(shown["title"]["text"])
    body = f'<div class="body">{_blocks(shown["blocks"])}</div><footer>{close}{submit}</footer>'
    return f'<div class="modal"><header>{title}</header>{body}</div>'


def _blocks(blocks: list[Block]) -> str:
    return "".join(f'<div class="block {block["type"]}">{_block(block)}</div>' for block in blocks)


def _block(block: Block) -> str:
    kind = block["type"]
    if kind in ("header", "section"):
        style = "headline" if kind == "header" else "plain"
        text = f'<div class="{style}">{escape(block["text"]["text"])}</div>'
        return f'<div class="row">{text}{_element(block["accessory"])}</div>' if "accessory" in block else text
    if kind == "input":
        hint = f'<div class="hint">{escape(block["hint"]["text"])}</div>' if "hint" in block else ""
        label = escape(block["label"]["text"]) + (" （任意）" if block.get("optional") else "")
        return f'<div class="input"><label>{label}</label>{_element(block["element"])}{hint}</div>'
    if kind == "context":
        return "".join(f'<div class="plain">{escape(one["text"])}</div>' for one in block["elements"])
    if kind in ("actions", "context_actions", "rich_text"):
        return "".join(map(_rich if kind == "rich_text" else _element, block["elements"]))
    assert kind == "divider", kind
    return "<hr>"


def _element(element: Block) -> str:
    match element["type"]:
        case "button":
            return f'<button class="{element.get("style", "")}">{escape(element["text"]["text"])}</button>'
        case "feedback_buttons":  # thumbs, which say their text when one points at them
            said = element["positive_button"], element["negative_button"]
            return "".join(f"<button>{escape(one['text']['text'])}</button>" for one in said)
        case "plain_text_input":
            tall = " tall" if element.get("multiline") else ""
            return f'<div class="field{tall}">{escape(element.get("initial_value", ""))}</div>'
        case "radio_buttons" | "checkboxes":
            empty, full = "○●" if element["type"] == "radio_buttons" else "☐☑"
            began = [*element.get("initial_options", ()), element.get("initial_option")]
            return "".join(
                f"<div>{full if option in began else empty} {escape(option['text']['text'])}</div>"
                for option in element["options"]
            )
        case "static_select" | "external_select" | "multi_external_select":
            began = [*element.get("initial_options", ()), *filter(None, [element.get("initial_option")])]
            empty = element.get("placeholder", {}).get("text", "選択してください")
            return f'<div class="field">{escape("、".join(one["text"]["text"] for one in began) or empty)} ▾</div>'
        case "datepicker":
            return f'<div class="field">{escape(element.get("initial_date", "日付を選択"))} ▾</div>'
        case other:
            raise ValueError(other)


def _rich(element: Block) -> str:
    if element["type"] == "rich_text_list":
        tag = "ol" if element["style"] == "ordered" else "ul"
        return f"<{tag}>{''.join(f'<li>{_spans(item)}</li>' for item in element['elements'])}</{tag}>"
    return f'<div class="plain">{_spans(element)}</div>'


def _spans(section: Block) -> str:
    found = []
    for span in section["elements"]:
        if span["type"] == "user":
            found.append(f'<span class="user">@{escape(span["user_id"])}</span>')
        elif span["type"] == "link":
            found.append(f'<a href="{escape(span["url"])}">{escape(span["text"])}</a>')
        else:
            text = escape(span["text"])
            found.append(f"<b>{text}</b>" if span.get("style", {}).get("bold") else text)
    return "".join(found)
