"""The Japanese names of an entry's fields and statuses, for forms, files and messages."""

import re

from knowledge.entry import Status

STATUS_LABELS = {Status.PUBLISHED: "公開", Status.DRAFT: "下書き", Status.RETIRED: "取り下げ"}
FIELD_LABELS = {
    "id": "id",
    "category": "分類",
    "question": "質問",
    "variants": "言い方",
    "answer": "回答",
    "declines": "回答しない",
    "url": "URL",
    "related": "関連",
    "valid_from": "公開開始",
    "valid_to": "公開終了",
    "as_of": "確認日",
    "review_by": "見直し日",
    "owner": "担当",
    "note": "社内メモ",
    "status": "状態",
}
FIELD_NAME = re.compile(rf"「[^」]*」|(?:(?<=[^\x00-\x7f]) )?\b(?:{'|'.join(FIELD_LABELS)})\b ?", re.ASCII)


def labelled(text: str) -> str:
    """A text with labels instead of field names."""
    return FIELD_NAME.sub(_label, text)


def _label(found: re.Match[str]) -> str:
    """The label for a bare or quoted field name; any other quotation is the editor's and stays."""
    name = found[0].strip("「」 ")
    if name not in FIELD_LABELS:
        return found[0]
    label = FIELD_LABELS[name]
    return found[0].replace(name, label).strip("" if label.isascii() else " ")
