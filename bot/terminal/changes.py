"""Changes on the command line: a proposal with its impact, conflicts and faults, for people and for programs."""

from collections.abc import Callable, Iterator
from typing import Any

from bot.gate.proposal import Proposal
from bot.wording.changes import field_line, first_change_lines, impact_lines, impact_summary
from index.review.impact import ImpactLine
from index.review.verdicts import Verdict
from knowledge.errors import Problem
from knowledge.revisions.merge import Merge

MAX_LINES = 50  # of the differences and of the impact; removals are all listed, and --json has all


def proposal_text(proposal: Proposal, question_of: Callable[[str], str]) -> str:
    """The differences, the impact and the warnings of a proposal; `question_of` gives an entry's question by its id."""
    return "\n".join(_proposal_lines(proposal, question_of))


def _proposal_lines(proposal: Proposal, question_of: Callable[[str], str]) -> Iterator[str]:
    yield from first_change_lines(proposal.differences, MAX_LINES)
    impact = proposal.impact
    yield f"影響: {impact_summary(impact)}（{impact.seconds:.1f}秒）"
    yield from (f"  {line}" for line in impact_lines(impact, proposal.naming(question_of), MAX_LINES))
    yield from map(str, proposal.problems)


def conflict_lines(merged: Merge) -> Iterator[str]:
    """Each conflict with the fields that differ, the live ones first."""
    for conflict in merged.conflicting:
        yield f"競合: {conflict.id} はファイルと公開中の両方で変わっています。公開中の内容を残しました。"
        yield from (f"  {field_line(change)}" for change in conflict.fields())


def problem_json(problem: Problem) -> dict[str, Any]:
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
    return {
        "query": line.query,
        "source": line.source.value,
        "expected": list(line.expected),
        "before": _verdict_json(line.before),
        "after": _verdict_json(line.after),
        "loss": line.loss.name.lower(),
        "at": line.at.isoformat() if line.at else None,
    }


def _verdict_json(one: Verdict) -> dict[str, Any]:
    return {"decision": one.decision, "entry": one.entry_id}
