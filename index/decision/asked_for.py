"""The kind of thing that a question asks for, and the kinds that a text says.

A question may have the topic of an entry and ask for something that its answer does not say: an amount, a
count, a deadline, a place, a reason, the words of a text.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

from knowledge.amounts.grammar import amounts

NUMBER = r"[0-9一二三四五六七八九十百千万数]"
COUNTERS = (*"枚点台冊着袋箱部社店口桁行列泊杯品室科色倍番", "種類", "コマ", "ポイント")
SPAN = r"(?:間|以[内上]|前|後|くらい|ぐらい|ほど|程度|かか|待|経|のうち|空け|で(?!す|しょ))"  # behind a length of time
UNITS = {  # kind: its units, as a question asks (何人) and as a text says (3人)
    "persons": r"人|名(?!前|称|義|刺|目)|様",
    "age": r"歳|才",
    "weight": r"kg|キロ|グラム",
    "length": r"cm|センチ|mm|ミリ|メートル|インチ",
    "share": r"%|パーセント|割(?!引)",
    "seconds": r"秒|コール",
    "minutes": r"分(?!か|から)",
    "time of day": r"時(?!間|点)",
    "hours": r"時間",
    "days": rf"(?:営業日|日{SPAN})",
    "date": rf"日(?!{SPAN}|本|常|程)",
    "weeks": r"週",
    "months": r"[かヶヵカケ]?月",
    "years": r"年",
    "floor": r"階",
    "times": r"回(?!線)|度|件|本|通(?![りじ])",
    "bytes": r"GB|MB|KB|メガ|ギガ|キロバイト",
    "letters": r"文字|字",
    "animals": r"頭|匹",
    "pieces": r"個|つ",
    **{unit: unit for unit in COUNTERS},
}
COUNTED = frozenset(UNITS)
TIMES = frozenset({"seconds", "minutes", "hours", "time of day", "days", "date", "weeks", "months", "years"})
ALSO = {  # kind: others that answer a question for it
    "seconds": {"minutes"},
    "minutes": {"seconds", "hours"},
    "hours": {"minutes"},
    "time of day": {"clock"},
    "days": {"weeks", "day"},
    "date": {"days", "day"},
    "weeks": {"days", "months"},
    "months": {"days", "weeks", "years"},
    "years": {"months"},
    "time": {*TIMES, "day", "clock"},
    "number": COUNTED | {"money"},
}
HOW_MANY = re.compile("何|なん")
ASKS = {  # kind: how a question asks for it, where it is none of UNITS
    "money": (
        r"いくら(?!でも)|なんぼ|幾ら|何円|ハウマッチ|how much"
        r"|(?:値段|金額|料金|費用|代金|価格|手数料|送料|単価)(?:は|って|を|も)?\s*(?:[?？。]|$|教え|おしえ|知り|おいくら|どれ|どの)"
    ),
    "time": (
        r"(?<![まそこあど])いつ(?!も|でも|か(?!ら)|の間|つ|ば|ご)|何曜|期限|締め?切|タイミング|(?:時期|日程)は"
        r"|(?:^|[.!?,] )[Ww]hen (?:do|does|is|are|can|will|should)"
    ),
    "reason": (
        r"なぜ|(?:^|[、。?!\s]|[はがの]|って)なんで(?!す|しょ|も)|どうして(?!も)|何で(?=(?:です|だ)?[?？]|こ|だめ|駄目|でき)|理由"
    ),
    "number": r"どの[くぐ]らい|どれ(?:[くぐ]らい|だけ)|どんくらい|どんだけ|上限|最大|何倍",
    "place": r"(?:どこ|何処)(?!でも|まで|よりも|の会社|かで)|場所|どの店|どの階",
    "wording": (
        r"(?:文言|条文|原文|全文|文字列)(?:を|は|って|そのまま|[?？])|一字一句|正確(?:に|な)|具体的に(?:は|何|なん|どの|どう)"
        r"|(?:何|なん)(?:と|て)(?:書|載)|サンプル|見本|ひな[形型]|雛[形型]|テンプレ|文例|そのまま(?:教|おしえ|ご?教示|見せ|コピ)"
    ),
}
SAYS = {  # kind: how a text says one, where it is none of UNITS
    "number": r"(?!)",  # always with a unit, see ALSO
    "money": (
        rf"{NUMBER}[,.0-9]*\s*(?:円|銭)|無料|同額|同じ料金|料金は同じ|不要|着払い|(?:かか|いただき|いただいてい)ませ[んず]"
    ),
    "day": r"当日|翌日|翌営業|前日|即日|初日|曜|毎日|平日|土日|[年月]末|月初|[上中下]旬",
    "clock": r"深夜|正午|24時間|終日|[0-9]:[0-9]{2}",
    "time": (
        r"以[内降]|まで|次第|時点|時から|同時|すぐ|直ちに|随時|いつでも|期限|翌|成立|(?:た|の|する)(?:後|あと)|(?:る|の)前|際に|毎[日月週年]"
    ),
    "reason": r"ため|ので|理由|から(?!お|ご|申|手|ログ|、|予約|設定)|ん?です。",
    "place": (
        r"フロント|窓口|受付|階|ページ|画面|サイト|店舗|駅|口|センター|横|隣|前|内|庁舎|ホーム|アプリ|メニュー|薬局|会社|課|欄|フォーム"
    ),
    "wording": r"「[^」]{2,}」|例[:：]",
}


NAMED = re.compile(
    r"「[^」]*」|\S{1,8}、?(?:と|って)いう(?=伝え|言い|書き|表)"
)  # a wording that is named, not asked for


@lru_cache(maxsize=20_000)
def asked_kinds(question: str) -> frozenset[str]:
    """The kinds of things that a question asks for: "money", "days", "place" …; mostly none."""
    text = NAMED.sub("", unicodedata.normalize("NFKC", question))
    kinds = (*UNITS, *ASKS) if HOW_MANY.search(text) else ASKS
    return frozenset(kind for kind in kinds if _asks(kind).search(text))


@lru_cache(maxsize=20_000)
def _says(text: str, kind: str) -> bool:
    """True when a text says something of a kind."""
    return bool(_said(kind).search(unicodedata.normalize("NFKC", text)))


@cache
def _asks(kind: str) -> re.Pattern[str]:
    """How a question asks for a kind; compiled when one may."""
    behind = "(?!か(?![からげ月])|も(?!ら)|でも|やっても)"
    return re.compile(ASKS[kind] if kind in ASKS else rf"(?:{HOW_MANY.pattern})\s*(?:{UNITS[kind]}){behind}")


@cache
def _said(kind: str) -> re.Pattern[str]:
    """How a text says a kind; compiled when a question asks for it."""
    return re.compile(SAYS[kind] if kind in SAYS else rf"{NUMBER}[,.0-9]*\s*(?:{UNITS[kind]})")


def missing_kinds(question: str, text: str) -> frozenset[str]:
    """The kinds that a question asks for and `text` does not say."""
    return frozenset(
        kind for kind in asked_kinds(question) if not any(_says(text, one) for one in (kind, *ALSO.get(kind, ())))
    )


def missing_figures(question: str, texts: Iterable[str]) -> frozenset[tuple[float, str]]:
    """The figures of a question, each a number and its unit, that none of the texts has."""
    asked = _figures(question)
    return asked.difference(*map(_figures, texts)) if asked else asked


@lru_cache(maxsize=20_000)
def _figures(text: str) -> frozenset[tuple[float, str]]:
    return frozenset((amount.number, amount.unit.name) for amount in amounts(text))
