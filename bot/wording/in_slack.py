"""An entry's texts as Slack shows them, shortened where it takes no more; the team's pages draw them for editors."""

from bot.markdown import conclusion
from bot.wording.sentences import SHORTENED
from knowledge.entry import Entry
from knowledge.limits import MAX_ANSWER_TEXT

MAX_CONCLUSION = 120  # characters; a few lines on a phone


def cut(text: str, limit: int) -> str:
    """`text` in at most `limit` characters, with … where something is missing."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def shown_answer(answer: str, link: str) -> str:
    """An answer as a message shows it; one that is shortened leads to the `link`, where there is one."""
    if len(answer) <= MAX_ANSWER_TEXT:
        return answer
    return cut(answer, MAX_ANSWER_TEXT) + (f"\n\n{SHORTENED}" if link else "")


def in_brief(entry: Entry) -> str:
    """The first sentence of an entry's answer, which stands under its question where it is one of several."""
    return cut(conclusion(entry.answer), MAX_CONCLUSION)
