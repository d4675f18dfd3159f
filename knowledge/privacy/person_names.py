"""A search for names of people, where the form of a sentence shows them: 山田です, と申します, 山田太郎様, signatures.

Where nothing but the word itself tells a name from another word (返品です), only known family names count; where the
form does (様, 氏名:), every word that is no role (担当者様, お客様).
"""

import re
from collections.abc import Iterator

from knowledge.privacy.family_names import FAMILY_NAMES, PLACES, READINGS, SHORT_NAMES
from knowledge.privacy.late_pattern import LatePattern

KANJI = "一-鿿々ヶ"
KATAKANA = {number: number + 0x60 for number in range(ord("ぁ"), ord("ん") + 1)}
GIVEN = (  # a given name of the characters that most are written with: 山田太郎, not 山田商店
    "(?!大学|学校)[太郎一二三四五次朗子美恵香奈江代乃里紀男夫雄介助輔也哉人斗翔樹之幸司史志彦明弘宏博浩和正雅義誠健剛隆孝学亮涼直"
    "花華真由友佳優結愛葵陽莉菜咲桜彩沙綾千春夏秋冬智裕祐悠祥貴敏聡悟進昇茂清勝勇実修豊稔潤純淳慎信伸康恭仁昭良吉治"
    "翼蓮湊颯凛紗希絵理衣音羽心海空光輝晃徹哲拓卓巧拳大地航洋平道文典寿恒則憲規範英栄瑛俊駿舜久喜]"
)
ROLES = (  # words before 様, さん and と申します that are nobody's name
    "担当|責任|お?客|皆|各|何|誰|御|貴|弊|当|他|奥|旦那|子供|業者|会社|社名|本人|先方|相手|利用|契約|事務|電話|代行|本部|店舗|企業|法人|"
    "個人|屋号|団体|施設|組合|窓口|受付|秘書|経理|総務|営業|同業|大家|連中|仲間|隣|病院|銀行|不動産|工務|弁護|税理|学生|取引|求人|応募|"
    "患者|主人|家族|先生|社長|代表|部長|上司|部下|同僚|両親|父|母|夫|妻|彼|別|変更|必須|任意|必要|不要|自由|仮|匿名|英語|漢字|同じ|友|"
    "新規|既存|常連|一般|高齢|外国|女性|男性|配達|宅配|郵便|警察|消防|役所|農家|職人|王|神|仏|得意|生徒|苦労|元"
)
NO_ROLE = rf"(?!{ROLES})"
NO_ENDING = "(?<![社店所院堂会園業屋者員客長方先側主士師家手人部課局室館町市区村県様店生])"
TITLE = (
    "様(?![子式々])|さま|さん|サン|氏(?!名)|殿|くん|君|ちゃん|先生|社長|部長|課長|係長|店長|所長|専務|常務|会長|主任"
)
ROLE_NAMED = "(?:担当|代表|責任者|店長|社長|部長|課長|取締役|総務|経理|営業|受付|窓口)(?:者|役)?"
AFTER_NAME = r"(?=[ 、。,/()」はがにをもでよへまと]|\Z)"
LABEL = (
    "(?:お?名前|氏名|姓名|本名|フルネーム|ふりがな|フリガナ|カナ|お?名義人?|申込者|申込人|契約者|契約名義|代表者|担当者?|責任者|宛名|差出人|"
    "記入者|連絡者|受取人)名?"
)
OWN_NAME = "(?:お?名前|氏名|本名|フルネーム|ふりがな|フリガナ|名義人?|契約者名?|申込者名?)"
SAY_MY_NAME = "と(?:申し|もうし)(?:ます(?!か|と|の)|まし)"
SAID = "と(?:申し|もうし|言い|いい)(?:ます(?!か|と|の)|まし)|と申す"
IS = rf"{SAID}|でございます|です(?!か(?!ら))|だよ|だけど|っす"
ENDED = r"(?: ?(?:より|拝))?[。.!)]*\Z"
ROMAN = r"[A-Z][a-z]{1,15}"


def _any_of(names: str) -> str:
    return f"(?:{'|'.join(sorted(names.split(), key=len, reverse=True))})"


FAMILY = _any_of(FAMILY_NAMES)
FULL = rf"{FAMILY}(?: ?{GIVEN}{{1,3}})?"
CALLED = rf"(?:{FULL}|{_any_of(SHORT_NAMES)}(?: ?{GIVEN}{{1,3}})?)"
KANA = rf"(?:{_any_of(READINGS + READINGS.translate(KATAKANA))}(?: [ぁ-んァ-ヶー]{{2,4}})?)"
NO_PLACE = rf"(?!{_any_of(PLACES)}(?:です|でござ|だ|っす))"
BEFORE = rf"(?<![{KANJI}ァ-ヶー])"
SECOND = rf"(?: (?!まで|より|から|[のにへをはがで]|です)(?:[{KANJI}]{{1,3}}|[ァ-ヶー]{{2,6}}|[ぁ-ん]{{2,5}}?))?"
NAMES = frozenset(FAMILY_NAMES.split())
LENGTHS = sorted({len(name) for name in NAMES})


