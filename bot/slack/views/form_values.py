"""The values of an entry's form: long texts in pieces, as Slack's inputs are short, and what was typed as fields."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.slack.views.inputs import MAX_TYPED, value_of

PARAGRAPH = "\n\n"
WHOLE = ("question", "url", "valid_from", "valid_to", "as_of", "review_by", "owner", "note", "status")
IN_PIECES = ("variants", "answer")  # fields that have several inputs, answer_0, answer_1 …


def form_values(view: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that were typed into an entry form, as `read_entry` takes them; a new entry's id may be ""."""
    metadata = json.loads(view["private_metadata"])
    typed = {block_id: value_of(value) for block_id, value in view["state"]["values"].items()}
    values: dict[str, Any] = {name: typed.get(name, "") for name in WHOLE}
    values["id"] = metadata["id"] or typed.get("id", "").strip()
    values["category"] = typed.get("new_category", "").strip() or typed.get("category", "")
    values["declines"] = typed.get("declines") == "yes"
    values["related"] = _lines(typed.get("related", ""))
    values["variants"] = _lines("\n".join(_in_order(typed, "variants")))
    answer = ""
    for part, joiner in zip(_in_order(typed, "answer"), ["", *metadata["joiners"]], strict=False):
        answer += (joiner if answer else "") + part if part.strip() else ""
    values["answer"] = answer
    return values


def block_of(field: str) -> str:
    """The block of an entry form that shows a field's fault (`variants.3` is in the first of variants)."""
    whole = field.split(".", maxsplit=1)[0]
    return f"{whole}_0" if whole in IN_PIECES else whole


def answer_pieces(answer: str) -> tuple[list[str], list[str]]:
    """A long answer in pieces that fit into an input each, one more to go on in, and what joins them."""
    parts, joiners = [answer], []
    while len(parts[-1]) > MAX_TYPED:
        whole = parts.pop()
        head = whole[:MAX_TYPED]
        joiner = next((found for found in (PARAGRAPH, "\n") if found in head.strip()), "")
        end = head.rindex(joiner) if joiner else MAX_TYPED
        parts += [whole[:end], whole[end + len(joiner) :]]
        joiners.append(joiner)
    if not answer or len(answer) > MAX_TYPED // 2:
        parts.append("")
    return parts, [*joiners, PARAGRAPH]


def line_pieces(lines: Sequence[str]) -> Iterator[str]:
    """The lines in pieces that fit into an input each, and an empty piece where the last is nearly full."""
    part = ""
    for line in lines:
        if part and len(part) + len(line) + 1 > MAX_TYPED:
            yield part
            part = ""
        part += ("\n" if part else "") + line
    yield part
    if len(part) > MAX_TYPED * 2 // 3:
        yield ""


def _in_order(typed: Mapping[str, str], name: str) -> list[str]:
    return [typed[f"{name}_{number}"] for number in range(len(typed)) if f"{name}_{number}" in typed]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
