"""The kind of a sentence, by a list of rules that is read from above: the first that holds decides."""

import re
from collections.abc import Callable
from enum import StrEnum

from index.message.sentences import Sentence
from index.text.filters import fold_width

MAX_ACKNOWLEDGEMENT = 24  # characters; a longer sentence says more than that
MAX_CALL = 60  # of a sentence that calls for a person


class Kind(StrEnum):
    """What a sentence does."""

    QUESTION = "question"
    HINT = "hint"  # asks without being a question: 電話でもほしいんですが · どれを押せばいいか分からない
    SITUATION = "situation"
    QUOTE = "quote"
    GREETING = "greeting"  # also names, lead-ins and closings
    THANKS = "thanks"
    ACKNOWLEDGEMENT = "acknowledgement"
    TALK = "talk"  # to somebody else, or to oneself
    HALF = "half"  # announces what is still to be said
    PERSON = "person"  # calls for a person, or tells of an emergency
    CORRECTION = "correction"


ASKING = re.compile(
    r"[?？]|(?:です|ます|ません|でした|ました|でしょう|だろう|よい|いい|ない|たい|ある|る|た)の?か(?:ね|な|しら|なあ|なぁ)?$"
    r"|(?:っけ|かい|かしら|かね|だべか|んだべさ|わけ|とね|と|やろか|ん?やろ|でっか|まっか|かのう|かえ)$(?<!ないと)(?<!こと)(?<!もっと)"
    r"|\b(?:how|what|when|where|which|who|why|can|could|do|does|is|are|will|would|may|should)\b.*"
    r"|[吗呢]$|(?:什么|多少|怎么|哪|可以|能不能|几)|(?:나요|까요|습니까|ㅂ니까|인가요|어떻게|얼마|언제|무엇|뭐)"
)
OPEN_END = re.compile(r"(?:でしょ|でしょう|(?<!どうなんでしょうね、)よね|は|とか|って|では|なら|たら|れば|場合|ほう|の)$")
QUESTION_WORD = re.compile(
    r"何|なに|なん(?:で(?!す[ね。！]*$|すが|すけど)|ぼ|の|て|件|回|日|円|人|か月)|いつ|いくら|いくつ|幾ら|どこ|どう|どの|どれ|どち|どっち|どなた|どんな|どない|誰|だれ|なぜ|理由|ナゼ|ドレ|イクラ"
)
REQUEST = re.compile(
    r"教え|おしえ|オシエ|知りたい|しりたい|聞きたい|ききたい|伺いたい|うかがいたい|確認したい|ご教示|ご案内|説明して|案内して|お願いできれば|可能なら|か知り|見せて"
    r"|(?:もらえ|いただけ|頂け)(?:ると|れば|たら|ますと)(?:助か|幸い|うれし|嬉し|あり)"
)
WISH = re.compile(
    r"(?:たい|ほしい|欲しい)|(?:です|ます|ません|ない|る|た|だ|たの|てん|ん)(?:が|けど|けれど|けども|けん|もんで|んで|から|ので|のに|し)$|のですが|んですが|んですけど|のですけど"
    r"|心配|不安|困|怖|気がかり|気になり|気になる|どうしよう|つらい|迷って|わから[なん]|分から[なん]|お願いし(?:たい|ます)"
)
MUSING = re.compile(r"(?:かなあ?|かなぁ|かも(?:です(?:ね)?|しれ(?:ない|ません)(?:ね)?)?|だろうね|でしょうね|ですね|ますね|だね|だなあ?|なぁ?|よな|わ|ね|さ)$")
THANKS = re.compile(
    r"(?:ありがと|有難う|有り難う|あざ[すっまー]|感謝|助かりま|助かった|たすかりま|たすかった|助かる|どうもです|サンクス|サンキュ|さんきゅ|thanks|thank you|thx|ty$|恐縮です"
    r"|谢谢|多谢|감사|고마)"
)
ACKNOWLEDGEMENT = re.compile(
    r"^(?:あ[ーあ、]?|ああ|お[ーお]|へえ?ー?|ほう|うん|ふむ|はい|はーい|ええ|え[ーえっ]*|ん|よし|そっ?か|そう(?:か|です|でした|なんです|なん|だ|な)?(?:ね|か)?|なる(?:ほど|へそ)(?:です(?:ね)?|ね)?"
    r"|(?:了解|承知|かしこまり|把握|納得|理解|確認)(?:です|しました|いたしました|致しました|ました|した|ッ?す)?|りょ(?:うかい|ーかい)?|(?:わか|分か|判)りました|わかった|分かった"
    r"|おk|ok(?:です|ー)?|okay|オッケー?|オーケー|おけ|いい(?:です)?ね|よかった(?:です)?|良かった(?:です)?|安心(?:しました|です)?|大丈夫(?:です|そう|でした)?|結構です|けっこうです|解決(?:しました|です)"
    r"|まじか?|マジか?|さすが|すごい|完璧|perfect|great|got it|i see|sure|好的|明白了?|知道了|알겠|네|ちぇ|ですよ?ね|ですね|だよね|たしかに|確かに|残念|ガーン|うーん|え[?？])"
    r"(?=[、。!！ー〜~…\sっwｗ笑です:]|ね|な|よ|$)"
)
ACKNOWLEDGING_END = re.compile(r"(?:し|やり|見て|使って|検討し|相談し|連絡し|確認し|メールし|送り|申し込み|試し)(?:て?み|とき)?ます(?:ね)?$|(?:に|と)(?:します|する(?:わ|ね)?)$|気をつけます|急ぎます|また(?:連絡|来|聞|後|あとで)|じゃあ?また")
GREETING = re.compile(
    r"^(?:いつも)?(?:大変)?お世話(?:に|様)|^お疲れ|^おつかれ|^はじめまして|^初めまして|^こん(?:にち|ばん)[はわ]|^おはよう|^おは(?:よ|っ)|^ども|^どうも$|^失礼|^突然|^夜分|^早朝|^朝早く|^お忙しい|^ご無沙汰"
    r"|^いつも(?:ありがとう|お世話)|^(?:すみません|すいません|すんません|ごめんなさい|申し訳)(?:、|が|けど)*$|^(?:hi|hello|hey|good (?:morning|afternoon|evening))\b[^?]{0,20}$|^(?:你好|您好|안녕하세요)$"
    r"|と申します$|と言います$|といいます$|でございます$|^拝啓|^前略|^敬具|^以上(?:です|になります|、|$)|^取り急ぎ|^とりいそぎ|^草々"
    r"|^(?:何卒|なにとぞ|どうぞ|どうか|ご(?:検討|確認|回答|返信|教示|教授|対応|連絡|案内|査収)|お(?:返事|手数|手すき|時間|知らせ)|教えて|おしえて|返信|以上)[^?？]{0,22}(?:願い|お願い|おねがい|待ち|待って|幸い|ください|下さい|ませ|たい|まで|ます|頼みます)[^?？]{0,8}$"
    r"|^(?:よろしく|宜しく|ヨロシク|よろ)(?!です)[^?？]{0,20}$"
)
INTRODUCTION = re.compile(r"^[^?？]{2,40}(?:の|で|、| )?[^?？ ]{1,12}(?:です|だ|といいます|と申します|じゃ|たい)$")
LEAD_IN = re.compile(
    r"^(?:(?:あの[ーう]?|えっと|ちょっと|少し|一つ|ひとつ|1つ|いくつか|2点|二点|3点|以下|次の|下記|何点か|まとめて|早速|さっそく|質問|確認|教えて|聞き?たい|伺い?たい|相談|お尋ね|お聞き|お伺い|うかが|知りたい|こと|が|を|に|は|と|の|です|ます|し|て|も|のみ|ください|ほしい|ある|あり|あって|ん|です|けど|させて|いただ|き|ど|よろし|い|、|して|なの|だけ)+)$"
)
HALF = re.compile(
    r"^(?:(?:すみません|すいません|あ|えっと|それ?から|あと|ちなみに|それと|もう|別件|追加|ついで|最後|続け|たびたび|何度も|度々|後)[、。\s]*)*"
    r"(?:もう(?:一|ひと|1)(?:点|つ|個)(?:だけ)?|追加で|別件で|別の(?:話|質問)|質問(?:が)?|報告|確認|相談|聞き?たい(?:こと|の)|教えてほしい)?[^?？]{0,12}"
    r"(?:もう(?:一|ひと|1)(?:点|つ|個)(?:だけ)?|なんですけど|なんですが|のことなん(?:です)?(?:けど|が)|ですけど|ですが|んですけど|んですが|けど|あるんですけど|あります|いい(?:です)?か|よろしいですか|です|あって)?$"
)
HALF_WORD = re.compile(r"もう(?:一|ひと|1)(?:点|つ|個)|別件|追加で(?:すみません|質問|もう|聞)|ついでに$|^(?:あと|それから|ちなみに|そういえば)(?:すみません|なんですけど|ですけど|ですが|…|、|$)|(?:の)?(?:件|話|こと|報告|質問)なんです(?:けど|が)$")
CALL = re.compile(
    r"(?:担当(?:者|の方|の人)?|責任者|上の人|上司|店長|社長|人間|生身の人|オペレーター|スタッフ|係の方|社員|(?<!本)人)(?:さん|の方|の人)?(?:と|に|を|へ|から|が)[^?？]{0,14}(?:代わ|かわ|替わ|話|はな|繋|つな|相談|出して|出せ|呼ん|連絡(?!が?取れ)|取り次|電話|対応|直接|聞)"
    r"|(?:折り返し|至急)[^?？]{0,12}(?:電話|連絡|対応)|電話(?:を|して)?(?:ください|下さい|くれ|頂戴|ほしい|もらえ)|話せる(?:方|人)|talk to (?:a )?(?:human|person|someone|agent)|(?:human|real person)"
    r"|(?:人|担当)に(?:代わって|かわって|聞きたい|相談したい)"
)
EMERGENCY = re.compile(
    r"(?:大?至急|緊急)(?:です|なの|[!！、。,]|$)|(?:今すぐ|いますぐ)[^?？]{0,10}(?:止め|変え|対応|電話|連絡|話)|鳴りっぱなし|どうなって(?:る|ん|い)|ふざけ|いい加減|納得(?:いか|でき|出来)|許せ|訴え|クレーム|最悪|ありえない|あり得ない|おかしいだろ|事故に|倒れ|救急|情報漏|漏れて|誰も出な|つながらな(?:い|く)て|繋がらな(?:い|く)て|話が違|詐欺|怒って(?:る|い|ま)|大事なお客"
)
ABOUT_SERVICE = re.compile(r"お客|客から|電話を|かかってき|掛かってき|転送|取引先|折り返します")  # what operators do for a customer
CORRECTION = re.compile(r"^[*＊]\S|^(?:いや|いえ|ちがう|違う|違います|じゃなくて|ではなくて|そうじゃな|そっちじゃな|間違え|訂正)")
TO_OTHERS = re.compile(r"^(?:<@(?!U0BOT)[UW]|<!(?:here|channel|everyone|subteam))|^@\S|^[^\s、。?？]{1,8}(?:さん|くん|ちゃん|君|先生|部長|課長|社長|様)[、,]\s*")


