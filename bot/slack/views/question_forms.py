"""The small forms that give an entry more questions: more variants for one, or a question that shall go somewhere."""

from collections.abc import Sequence

from bot.slack.views.blocks import Block, context, modal, paragraph
from bot.slack.views.form import problem_block
from bot.slack.views.inputs import choice_input, text_input
from knowledge.entry import Entry
from knowledge.errors import Problem

NEW, DECLINE = "new", "decline"


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


def add_form(question: str, nearest: Sequence[tuple[Entry, float]]) -> Block:
    """A question that shall be answered from now on: as a variant of an entry, or as a new entry."""
    choices = {entry.id: f"言い方に追加: {entry.question}" for entry, _ in nearest}
    choices |= {NEW: "新しい項目を作る", DECLINE: "回答しない項目を作る（担当者をご案内）"}
    hint = "1行に1つ。個人や会社が分かる語は消してください"
    blocks = [
        text_input("質問", "question", initial=question, multiline=True, hint=hint),
        choice_input("どこに加えますか", "target", choices, initial=next(iter(choices))),
        text_input("ほかの項目のid", "other", optional=True, hint="一覧にない項目に言い方を加えるとき"),
    ]
    return modal("FAQに追加", blocks, "add_submitted", submit="次へ")
