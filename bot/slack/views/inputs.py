"""The Block Kit pieces that people type or choose in, and reading what they entered."""

from collections.abc import Mapping
from typing import Any

from bot.slack.views.blocks import Block, plain_text
from bot.wording.in_slack import cut

MAX_LABEL = 2_000
MAX_OPTION = 75
MAX_OPTIONS = 100
MAX_PLACEHOLDER = 150
MAX_TYPED = 3_000  # characters of one input
CHOOSE_ENTRY = "choose_entry"  # the action of every menu of entries
TYPE_SOME = "質問を途中まで入れると候補が出ます"


def text_input(
    label: str, block_id: str, *, initial: str = "", hint: str = "", multiline: bool = False, optional: bool = False
) -> Block:
    """A field to type in."""
    element: Block = {"type": "plain_text_input", "action_id": "text", "multiline": multiline}
    if initial:
        element["initial_value"] = cut(initial, MAX_TYPED)
    return _input(label, block_id, element, hint, optional=optional)


def choice_input(
    label: str, block_id: str, choices: Mapping[str, str], *, initial: str = "", optional: bool = False
) -> Block:
    """Radio buttons; `choices` are labels by value."""
    return _input(label, block_id, _choices("radio_buttons", choices, initial), optional=optional)


def select_input(
    label: str, block_id: str, choices: Mapping[str, str], *, initial: str = "", optional: bool = False
) -> Block:
    """A menu of at most MAX_OPTIONS; `choices` are labels by value."""
    return _input(label, block_id, _choices("static_select", choices, initial), optional=optional)


def entry_input(label: str, block_id: str, hint: str = "") -> Block:
    """A menu of entries, whose options Slack asks for while somebody types; it may stay empty."""
    return _input(label, block_id, _entries("external_select"), hint, optional=True)


def entries_input(label: str, block_id: str, chosen: Mapping[str, str], hint: str = "") -> Block:
    """The same for several entries; `chosen` are questions by id, MAX_OPTIONS at most."""
    options = [entry_option(entry_id, question) for entry_id, question in chosen.items()]
    element = _entries("multi_external_select") | ({"initial_options": options} if options else {})
    return _input(label, block_id, element, hint, optional=True)


def entry_option(entry_id: str, question: str) -> Block:
    """An entry in such a menu: its question, and small below it the id, which tells long questions apart."""
    text = plain_text(question or entry_id, MAX_OPTION)
    return {"text": text, "description": plain_text(entry_id, MAX_OPTION), "value": entry_id}


def date_input(label: str, block_id: str, *, initial: str = "", hint: str = "") -> Block:
    """A calendar, which may stay empty."""
    element: Block = {"type": "datepicker", "action_id": "date"} | ({"initial_date": initial} if initial else {})
    return _input(label, block_id, element, hint, optional=True)


def flag_input(label: str, block_id: str, text: str, *, initial: bool = False) -> Block:
    """One box to tick."""
    option = {"text": plain_text(text, MAX_OPTION), "value": "yes"}
    element: Block = {"type": "checkboxes", "action_id": "flag", "options": [option]}
    return _input(label, block_id, element | ({"initial_options": [option]} if initial else {}), optional=True)


def typed(view: Mapping[str, Any], block_id: str) -> str:
    """The text that was typed or chosen in the field `block_id` of a submitted view, "" for none."""
    return value_of(view.get("state", {}).get("values", {}).get(block_id, {}))


def value_of(actions: Mapping[str, Mapping[str, Any]]) -> str:
    """The value that came back from one input block, as text; "yes" for a ticked box, several entries as lines."""
    for action in actions.values():
        match action.get("type"):
            case "datepicker":
                return str(action.get("selected_date") or "")
            case "checkboxes":
                return "yes" if action.get("selected_options") else ""
            case "multi_external_select":
                return "\n".join(str(option["value"]) for option in action.get("selected_options") or ())
            case "static_select" | "external_select" | "radio_buttons":
                return str((action.get("selected_option") or {}).get("value") or "")
            case _:
                return str(action.get("value") or "")
    return ""


def _input(label: str, block_id: str, element: Block, hint: str = "", *, optional: bool = False) -> Block:
    block: Block = {"type": "input", "block_id": block_id, "label": plain_text(label, MAX_LABEL), "element": element}
    return block | {"optional": optional} | ({"hint": plain_text(hint, MAX_LABEL)} if hint else {})


def _entries(kind: str) -> Block:
    placeholder = plain_text(TYPE_SOME, MAX_PLACEHOLDER)
    return {"type": kind, "action_id": CHOOSE_ENTRY, "min_query_length": 0, "placeholder": placeholder}


def _choices(kind: str, choices: Mapping[str, str], initial: str) -> Block:
    options = [{"text": plain_text(text, MAX_OPTION), "value": value} for value, text in choices.items()][:MAX_OPTIONS]
    chosen = [option for option in options if option["value"] == initial]
    element: Block = {"type": kind, "action_id": "choice", "options": options}
    return element | ({"initial_option": chosen[0]} if chosen else {})
