"""How often a watched channel would hear from the bot unasked, and how often wrongly.

Prints the stricter cut of the live calibration, and how many of `tests/unseen_messages.tsv` would be answered, right
and wrong; then the same for what people say in `tests/conversations/unseen.jsonl` without asking anything of the bot.
Nothing was learned from either. Run it after `faqbot migrate`.
"""

from collections.abc import Iterable
from pathlib import Path

from bot.process.math_threads import use_one_math_thread

use_one_math_thread()

from bot.app import App
from bot.settings import read_settings
from index.asking.asking import hear
from index.asking.watching import is_sure_unasked, stricter_cut
from index.decision.risk import NEVER
from index.evaluation.conversations import read_conversations
from index.snapshot import Snapshot
from knowledge import judged

TESTS = Path(__file__).parents[1]
SAID = ("silent", "courtesy")


def main() -> None:
    """Print the cut and the counts."""
    snapshot = App(read_settings()).searcher.snapshot
    cut = stricter_cut(snapshot.calibration.risk)
    print("cut:", f"{cut:.3f}" if cut < NEVER else "none keeps the bound; near equality")
    messages = [(query.text, query.entries) for query in judged.read_judged(TESTS / "unseen_messages.tsv")]
    print_row("messages", snapshot, messages)
    print_row("of them unanswerable", snapshot, [message for message in messages if not message[1]])
    turns = [turn for talk in read_conversations(TESTS / "conversations" / "unseen.jsonl") for turn in talk.turns]
    print_row("talk", snapshot, [(turn.text, ()) for turn in turns if turn.expect in SAID])


def print_row(name: str, snapshot: Snapshot, messages: Iterable[tuple[str, Iterable[str]]]) -> None:
    """The number of messages, of those answered, and of the right and wrong ones among these."""
    asked, right, wrong = 0, 0, 0
    for text, entries in messages:
        asked += 1
        outcomes = [one.outcome for one in hear(snapshot, text).outcomes]
        if is_sure_unasked(snapshot, text, outcomes):
            known = all(outcome.entry and outcome.entry.id in entries for outcome in outcomes)
            right, wrong = right + known, wrong + (not known)
    print(f"{name:22} {asked:4}  answered {right + wrong:3}  right {right:3}  wrong {wrong}")


if __name__ == "__main__":
    main()
