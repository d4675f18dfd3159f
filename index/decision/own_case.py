"""Questions about the asker's own case, and orders: what stands in an account or has to be done in it.

No FAQ can know the one nor do the other; a past event that is only told before a general question is neither.
"""

import re
import unicodedata
from functools import lru_cache

SENTENCE = re.compile(r"(?<=[。？?！!])\s*|\n+|(?<=です|ます|した|せん)\s+")
ASKING = ("?", "か", "か。", "っけ", "っけ。", "の", "かね", "かな", "!", "ください", "ください。")
RECENT = (
    r"(?:昨日|きのう|さっき|先ほど|先程|さきほど|先週|今朝|(?<![うどっだ])けさ(?!せ|き)|おととい|一昨日|先日|この前"
    r"|こないだ|先月|前回|今月|今日|今夜|(?:月|火|水|木|金|土|日)曜に)"
)
SELF = (
    r"(?:私|わたくし|わたし|うち(?!の?店)|わし|俺|おれ|僕|ぼく|自分|主人|旦那|妻|家内|弊社|当社|当院|当店|小社|娘|息子"
    r"|孫|母|父)(?:ども|ら|たち)?"
)
DONE = r"(?:ちゃんと|無事に?|もう|既に|すでに|きちんと|まだ|いま|今|現在)"
IS = (
    r"(?:て(?:い|おり)?(?:る|ます|まし|た)|と(?:る|ります)|(?:っ|い|ん|し|き|れ|め|え|け|せ|り|み|ち)(?:た|だ)|ました"
    r"|たでしょう|済み?|ず|(?:てい?|とり)?ませんか?)"
)
END = r"(?:の|ん|で(?:す|しょう)|かね?|かな|かいね?|やろ|か知り|さ|べ|じゃろ)*(?:[？?。！!]|$)"
STATE = re.compile(  # has it happened, how does it stand
    rf"{RECENT}[^。？?]{{0,30}}{IS}{END}"
    rf"|{SELF}の?[^。？?]{{0,25}}(?:てい?|とり?|ており)(?:る|ます|ました|た)(?:の|ん)?(?:で(?:す|しょう))?"
    r"(?:か[ねな]?|[？?])"
    rf"|{SELF}の[^。？?]{{0,22}}(?:ました|った|いた|んだ)(?:の|ん)?(?:で(?:す|しょう))?か"
    rf"|{DONE}[^。？?]{{0,16}}(?:届(?!け|出)|着(?!信)|通(?:[っりる])|済(?![まむ])|終わ[っり]|落ち|読め|入金|反映|受理|完了"
    r"|登録|進ん|でき(?:あ|上)?が?っ?て|切り替わ|引き落と)[^。？?]{0,8}(?:か|の|[？?])"
    r"|(?:届|着|通っ|着金し|入金され|反映され|受理され|完了し|登録され|進ん|切り替わっ|読め)(?:いて|で|て|い?と)(?:い|お)?"
    r"(?:る|ます|りま)[^。？?]{0,7}(?:か|[？?])"
    r"|(?:済み|完了)でしょうか|ことになって(?:る|い|お)|ことになっと"
)
RECORD = re.compile(  # a number or a date of the asker's own
    rf"{SELF}の(?!店|側)[^。？?、]{{0,15}}(?:いつ(?!も|で)|何(?:[番回時月日枚点件ポに]|です|でし|だ|[？?])"
    r"|なん(?:です|だ|[？?])|いくら|いくつ|あと|残り|どれ|どこまで|誰|番号(?:は|を?教|を?忘|[？?]|$))"
    r"|何番目|あと何|(?:何|いくつ|いくら|どれ|どちら|誰)(?:に|と)?(?:でし|なってい|なっと)(?:た|る|ます|りま|まし)"
    r"[^。？?]{0,6}[？?か]|(?:何の|どの)分(?:です|なの|でしょ)"
)
WISHED = r"(?:ください|下さい|ほしい|欲しい|ちょうだい|いただきたい|頼む|[！!]|$)"
ORDER = re.compile(  # look it up, change it
    rf"(?:調べて|照合して|確認して)(?:もらえ|いただけ|頂け|くれ|{WISHED})"
    r"|(?<!教え)(?<!待っ)(?<!見せ)(?:と|てお)いて(?:ください|下さい|ほしいです|ちょうだい|[！!。]|$)"
    r"|(?:変更|キャンセル|取り消|取消|消|足|加え|直|訂正|停止|再送|送り直|返金|手配|予約|再発行|延長)(?:し|して|て)"
    rf"{WISHED}"
    r"|再度お?送|(?:の)?(?:変更|キャンセル|取り消し|再送|手続き|手配)を?お願い(?:し|いた|致|申)"
    rf"|{SELF}(?:が|は)(?:取った|申し込んだ|予約した|頼んだ)"
)


@lru_cache(maxsize=20_000)
def is_own_case(question: str) -> bool:
    """True when what is asked stands in the asker's account, happened to them or shall be done for them."""
    text = unicodedata.normalize("NFKC", question)
    return any(pattern.search(sentence) for sentence in _asking(text) for pattern in (STATE, RECORD, ORDER))


def _asking(text: str) -> list[str]:
    """The sentences that ask; the last one where none does."""
    found = [one.strip() for one in SENTENCE.split(text) if one and one.strip()]
    return [one for one in found if one.endswith(ASKING)] or found[-1:]
