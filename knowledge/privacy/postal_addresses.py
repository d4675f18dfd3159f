"""A search for postal addresses in Japanese text: municipality and town, house numbers, building and room.

House numbers are found first, then the place is read to their left and the building to their right, each within a
bounded distance. A place without numbers (東京都に住んでいます) is nobody's address, and numbers that count something
else (大阪市で10-20回) are no houses.
"""

import re
from collections.abc import Iterator

from knowledge.privacy.late_pattern import LatePattern, any_text, holds_digit
from knowledge.privacy.number_words import COUNTED, IS

CODE = r"\d{3}-?\d{4}"
POSTAL_CODE = LatePattern(
    holds_digit, rf"(〒 ?{CODE})(?!\d)|郵便番号{IS}({CODE})(?!\d)|(?<![\d-])(\d{{3}}-\d{{4}})(?!-?\d|{COUNTED}|[.,]\d)"
)
ROMAN = r"[A-Z][a-z]{2,20}(?:-[a-z]{2,4})?"
ROMAN_ADDRESS = LatePattern(holds_digit, rf"(?<![\d-])\d{{1,4}}(?:-\d{{1,4}}){{1,3}} {ROMAN}(?:, ?{ROMAN}){{1,4}}")
REACH = 40  # characters of a place before its house numbers
DIGIT = r"[0-9〇一二三四五六七八九十百]"
NUMBER = rf"{DIGIT}{{1,5}}+"
holds_number = re.compile(DIGIT).search
KANJI = r"[一-鿿々ヶケヵ]"
NAMED = "一-鿿々ァ-ヶー"  # kanji or katakana as one class: of two that share a letter a long word has 2^n readings
PARTICLES = "をへではにもがの"
OTHER_WORDS = "ます|から|まで|より|とか|など|って|という|ない|した|して|たい"
HIRAGANA = rf"(?!{OTHER_WORDS})(?![{PARTICLES}])[ぁ-ん]"
ENDING = "丁目?|番地|番(?!町|号|目|組)|号(?!店|室|線|車|機|館)"
JOINED = rf"(?:(?:{ENDING}) ?[-の]?|[-の]){NUMBER}(?!{COUNTED})"
HOUSES = LatePattern(
    holds_number,
    rf"(?<!{DIGIT})(?<!{DIGIT}-)(?!(?:19|20)\d\d[-/.年]\d)"  # no date
    rf"(?>{NUMBER}(?:{JOINED})*+(?:{ENDING})?+)(?!{COUNTED}|-?{DIGIT}|[.,:/~郎朗])",
)
PREFECTURE = r"(?:北海道|東京都|(?:大阪|京都)府|(?:神奈川|和歌山|鹿児島|[一-鿿]{2})県)"
KANA_TOWNS = (  # with kana in their names: known by heart, where no prefecture stands before them
    "さいたま|つくば(?:みらい)?|かすみがうら|ひたちなか|いわき|むつ|つがる|にかほ|さくら|みどり|ふじみ野|あきる野|"
    "いすみ|かほく|あわら|南アルプス|えびの|うるま|みやま|うきは|さぬき|東かがわ|たつの|みよし|あま|いなべ|"
    "伊豆の国|かつらぎ|せたな|むかわ|えりも|ニセコ|みなかみ|ときがわ|おいらせ|いの|まんのう|みやこ|みやき"
)
MUNICIPALITY = (
    rf"(?:{PREFECTURE} ?[{NAMED}ぁ-ん]{{1,7}}?|(?:{KANA_TOWNS})|{KANJI}{{1,6}}?)"
    rf"[市区町村郡](?![{PARTICLES}])"
)
MUNICIPALITY_MARK = re.compile("[市区町村郡]")
TOWN = rf"(?: ?(?:[{NAMED}]|\d{{1,3}}(?:条|線|地割)|[がの](?={KANJI})|{HIRAGANA})){{0,25}}"
NO_PLACE = LatePattern(
    any_text, rf"(?!{KANJI})[^ぁ-んァ-ヶー \d]|\d(?!\d{{0,2}}(?:条|線|地割))"
)  # a place does not go across it
LABEL = "(?:住所変更|住所|所在地|本社|本店|支店|店舗|自宅|事務所|会社|送付先|届け先|宛先)?"
PLACE = LatePattern(any_text, rf"{LABEL}({MUNICIPALITY}{TOWN}) ?\Z")
TOWN_ALONE = LatePattern(any_text, rf"(?:(?:住所|所在地)[はが:]? ?)?([{NAMED}]{{2,8}})\Z")
SURELY_HOUSES = LatePattern(any_text, rf"{NUMBER}丁目 ?{NUMBER}|{NUMBER}番地?{NUMBER}号")
SURELY_TOWN = LatePattern(any_text, rf"{PREFECTURE}.*[^市区郡都道府県]\Z|字|[町村通丘台]\Z")
BUILDING_KIND = (
    "ビルディング|ビル|マンション|ハイツ|コーポ|アパート|タワー|レジデンス|メゾン|パレス|ハウス|ハイム|プラザ|ヒルズ|"
    "スクエア|センター|コート|シティ|荘|団地|会館"
)
NAME = rf"(?:第\d)?(?:[{NAMED}A-Za-z・]|{HIRAGANA}){{0,12}}?"
ROOM = rf"[A-Z]?\d{{1,4}}(?:号室|号棟|号|階|F)?(?:-\d{{1,4}})?(?!\d|{COUNTED}|[.,:/~])"
BUILDING = LatePattern(
    any_text,
    rf"(?: ?{NAME}(?:{BUILDING_KIND})(?:[{NAMED}A-Z]{{0,8}} ?{ROOM})?"
    rf"| {KANJI}{{0,6}}[ァ-ヶーA-Za-z・]{{2,16}} ?(?=\d\d){ROOM})?"
    r"(?: ?\d{1,4}(?:号室|階|F))?",
)


def find_addresses(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of every address in `text` (dashes folded, kanji digits as written), in order."""
    last: tuple[int, int] | None = None
    for houses in HOUSES.finditer(text):
        place = _place(text, houses)
        if place is None:
            continue
        building = BUILDING.compiled.match(text, houses.end())
        end = building.end() if building else houses.end()
        if last and place < last[1]:  # the number before belongs to the town (北3条西6丁目)
            place = min(place, last[0])
        elif last:
            yield last
        last = place, end
    if last:
        yield last


def _place(text: str, houses: re.Match[str]) -> int | None:
    """The start of the place before house numbers; None where they are no house numbers."""
    left, start = max(0, houses.start() - REACH), houses.start()
    sure = SURELY_HOUSES.compiled.match(text, start, houses.end())
    if not sure and not MUNICIPALITY_MARK.search(text, left, start):  # saves most of the time
        return None
    for broken in NO_PLACE.compiled.finditer(text, left, start):
        left = broken.end()
    found = PLACE.compiled.search(text, left, start)
    if found and (not houses[0].isdecimal() or SURELY_TOWN.compiled.search(found[1])):
        return found.start(1)
    if sure and (found := TOWN_ALONE.compiled.search(text, left, start)):
        return found.start(1)
    return None
