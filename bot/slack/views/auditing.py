"""The audit in Slack: one drawn answer after another with the buttons of a verdict, and an entry to confirm."""

from collections.abc import Sequence
from datetime import date, timedelta

from bot.gate.confirming import review_after
from bot.slack.views.blocks import Block, actions, button, context, divider, header, modal, paragraph
from bot.slack.views.entry import EntryView, answer_blocks
from bot.wording.editing import VERDICTS
from bot.wording.in_slack import cut
from knowledge.questions.audits import WEEK, AuditVerdict, SampledAnswer

STYLES = {AuditVerdict.RIGHT: "primary", AuditVerdict.WRONG: "danger", AuditVerdict.UNCLEAR: ""}
MAX_QUESTION = 1_000
ASKED = "この質問に、この回答は正しいですか"
DONE = "この週の判定は終わりました。「答えの点検」のページで、やり直せます。"
NONE = "この週に返した回答はありません。"
GONE = "返した回答は、履歴に残っていません。"
LOOK = "内容が今の決まりと合っていれば、「確認しました」を押してください。確認日が今日、見直し日が{day}になります。"


def audit_modal(
    week: date, drawn: Sequence[SampledAnswer], shown: SampledAnswer | None, view: EntryView | None
) -> Block:
    """The first answer that nobody judged, as it was shown, with a button for each verdict."""
    judged = sum(one.verdict is not None for one in drawn)
    ends = week + WEEK - timedelta(days=1)
    said = f"{week}から{ends}までの回答からくじで選んだ{len(drawn)}件のうち、{judged}件を判定しました。"
    if shown is None:
        return modal("答えの点検", [context(said), paragraph(DONE if drawn else NONE)], "audit")
    buttons = [button(label, f"verdict:{one.value}", shown.reference, STYLES[one]) for one, label in VERDICTS.items()]
    answer = answer_blocks(view) if view else [paragraph(GONE)]
    question = [header("質問"), paragraph(cut(shown.text, MAX_QUESTION)), divider()]
    return modal(
        "答えの点検", [context(said), *question, *answer, divider(), paragraph(ASKED), *actions(*buttons)], "audit"
    )


def confirm_modal(view: EntryView, base: int, today: date) -> Block:
    """An entry past its review as it is answered today, to be confirmed."""
    day, note = review_after(view.entry, today), view.entry.note
    dates = f"確認日 {view.entry.as_of or 'なし'}　見直し日 {view.entry.review_by or 'なし'}"
    blocks = [context(dates), *answer_blocks(view), *([context(f"社内メモ: {note}")] if note else []), divider()]
    metadata = {"entry": view.entry.id, "base": base}
    asked = [*blocks, paragraph(LOOK.format(day=day)), *actions(button("編集", "edit_entry", view.entry.id))]
    return modal("見直し", asked, "entry_confirmed", submit="確認しました", metadata=metadata)
