"""The editors' forms: a whole entry, more variants for one, and a question that shall be added somewhere."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.slack.views.blocks import (
    MAX_OPTIONS,
    MAX_TYPED,
    MAX_VIEW_BLOCKS,
    Block,
    choice_input,
    context,
    date_input,
    divider,
    flag_input,
    modal,
    paragraph,
    select_input,
    text_input,
)
from knowledge.entry import Entry
from knowledge.errors import Problem
from knowledge.labels import FIELD_LABELS, STATUS_LABELS, labelled

STATUSES = {status.value: label for status, label in STATUS_LABELS.items()}
VALIDITY_HINT = "2027-04-01（その日1日を含む）または 2027-04-01T09:00（日本時間）"
HINTS = {
    "question": "質問する人がそのまま読む、代表の質問",
    "variants": "ほかの尋ね方を1行に1つ。多いほど見つかりやすくなります",
    "answer": "結論から。「- 」で始まる行は箇条書き、**太字**、[文字](https://…) が使えます",
    "url": "もとになったページ（https://…）",
    "related": "関連する項目のidを1行に1つ",
    "note": "担当者だけに見えます",
    "owner": "この項目を確かめる人や部署",
}
NEW, DECLINE = "new", "decline"
MAX_VIEW_BYTES = 240_000  # Slack takes 250,000 of a whole view
TOO_LARGE = "この項目はSlackの画面に入りきりません。Excel（faqbot export と import）で直してください。"
PARAGRAPH = "\n\n"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a form starts from: the fields as text, the entry's id ("" for a new one) and the revision seen."""

    values: Mapping[str, Any]
    base: int
    entry_id: str = ""

    @classmethod
    def of(cls, entry: Entry, base: int) -> "Draft":
        """The draft of an entry that is there."""
        return cls(entry.to_fields(), base, entry.id)


def entry_form(draft: Draft, categories: Sequence[str], problems: Sequence[Problem] = ()) -> Block:
    """Every field of an entry; `problems` are those of the last try."""
    parts, joiners = _parts(_text(draft, "answer"))
    variants = list(_lines_in_parts(draft.values.get("variants", ())))
    blocks = [
        *(problem_block(problem) for problem in problems),
        *([divider()] if problems else []),
        _field(draft, "question"),
        *(_numbered("variants", n, text, HINTS["variants"]) for n, text in enumerate(variants)),
        *(_numbered("answer", n, text, HINTS["answer"], optional=n > 0) for n, text in enumerate(parts)),
        flag_input(
            FIELD_LABELS["declines"],
            "declines",
            "公開できる回答がない（担当者をご案内します）",
            initial=bool(draft.values.get("declines")),
        ),
        *_category(draft, categories),
        _field(draft, "url", optional=True),
        _field(draft, "related", optional=True, multiline=True),
        *(
            text_input(FIELD_LABELS[name], name, initial=_text(draft, name), hint=VALIDITY_HINT, optional=True)
            for name in ("valid_from", "valid_to")
        ),
        date_input(FIELD_LABELS["as_of"], "as_of", initial=_day(draft, "as_of"), hint="もとのページを確かめた日"),
        date_input(FIELD_LABELS["review_by"], "review_by", initial=_day(draft, "review_by"), hint="次に確かめる日"),
        _field(draft, "owner", optional=True),
        _field(draft, "note", optional=True, multiline=True),
        select_input(FIELD_LABELS["status"], "status", STATUSES, initial=_text(draft, "status") or "published"),
        *(
            []
            if draft.entry_id
            else [
                text_input(
                    "id",
                    "id",
                    initial=_text(draft, "id"),
                    hint="英小文字・数字・ハイフン。空なら自動で付けます",
                    optional=True,
                )
            ]
        ),
    ]
    if len(blocks) > MAX_VIEW_BLOCKS or len(json.dumps(blocks)) > MAX_VIEW_BYTES:
        return modal("大きすぎる項目", [paragraph(TOO_LARGE)], "done")  # a form that is cut would lose the rest
    metadata = {"id": draft.entry_id, "base": draft.base, "joiners": joiners}
    title = "項目を編集" if draft.entry_id else "新しい項目"
    return modal(title, blocks, "entry_submitted", submit="影響を確かめる", metadata=metadata)


