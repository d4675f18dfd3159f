"""`faqbot proposals`: the proposals that wait for somebody's approval."""

import argparse

from bot.app import App
from bot.wording.changes import change_lines
from knowledge.entry import TOKYO
from knowledge.errors import EditConflict
from knowledge.revisions.history import History
from knowledge.revisions.list_merge import rebased
from knowledge.revisions.proposals import Proposals, StoredProposal
from knowledge.revisions.store import KnowledgeBase


def run(options: argparse.Namespace, app: App) -> int:
    """Who proposes what, when and why."""
    live = app.store.load()
    waiting, history = Proposals(app.store.engine).waiting(), History(app.store.engine)
    for one in waiting:
        print(f"{one.id}　{one.at.astimezone(TOKYO):%Y-%m-%d %H:%M}　{one.editor}　{one.reason or '（理由なし）'}")
        print("\n".join(f"  {line}" for line in _lines(one, live, history)))
    if not waiting:
        print("承認を待っている提案はありません。")
    return 0


def _lines(stored: StoredProposal, live: KnowledgeBase, history: History) -> list[str]:
    """The changes of the proposal today; the conflict where somebody else has changed the same line of a list since."""
    seen = history.lists(stored.base) if stored.change.lists else live.lists
    try:
        return change_lines(rebased(stored.change, seen, live).differences(live))
    except EditConflict as error:
        return [error.message]
