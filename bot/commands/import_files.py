"""`faqbot import`: take what editors changed in files, three-way and through the gate."""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.app import App
from bot.gate.proposal import Proposal, PublishRefused
from bot.terminal.changes import MAX_LINES, conflict_lines, impact_json, problem_json, proposal_text
from bot.terminal.progress import with_progress
from bot.wording.changes import REFUSED_DRY_RUN
from knowledge.errors import KnowledgeError, Problem
from knowledge.folder import entries_at, folder_at, read_incoming
from knowledge.revisions.merge import Merge, merge_files
from knowledge.shipping import check_for, claim_for


@dataclass
class Import:
    """An import as far as it came."""

    merged: Merge
    proposal: Proposal | None = None  # None where the files change nothing
    revision: int | None = None  # None where nothing is published
    errors: Sequence[Problem] = ()


def run(options: argparse.Namespace, app: App) -> int:
    """Import, or only show what would happen; returns 1 with errors, conflicts or a refusal."""
    if not options.json:
        app.watch = with_progress
    done = Import(Merge())
    try:
        _import(done, options, app)
    except KnowledgeError as error:
        done.errors = error.problems
    except PublishRefused as error:
        done.errors = [Problem(error.message, error.hint)]
    print(json.dumps(_json(done), ensure_ascii=False) if options.json else "\n".join(_lines(done, options, app)))
    refused = bool(done.proposal and done.proposal.impact.refused and not options.override)
    return 1 if done.errors or done.merged.conflicts or refused else 0


def _import(done: Import, options: argparse.Namespace, app: App) -> None:
    """Read, merge, propose and publish; `done` tells how far it came when an error ends it."""
    for folder in filter(None, map(folder_at, options.paths)):
        (check_for if options.dry_run else claim_for)(app.store, folder)
    incoming = read_incoming(options.paths)
    shipped = [entries_at(path).resolve() for path in options.paths] == [app.settings.knowledge.entries]
    merged = done.merged = merge_files(app.store, incoming, shipped=shipped)
    if merged.changes:
        located = [item for one in incoming for item in one.located]
        reason = options.reason or f"{'、'.join(path.name for path in options.paths)} の取り込み"
        propose = app.publishing.measure if options.dry_run else app.publishing.propose
        done.proposal = propose(merged.change, options.editor, reason, located=located)
        if not options.dry_run:
            done.revision = app.publishing.publish(done.proposal, options.editor, override=options.override)
    if any(merged.noted) and not options.dry_run:
        app.store.note_shipped(*merged.noted)


def _json(done: Import) -> dict[str, Any]:
    proposal = done.proposal
    return {
        **{name: getattr(done.merged, name) for name in ("added", "changed", "removed", "conflicts")},
        "lists": [name.value for name in done.merged.lists],
        "errors": list(map(problem_json, done.errors)),
        "warnings": [*map(problem_json, (*done.merged.warnings, *(proposal.problems if proposal else ())))],
        "impact": list(map(impact_json, proposal.impact.lines)) if proposal else [],
        "refused": len(proposal.impact.refused) if proposal else 0,
        "proposal": (proposal.id or None) if proposal else None,
        "revision": done.revision,
    }


def _lines(done: Import, options: argparse.Namespace, app: App) -> Iterator[str]:
    yield from map(str, done.errors)
    merged = done.merged
    counts = (("追加", merged.added), ("変更", merged.changed), ("削除", merged.removed), ("競合", merged.conflicts))
    lists = "".join(f"・{name.label} 変更" for name in merged.lists)
    if merged.changes or not done.errors:  # else it did not come so far
        yield "・".join(f"{name} {len(ids)}" for name, ids in counts) + lists
    yield from map(str, merged.warnings)
    yield from conflict_lines(merged)
    if done.proposal:
        yield proposal_text(done.proposal, app.faq.question_of)
        if len(done.proposal.impact.lines) > MAX_LINES:
            yield "  （影響は --json ですべて出ます）"
    yield _result(done, options)


def _result(done: Import, options: argparse.Namespace) -> str:
    if done.errors:
        return "何も取り込みませんでした。"
    if done.proposal is None:
        return "変更はありません。"
    if options.dry_run and done.proposal.impact.refused and not options.override:
        return REFUSED_DRY_RUN
    if options.dry_run:
        return "確認だけを行いました。取り込むには --dry-run を外してください。"
    if done.revision is None:
        return f"ほかの編集者の承認を待っています（提案 {done.proposal.id}）。"
    return f"第{done.revision}版を公開しました。"
