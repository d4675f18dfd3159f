"""What the second stage gains and costs, for each trial knowledge base and the shipped one.

Prints: hit@1 and hit@3 of the product with the first stage alone and with both, with and without the first encoder, in
each state of each trial (its weights were learned from them; `make weights` prints the gain on left-out ones) and on
the shipped base's unseen questions; milliseconds of a question that is not answered directly, of one that is, and of a
passage; wall time of `faqbot ask` for a suggestion. Run by `make bench`.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot.process.math_threads import use_one_math_thread

use_one_math_thread()

from bot.app import App
from bot.settings import read_settings
from index.cache import NullCache
from index.decision.decision import Answer
from index.encoder.encoder import Encoder, load_encoder
from index.encoder.passage_encoder import MultilingualE5
from index.evaluation.evaluation import evaluate
from index.evaluation.trials import STATES, UNEVEN, Trial, read_trials
from index.ranking.passages import Passages
from index.ranking.second_stage import SecondStage
from index.snapshot import Snapshot
from index.snapshot_builder import SnapshotBuilder
from index.text.tokenizer import Tokenizer
from knowledge import judged
from knowledge.revisions.store import KnowledgeBase

TRIALS = Path(__file__).parents[1] / "knowledge_bases"
UNSEEN = Path(__file__).parents[1] / "unseen.tsv"
UNCLEAR = "引っ越したら番号どうなるの"
RUNS = 7


def main() -> None:
    """Measure everything and print it."""
    encoder = MultilingualE5()
    second = SecondStage.of(Passages(lambda: encoder, lambda _: {}, lambda _: None))
    tokenizer = Tokenizer()
    for mode, first in (("lexical", None), ("with the first encoder", load_encoder())):
        for trial in read_trials(TRIALS):
            for state in (*STATES, UNEVEN):
                snapshot = _snapshot(trial, state, tokenizer, first)
                variants = "some" if state == UNEVEN else state
                _gain(f"{trial.name}, {variants} variants, {mode}", snapshot, second, trial.questions)
    app = App(read_settings())
    shipped = app.searcher.snapshot
    queries = judged.read_judged(UNSEEN)
    _gain("shipped, unseen questions", shipped, second, queries)
    _times(shipped, second, [query.text for query in queries][:200], encoder)
    _starts(app)


def _snapshot(trial: Trial, state: int, tokenizer: Tokenizer, encoder: Encoder | None) -> Snapshot:
    builder = SnapshotBuilder(tokenizer, encoder, NullCache(), shipped={})
    return builder.build(KnowledgeBase(1, tuple(trial.thinned(state))), datetime.now(UTC))


def _gain(name: str, snapshot: Snapshot, second: SecondStage, queries: Sequence[judged.JudgedQuery]) -> None:
    before, after = (
        evaluate(replace(snapshot, second_stage=used), [query for query in queries if query.answerable])
        for used in (None, second)
    )
    hits = (before.hit_at_1, after.hit_at_1, before.hit_at_3, after.hit_at_3)
    print("{}: hit@1 {:.3f} → {:.3f}, hit@3 {:.3f} → {:.3f}".format(name, *hits), flush=True)


def _times(snapshot: Snapshot, second: SecondStage, questions: Sequence[str], encoder: MultilingualE5) -> None:
    alone, both = replace(snapshot, second_stage=None), replace(snapshot, second_stage=second)
    answered = [text for text in questions if isinstance(alone.ask(text).decision, Answer)]
    others = [text for text in questions if text not in answered]
    for name, some in (("answered", answered), ("not answered", others)):
        times = [_median_milliseconds(one.ask, some) for one in (alone, both)]
        print(f"a question that is {name}: median {times[0]:.1f} ms with the first stage, {times[1]:.1f} ms with both")
    passages = [f"{entry.question}\n{entry.answer}" for entry in snapshot.index.entries]
    print(f"a passage: median {_median_milliseconds(encoder.passage, passages):.1f} ms")


def _starts(app: App) -> None:
    """`faqbot ask` for a suggestion: first stage alone, both with an empty cache of passages, both with a full one."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/faqbot.db"
        prepared = {"DATABASE_URL": url, "ENCODER": "shipped"}
        _seconds(prepared, "migrate")
        print(f"faqbot ask, first stage: {_median_seconds(prepared)}")
        print(
            f"faqbot ask, both, nothing encoded yet: {_seconds(prepared | {'ENCODER': 'strong'}, 'ask', UNCLEAR):.2f} s"
        )
        _seconds(prepared | {"ENCODER": "strong"}, "migrate")
        print(f"faqbot ask, both, all encoded: {_median_seconds(prepared | {'ENCODER': 'strong'})}")
    app.store.engine.dispose()


def _median_seconds(environment: dict[str, str]) -> str:
    times = [_seconds(environment, "ask", UNCLEAR) for _ in range(RUNS)]
    return f"median {statistics.median(times):.2f} s, min {min(times):.2f} s"


def _seconds(environment: dict[str, str], *command: str) -> float:
    started = time.perf_counter()
    program = [sys.executable, "-m", "bot", *command]
    subprocess.run(program, env=os.environ | environment, check=True, capture_output=True)
    return time.perf_counter() - started


def _median_milliseconds(action: Callable[[str], object], texts: Sequence[str]) -> float:
    times = []
    for text in texts:
        action(text)  # what it needs is encoded
        started = time.perf_counter()
        action(text)
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1000


if __name__ == "__main__":
    main()
