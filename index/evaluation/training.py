"""Learning `weights.json` from trial knowledge bases and the shipped one, and the shipped calibrations: `make weights`.

    python -m index.evaluation.training FOLDER      learn everything; FOLDER holds the trial knowledge bases
    python -m index.evaluation.training calibrate   measure the shipped calibrations only

Reproducible: the same files give the same numbers. The shipped judged queries teach the weights of the signals, not
the start of the confidence: the shipped knowledge base measures its own answers on them.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from index.cache import NullCache
from index.encoder.encoder import Encoder, load_encoder
from index.evaluation.start_training import learn_start, trial_cases
from index.evaluation.trials import STATES, UNEVEN, Trial, read_trials, spread
from index.evaluation.weights import REFUSED_IMPORTANCE, SignalSet, hits_at, learn_weights, signal_names, signal_set
from index.ranking.ranking import WEIGHTS_FILE, Weights, read_boosts
from index.snapshot_builder import SHIPPED_CALIBRATIONS, SnapshotBuilder
from index.text.analyzer import Analyzer
from index.text.tokenizer import Tokenizer
from knowledge import folder
from knowledge.entry import Entry
from knowledge.judged import JudgedQuery
from knowledge.revisions.store import KnowledgeBase

SHIPPED_STATES = (0, 5, 15, 25)
SHIPPED = "shipped"


def main() -> None:
    """Learn the weights (not with the argument `calibrate`), then measure the shipped calibrations."""
    tokenizer = Tokenizer()
    encoders = {"lexical": None, "semantic": load_encoder()}
    entries = [located.entry for located in folder.SHIPPED.read_entries()]
    queries = folder.SHIPPED.read_judged({entry.id for entry in entries})
    if sys.argv[1:] != ["calibrate"]:
        learn(read_trials(Path(sys.argv[1])), entries, queries, tokenizer, encoders)
    analyzer = Analyzer(tokenizer, folder.SHIPPED.read_synonyms())
    calibrations: dict[str, Any] = {}
    base = KnowledgeBase(0, tuple(sorted(entries, key=lambda entry: entry.id)))
    for encoder in encoders.values():
        snapshot = SnapshotBuilder(analyzer, encoder, queries, NullCache(), shipped={}).build(base, datetime.now(UTC))
        calibration = snapshot.calibration
        calibrations[calibration.digest] = calibration.to_json()
        print(calibration.thresholds, replace(calibration.risk, curve=()))
    SHIPPED_CALIBRATIONS.write_text(json.dumps(calibrations) + "\n", encoding="utf-8")


def learn(
    trials: Sequence[Trial],
    entries: Sequence[Entry],
    queries: Sequence[JudgedQuery],
    tokenizer: Tokenizer,
    encoders: Mapping[str, Encoder | None],
) -> None:
    """Learn weights and starts, print how well they rank knowledge bases they have not seen, write the file."""
    plain = Analyzer(tokenizer, [])
    shipped = Analyzer(tokenizer, folder.SHIPPED.read_synonyms())
    file: dict[str, Any] = {"boosts": asdict(read_boosts()), "confidence": {}}
    for mode, encoder in encoders.items():
        sets = {trial.name: _sets_of(trial, plain, encoder) for trial in trials}
        sets[SHIPPED] = {
            state: signal_set(_thinned(entries, state), queries, shipped, encoder, refused=REFUSED_IMPORTANCE)
            for state in SHIPPED_STATES
        }
        names = signal_names(encoder)
        weights = _learned(sets, names)
        without = {name: _learned({n: s for n, s in sets.items() if n != name}, names) for name in sets}
        _print_hits(mode, sets, weights, without)
        file[mode] = weights
        cases, left_out = (
            {trial.name: trial_cases(trial, plain, encoder, learned[trial.name]) for trial in trials}
            for learned in (dict.fromkeys(sets, weights), without)
        )
        file["confidence"][mode] = learn_start(cases, left_out, semantic=encoder is not None)
        _print_records(file["confidence"][mode]["records"])
    WEIGHTS_FILE.write_text(json.dumps(file) + "\n", encoding="utf-8")


def _sets_of(trial: Trial, analyzer: Analyzer, encoder: Encoder | None) -> dict[int, SignalSet]:
    return {state: signal_set(trial.thinned(state), trial.questions, analyzer, encoder) for state in (*STATES, UNEVEN)}


def _learned(sets: Mapping[str, Mapping[int, SignalSet]], names: Sequence[str]) -> Weights:
    return learn_weights([one for states in sets.values() for one in states.values()], names)


def _thinned(entries: Sequence[Entry], state: int) -> list[Entry]:
    return [replace(entry, variants=spread(entry.variants, state)) for entry in entries]


def _print_records(records: Sequence[Mapping[str, Any]]) -> None:
    for record in records:
        steps = [(a, w) for a, w in zip(record["answered"], record["wrong"], strict=True) if a]
        print(f"  {record['texts']} texts: answered and wrong of {record['asked']}, by cut: {steps[60::6]}")


def _print_hits(
    mode: str, sets: Mapping[str, Mapping[int, SignalSet]], weights: Weights, without: Mapping[str, Weights]
) -> None:
    print(f"{mode}: {weights}")
    for name, states in sets.items():
        for state, one in states.items():
            seen, unseen = ([hits_at(one, learned, most) for most in (1, 3)] for learned in (weights, without[name]))
            print(
                f"  {name}, {state} variants: hit@1 {unseen[0]:.3f}, hit@3 {unseen[1]:.3f} left out;"
                f" {seen[0]:.3f}, {seen[1]:.3f} learned from"
            )


if __name__ == "__main__":
    main()
