"""What an editor sees before and after a publish: the reply as prospects will see it, and the impact."""

from collections.abc import Callable, Sequence

from bot.proposal import Proposal
from bot.slack.views.blocks import Block, actions, button, context, divider, header, modal, paragraph, text_input
from bot.slack.views.entry import Shown, answer_blocks
from bot.slack.views.form import problem_block
from bot.slack.views.reply import Message
from bot.wording.changes import field_line, impact_line, impact_summary
from knowledge.entry import Entry, Status

MAX_PROBLEMS = 5
MAX_LINES = 12  # questions of the impact that are listed
REFUSED = "公開できない変化があります。内容を直すか、承知で公開する理由を書いてください。"


def working_modal(text: str) -> Block:
    """What is shown while something takes its seconds."""
    return modal("お待ちください", [paragraph(text)], "working")


def proposal_modal(
    proposal: Proposal,
    shown: Sequence[Shown],
    question_of: Callable[[str], str],
    *,
    review: bool,
    approving: bool,
    own: bool,
) -> Block:
    """Preview, changed fields, warnings and impact, with 公開 (or 承認) at its end."""
    stored = proposal.stored
    blocks: list[Block] = []
    for one in shown:
        blocks += [context(_preview_heading(one.entry)), *answer_blocks(one), divider()]
    for change in proposal.differences:
        blocks.append(paragraph(f"{change.kind}: {change.question}"))
        if change.before and change.after:
            blocks += [context(field_line(field)) for field in change.fields()]
    blocks += [problem_block(problem) for problem in proposal.problems[:MAX_PROBLEMS]]
    left = len(proposal.problems) - MAX_PROBLEMS
    blocks += [context(f"注意がほかに{left}件あります")] if left > 0 else []
    blocks += [divider(), header("影響"), paragraph(impact_summary(proposal.impact))]
    lines = proposal.impact.lines
    blocks += [
        context(f"{'✕' if line in proposal.impact.refused else '・'} {impact_line(line, question_of)}")
        for line in lines[:MAX_LINES]
    ]
    blocks += [context(f"ほか{len(lines) - MAX_LINES}件")] if len(lines) > MAX_LINES else []
    blocks += [divider()]
    if not approving:
        hint = "履歴に残ります（例: 10月の料金改定）"
        blocks.append(text_input("変更の理由", "reason", initial=stored.reason, hint=hint))
    if proposal.impact.refused and not stored.override and not (approving and own):
        blocks += [paragraph(REFUSED), text_input("承知で公開する理由", "override", optional=True)]
    elif stored.override:
        blocks.append(context(f"承知で公開する理由: {stored.override}"))
    if approving:
        blocks += actions(button("提案を取り下げ", "withdraw_proposal", proposal.id, "danger"))
    if approving and own:
        blocks.append(context("ご自身の提案は承認できません。ほかの編集者の承認をお待ちください。"))
    submit = ("" if own else "承認して公開") if approving else "承認を頼む" if review else "公開"
    return modal("公開前の確認", blocks, "publish_submitted", submit=submit, metadata=proposal.id)


def published_modal(revision: int, answered: Sequence[tuple[str, Sequence[Block]]]) -> Block:
    """What is live now: for each changed question, what prospects get for it."""
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
    """Why nothing was published, with the way back to the entry."""
    again = button("最新の内容を編集", "edit_entry", entry_id) if entry_id else None
    return modal("公開していません", [paragraph(f"{text}\n→ {hint}" if hint else text), *actions(again)], "failed")


def waiting_message(proposal: Proposal, editor: Block) -> Message:
    """What the editors' channel is told of a proposal that waits."""
    questions = "\n".join(f"{change.kind}: {change.question}" for change in proposal.differences[:10])
    blocks = [
        editor,
        paragraph(questions),
        context(f"理由: {proposal.stored.reason or '（なし）'}　{impact_summary(proposal.impact)}"),
        *actions(button("見る", "show_proposal", proposal.id, "primary")),
    ]
    return Message("承認を待っている提案があります", blocks)


def _preview_heading(entry: Entry) -> str:
    match entry.status:
        case Status.PUBLISHED:
            return "質問した人にはこう表示されます"
        case Status.DRAFT:
            return "下書き（表示されません）"
        case Status.RETIRED:
            return "取り下げ（表示されなくなります）"
