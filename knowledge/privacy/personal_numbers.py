"""Patterns of personal numbers: cards, マイナンバー, bank accounts, customers' numbers and long digit runs.

All patterns read text with folded digits and dashes (folded_text.py); group 1 is the secret where there is a group.
"""

from knowledge.privacy.late_pattern import LatePattern, holds_digit
from knowledge.privacy.number_words import COUNTED, IS

GAP = r"(?: {1,3}| ?[-./・_~*] ?)"
# The groups cards are printed in, else any grouping of 13 to 19 digits; no card begins with 0, 1, 20, 21, 7, 8 or 9.
PRINTED_CARD = LatePattern(
    holds_digit,
    rf"(?<!\d)(?:[2-6]\d{{3}}{GAP}\d{{4}}{GAP}\d{{4}}{GAP}\d{{4}}|3\d{{3}}{GAP}\d{{6}}{GAP}\d{{4,5}})(?!\d)",
)
CARD = LatePattern(holds_digit, rf"(?<!\d)(?:2{GAP}?[2-7]|[3-6]{GAP}?\d)(?:{GAP}?\d){{11,17}}+(?!\d)")
CALLED_CARD = LatePattern(holds_digit, rf"カード(?:の?番号)?{IS}(\d(?:{GAP}?\d){{13,15}})(?!\d)")
MY_NUMBER = LatePattern(holds_digit, r"(?<!\d)(?<!\d[ -])(?:\d{12}|\d{4} \d{4} \d{4}|\d{4}-\d{4}-\d{4})(?![ -]?\d)")
CALLED_MY_NUMBER = LatePattern(holds_digit, rf"(?:マイナンバー|まいなんばー|個人番号){IS}(\d(?:[ -]?\d){{11}})(?!\d)")
ACCOUNT = LatePattern(
    holds_digit,
    rf"(?:口座番号|口座|こうざばんごう|普通(?:預金|口座)?|当座(?:預金)?|\(普\)){IS}(?:\d桁で)?"
    rf"(\d{{6,8}}|\d{{3}}-\d{{4}})(?!-?\d|{COUNTED})",
)
POST_BANK = LatePattern(holds_digit, rf"記号{IS}(\d{{5}})(?:-\d)?(?= ?番号)|(?<=\d)[ 、,]?番号{IS}(\d{{6,8}})(?!\d)")
CUSTOMER = (
    "(?:お?客(?:様|さま)|おきゃくさま|顧客|会員|契約|申し?込み?|受付|予約|注文|登録|管理|整理|伝票|請求書|"
    "問い?合わ?せ|ユーザー|ログイン)(?:の?番号|ばんごう|No\\.?|ID|コード)"
)
CODE = r"(?:[甲乙丙]-?|[A-Za-z]{1,8}+-?)?\d[A-Za-z\d]{0,20}+(?:-[A-Za-z\d]{1,20}+){0,3}+"
CALLED_CODE = LatePattern(holds_digit, rf"{CUSTOMER}{IS}((?!20\d\d[-/.][01]?\d[-/.]){CODE})(?!{COUNTED})")
CODE_CALLED = LatePattern(holds_digit, rf"(?<![A-Za-z\d-])({CODE})(?:が|という|は)(?:私の|うちの|当社の)?{CUSTOMER}")
ERA = "(?:明治|大正|昭和|平成|令和|西暦|[MTSHR])"
DAY = (  # of a month and a year: 平成2年3月4日, 1990/3/4 or 19900304; 十 is no folded digit
    rf"(?:{ERA}?(?:[\d十]{{1,4}}|元)(?:年 ?|[-/.・ ])[\d十]{{1,3}}(?:月 ?|[-/.・ ])[\d十]{{1,3}}(?:日|(?!\d))"
    r"|(?:19|20)\d{6}(?!\d))"
)
DAY_OF_MONTH = r"\d{1,2}(?:月 ?|/)\d{1,2}(?:日|(?![\d/]))"
BIRTH = LatePattern(holds_digit, rf"(?:生年月日|誕生日|バースデー|生まれた日|DOB|dob)(?:{IS}|を)({DAY}|{DAY_OF_MONTH})")
BORN = LatePattern(holds_digit, rf"(?<!\d)({DAY})(?: ?\([^()]{{0,8}}\))?(?:の|に)? ?(?:生まれ|うまれ|産まれ|生(?!産))")
DATE = r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)"
LONG = LatePattern(
    holds_digit, rf"(?<!\d)(?!{DATE})(?:\d{{7,}}+|\d{{4}}-\d{{4}}-\d{{4}}|\d{{4}}-\d{{6}})(?!-?\d|{COUNTED}|[.,]\d)"
)


def is_card(number: str) -> bool:
    """True when the digits pass the check of ISO/IEC 7812-1, annex B (the Luhn formula)."""
    total = 0
    for position, digit in enumerate(reversed(_digits(number))):
        doubled = digit * 2 if position % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def is_my_number(number: str) -> bool:
    """True when the twelfth digit is the check digit of the ones before (マイナンバー, 平成26年総務省令第85号第5条)."""
    *digits, check = _digits(number)
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    rest = sum(digit * weight for digit, weight in zip(digits, weights, strict=True)) % 11
    return check == (0 if rest <= 1 else 11 - rest)


def is_code(code: str) -> bool:
    """True when a customer's number is long enough to be one: 4 digits, or 2 beside letters."""
    return len(_digits(code)) >= (2 if any(character.isalpha() for character in code) else 4)


def _digits(number: str) -> list[int]:
    return [int(character) for character in number if character.isdecimal()]
