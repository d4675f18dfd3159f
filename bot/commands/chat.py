"""`faqbot chat`: a conversation in the terminal."""

import argparse

from bot import terminal
from bot.app import App
from bot.commands.ask import DOOR
from bot.reply import Asker, Reply
from index.decision.decision import Suggest

GREETING = "電話代行についてのご質問をどうぞ。空行か Ctrl-D で終わります。"


def run(options: argparse.Namespace, app: App) -> int:
    """Ask and answer until an empty line; a number chooses one of the questions just suggested."""
    faq = app.faq
    print(GREETING)
    last: Reply | None = None
    shown = ""  # the entry shown last, for follow-ups
    while True:
        try:
            text = input("> ").strip()
        except EOFError:
            print()
            return 0
        if not text:
            return 0
        if last and isinstance(last.decision, Suggest) and text.isdecimal():
            hits = last.decision.hits
            choice = int(text)
            if 1 <= choice <= len(hits):
                entry = faq.choose(last.reference, hits[choice - 1].entry.id, Asker(DOOR))
                shown = entry.id if entry else ""
                print(terminal.entry_text(faq, entry) if entry else "この項目は今は公開されていません。")
                continue
            if choice == len(hits) + 1:
                faq.none_of_these(last.reference, Asker(DOOR))
                print(f"担当者への連絡: {app.settings.contact_text}")
                continue
        last = faq.ask(text, Asker(DOOR), shown)
        shown = last.entry.id if last.entry else shown
        print(terminal.reply_text(faq, last, app.settings.contact_text))
