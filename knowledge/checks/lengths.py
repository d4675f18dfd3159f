"""Checks of what Slack cannot show whole: long answers and questions. Longer ones are cut, not refused."""

from collections.abc import Iterator, Sequence

from knowledge.entry import Status
from knowledge.errors import Problem
from knowledge.located_entry import LocatedEntry, Only, concerns

SHOWN_ANSWER = 2_800  # characters that a message shows of an answer; the rest is behind its link
SHOWN_QUESTION = 75  # characters that fit on a button


def check_lengths(located: Sequence[LocatedEntry], only: Only = None) -> list[Problem]:
    """Every text that people in Slack see only the beginning of."""
    return [
        problem
        for item in located
        if item.entry.status is not Status.RETIRED and concerns(only, item.entry.id)
        for problem in _of(item)
    ]


def _of(item: LocatedEntry) -> Iterator[Problem]:
    answer, question = len(item.entry.answer), len(item.entry.question)
    if answer > SHOWN_ANSWER:
        yield item.warning(
            f"回答が{answer}文字あります。Slackには先頭の{SHOWN_ANSWER}文字だけが出ます。",
            "短くするか、話題ごとに項目を分けて related でつないでください。",
            "answer",
        )
    if question > SHOWN_QUESTION:
        yield item.warning(
            f"質問が{question}文字あります。Slackのボタンには先頭の{SHOWN_QUESTION}文字だけが出ます。",
            "大事な言葉を前に置いて短くし、長い言い方は variants に移してください。",
            "question",
        )
