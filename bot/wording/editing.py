"""Editing in words, the same at every door: the hints of an entry's fields, a proposal's heading, its refusal."""

from knowledge.entry import Status
from knowledge.labels import STATUS_LABELS
from knowledge.questions.audits import AuditVerdict
from knowledge.revisions.store import Change
from knowledge.site import Site

STATUSES = {status.value: label for status, label in STATUS_LABELS.items()}
VALIDITY_HINT = "2027-04-01（その日1日を含む）または 2027-04-01T09:00（日本時間）"
HINTS = {
    "id": "英小文字・数字・ハイフン。空なら自動で付けます",
    "question": "質問する人がそのまま読む、代表の質問",
    "variants": "ほかの尋ね方を1行に1つ。多いほど見つかりやすくなります",
    "answer": "結論から。「- 」で始まる行は箇条書き、**太字**、[文字](https://…) が使えます",
    "url": "もとになったページ（https://…）",
    "valid_from": VALIDITY_HINT,
    "valid_to": VALIDITY_HINT,
    "as_of": "もとのページを確かめた日",
    "review_by": "次に確かめる日",
    "note": "担当者だけに見えます",
    "owner": "この項目を確かめる人や部署",
}
DECLINES = "公開できる回答がない（担当者をご案内します）"
NO_ANSWER = "「{question}」については、公開している回答がありません。{contact}"
ASK_STAFF = "担当者にお問い合わせください。"
REASON_HINT = "履歴に残ります（例: 10月の料金改定）"
OWN = "ご自身の提案は承認できません。ほかの編集者の承認をお待ちください。"
JUDGED_WRONGLY = (
    "判定のほうが間違っていたら、先に判定を直します。Slackでは「この質問の正解」、社内のページでは「言葉と判定」の「判定つき質問」、"
    "ファイルでは judged.tsv（Excelでは「判定つき質問」のシート）を直して `faqbot import` です。"
)
STOPPED = "公開が止まる変化があります。内容を直すか、承知で公開する理由を書いてください。"
REFUSED = f"{STOPPED}{JUDGED_WRONGLY}"
UNLINKED = (
    "取り下げる項目・消す項目は、ほかの{number}件の「関連」から一緒に外れます。"
    "社内のページの「履歴」で「この版の変更を取り消す」を押すと、元に戻ります。"
)
WITHDRAWN = "提案を取り下げました。公開中の内容は変わっていません。"
HEADINGS = {
    Status.PUBLISHED: "質問した人にはこう表示されます",
    Status.DRAFT: "下書き（表示されません）",
    Status.RETIRED: "取り下げ（表示されなくなります）",
}
WHY_JUDGE = (
    "正解の分かっている質問は、公開の前に答えが悪くならないかを確かめ、どこまで直接答えるかを決めるもとになります。"
)
JUDGED_AS_ASKED = "1行に1つ、尋ねられたとおりに。個人や会社が分かる語は消してください"
NOTHING_FITS = "回答してはいけない（合う項目が無い）"
NO_CHOICE = "正しい項目を選んでください。"
NO_LONGER = "この項目はなくなりました。ほかを選んでください。"
VERDICTS = {
    AuditVerdict.RIGHT: "正しい",
    AuditVerdict.WRONG: "間違い",
    AuditVerdict.UNCLEAR: "分からない",
}  # on an answer


def proposal_heading(change: Change) -> str:
    """The name of a proposal: the first question, id or list that it changes, and how many more there are."""
    titles = [*(entry.question for entry in change.put), *change.remove, *(name.label for name in change.lists)]
    return titles[0] + (f" ほか{len(titles) - 1}件" if len(titles) > 1 else "")


def no_public_answer(question: str, site: Site) -> str:
    """The answer with which an entry that has none to give begins: it says so, and whom to ask."""
    is_sentence = site.contact.endswith("。")
    return NO_ANSWER.format(question=question, contact=site.contact if is_sentence else ASK_STAFF)
