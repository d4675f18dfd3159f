"""Char filters for spellings of old texts, old machines and of copied ones: each becomes what a keyboard writes."""

import re

OLD_KANJI = (
    "亞惡壓圍醫爲壹隱榮營衞驛圓鹽緣應歐毆櫻奧橫溫假價畫會囘壞懷繪擴殼覺學嶽樂勸卷寬歡罐觀閒關陷巖顏歸氣龜僞戲犧舊據擧"
    "峽挾敎曉區驅勳薰徑惠溪經繼莖螢輕鷄藝擊缺儉劍圈檢權獻縣險顯驗嚴效廣恆鑛號國黑濟碎齋劑册雜參慘棧蠶贊殘絲齒兒辭濕實"
    "舍寫釋壽收從澁獸縱肅處敍奬將燒稱證乘剩壤孃條淨狀疊讓釀囑觸寢愼晉眞盡圖粹醉隨髓數樞聲靜齊攝竊專戰淺潛纖踐錢禪雙壯"
    "搜插爭總聰莊裝騷臟藏屬續墮體對帶滯臺瀧擇澤單擔膽團彈斷癡遲晝蟲鑄廳聽鎭遞轉點傳黨盜燈當鬪獨讀屆繩貳霸廢拜賣麥發髮"
    "拔蠻祕濱甁拂佛竝變邊辨瓣辯舖穗寶襃豐沒飜槇萬滿默彌藥譯藪豫餘與譽搖樣謠來賴亂覽龍兩獵綠壘淚勵禮隸靈齡戀爐勞樓郞錄"
    "灣⺟⺠⻁⻄⻆⻑⻘⻝⻤⻨⻩⻫⻭⻯⻲"  # the last ones are radicals that copying from a PDF gives
)
NEW_KANJI = (
    "亜悪圧囲医為壱隠栄営衛駅円塩縁応欧殴桜奥横温仮価画会回壊懐絵拡殻覚学岳楽勧巻寛歓缶観間関陥巌顔帰気亀偽戯犠旧拠挙"
    "峡挟教暁区駆勲薫径恵渓経継茎蛍軽鶏芸撃欠倹剣圏検権献県険顕験厳効広恒鉱号国黒済砕斎剤冊雑参惨桟蚕賛残糸歯児辞湿実"
    "舎写釈寿収従渋獣縦粛処叙奨将焼称証乗剰壌嬢条浄状畳譲醸嘱触寝慎晋真尽図粋酔随髄数枢声静斉摂窃専戦浅潜繊践銭禅双壮"
    "捜挿争総聡荘装騒臓蔵属続堕体対帯滞台滝択沢単担胆団弾断痴遅昼虫鋳庁聴鎮逓転点伝党盗灯当闘独読届縄弐覇廃拝売麦発髪"
    "抜蛮秘浜瓶払仏並変辺弁弁弁舗穂宝褒豊没翻槙万満黙弥薬訳薮予余与誉揺様謡来頼乱覧竜両猟緑塁涙励礼隷霊齢恋炉労楼郎録"
    "湾母民虎西角長青食鬼麦黄斉歯竜亀"
)
MODERN = str.maketrans(OLD_KANJI, NEW_KANJI)
MARKS = {"゛": "\u3099", "゜": "\u309a"}  # of voicing, as characters of their own: the combining ones
MARK_AFTER_KANA = re.compile(r"(?<=[ぁ-ゖァ-ヺ])[゛゜]")
ONE_FOR_LONG_VOWEL = re.compile(r"(?<=[ァ-ヺー])一(?=[ァ-ヺーはがをにのでともへやだ、。?!\s]|$)")  # サ一ビス
JAPANESE = "ぁ-ゖァ-ヺー一-鿿0-9、。?!"
SPACED = re.compile(rf"(?<!\S)[{JAPANESE}](?: [{JAPANESE}]){{3,}}(?!\S)")  # 解 約 し た い


def join_voicing_marks(text: str) -> str:
    """A kana and a voicing mark of its own become one character (か゛ → が); before NFKC, which parts them."""
    return MARK_AFTER_KANA.sub(lambda found: MARKS[found[0]], text)


def modernise_kanji(text: str) -> str:
    """Old forms of kanji, and radicals in their place, become the ones in use (會社 → 会社)."""
    return text.translate(MODERN)


def join_spaced_letters(text: str) -> str:
    """Letters that are set apart by blanks become words again."""
    return SPACED.sub(lambda found: found[0].replace(" ", ""), text)


def mend_long_vowels(text: str) -> str:
    """The kanji 一 in the place of the long-vowel mark becomes the mark."""
    return ONE_FOR_LONG_VOWEL.sub("ー", text)