def form_values(view: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed into an entry form, as `read_entry` takes it; the id may be "" for a new entry."""
    metadata = json.loads(view["private_metadata"])
    typed = {block_id: _typed(value) for block_id, value in view["state"]["values"].items()}
    values: dict[str, Any] = {
        name: typed.get(name, "")
        for name in ("question", "url", "valid_from", "valid_to", "as_of", "review_by", "owner", "note", "status")
    }
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


def problem_block(problem: Problem) -> Block:
    """What keeps a form from being published, or should be known, in the form's own words."""
    about = f"[{problem.entry_id}] " if problem.entry_id else ""
    return paragraph(f"⚠ {about}{labelled(problem.message)}\n→ {labelled(problem.hint)}")


def block_of(field: str) -> str:
    """The block of an entry form that shows a field's fault (`variants.3` is in the first of variants)."""
    whole = field.split(".", maxsplit=1)[0]
    return f"{whole}_0" if whole in ("variants", "answer") else whole


def variants_form(entry: Entry, base: int, proposed: str = "", problems: Sequence[Problem] = ()) -> Block:
    """More ways to ask for one entry."""
    blocks = [
        *(problem_block(problem) for problem in problems),
        paragraph(entry.question),
        context(f"今の言い方: {len(entry.variants)}個"),
        text_input("加える言い方", "variants", initial=proposed, hint="1行に1つ", multiline=True),
    ]
    metadata = {"id": entry.id, "base": base}
    return modal("言い方を追加", blocks, "variants_submitted", submit="影響を確かめる", metadata=metadata)


def add_form(question: str, nearest: Sequence[tuple[Entry, float]], chosen: str = "") -> Block:
    """A question that shall be answered from now on: as a variant of an entry, or as a new entry."""
    choices = {entry.id: f"言い方に追加: {entry.question}" for entry, _ in nearest}
    choices |= {NEW: "新しい項目を作る", DECLINE: "回答しない項目を作る（担当者をご案内）"}
    select = choice_input("どこに加えますか", "target", choices)
    option = [one for one in select["element"]["options"] if one["value"] == (chosen or next(iter(choices)))]
    select["element"] |= {"initial_option": option[0]} if option else {}
    return modal(
        "FAQに追加",
        [
            text_input(
                "質問",
                "question",
                initial=question,
                multiline=True,
                hint="1行に1つ。個人や会社が分かる語は消してください",
            ),
            select,
            text_input("ほかの項目のid", "other", optional=True, hint="一覧にない項目に言い方を加えるとき"),
        ],
        "add_submitted",
        submit="次へ",
    )


def chosen(view: Mapping[str, Any], block_id: str) -> str:
    """What was chosen in the block of a submitted form."""
    return _typed(view["state"]["values"].get(block_id, {}))


def _field(draft: Draft, name: str, *, optional: bool = False, multiline: bool = False) -> Block:
    value = draft.values.get(name, "")
    initial = "\n".join(value) if isinstance(value, list | tuple) else str(value)
    label, hint = FIELD_LABELS[name], HINTS.get(name, "")
    return text_input(label, name, initial=initial, hint=hint, optional=optional, multiline=multiline)


def _numbered(name: str, number: int, text: str, hint: str, *, optional: bool = True) -> Block:
    label = FIELD_LABELS[name] + (f"（続き {number + 1}）" if number else "")
    hint = "" if number else hint
    return text_input(label, f"{name}_{number}", initial=text, hint=hint, multiline=True, optional=optional)


def _category(draft: Draft, categories: Sequence[str]) -> list[Block]:
    """The categories to choose from, and a field for one that is not among them; one of both has to be filled."""
    known, current = {name: name for name in categories[:MAX_OPTIONS]}, _text(draft, "category")
    label = FIELD_LABELS["category"]
    select = select_input(label, "category", known, initial=current) | {"optional": True} if known else None
    new = text_input(
        "新しい分類",
        "new_category",
        initial="" if current in known else current,
        hint="一覧にないときだけ",
        optional=True,
    )
    return [select, new] if select else [new]


def _text(draft: Draft, name: str) -> str:
    return str(draft.values.get(name, "") or "")


def _day(draft: Draft, name: str) -> str:
    value = draft.values.get(name) or ""
    return value.isoformat() if isinstance(value, date) else str(value)


def _parts(answer: str) -> tuple[list[str], list[str]]:
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


def _lines_in_parts(lines: Sequence[str]) -> Iterator[str]:
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


def _typed(actions: Mapping[str, Mapping[str, Any]]) -> str:
    """What came back from one input block, as text."""
    for action in actions.values():
        match action.get("type"):
            case "datepicker":
                return str(action.get("selected_date") or "")
            case "checkboxes":
                return "yes" if action.get("selected_options") else ""
            case "static_select" | "radio_buttons":
                return str((action.get("selected_option") or {}).get("value") or "")
            case _:
                return str(action.get("value") or "")
    return ""


def _in_order(typed: Mapping[str, str], name: str) -> list[str]:
    return [typed[f"{name}_{number}"] for number in range(len(typed)) if f"{name}_{number}" in typed]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
