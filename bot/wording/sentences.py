"""The bot's own sentences, the same at every door. Answers never come from here: they are curated."""

from typing import assert_never

from bot.reply import Reply
from bot.wording.languages import language_line
from index.decision.decision import Reason
from index.gaps.gaps import Trend
from index.message.message import MAX_QUESTIONS, MessageKind
from index.parameters import MAX_QUERY
from knowledge.entry import Entry
from knowledge.questions.feedback import FeedbackKind, UnhelpfulReason
from knowledge.questions.gap_questions import GapKind
from knowledge.site import Site

UNDATED = "掲載当時の内容です。"
DATED = "{year}年{month}月{day}日に確認した内容です。"
SUGGEST = "お尋ねの内容は、次のどれかに近いでしょうか。"
QUESTION_OF_SEVERAL = "ご質問{number}: {asked}"
SUGGEST_AGAIN = "先ほどはお役に立てなかったようです。次のどれかに近いでしょうか。担当者にもお尋ねいただけます。"
NONE_OF_THESE = "どれでもない"
NONE_OF_THESE_REPLY = "お役に立てず申し訳ありません。いただいたご質問は、今後の改善に使わせていただきます。"
DIFFERENT = "ご質問の「{asked}」という数字は、この回答にはありません。回答にあるのは「{known}」です。"
UNASKED = "呼ばれていないご質問に、自動でお答えしました。続けてお尋ねになるときは、@{name} とメンションしてください。"
ANSWERED_IN_PART = "一度にお答えするのは、はじめの{limit}つのご質問までです。続きは、分けてお尋ねください。"
READ_IN_PART = "長いため、はじめの{limit:,}文字までを読みました。続きは、分けてお尋ねください。"
FOLLOWS = "「{question}」に続くご質問として読みました。"
PERSON = "担当者への連絡: {contact}"
PERSON_CALLED = "担当者への連絡方法をご案内します。"
COURTESY = "こちらこそありがとうございます。ほかにもご質問があれば、どうぞ。"
NOTHING_ASKED = "ほかにもご質問があれば、どうぞ。"
GO_ON = "はい、どうぞ。"
SHORTENED = "（続きはリンク先をご覧ください）"
GONE = "この項目は今は公開されていません。"
TOO_MANY = "短い時間にたくさんのご質問をいただいています。1分ほどおいてから、もう一度お尋ねください。"
STAFF_ONLY = "この操作は、登録された担当者だけが行えます。"
MEMBERS_ONLY = "この操作は、このワークスペースのメンバーだけが行えます（ゲストの方は行えません）。"
TOO_LATE = "時間がたったため、画面を開けませんでした。お手数ですが、もう一度ボタンを押してください。"
FAILED = "申し訳ありません。処理できませんでした。しばらくしてからもう一度お試しください。（受付番号 {reference}）"
DECISIONS = {"answer": "回答", "suggest": "候補", "abstain": "回答なし", "person": "担当者を希望"}  # as they are logged
FEEDBACK = {
    FeedbackKind.HELPFUL: "役に立った",
    FeedbackKind.UNHELPFUL: "役に立たなかった",
    FeedbackKind.ESCALATED: "担当者へ",
    FeedbackKind.UNWANTED: "この返信は不要",
}
REASONS = {
    UnhelpfulReason.OUTDATED: "内容が古い",
    UnhelpfulReason.OTHER_QUESTION: "聞きたいこととは違う",
    UnhelpfulReason.UNCLEAR: "分かりにくい",
}
GAP_KINDS = {
    GapKind.UNANSWERED: "回答なし",
    GapKind.NONE_OF_THESE: "どれでもない",
    GapKind.UNHELPFUL: "回答に「いいえ」",
    GapKind.ESCALATED: "担当者へ",
    GapKind.UNPRESSED: "候補が押されなかった",
}
TRENDS = {Trend.RISING: "↑", Trend.STEADY: "→", Trend.FALLING: "↓"}
NO_GAPS = "過去{days}日間に、答えられないままの質問はありません。"


def notice(entry: Entry, site: Site) -> str:
    """The notice under an answer: as of when it was right, and that it may have changed since.

    "" for a decline that has neither source nor date.
    """
    as_of = entry.as_of
    if entry.declines and not (entry.url or as_of):
        return ""
    return (DATED.format(year=as_of.year, month=as_of.month, day=as_of.day) if as_of else UNDATED) + site.notice


def is_aside(entry: Entry) -> bool:
    """True for a decline of talk that is no question: its heading is a sentence, and its answer alone is shown."""
    return entry.declines and not entry.url and entry.question.endswith("。")


def no_answer(reason: Reason, site: Site) -> str:
    """The sentence where no entry is shown."""
    match reason:
        case Reason.EMPTY:
            return site.empty
        case Reason.PERSON:
            return PERSON_CALLED
        case Reason.NOT_ASKED:
            return NOTHING_ASKED
        case Reason.UNKNOWN | Reason.DECLINED:
            return site.unknown
        case _:
            assert_never(reason)


def courtesy(reply: Reply, site: Site) -> str:
    """One line for a message that asks nothing: a greeting is greeted back, thanks are thanked for."""
    said = {MessageKind.THANKS: COURTESY, MessageKind.OTHER: GO_ON if reply.half else site.greeting}
    return "".join([*reading(reply), said.get(reply.message, NOTHING_ASKED)])


def reading(reply: Reply) -> list[str]:
    """The remarks that not everything was read or answered; they stand where nothing is shown, too."""
    left = [ANSWERED_IN_PART.format(limit=MAX_QUESTIONS)] if reply.is_left else []
    return [*([READ_IN_PART.format(limit=MAX_QUERY)] if reply.is_cut else []), *left]


def remarks(reply: Reply) -> list[str]:
    """The remarks of a reply, as lines.

    That not all of the question was read; that the reply is in Japanese, for those who ask in another language; the
    question that a follow-up was read with; figures that the answer lacks.
    """
    foreign = language_line(reply.query)
    follows = [FOLLOWS.format(question=reply.follows.question)] if reply.follows else []
    different = [
        DIFFERENT.format(asked=found.asked, known="」「".join(map(str, found.known))) for found in reply.differences
    ]
    return [*reading(reply), *([foreign] if foreign else []), *follows, *different]
