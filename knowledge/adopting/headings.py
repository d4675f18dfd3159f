"""Headings of other people's FAQs: which field of an entry a column is, by what is written above it."""

import re
import unicodedata
from collections.abc import Sequence

FIELDS = ("question", "answer", "variants", "category", "url", "id", "status")
# A heading that ends with one of these is the field's; one that is longer still is, when no other field claims it.
WORDS: dict[str, tuple[str, ...]] = {
    "question": (
        *("質問", "問い", "お問い合わせ", "問い合わせ", "問合せ", "クエスチョン", "タイトル", "件名", "見出し"),
        *("question", "questions", "title", "subject", "よくある質問", "質問内容", "問い合わせ内容", "問合せ内容"),
        "相談",
    ),
    "answer": (
        *("回答", "答え", "返答", "返信", "アンサー", "本文", "解決方法", "解決策", "対処方法", "対応方法", "説明文"),
        *("answer", "answers", "response", "reply", "回答内容", "返事", "案内文"),
    ),
    "variants": (
        *("言い方", "言い換え", "言いかえ", "類似質問", "類義質問", "別表現", "別名", "質問例", "聞き方", "尋ね方"),
        *("バリエーション", "variants", "variant", "variations", "alternatives", "utterances", "phrases"),
    ),
    "category": (
        *("カテゴリ", "カテゴリー", "分類", "区分", "ジャンル", "種別", "種類", "グループ", "テーマ"),
        *("category", "categories", "section", "genre", "topic", "group"),
    ),
    "url": ("url", "リンク", "リンク先", "link", "出典", "参照先", "参考ページ"),
    "id": ("id", "番号", "no", "コード", "slug"),
    "status": (
        *(
            "公開",
            "非公開",
            "未公開",
            "掲載",
            "非掲載",
            "表示",
            "非表示",
            "状態",
            "状況",
            "ステータス",
            "公開フラグ",
            "公開設定",
        ),
        *(
            "公開区分",
            "公開可否",
            "公開範囲",
            "公開有無",
            "非公開フラグ",
            "表示フラグ",
            "掲載可否",
            "status",
            "visibility",
        ),
        *("published", "public", "private", "hidden"),
    ),
}
ALONE: dict[str, tuple[str, ...]] = {  # only when the heading says nothing else
    "question": ("q", "問", "faq", "内容", "項目"),
    "answer": ("a", "答", "内容", "説明", "body", "text", "content", "対応"),
    "category": ("section", "大項目", "中項目"),
    "url": ("ページ", "参考", "source"),
    "id": ("code", "key", "#"),
}
# Headings about a question that are none of its fields.
OTHERS = re.compile(
    "関連|日時?$|日付|時刻|回数|件数|者$|者名|氏名|部署|担当|更新|作成|登録|備考|メモ|状態|ステータス|公開|順|優先|閲覧"
    "|date|status|memo|author|owner"
)
DECORATION = re.compile(r"[\s（）()【】\[\]「」『』<>:：*※・_./。、-]+|必須|任意|required|optional")
REMARK = re.compile(r"[(【\[].*?[)】\]]")  # 回答（そのまま読めるように）
ABOUT = re.compile("(?<=.)(?:の(?:内容|文章?)|文章|欄)$")  # 質問の内容
HONORIFIC = re.compile("^[ごお](?=質問|回答|答え|相談|返事|案内)")
VAGUE = ("内容", "項目", "説明", "対応", "body", "text", "content", "faq")  # which tables of other things have too
TRAILING_NUMBER = re.compile(r"\d+$")
MAX_HEADING = 30  # characters
SURE = 50  # the likelihood of a heading that ends with a word for the field, or more


def likelihood(heading: str, field: str) -> int:
    """How surely a heading names the field: 0 for not at all, more for more of it said."""
    text = _folded(heading)
    if not text or len(text) > MAX_HEADING or (field != "status" and OTHERS.search(text)):
        return 0
    words, alone = WORDS[field], ALONE.get(field, ())
    if text in words:
        return 200
    if text in alone:
        return 100 - alone.index(text)
    ends = max((len(word) for word in words if text.endswith(word)), default=0)
    if ends:
        return SURE + ends
    return 0 if field == "status" else _inside(text, words)


def is_clear(heading: str, field: str) -> bool:
    """True when a heading names the field, and tables of other things would not have it."""
    return likelihood(heading, field) >= SURE and _folded(heading) not in VAGUE


def _inside(text: str, words: Sequence[str]) -> int:
    """The length of the longest word within a text, 0 for none; "no" and "id" stand in many."""
    return max((len(word) for word in words if word in text and word not in WORDS["id"]), default=0)


def field_of(heading: str) -> str | None:
    """The field that a heading most surely names, None for none."""
    found = max(FIELDS, key=lambda field: likelihood(heading, field))
    return found if likelihood(heading, found) else None


def _folded(heading: str) -> str:
    text = unicodedata.normalize("NFKC", heading).casefold()
    said = _bare(REMARK.sub("", text))
    return _bare(text) if not said or said in VAGUE else said


def _bare(text: str) -> str:
    text = DECORATION.sub("", text)
    return HONORIFIC.sub("", ABOUT.sub("", TRAILING_NUMBER.sub("", text) or text))