def kind_of(sentence: Sentence) -> Kind:
    """The kind of one sentence, by itself."""
    text, bare = fold_width(sentence.text).lower(), fold_width(sentence.bare).lower()
    if sentence.quoted:
        return Kind.QUOTE
    return next((kind for kind, holds in RULES if holds(text, bare)), Kind.SITUATION)


def _asks(text: str, bare: str) -> bool:
    return bool(ASKING.search(text) or ASKING.search(bare) or REQUEST.search(bare))


def _hints(text: str, bare: str) -> bool:
    return bool(QUESTION_WORD.search(bare) or OPEN_END.search(bare) or WISH.search(bare))


def _calls(text: str, bare: str) -> bool:
    return len(bare) <= MAX_CALL and CALL.search(bare) is not None and not ABOUT_SERVICE.search(bare)


def _acknowledges(text: str, bare: str) -> bool:
    if "?" in text or len(bare) > MAX_ACKNOWLEDGEMENT or QUESTION_WORD.search(bare):
        return False
    return ACKNOWLEDGEMENT.match(bare) is not None or ACKNOWLEDGING_END.search(bare) is not None


def _greets(text: str, bare: str) -> bool:
    return "?" not in text and (GREETING.search(bare) is not None or LEAD_IN.fullmatch(bare) is not None)


def _thanks(text: str, bare: str) -> bool:
    return "?" not in text and THANKS.search(bare) is not None and not REQUEST.search(bare)


def _is_half(text: str, bare: str) -> bool:
    return "?" not in text and len(bare) <= MAX_ACKNOWLEDGEMENT and HALF_WORD.search(bare) is not None


RULES: tuple[tuple[Kind, Callable[[str, str], bool]], ...] = (
    (Kind.TALK, lambda text, bare: TO_OTHERS.match(text) is not None),
    (Kind.PERSON, _calls),
    (Kind.PERSON, lambda text, bare: len(bare) <= MAX_CALL and EMERGENCY.search(bare) is not None),
    (Kind.CORRECTION, lambda text, bare: CORRECTION.match(text) is not None),
    (Kind.HALF, _is_half),
    (Kind.GREETING, _greets),
    (Kind.THANKS, _thanks),
    (Kind.ACKNOWLEDGEMENT, _acknowledges),
    (Kind.QUESTION, _asks),
    (Kind.TALK, lambda text, bare: MUSING.search(bare) is not None),
    (Kind.HINT, _hints),
)
