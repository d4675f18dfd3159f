"""`faqbot proposals`: the proposals that wait for somebody's approval."""

import argparse

from bot.app import App
from bot.wording.changes import change_lines
from knowledge.entry import TOKYO


def run(options: argparse.Namespace, app: App) -> int:
    """Who proposes what, when and why."""
    live = app.store.load()
    waiting = app.publishing.proposals.waiting()
    for one in waiting:
        print(f"{one.id}　{one.at.astimezone(TOKYO):%Y-%m-%d %H:%M}　{one.editor}　{one.reason or '（理由なし）'}")
        print("\n".join(f"  {line}" for line in change_lines(one.change.differences(live))))
    if not waiting:
        print("承認を待っている提案はありません。")
    return 0
