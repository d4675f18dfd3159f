"""`faqbot import`: take what editors changed in files, three-way and through the gate."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

from tqdm import tqdm

from bot.app import App
from bot.proposal import Proposal, PublishRefused
from bot.wording.changes import REFUSED_DRY_RUN, field_line, first_change_lines, impact_lines, impact_summary
from index.review.impact import ImpactLine
from index.review.verdicts import Verdict
from knowledge.errors import KnowledgeError, Problem
from knowledge.files import yaml_reader
from knowledge.files.formats import read_files
from knowledge.revisions.merge import Merge, merge_files

MAX_LINES = 50  # of the changes and of the impact that are printed; removals always are, and --json has all


def run(options: argparse.Namespace, app: App) -> int:
    """Import, or only show what would happen; returns 1 with errors, conflicts or a refusal."""
    if not options.json:
        app.watch = lambda batches, total: tqdm(batches, total=total, desc="意味の準備", unit="組", file=sys.stderr)
    errors: list[Problem] = []
    merged, proposal, revision = Merge(), None, None
    try:
        incoming = read_files(options.paths)
        shipped = [path.resolve() for path in options.paths] == [yaml_reader.SHIPPED]
        merged = merge_files(app.store, incoming, shipped=shipped)
        if merged.put or merged.removed:
            located = [item for one in incoming for item in one.located]
            reason = options.reason or f"{'、'.join(path.name for path in options.paths)} の取り込み"
            propose = app.publishing.measure if options.dry_run else app.publishing.propose
            proposal = propose(merged.change, options.editor, reason, located=located)
            if not options.dry_run:
                revision = app.publishing.publish(proposal, options.editor, override=options.override)
        if merged.agreed and shipped and not options.dry_run:
            app.store.note_shipped(merged.agreed)
    except KnowledgeError as error:
        errors = list(error.problems)
    except PublishRefused as error:
        errors = [Problem(error.message, error.hint)]
    refused = bool(proposal and proposal.impact.refused and not options.override)
    if options.json:
        print(json.dumps(_json(merged, proposal, errors, revision), ensure_ascii=False))
    else:
        _print(merged, proposal, errors, app)
        print(_result(options, merged, proposal, revision, failed=bool(errors)))
    return 1 if errors or merged.conflicts or refused else 0


def _json(merged: Merge, proposal: Proposal | None, errors: Sequence[Problem], revision: int | None) -> dict[str, Any]:
    impact = proposal.impact.lines if proposal else ()
    return {
        **{name: getattr(merged, name) for name in ("added", "changed", "removed", "conflicts")},
        "errors": [error_json(problem) for problem in errors],
        "warnings": [error_json(problem) for problem in proposal.problems] if proposal else [],
        "impact": [impact_json(line) for line in impact],
        "refused": len(proposal.impact.refused) if proposal else 0,
        "proposal": (proposal.id or None) if proposal else None,
        "revision": revision,
    }


def error_json(problem: Problem) -> dict[str, Any]:
    """A problem with its place, None where it has none."""
    return {
        "file": problem.file or None,
        "sheet": problem.sheet or None,
        "row": problem.line or None,
        "column": problem.column or problem.field or None,
        "id": problem.entry_id or None,
        "message": f"{problem.message} {problem.hint}".strip(),
    }


def impact_json(line: ImpactLine) -> dict[str, Any]:
    """A question whose result changes."""

    def verdict(one: Verdict) -> dict[str, Any]:
        return {"decision": one.decision, "entry": one.entry_id}

    return {
        "query": line.query,
        "source": line.source.value,
        "expected": list(line.expected),
        "before": verdict(line.before),
        "after": verdict(line.after),
        "loss": line.loss.name.lower(),
        "at": line.at.isoformat() if line.at else None,
    }


def _print(merged: Merge, proposal: Proposal | None, errors: Sequence[Problem], app: App) -> None:
    for problem in errors:
        print(problem)
    counts = (("追加", merged.added), ("変更", merged.changed), ("削除", merged.removed), ("競合", merged.conflicts))
    print("・".join(f"{name} {len(ids)}" for name, ids in counts))
    print_conflicts(merged)
    if proposal:
        print_proposal(proposal, question_of(app))
        if len(proposal.impact.lines) > MAX_LINES:
            print("  （影響は --json ですべて出ます）")


def print_conflicts(merged: Merge) -> None:
    """Every conflict with what differs, live first."""
    for conflict in merged.conflicting:
        print(f"競合: {conflict.id} はファイルと公開中の両方で変わっています。公開中の内容を残しました。")
        for change in conflict.fields():
            print(f"  {field_line(change)}")


def print_proposal(proposal: Proposal, question: Callable[[str], str]) -> None:
    """What a proposal changes and does."""
    print("\n".join(first_change_lines(proposal.differences, MAX_LINES)))
    impact = proposal.impact
    print(f"影響: {impact_summary(impact)}（{impact.seconds:.1f}秒）")
    for line in impact_lines(impact, question, MAX_LINES):
        print(f"  {line}")
    for problem in proposal.problems:
        print(f"注意: {problem}")


def question_of(app: App) -> Callable[[str], str]:
    """What gives a live entry's question by its id."""

    def question(entry_id: str) -> str:
        entry = app.faq.entry(entry_id)
        return entry.question if entry else ""

    return question


def _result(
    options: argparse.Namespace, merged: Merge, proposal: Proposal | None, revision: int | None, *, failed: bool
) -> str:
    if failed:
        return "何も取り込みませんでした。"
    if proposal is None:
        return "変更はありません。"
    if options.dry_run and proposal.impact.refused and not options.override:
        return REFUSED_DRY_RUN
    if options.dry_run:
        return "確認だけを行いました。取り込むには --dry-run を外してください。"
    if revision is None:
        return f"ほかの編集者の承認を待っています（提案 {proposal.id}）。"
    return f"第{revision}版を公開しました。"
