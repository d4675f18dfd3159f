"""The small forms about questions: more variants for an entry, where a question shall go, which entry is right."""

from collections.abc import Sequence

from bot.slack.views.blocks import Block, context, modal, paragraph
from bot.slack.views.form import problem_block
from bot.slack.views.inputs import choice_input, entry_input, text_input
from bot.wording.editing import JUDGED_AS_ASKED, NOTHING_FITS, WHY_JUDGE
from knowledge.entry import Entry
from knowledge.errors import Problem

NEW, DECLINE = "new", "decline"
OTHER = "ほかの項目"
NO_ANSWER = "-"  # chosen where no entry may answer; no id looks like that


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


def judge_form(text: str, nearest: Sequence[Entry]) -> Block:
    """A question, or several, each on a line, of which an editor knows the right entry."""
    choices = {entry.id: entry.question for entry in nearest}
    choices[NO_ANSWER] = NOTHING_FITS
    blocks = [
        paragraph(WHY_JUDGE),
        text_input("質問", "question", initial=text, multiline=True, hint=JUDGED_AS_ASKED),
        choice_input("正しい項目", "target", choices, optional=True),
        entry_input(OTHER, "other", hint="上に正しい項目がないとき"),
    ]
    return modal("この質問の正解", blocks, "judgement_submitted", submit="影響を確かめる")


def add_form(question: str, nearest: Sequence[tuple[Entry, float]]) -> Block:
    """A question that shall be answered from now on: as a variant of an entry, or as a new entry."""
    choices = {entry.id: f"言い方に追加: {entry.question}" for entry, _ in nearest}
    choices |= {NEW: "新しい項目を作る", DECLINE: "回答しない項目を作る（担当者をご案内）"}
    hint = "1行に1つ。個人や会社が分かる語は消してください"
    blocks = [
        text_input("質問", "question", initial=question, multiline=True, hint=hint),
        choice_input("どこに加えますか", "target", choices, initial=next(iter(choices))),
        entry_input(OTHER, "other", hint="上にない項目に言い方を加えるとき"),
    ]
    return modal("FAQに追加", blocks, "add_submitted", submit="次へ")
