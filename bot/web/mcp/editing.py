"""The tools for editors: the gaps, and proposing a variant. Nothing here publishes."""

from dataclasses import replace
from typing import Annotated

from msgspec import Meta, Struct

from bot.exchange.gaps import GapObject, gap_object
from bot.gate.proposal import Proposal
from bot.gate.typed_entry import new_variants
from bot.web.mcp.asking import GONE, SEARCH_FIRST
from bot.web.mcp.tools import Tool, Tools
from bot.web.tokens import Holder
from bot.wording.changes import impact_line, impact_summary
from bot.wording.editing import REFUSED
from knowledge.entry_rules import MAX_QUESTION
from knowledge.errors import FaqError
from knowledge.revisions.proposals import ProposalState
from knowledge.revisions.store import Change

MAX_GAPS = 50
MAX_NEW = 20  # variants of one proposal
MAX_LINES = 20  # questions of an impact that are shown
NEXT = "まだ公開されていません。編集者が確かめ、`faqbot approve {id}` で公開、`faqbot withdraw {id}` で取り下げます。"


class GapsQuery(Struct, frozen=True):
    """How many gaps to list."""

    limit: Annotated[int, Meta(ge=1, le=MAX_GAPS)] = 10


class GapsResult(Struct, frozen=True):
    """The open gaps, most pressing first; `total` counts those that are not listed too."""

    gaps: tuple[GapObject, ...]
    total: int


class VariantProposal(Struct, frozen=True):
    """Other ways to ask the question of the entry `id`, and why they belong to it."""

    id: str
    variants: Annotated[
        tuple[Annotated[str, Meta(min_length=1, max_length=MAX_QUESTION)], ...], Meta(min_length=1, max_length=MAX_NEW)
    ]
    reason: Annotated[str, Meta(min_length=1, max_length=500)]


class ProposalResult(Struct, frozen=True, kw_only=True):
    """A proposal that waits for an editor, with the questions that it would change; `refused` of them forbid it."""

    proposal: str
    state: str
    variants: tuple[str, ...]
    considered: int
    changed: int
    refused: int
    summary: str
    questions: tuple[str, ...]
    warnings: tuple[str, ...]
    next: str


def list_gaps(tools: Tools, wanted: GapsQuery, _: Holder) -> GapsResult:
    """The questions that the bot could not answer. Raises FaqError."""
    gaps = tools.overview.gaps()
    return GapsResult(tuple(map(gap_object, gaps[: wanted.limit])), len(gaps))


def propose_variant(tools: Tools, wanted: VariantProposal, editor: Holder) -> ProposalResult:
    """Measure new variants of an entry and let them wait for an editor. Raises FaqError."""
    live = tools.publishing.live()
    entry = live.by_id.get(wanted.id)
    if entry is None:
        raise FaqError(GONE.format(entry_id=wanted.id[:64]), SEARCH_FIRST)
    added = new_variants(entry, wanted.variants)
    change = Change(put=(replace(entry, variants=entry.variants + added),))
    proposal = tools.publishing.propose(change, editor.name, wanted.reason, live.revision)
    tools.publishing.hand_in(proposal.stored)
    return _told(tools, proposal, added)


def _told(tools: Tools, proposal: Proposal, added: tuple[str, ...]) -> ProposalResult:
    impact = proposal.impact
    return ProposalResult(
        proposal=proposal.id,
        state=ProposalState.WAITING.value,
        variants=added,
        considered=impact.considered,
        changed=len(impact.lines),
        refused=len(impact.refused),
        summary=impact_summary(impact),
        questions=tuple(impact_line(line, proposal.naming(tools.faq.question_of)) for line in impact.lines[:MAX_LINES]),
        warnings=tuple(f"{problem.message}{problem.hint}" for problem in proposal.problems),
        next=NEXT.format(id=proposal.id) + (REFUSED if impact.refused else ""),
    )


EDITING = (
    Tool(
        "list_gaps",
        "答えられなかった質問を見る",
        "ボットが答えられなかった質問や、役に立たなかった質問を、意味ごとにまとめて、急ぐ順に返します（編集者用）。",
        GapsQuery,
        GapsResult,
        list_gaps,
        for_editors=True,
    ),
    Tool(
        "propose_variant",
        "言い方の追加を提案する",
        "項目に別の言い方を加える提案を作り、公開したら結果が変わる質問を返します。公開はしません。"
        "提案は、編集者が確かめるまで承認待ちになります（編集者用）。",
        VariantProposal,
        ProposalResult,
        propose_variant,
        for_editors=True,
        changes=True,
    ),
)
