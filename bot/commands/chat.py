"""`faqbot chat`: a conversation in the terminal."""

import argparse
import unicodedata
from dataclasses import replace

from bot.app import App
from bot.reply import Asker, Reply
from bot.terminal import replies
from bot.wording import doors, sentences
from index.asking.turns import Turn
from index.decision.decision import Suggest

NONE_OF_THESE = ""
HOW_TO_END = "ご質問をどうぞ。空行か Ctrl-D で終わります。"


def run(options: argparse.Namespace, app: App) -> int:
    """Ask and answer until an empty line; a number chooses one of the questions just suggested."""
    print(f"{app.faq.site.greeting}\n{HOW_TO_END}")
    last: Reply | None = None
    said: list[Turn] = []
    while text := _next_line():
        choice = _choice(last, text)
        if last and choice == NONE_OF_THESE:
            app.faq.none_of_these(last.reference, Asker(doors.CLI))
            print(sentences.PERSON.format(contact=app.faq.site.contact))
        elif last and choice:
            entry = app.faq.choose(last.reference, choice, Asker(doors.CLI))
            said[-1] = replace(said[-1], shown=(entry.id,) if entry else ())
            print(replies.entry_text(app.faq, entry) if entry else sentences.GONE)
        else:
            last = app.faq.ask(text, Asker(doors.CLI), said)
            said.append(Turn(text, tuple(one.entry.id for one in last.every if one.entry)))
            print(replies.reply_text(app.faq, last))
    return 0


def _next_line() -> str:
    """The next line that the person writes, "" at the end."""
    try:
        return input("> ").strip()
    except EOFError:
        print()
        return ""


def _choice(last: Reply | None, text: str) -> str | None:
    """The id of the suggested entry whose number `text` is, NONE_OF_THESE for the number after; else None."""
    if last is None or not isinstance(last.decision, Suggest):
        return None
    choices = [*(hit.entry.id for hit in last.decision.hits), NONE_OF_THESE]
    numbered = {str(number): choice for number, choice in enumerate(choices, start=1)}
    return numbered.get(unicodedata.normalize("NFKC", text))  # a Japanese keyboard may give wide digits
