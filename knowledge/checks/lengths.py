"""Warnings for answers and questions that Slack shows only the beginning of."""

from collections.abc import Iterator, Sequence

from knowledge.entry import Status
from knowledge.errors import Problem
from knowledge.limits import MAX_ANSWER_TEXT, MAX_BUTTON_TEXT
from knowledge.located_entry import LocatedEntry, Only, concerns


def check_lengths(located: Sequence[LocatedEntry], only: Only = None) -> list[Problem]:
    """A warning for every answer and question that Slack cuts."""
    return [
        problem
        for item in located
        if item.entry.status is not Status.RETIRED and concerns(only, item.entry.id)
        for problem in _of(item)
    ]


def _of(item: LocatedEntry) -> Iterator[Problem]:
    answer, question = len(item.entry.answer), len(item.entry.question)
    if answer > MAX_ANSWER_TEXT:
        yield item.warning(
            f"回答が{answer}文字あります。Slackには先頭の{MAX_ANSWER_TEXT}文字だけが出ます。",
            "短くするか、話題ごとに項目を分けて related でつないでください。",
            "answer",
        )
    if question > MAX_BUTTON_TEXT:
        yield item.warning(
            f"質問が{question}文字あります。Slackのボタンには先頭の{MAX_BUTTON_TEXT}文字だけが出ます。",
            "大事な言葉を前に置いて短くし、長い言い方は variants に移してください。",
            "question",
        )
