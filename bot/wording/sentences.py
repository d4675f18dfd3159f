"""The bot's own sentences, the same at every door. Answers never come from here: they are curated."""

from bot.reply import Reply
from index.gaps.gaps import Trend
from knowledge.entry import Entry
from knowledge.questions.feedback import UnhelpfulReason
from knowledge.questions.gap_questions import GapKind

UNDATED_NOTICE = "掲載当時の内容です。現在の規定と異なることがあります。"
DATED_NOTICE = "{year}年{month}月{day}日に確認した内容です。その後、規定が変わっていることがあります。"
EMPTY = (
    "ご質問の文が読み取れませんでした。"
    "たとえば「解約したい」「無料お試しは何日間ですか」のように、文字でお尋ねください。"
)
UNKNOWN = (
    "申し訳ありません。ご質問に合う回答が見つかりませんでした。"
    "このボットは、電話代行の解約・無料お試し・転送・番号・料金・お支払い・報告などの方針についてお答えしています。"
)
SUGGEST = "お尋ねの内容は、次のどれかに近いでしょうか。"
NONE_OF_THESE = "どれでもない"
NONE_OF_THESE_REPLY = "お役に立てず申し訳ありません。いただいたご質問は、今後の改善に使わせていただきます。"
DIFFERENT = "ご質問の「{asked}」という数字は、この回答にはありません。回答にあるのは「{known}」です。"
FOLLOWS = "「{question}」に続くご質問として読みました。"
PERSON = "担当者への連絡: {contact}"
SHORTENED = "（続きはリンク先をご覧ください）"
GONE = "この項目は今は公開されていません。"
TOO_MANY = "短い時間にたくさんのご質問をいただいています。1分ほどおいてから、もう一度お尋ねください。"
STAFF_ONLY = "この操作は、登録された担当者だけが行えます。"
MEMBERS_ONLY = "この操作は、このワークスペースのメンバーだけが行えます（ゲストの方は行えません）。"
TOO_LATE = "時間がたったため、画面を開けませんでした。お手数ですが、もう一度ボタンを押してください。"
FAILED = "申し訳ありません。処理できませんでした。しばらくしてからもう一度お試しください。（受付番号 {reference}）"
REASONS = {
    UnhelpfulReason.OUTDATED: "内容が古い",
    UnhelpfulReason.OTHER_QUESTION: "聞きたいこととは違う",
    UnhelpfulReason.UNCLEAR: "分かりにくい",
}
GAP_KINDS = {
    GapKind.UNANSWERED: "回答なし",
    GapKind.NONE_OF_THESE: "どれでもない",
    GapKind.UNHELPFUL: "役に立たない",
    GapKind.ESCALATED: "担当者へ",
    GapKind.UNPRESSED: "候補を選ばなかった",
}
TRENDS = {Trend.RISING: "↑", Trend.STEADY: "→", Trend.FALLING: "↓"}
NO_GAPS = "過去{days}日間に、答えられないままの質問はありません。"


def notice(entry: Entry) -> str:
    """The as-of notice under an answer: rules may have changed since the source was written."""
    if entry.as_of is None:
        return UNDATED_NOTICE
    return DATED_NOTICE.format(year=entry.as_of.year, month=entry.as_of.month, day=entry.as_of.day)


def remarks(reply: Reply) -> list[str]:
    """The remarks of a reply: the question that a follow-up was read with, and figures that the answer lacks."""
    follows = [FOLLOWS.format(question=reply.follows.question)] if reply.follows else []
    different = [
        DIFFERENT.format(asked=found.asked, known="」「".join(map(str, found.known))) for found in reply.differences
    ]
    return follows + different
