"""A proposal before and after its publish: the reply as prospects will see it, and the impact."""

from collections.abc import Callable, Iterator, Sequence

from bot.gate.proposal import Proposal
from bot.slack.views.blocks import Block, actions, button, context, divider, header, modal, paragraph
from bot.slack.views.entry import EntryView, answer_blocks
from bot.slack.views.form import problem_block
from bot.slack.views.inputs import text_input
from bot.slack.views.message import SlackMessage
from bot.wording.changes import field_line, impact_line, impact_summary
from bot.wording.editing import HEADINGS, OWN, REASON_HINT, REFUSED
from bot.wording.entry_names import in_words, named_problem
from knowledge.changes import ChangeKind, ListChange

MAX_PROBLEMS = 5
MAX_LINES = 12  # questions of the impact that are listed


def proposal_modal(
    proposal: Proposal,
    shown: Sequence[EntryView],
    question_of: Callable[[str], str],
    *,
    review: bool,
    approving: bool,
    own: bool,
) -> Block:
    """Preview, changed fields, warnings and impact, with 公開 (or 承認) at its end."""
    blocks = [
        *(block for one in shown for block in (context(HEADINGS[one.entry.status]), *answer_blocks(one), divider())),
        *_changes(proposal, proposal.naming(question_of)),
        *_warnings(proposal, proposal.naming(question_of)),
        *(divider(), header("影響"), paragraph(impact_summary(proposal.impact))),
        *_impact(proposal, proposal.naming(question_of)),
        divider(),
        *_reasons(proposal, approving=approving, own=own),
    ]
    if approving:
        blocks += actions(button("提案を取り下げ", "withdraw_proposal", proposal.id, "danger"))
        blocks += [context(OWN)] if own else []
    submit = ("" if own else "承認して公開") if approving else "承認を頼む" if review else "公開"
    return modal("公開前の確認", blocks, "publish_submitted", submit=submit, metadata=proposal.id)


def published_modal(revision: int, answered: Sequence[tuple[str, Sequence[Block]]]) -> Block:
    """The revision that is live now, and what prospects get for each changed question."""
    blocks: list[Block] = [paragraph(f"第{revision}版を公開しました。")]
    for question, reply in answered:
        blocks += [divider(), context(f"「{question}」にはこの回答が返ります"), *reply]
    return modal("公開しました", blocks, "published")


def waiting_modal(proposal: Proposal) -> Block:
    """The proposal was handed in."""
    return modal(
        "承認待ち",
        [paragraph("ほかの編集者の承認を待っています。承認されると公開されます。"), context(f"提案 {proposal.id}")],
        "waiting",
    )


def failed_modal(text: str, hint: str, entry_id: str = "") -> Block:
    """The reason why nothing was published, with the way back to the entry."""
    again = button("最新の内容を編集", "edit_entry", entry_id) if entry_id else None
    return modal("公開していません", [paragraph(f"{text}\n→ {hint}" if hint else text), *actions(again)], "failed")


def waiting_message(proposal: Proposal, editor: Block) -> SlackMessage:
    """The message to the editors' channel about a proposal that waits."""
    questions = "\n".join(f"{change.kind}: {change.question}" for change in proposal.differences[:10])
    blocks = [
        editor,
        paragraph(questions),
        context(f"理由: {proposal.stored.reason or '（なし）'}　{impact_summary(proposal.impact)}"),
        *actions(button("見る", "show_proposal", proposal.id, "primary")),
    ]
    return SlackMessage("承認を待っている提案があります", blocks)


def _changes(proposal: Proposal, question_of: Callable[[str], str]) -> Iterator[Block]:
    for change in proposal.differences:
        yield paragraph(f"{change.kind}: {change.question}")
        if change.kind is ChangeKind.CHANGED:
            name = change.name if isinstance(change, ListChange) else None
            yield from (context(field_line(in_words(field, name, question_of))) for field in change.fields())
    if proposal.goes_along:
        yield context(proposal.goes_along)


def _warnings(proposal: Proposal, question_of: Callable[[str], str]) -> Iterator[Block]:
    yield from (problem_block(named_problem(one, question_of)) for one in proposal.problems[:MAX_PROBLEMS])
    if len(proposal.problems) > MAX_PROBLEMS:
        yield context(f"注意がほかに{len(proposal.problems) - MAX_PROBLEMS}件あります")


def _impact(proposal: Proposal, question_of: Callable[[str], str]) -> Iterator[Block]:
    lines, refused = proposal.impact.lines, proposal.impact.refused
    for line in lines[:MAX_LINES]:
        yield context(f"{'✕' if line in refused else '・'} {impact_line(line, question_of)}")
    if len(lines) > MAX_LINES:
        yield context(f"ほか{len(lines) - MAX_LINES}件")


def _reasons(proposal: Proposal, *, approving: bool, own: bool) -> Iterator[Block]:
    """The fields for the reason of a change, and for publishing it although its impact is refused."""
    stored = proposal.stored
    if not approving:
        yield text_input("変更の理由", "reason", initial=stored.reason, hint=REASON_HINT)
    if stored.override:
        yield context(f"承知で公開する理由: {stored.override}")
    elif proposal.impact.refused and not (approving and own):
        yield paragraph(REFUSED)
        yield text_input("承知で公開する理由", "override", optional=True)
