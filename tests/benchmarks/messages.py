"""How sure the bot is of messages as people write them: each writer's are asked without having been learned from.

Prints for each kind of message: right entry first, right answers given directly, wrong ones among the answers given,
answered ones among those that must not be, and how well the confidence tells right from wrong where the best entry
answers (the area under the ROC curve: 1 is perfectly, 0.5 not at all). The messages are those of `knowledge/judged.tsv`
below its comment lines, one writer each, and those of `tests/unseen_messages.tsv`. Takes some minutes.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np

from bot.process.math_threads import use_one_math_thread

use_one_math_thread()

from bot.app import App
from bot.settings import read_settings
from index.cache import NullCache
from index.evaluation.evaluation import JudgedOutcome, evaluate
from index.snapshot_builder import SnapshotBuilder
from knowledge import judged
from knowledge.folder import SHIPPED
from knowledge.judged import JudgedQuery

NOW = datetime.now(UTC)
UNSEEN = Path(__file__).parents[1] / "unseen_messages.tsv"


def main() -> None:
    """Leave out one writer after the other, and print what came of their messages."""
    app = App(read_settings())
    live = app.searcher.snapshot
    declining = {entry.id for entry in live.index.entries if entry.declines}
    writers = [*writers_of(SHIPPED.judged), judged.read_judged(UNSEEN)]
    everything = SHIPPED.read_judged()
    found: list[JudgedOutcome] = []
    for number, own in enumerate(writers, start=1):
        rest = [f"{one.line}\t{'|'.join(one.entries) or '-'}" for one in everything if one not in own]
        base = replace(live.base, lists=replace(live.base.lists, judged="\n".join(rest)))
        snapshot = SnapshotBuilder(app.tokenizer, live.index.encoder, NullCache(), shipped={}).build(base, NOW)
        outcomes = evaluate(snapshot, own).outcomes
        print_row(f"writer {number}", outcomes, declining)
        found += outcomes
    for kind in dict.fromkeys(one.query.kind for one in found):
        print_row(kind, [one for one in found if one.query.kind == kind], declining)
    print_row("all", found, declining)


def writers_of(path: Path) -> list[list[JudgedQuery]]:
    """The judged queries below each comment line of a file, without those above the first."""
    blocks = path.read_text(encoding="utf-8").split("\n# ")[1:]
    counts = [len([line for line in block.splitlines()[1:] if line]) for block in blocks]
    queries = judged.read_judged(path)
    starts = np.cumsum([len(queries) - sum(counts), *counts])
    return [queries[start:end] for start, end in pairwise(starts)]


def print_row(name: str, outcomes: Sequence[JudgedOutcome], declining: Collection[str]) -> None:
    """The measures of some outcomes in one line; a dash where there is nothing to divide by."""
    answerable = [one for one in outcomes if one.query.answerable]
    answered = [one for one in outcomes if one.decision == "answer"]
    others = [one.decision == "answer" for one in outcomes if not one.query.answerable]
    sure = [(o.confidence, o.rank == 1) for o in outcomes if o.ranked and o.ranked[0] not in declining]
    parts = {
        "right first": share([one.rank == 1 for one in answerable]),
        "right directly": share([one.decision == "answer" and not one.wrong for one in answerable]),
        "wrong of answers": f"{share([one.wrong for one in answered])} ({sum(one.wrong for one in answered)})",
        "unanswerable answered": f"{share(others)} ({sum(others)})",
        "AUROC": area_under_curve(sure),
    }
    print(f"{name:12} {len(outcomes):4}", *(f"{part} {value}" for part, value in parts.items()), sep="  ")


def share(values: Sequence[bool]) -> str:
    """The share of the true ones."""
    return f"{sum(values) / len(values):.3f}" if values else "-"


def area_under_curve(confidences: Sequence[tuple[float, bool]]) -> str:
    """The share of pairs, a right and a wrong one, in which the right one has the higher confidence."""
    right, wrong = (np.array([c for c, is_right in confidences if is_right is kind]) for kind in (True, False))
    if not len(right) or not len(wrong):
        return "-"
    above = (right[:, None] > wrong[None, :]).mean() + (right[:, None] == wrong[None, :]).mean() / 2
    return f"{above:.3f}"


if __name__ == "__main__":
    main()
