"""The kind of thing that a question asks for, the kinds that a text says, and questions about the asker's own case.

A question may have the topic of an entry and ask for something that its answer does not say: an amount, a
count, a deadline, a place, a reason.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

from knowledge.amounts.grammar import amounts

NUMBER = r"[0-9一二三四五六七八九十百千万]"
COUNTERS = (*"件枚点台冊本着袋箱通部社店口桁行列泊杯品室科色倍番", "種類", "コマ", "ポイント")
UNITS = {  # kind: its units, as a question asks (何人) and as a text says (3人)
    "persons": r"人|名(?!前)|様",
    "age": r"歳|才",
    "weight": r"kg|キロ|グラム",
    "length": r"cm|センチ|mm|ミリ|メートル|インチ",
    "share": r"%|パーセント|割(?!引)",
    "minutes": r"分",
    "hours": r"時間?",
    "days": r"日",
    "weeks": r"週",
    "months": r"[かヶヵカケ]?月",
    "years": r"年",
    "floor": r"階",
    "times": r"回|度",
    "bytes": r"GB|MB|KB",
    "letters": r"文字|字",
    "animals": r"頭|匹",
    "pieces": r"個|つ",
    **{unit: unit for unit in COUNTERS},
}
TIMES = frozenset({"minutes", "hours", "days", "weeks", "months", "years"})
ASKS = {  # kind: how a question asks for it
    **{kind: re.compile(rf"(?:何|なん)\s*(?:{units})") for kind, units in UNITS.items()},
    "money": re.compile(
        r"いくら(?!でも)|なんぼ|何円|値段|金額|ハウマッチ"
        r"|(?:料金|費用|代金|代|価格|手数料|送料)(?:は|って|が|を|$|教え|\s)"
    ),
    "time": re.compile(r"いつ|何時|何日|何月|何曜|期限|締め?切|タイミング|(?:時期|日程)は"),
    "reason": re.compile(r"なぜ|なんで|どうして|何で(?!き)|理由"),
    "number": re.compile(r"どの[くぐ]らい|どれ(?:[くぐ]らい|だけ)|どんくらい|どんだけ|上限|最大|何倍"),
    "place": re.compile(r"どこ|何処|場所|どちらに|どの店|どの階"),
}
SAYS = {  # kind: how a text says one
    **{kind: re.compile(rf"{NUMBER}[,.0-9]*\s*(?:{units})") for kind, units in UNITS.items()},
    "money": re.compile(rf"{NUMBER}[,.0-9]*\s*(?:円|銭)|無料|かかりません|不要"),
    "time": re.compile(r"当日|翌日|前日|即日|曜|毎[日月週年]|平日|土日|年末|月末|深夜|以内|24時間"),
    "reason": re.compile(r"ため|ので|理由|から(?!お|ご|申|手|ログ|、|予約|設定)"),
    "place": re.compile(
        r"フロント|窓口|受付|階|ページ|画面|サイト|店舗|駅|口|センター|横|隣|前|内|庁舎|ホーム|アプリ|メニュー"
    ),
}
RECENT = "昨日|きのう|さっき|先ほど|先程|さきほど|先週|今朝|けさ|おととい|一昨日|先日|この前|こないだ|先月|今日"
SELF = "私|わたし|うち|わし|俺|僕|自分|主人|旦那|妻|弊社|当社|娘|息子|母|父|子"
OWN_CASE = re.compile(
    rf"(?:{RECENT})[^。？?]{{0,25}}(?:た|だ|まし|てる|てます|とる|とります|てない|てません|っけ)"
    r"|もう[^。？?]{0,14}(?:ました|たか|ています|てます|った|た)[かの？?]"
    rf"|(?:{SELF})の[^。？?]{{0,15}}(?:いつ|何|いくら|あと|残|確認|届|番号|予約|ポイント)"
    r"|っけ[？?。]?$|でしたかい?ね|(?:見て|調べて|確認して)(?:もらえ|いただけ|ほしい|くれ)|あと何"
    r"|私(?:が|は)(?:取った|申し込んだ|予約した|頼んだ)"
)


@lru_cache(maxsize=20_000)
def asked_kinds(question: str) -> frozenset[str]:
    """The kinds of things that a question asks for: "money", "days", "place" …; mostly none."""
    text = unicodedata.normalize("NFKC", question)
    return frozenset(kind for kind, pattern in ASKS.items() if pattern.search(text))


@cache
def said_kinds(text: str) -> frozenset[str]:
    """The kinds of things that a text says."""
    normal = unicodedata.normalize("NFKC", text)
    said = {kind for kind, pattern in SAYS.items() if pattern.search(normal)}
    if said & TIMES:
        said.add("time")
    if said - {"time", "reason", "place"}:
        said.add("number")
    return frozenset(said)


def missing_kinds(question: str, text: str) -> frozenset[str]:
    """The kinds that a question asks for and `text` does not say."""
    asked = asked_kinds(question)
    if not asked:
        return asked
    said = said_kinds(text)
    return frozenset(kind for kind in asked if kind not in said and not (kind in TIMES and "time" in said))


def missing_figures(question: str, texts: Iterable[str]) -> frozenset[tuple[float, str]]:
    """The figures of a question, each a number and its unit, that none of the texts has."""
    asked = _figures(question)
    return asked.difference(*map(_figures, texts)) if asked else asked


@lru_cache(maxsize=20_000)
def _figures(text: str) -> frozenset[tuple[float, str]]:
    return frozenset((amount.number, amount.unit.name) for amount in amounts(text))


@lru_cache(maxsize=20_000)
def is_own_case(question: str) -> bool:
    """True when a question is about what happened to the asker, or stands in their account: no FAQ can know that."""
    return bool(OWN_CASE.search(unicodedata.normalize("NFKC", question)))