def holds_family_name(text: str) -> bool:
    """True when a common family name stands somewhere in `text`."""
    return any(text[start : start + length] in NAMES for start in range(len(text)) for length in LENGTHS)


says_a_name = re.compile("と(?:申|もう|言い|いい)|でござ|です(?!か(?!ら))|だ[よけ]|っす").search
holds_title = re.compile("様|さま|さん|サン|氏|殿|くん|君|ちゃん|先生|[社部課係店所会]長|専務|常務|主任").search
PATTERNS = (
    # 氏名: 藤咲 ゆり, 名前は藤咲ゆりです
    LatePattern(
        re.compile("[:=]").search,
        rf"{LABEL} ?[:=] ?({NO_ROLE}[{KANJI}ぁ-んァ-ヶー]{{2,8}}{SECOND})(?=[ 、。,/)]|です|\Z)",
    ),
    LatePattern(
        re.compile(f"{OWN_NAME}[はが]").search,
        rf"{OWN_NAME}(?:は|が) ?({NO_ROLE}"
        rf"(?:[{KANJI}]{{2,5}}[ぁ-ん]{{0,3}}?|[ァ-ヶー]{{3,10}}|{KANA}){SECOND})(?={IS}|[、。]|\Z)",
    ),
    # 藤咲と申します
    LatePattern(
        says_a_name,
        rf"{BEFORE}({NO_ROLE}[{KANJI}]{{1,5}}(?<!商事)(?<!工房){NO_ENDING}(?: [{KANJI}]{{1,3}})?)"
        rf"{SAY_MY_NAME}",
    ),
    LatePattern(says_a_name, r"(?<![ァ-ヶー])([ァ-ヶー]{2,7}(?: [ァ-ヶー]{2,6})?)" + SAY_MY_NAME),
    # 山田です, やまだと申します, 山田太郎
    LatePattern(holds_family_name, rf"{BEFORE}{NO_PLACE}({FULL})(?:{IS})"),
    LatePattern(says_a_name, rf"(?:(?<=[ 、。の!はが])|\A)({KANA})(?:{IS})"),
    LatePattern(holds_family_name, rf"{BEFORE}({FAMILY} ?{GIVEN}{{2,3}})(?![{KANJI}])"),
    # 山田様, 森さん, やまださん, 藤咲様
    LatePattern(holds_title, rf"{BEFORE}({CALLED}) ?(?:{TITLE})"),
    LatePattern(holds_title, rf"(?:(?<![ぁ-んァ-ヶー])|(?<=[のはとがをに]))({KANA}) ?(?:様|さま|さん|氏|くん)"),
    LatePattern(
        holds_title,
        rf"{BEFORE}({NO_ROLE}[{KANJI}]{{2,3}}{NO_ENDING}) ?(?:様(?![子式々])|氏(?!名)|部長|課長)",
    ),
    LatePattern(
        holds_title,
        rf"{BEFORE}({NO_ROLE}[{KANJI}]{{2,3}} (?:[{KANJI}]{{1,3}}|[ぁ-ん]{{2,4}})) ?(?:様|さま|殿|さん)",
    ),
    # after a role: 担当の山田, and 藤咲 in brackets behind 社長
    LatePattern(holds_family_name, rf"{ROLE_NAMED}(?:の| )({FULL}){AFTER_NAME}"),
    LatePattern(re.compile(r"\(").search, rf"{ROLE_NAMED}\(({NO_ROLE}[{KANJI}]{{2,4}}{NO_ENDING})\)"),
    # my name is Taro Yamada
    LatePattern(
        re.compile("[A-Z][a-z]").search,
        rf"(?:[Mm]y name is|[Tt]his is|I am|I'm|[Nn]ame:|[Rr]egards,) ?"
        rf"({ROMAN}(?: {ROMAN}){{1,2}}|(?<=name is ){ROMAN})",
    ),
    # よろしくお願いします。山田太郎
    LatePattern(holds_family_name, rf"(?<=[。.!? )(-])({FULL}){ENDED}"),
)


def find_names(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of every name in `text` (widths folded, kanji digits as written), in order."""
    spans = [found.span(found.lastindex or 0) for pattern in PATTERNS for found in pattern.finditer(text)]
    last = 0
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= last:
            yield start, end
            last = end
