"""Questions that one sentence joins."""

import re
from collections.abc import Sequence

from index.message.frames import FURTHER
from index.message.phrases import QUESTION_WORD

LEAST_PIECE = 2  # characters of a question that is cut off
MAX_PIECES = 3  # of one sentence; more are asked together
JOINS = (
    # 何日か、いくらか · …ですかねそれから…ですか; それとも chooses within one question
    (
        rf"(?<=か)(?:ね|いな)?(?:と?[、,]\s*(?!それとも|または|あるいは)(?:{FURTHER}|また)?|と?{FURTHER})[、,]?\s*"
        r"(?=.{4,}か(?:[、。?？とをものがにねい]|$|教|知|聞|どう|気))"
    ),
    # 安くなりますか、あと見積書も欲しいです
    r"(?<=か)[、,]\s*(?:あと|それと)(?!の|で|も)\s*(?=.{4,}(?:です|ます|たい|ほしい|欲しい))",
    # 断ってもらえるのかっていうのとあと…
    r"(?:って|と)いうのと[、,]?(?:あと|それと)?\s*",
    # …、それから… · …、また、…
    r"[、,]\s*(?:(?:それと(?!も)|それから|および|及び|並びに|ついでに|加えて)[、,は]?|(?:あと|また)[、,は])\s*",
    # 受けてもらえるのそれから…
    rf"(?<=[るいたん]の){FURTHER}[、,]?\s*(?=.{{4,}})",
    # 知らせてもらうのと掛けてもらうのの両方頼めますか
    r"(?<=[うくすつぬぶむる]の)と[、,]?\s*(?=.{4,}(?:両方|どちらも|どっちも|[2二]つ))",
    # 期間と、費用を教えて
    (
        r"(?:(?<=[一-龠ァ-ヶーか]と)|(?<=こと)と|(?<=[いたる]の)と)[、,]\s*"
        r"(?=.{3,}(?:教え|おしえ|知りたい|聞きたい|聞かせ|伺い|伺え|示し|お願い|回答|ですか))"
    ),
    r"(?:および|及び|並びに|ならびに)",
    # 月額の一覧と対応時間を教えて, but not 月額と年額の違いを教えて
    (
        r"(?<=[一-龠ァ-ヶー])と(?=[一-龠ァ-ヶー][^、。と]{1,14}(?:教え|おしえ|知りた|聞かせ|ご教示|伺[いえ]))"
        r"(?!.*(?:違|ちがい|差|比較|関係|ど[ちっ]|順番|の間))"
    ),
    (
        r",?\s+and\s+(?:also\s+)?"
        r"(?=(?:how|what|when|where|which|who|why|can|could|do|does|is|are|will|would|may|should)\b)"
    ),
    r"[,，]\s*(?:另外|还有|而且|그리고)\s*",
)
JOINED = re.compile("|".join(JOINS))
COUNTED_THINGS = re.compile(  # 時間、届き方、種類の3つを教えてください
    r"([^。か]+?[、,と・][^。か]+?)の[2-5二三四五](?:つ|点)((?:を|について|です|、)[^。]{0,24}[。！!\s]*)"
)
THING = re.compile(r"[、,・]\s*|(?<=[一-龠ァ-ヶー方])と(?=[一-龠ァ-ヶー])")
CLAUSE = re.compile(r"(?<=[てでし])[、,]\s*")  # いつから使えて、いくらかかるのか
NAMED = re.compile(r"(?:[一-龠ァ-ヶー]|[扱払使違]い|かどうか)[。\s]*$")  # without a sentence: 休みと、時間外の扱い
WANTED = re.compile(
    r"(?:を|について)(?:教え|おしえ|知りた|聞かせ|ご?教示|伺[いえ]|うかが[いえ]|お?示し)[^、。]*[。\s]*$"
)
NAMES = re.compile(
    r"\s*[・／]\s*|\s+/\s+|(?<![うくすつぬふむゆるぐずづぶ])と[、,]\s*|(?<=[一-龠ァ-ヶー])と(?=[一-龠ァ-ヶー]+$)"
)


def joined_in(text: str) -> list[str]:
    """The questions that an asking sentence joins (「AかとBか」「AとBを教えて」), or the sentence."""
    pieces = [piece.strip() for piece in JOINED.split(text)]
    if counted := COUNTED_THINGS.fullmatch(text):
        *pieces, last = THING.split(counted.group(1))
        pieces.append(last + counted.group(2))
    elif len(pieces) == 1:
        clauses = CLAUSE.split(text)
        pieces = clauses if all(QUESTION_WORD.search(clause) for clause in clauses) else pieces
    return pieces if 2 <= len(pieces) <= MAX_PIECES and min(map(len, pieces)) >= LEAST_PIECE else [text]


def completed(questions: Sequence[str]) -> list[str]:
    """The questions of a message; a thing that is only named wants what the last one wants.

    料金 before 時間を教えて asks 料金を教えて.
    """
    wanted = WANTED.search(questions[-1])
    return [one + wanted.group() if wanted and NAMED.search(one) else one for one in questions]


def named_in(text: str) -> list[str]:
    """The things that a text names without a sentence (「料金・時間」), or the text."""
    return list(filter(None, NAMES.split(text))) if NAMED.search(text) else [text]
