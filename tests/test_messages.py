"""Messages: what is no language changes nothing; sentences have a kind; a message asks its questions.

1. Emoji, links, addresses, telephone numbers, mentions and marks of formatting are no words, wherever they stand.
2. Greetings, thanks, acknowledgements, talk and calls for a person are told from questions.
3. Two questions of one message are asked by themselves, one with its situation; quotes and lists are its context.
4. Any text is read, and what is read holds no more than was written.
"""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import App
from bot.reply import Asker
from bot.wording import sentences
from bot.wording.languages import LINES, language_line
from index.asking.turns import Turn, read_within
from index.decision.decision import Abstain, Answer, Suggest
from index.message.frames import unframed
from index.message.joined_questions import completed
from index.message.message import MessageKind, read_message
from index.message.written import only_language
from knowledge.file_io import read_lines

KINDS_FILE = Path(__file__).parent / "message_kinds.tsv"  # message, what it does; of one writer with ten voices

QUESTION = "途中で解約したら違約金はかかりますか"
NO_LANGUAGE = [
    *(
        ":pray:",
        ":pray::skin-tone-2:",
        ":man-bowing::skin-tone-3:",
        ":+1:",
        ":-1:",
        ":100:",
        ":free:",
        ":確認しました:",
    ),
    *(":woman-raising-hand::skin-tone-5:", ":ok_hand:", ":thinking_face:", ":telephone_receiver:", ":party-blob:"),
    *("🙏", "🙇‍♀️", "👍🏻", "😂😂", "❤️", "☎️", "✨", "🇯🇵", "1️⃣", "🏳️‍🌈", "⭐", "➡️"),
    *("https://example.com/", "https://example.com/a?b=c&d=%E3%81%82#e", "http://example.com", "www.example.com/faq"),
    *("<https://example.com/x>", "<https://example.com>", "<https://example.com/y|https://example.com/y>"),
    *("taro@example.com", "<mailto:taro@example.com|taro@example.com>", "<mailto:taro@example.com>"),
    *("03-1234-5678", "0312345678", "090-1234-5678", "(03)1234-5678", "+81 3-1234-5678", "０３−１２３４−５６７８"),
    *("<tel:0312345678|03-1234-5678>", "03-xxxx-xxxx", "045-xxx-xxxx"),
    *(
        "<!date^1700000000^{date}|2023-11-14>",
        "<#C0123ABCD>",
        "\u200b",
        "\ufeff",
        "```",
        "`",
        "…",
        "！！",
    ),
    *("(^^)", "m(_ _)m", "w", "笑", "--", "＊", "※", "【】", "→", "♪"),
]
MENTIONS = ["<@U0123ABCD>", "<@U0123ABCD|taro>", "<@W0123ABCD>", "<!here>", "<!subteam^S0123|@support>"]
SURROUNDED = {"before": "{sign} {question}", "after": "{question} {sign}", "line": "{question}\n{sign}"}


@pytest.mark.parametrize("sign", [*NO_LANGUAGE, *MENTIONS])
def test_what_is_no_language_changes_nothing(app: App, sign: str) -> None:
    plain = app.faq.preview(QUESTION)
    for place, how in SURROUNDED.items():
        if place == "before" and sign in MENTIONS:
            continue  # said to whoever is mentioned
        reply = app.faq.preview(how.format(sign=sign, question=QUESTION))
        assert reply.decision == plain.decision or reply.entry == plain.entry
        assert reply.confidence == pytest.approx(plain.confidence, abs=0.02)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("<https://example.com/p|料金ページ>の金額は税込ですか", "料金ページの金額は税込ですか"),
        ("<#C0123|general> で聞いて", "general で聞いて"),
        ("転送 &amp; 表記", "転送 & 表記"),
        ("050 &lt; 03", "050 < 03"),
        ("*太字* の_斜体_ と ~取消~ です", "太字 の_斜体_ と 取消 です"),
        ("10:30:15 に電話", "10:30:15 に電話"),
        ("料金:3000円:税抜", "料金:3000円:税抜"),
        ("050と03のどっち", "050と03のどっち"),
        ("0120は使えますか", "0120は使えますか"),
        ("1行目\n2行目", "1行目\n2行目"),
    ],
)
def test_what_is_language_stays(written: str, text: str) -> None:
    assert only_language(written) == text


KINDS = {
    MessageKind.THANKS: (
        *("ありがとうございます！", "助かりました:pray:", "どうもです", "thanks a lot", "谢谢"),
        *("わかりました。ありがとうございます", "ok thank you!", "おおきに、ありがとさん"),
        *("ふーん、どうもね", "ご丁寧なご案内、痛み入ります", "ご教示いただき、ありがとうございます。"),
    ),
    MessageKind.ACKNOWLEDGEMENT: (
        *("了解です:+1:", "なるほどです", "承知しました", "おk", "はーい", "お、まじですか", "お、そうですか"),
        *("そうなんですね！", "把握しました", "よかった…", "なるほど、急ぎます"),
        *("よくわかりました〜", "いったん上司に聞いてみますね", "左様でございましたか。"),
    ),
    MessageKind.TALK: (
        *("<@U0123ABCD> これ見といて", "田中さん、どっちがいいと思います？", "じゃあうちは表記かなあ"),
        *("念のためね", "どうなんでしょうね、来たら楽ですよね", "毎月27日ですね！"),
        *("まあそうですよね", "ちょっと高いですよね", "解約は月末なんですよね"),
        *("マジか。<@U0123ABCD> いつごろ直りそう？", "いや、もう刷ったからそれは無理"),
        *("どこにするか皆で決めましょうか", "03じゃなくて050ですね", "うーん、どうしようかな", "誰も来ないわ"),
        *("部長、これでよろしいでしょうか。", "先月何件来たっけな"),
    ),
    MessageKind.PERSON: (
        *("担当者と話したい", "人に代わってください", "いいから責任者を出してください"),
        *("can I talk to a real human please", "至急！！誰も出なくて困っています", "お客さんから苦情が来てます"),
        # trouble that is told, and complaints
        *("お客様が怒っています、対応してください", "納得できません", "詳しい人に確認してもらえますか", "詐欺だろこれ"),
        *("どなたか電話で説明していただけませんか", "わかる方へ取り次いでもらえますか", "今すぐなんとかしてよ！"),
        *("スタッフさんお願いします", "人間はおらんとね", "有人対応に切り替え希望", "早うなんとかして！"),
        *("直接お話しさせてください", "だから違うって、何回言わせるの", "責任者の方からご説明をお願いします。"),
        "It is easier to explain. Could I speak to somebody about this?",
    ),
    MessageKind.OTHER: (
        *(
            "はじめまして。都内で整体院をやっている者です。",
            "こんにちは。酒屋です。",
            "夜中にごめん。返事いつでもいいです",
            "ちょっと待って",
        ),
        *("すみません、もう一点", "あともう一つ", "お世話になっております。", "こんにちは"),
        *(
            "ちょっとお聞きしたいのですが",
            "あと報告の件なんですけど",
            "ちょっと質問してもいいですか？",
            "すみません、あと",
        ),
    ),
    MessageKind.QUESTION: (
        *(QUESTION, "なんで？", "料金は？", "いくら", "足すといくら", "違うと？"),
        # about what happens in trouble, or is done for us
        *("クレームの電話も受けてもらえますか", "事故に遭った人からの電話は？", "納得できない請求はどうすれば？"),
        *("父が倒れまして、病院にいます。支払いが遅れるとどうなりますか", "緊急の電話はどう連絡が来ますか"),
        *("電話に出た人の録音を聞かせてもらえますか", "担当の人に電話が来たら知らせてほしい"),
        *("お客様の電話を担当者につないでもらえますか", "誰かから電話が来たら携帯に知らせて", "その担当者は誰ですか？"),
        *("折り返しの電話もそちらで掛けてもらえますか", "なぜ使えないのか納得できません"),
        *("前の書類がどうなっているのか気になります", "至急！今日だけ止めたいのですができますか"),
        *("電話でもほしいんだけど", "ちょっと遅れそうなんですが", "How much is it?", "请问每个月多少钱？"),
        *("어떻게 신청하면 되나요?", "料金を教えていただけると助かります", "止めていただければ一番助かるのですが"),
        *("設定はそちらでやってもらえるんですよね", "日曜も出てくれるよね", "名前で応答してくださるんですよね"),
        *("ありがとうございます。あと、料金は？", "了解です。支払いはいつですか"),
        *("FAXじゃだめすか", "祝日もやってっか", "宛先は1つでいいのね", "じゃあ月額わ", "なんにちまで待てる"),
        *("もう一つ上だといくらでしたっけ", "受付の時間をお聞かせください", "単価も提示願います"),
        *("電話くださいと言われたら折り返してくれるの", "誰か来てやってくれる？", "どうもつながりが悪いとき何をする"),
        *(
            "さんきゅ、で結局いくらなん",
            "写真でも構わないよな",
            "変更の方法を承りたく存じます",
            "Slackにも送れると嬉しいです",
        ),
        *("料金・時間・休日", "年末の休みと、時間外の電話の扱い"),  # named without a sentence
        *("案内のないまま終わることはありませんか", "理由を伺ってもよろしいですか", "そっちで直してよ"),
        *("ごめん、20じゃなくて30のほうだった", "すみません、1本ではなく2本です", "あ、番号の話です"),
    ),
}


@pytest.mark.parametrize(("kind", "written"), [(kind, text) for kind, texts in KINDS.items() for text in texts])
def test_a_message_has_a_kind(kind: MessageKind, written: str) -> None:
    assert read_message(written).kind is kind


def test_most_messages_on_the_borders_are_read_as_what_they_do() -> None:
    rows = [line.split("\t") for line in read_lines(KINDS_FILE)[2:]]
    silent = {"thanks", "acknowledgement", "talk", "half"}
    wrong = [
        (written, wanted)
        for written, wanted in rows
        if wanted != (found := _done_by(written.replace("\\n", "\n"))) and not {wanted, found} <= silent
    ]
    assert len(wrong) <= 0.12 * len(rows), wrong


def _done_by(written: str) -> str:
    message = read_within(written, [Turn("料金はいくらですか", ("plan-prices",))])
    if message.kind is MessageKind.OTHER:
        return "half"
    return "person" if message.urgent else message.kind.value


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("お世話になっております。〇〇です。\n料金はいくらですか？\nよろしくお願いします。", ["料金はいくらですか？"]),
        (
            "料金はいくらですか？あと、何時まで出てもらえますか",
            ["料金はいくらですか？", "あと、何時まで出てもらえますか"],
        ),
        ("時間帯と、報告の受け取り方を教えてください", ["時間帯と", "報告の受け取り方を教えてください"]),
        ("• 料金はいくらか教えて\n• 解約はできますか", ["料金はいくらか教えて", "解約はできますか"]),
        ("その特認？だと追加でいくらかかりますか", ["その特認？だと追加でいくらかかりますか"]),
        ("保証金", ["保証金"]),
        ("口座振替か、それとも振込か選べますか", ["口座振替か、それとも振込か選べますか"]),
        (
            "設定はそちらでやってもらえますか、それとも自分で？料金はいくらですか？",
            ["設定はそちらでやってもらえますか、それとも自分で？", "料金はいくらですか？"],
        ),
        ("平日だけですか？それとも土日も？", ["平日だけですか？それとも土日も？"]),
        ("ありがとうございます", []),
    ],
)
def test_a_message_asks_its_questions(written: str, asked: list[str]) -> None:
    assert [question.text for question in read_message(written).questions] == asked


def test_the_situation_and_what_is_quoted_are_the_context_of_a_question() -> None:
    message = read_message("> 期限は27日です\nというメールが来ました。これは毎月ですか？")
    (question,) = message.questions
    assert question.text == "これは毎月ですか？"
    assert question.context == "期限は27日です というメールが来ました。"


@pytest.mark.parametrize(
    ("written", "questions"),
    [
        (
            "いくら要るのかと、あとの月は引き落とせるのかを教えて",
            ["いくら要るのか", "あとの月は引き落とせるのかを教えて"],
        ),
        (
            "宛先にできますか。差出人は同じなんでしょうか、許可したくて。",
            ["宛先にできますか。", "差出人は同じなんでしょうか、許可したくて。"],
        ),
        ("転送できますか、できれば今日から使いたいので", ["転送できますか、できれば今日から使いたいので"]),
        (
            "検討中です。①試しは何日か ②料金はいくらか、の2点お願いします",
            ["試しは何日か", "料金はいくらか、の2点お願いします"],
        ),
        ("以下について教えてください。\n・料金\n・試しの日数", ["料金", "試しの日数"]),
        ("1. 料金\n2. 試しの日数\n\n上記2点、ご教示ください。", ["料金", "試しの日数"]),
        ("以下について教えてください。 ・料金 ・試しの日数", ["料金", "試しの日数"]),
        ("下記の件、ご確認のほどよろしくお願いいたします。\n・料金\n・試しの日数", ["料金", "試しの日数"]),
        ("①料金②試しの日数を教えてください", ["料金", "試しの日数を教えてください"]),
        ("・歯科医院です\n・電話は10件です\nどのプランですか", ["どのプランですか"]),
        ("2点お願いします。料金はいくらですか。いつ払いますか。", ["料金はいくらですか。", "いつ払いますか。"]),
        ("お世話になります、解約したいのですが", ["解約したいのですが"]),
        ("こんにちは無料お試しは何日ですか", ["無料お試しは何日ですか"]),
        ("お忙しいところ恐れ入りますが、料金を教えてください", ["料金を教えてください"]),
        ("突然すみませんが解約するとどうなりますか", ["解約するとどうなりますか"]),
        ("早朝も対応していますか", ["早朝も対応していますか"]),
        ("突然解約したらどうなりますか", ["突然解約したらどうなりますか"]),
        ("失礼な電話は断ってくれますか", ["失礼な電話は断ってくれますか"]),
        ("夜分遅くにすみません。早朝に失礼します。", []),
        ("2点確認願います。\n(1) 試しの日数\n(2) 違約金の有無", ["試しの日数", "違約金の有無"]),
        (
            "先方から3点。\n- 書類は出し直し？\n- 試しは使える？\n- 超過の計算",
            ["書類は出し直し？", "試しは使える？", "超過の計算"],
        ),
        ("試しはただか。頭金は要るか。この二つ、教えてください。", ["試しはただか。", "頭金は要るか。"]),
        ("・一覧にしてよいか\n・差出人は固定か\nわかる人", ["一覧にしてよいか", "差出人は固定か"]),
        ("下書きです。\n・小 2,960円\n・合計 ?円\nこれで合っていますか", ["これで合っていますか"]),
        ("違いがよく分からないです。それと、値段は同じ？", ["違いがよく分からないです。", "それと、値段は同じ？"]),
        ("何日間すか？で、そのあとどうやるの？", ["何日間すか？", "で、そのあとどうやるの？"]),
        ("何が要るんですかねそれから設定はそちらですかね", ["何が要るんですか", "設定はそちらですかね"]),
        ("月額の一覧と対応時間を教えて", ["月額の一覧", "対応時間を教えて"]),
        ("転送利用と表記利用の違いを教えて", ["転送利用と表記利用の違いを教えて"]),
        ("電話を頼むと、毎月いくらですか", ["電話を頼むと、毎月いくらですか"]),
        (
            "住所の記載をお願いします。あわせて支払日もご回答ください。",
            ["住所の記載をお願いします。", "あわせて支払日もご回答ください。"],
        ),
        ("料金・時間・休日", ["料金", "時間", "休日"]),
        ("年末の休みと、時間外の電話の扱い", ["年末の休み", "時間外の電話の扱い"]),
        ("断ってもらえるのかっていうのとあと何人いるのか知りたい", ["断ってもらえるのか", "何人いるのか知りたい"]),
        ("安くなりますか、あと見積書も欲しいです", ["安くなりますか", "見積書も欲しいです"]),
        ("・差出人は固定か\n・使うときの準備", ["差出人は固定か", "使うときの準備"]),
        ("断ってもらえますか？ｗ", ["断ってもらえますか？"]),
        ("Is it shared? We are two. Can we print it?", ["Is it shared?", "Can we print it?"]),
        ("いくらですか、と聞かれました", ["いくらですか、と聞かれました"]),
        ("名乗ってくれるんかいな、ほんで断ってもろえるんかいな", ["名乗ってくれるんか", "断ってもろえるんかいな"]),
        ("2社を1契約でいけるんか。番号も2ついるんか。", ["2社を1契約でいけるんか。", "番号も2ついるんか。"]),
        ("土曜も受けてもらえるのそれから道も教えてもらえるの", ["土曜も受けてもらえるの", "道も教えてもらえるの"]),
        ("道を教えるのと掛け直すのの両方できますか", ["道を教えるの", "掛け直すのの両方できますか"]),
        (
            "どこから申し込むかということと、写真の撮り方を教えて",
            ["どこから申し込むかということ", "写真の撮り方を教えて"],
        ),
        ("設定はしてくれるか、土曜もやってるか、の2つです", ["設定はしてくれるか", "土曜もやってるか、の2つです"]),
        (
            "取り消されますか？名義が違っても大丈夫でしょうか（同じ住所です）",
            ["取り消されますか？", "名義が違っても大丈夫でしょうか（同じ住所です）"],
        ),
        ("超えたらいくらなのかと、勧誘も数えるのかが気になる", ["超えたらいくらなのか", "勧誘も数えるのかが気になる"]),
        ("対応時間、報告の届き方、番号の種類の三つを教えて", ["対応時間", "報告の届き方", "番号の種類を教えて"]),
        ("いつから使えて、いくらかかるのか", ["いつから使えて", "いくらかかるのか"]),
        ("お試しはただですか。本式に頼むといくらですか。", ["お試しはただですか。", "本式に頼むといくらですか。"]),
    ],
)
def test_a_message_is_cut_into_its_questions(written: str, questions: list[str]) -> None:
    assert [question.text for question in read_message(written).questions] == questions


@pytest.mark.parametrize(
    ("question", "core"),
    [
        ("まず、転送は自分で設定しますか", "転送は自分で設定しますか"),
        ("それとは別に、試してみてもいいですか", "試してみてもいいですか"),
        ("話は変わりますが、いくらですか", "いくらですか"),
        ("【Billing】契約後は何日払いですか", "契約後は何日払いですか"),
        ("三つありましてまず何日ですか", "何日ですか"),
        ("電話で知らせてくれるか、の3つです", "電話で知らせてくれるか"),
        ("何か取られるのか、その二つが気がかりです。", "何か取られるのか"),
        ("まずいときはどうしますか", "まずいときはどうしますか"),
        ("1つ目の番号はいくらですか", "1つ目の番号はいくらですか"),
    ],
)
def test_one_of_several_questions_is_asked_without_what_joins_and_counts_it(question: str, core: str) -> None:
    assert unframed(question) == core


def test_what_is_only_named_before_a_request_wants_the_same() -> None:
    assert completed(["料金", "受けられる時間を教えてください。"]) == [
        "料金を教えてください。",
        "受けられる時間を教えてください。",
    ]
    assert completed(["料金", "何時までですか"]) == ["料金", "何時までですか"]


def test_a_wish_beside_a_question_has_an_answer_of_its_own_where_that_is_sure(app: App) -> None:
    written = "メールが壊れて、報告がどうなるのか気になっています。転送の解除はそちらでやってもらえますか？"
    reply = app.faq.preview(written)
    assert [one.entry.id for one in reply.every if one.entry] == [
        "forwarding-setup-customer-side",
        "customer-mail-trouble",
    ]
    unsure = app.faq.preview("連休が楽しみでしかたないです。転送の解除はそちらでやってもらえますか？")
    assert [one.entry.id for one in unsure.every if one.entry] == ["forwarding-setup-customer-side"]


def test_after_a_question_about_another_organisation_nothing_is_answered_by_itself(app: App) -> None:
    reply = app.faq.preview("よその電話代行だと何時まで受けてくれますか。月額も教えてください")
    assert not any(isinstance(one.outcome.decision, Answer) for one in reply.every)


def test_two_questions_get_two_answers(app: App) -> None:
    reply = app.faq.ask("免許証は写メで送っていいですか？あと、途中でやめたら違約金はかかりますか？", Asker("test"))
    assert [one.entry.id for one in reply.every if one.entry] == ["id-document-by-mail", "no-cancellation-penalty"]
    assert len({one.reference for one in reply.every}) == 2


def test_more_than_three_questions_are_answered_in_part_and_that_is_said(app: App) -> None:
    items = ("月額料金", "無料お試しの日数", "対応時間", "支払い方法")
    several = [app.faq.preview("以下を教えてください。\n・" + "\n・".join(items[:number])) for number in (3, 4)]
    assert [len(reply.every) for reply in several] == [3, 3]
    assert [any("分けてお尋ね" in one for one in sentences.reading(reply)) for reply in several] == [False, True]


def test_one_question_asked_twice_gets_one_answer(app: App) -> None:
    reply = app.faq.ask("途中でやめたら違約金はかかりますか？解約金とか取られますか？", Asker("test"))
    assert [one.entry.id for one in reply.every if one.entry] == ["no-cancellation-penalty"]


@pytest.mark.parametrize(
    ("question", "language"),
    [
        *(
            (question, "en")
            for question in ("What happens if I cancel early?", "do you have any setup fee", "OK, how much is it?")
        ),
        *((question, "zh") for question in ("请问每个月多少钱？", "可以借一个东京的号码吗", "我们没有固定电话")),
        *((question, "ko") for question in ("작년에 해지했는데 다시 쓰고 싶어요.", "얼마예요?")),
        *(
            (question, "")
            for question in (
                "支払方法",
                "LINE報告",
                "FAX",
                "chatwork",
                "ＦＡＸ番号 月額",
                "料金",
                "APIで連携できますか",
                "muryou otameshi wa nannichi desu ka",
                "050",
            )
        ),
    ],
)
def test_who_asks_in_another_language_is_told_that_answers_are_japanese(question: str, language: str) -> None:
    assert language_line(question) == (LINES[language] if language else "")


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("초기 비용이 있나요?", "no-initial-fee-and-deposit"),
        ("신청에 필요한 서류가 뭐예요?", "required-documents"),
        ("中途解约要付违约金吗？", "no-cancellation-penalty"),
        ("Which documents do I need to apply?", "required-documents"),
        ("推销电话也算次数吗？", "sales-calls-refused-free"),
        ("kaiyaku shitara iyakukin wa kakarimasu ka", "no-cancellation-penalty"),
    ],
)
def test_a_question_in_another_language_finds_its_entry(app: App, question: str, entry: str) -> None:
    decision = app.faq.preview(question).outcome.decision
    shown = decision.hits if isinstance(decision, Suggest) else (decision.hit,)
    assert entry in [hit.entry.id for hit in shown if hit]


def test_a_question_in_another_language_about_something_else_gets_nothing(app: App) -> None:
    for question in ("Who is the president of France?", "Write me a poem about cats", "추천 맛집 알려줘"):
        assert isinstance(app.faq.preview(question).outcome.decision, Abstain), question


@pytest.mark.parametrize(
    "written",
    [
        "How long is the free trial and can I do it twice?",
        "免费试用几天，另外可以延长吗？",
    ],
)
def test_two_questions_of_another_language_are_two(written: str) -> None:
    assert len(read_message(written).questions) == 2


def test_what_only_confirms_is_answered_in_a_conversation_where_it_is_sure(app: App) -> None:
    before = [Turn("無料お試しはありますか", ("free-trial-10days",))]
    sure, talk = (
        app.faq.preview(text, before) for text in ("途中でやめても違約金はないんですよね", "ちょっと高いですよね")
    )
    assert isinstance(sure.outcome.decision, Answer)
    assert talk.message is MessageKind.TALK


def test_a_question_in_english_gets_the_line_with_what_is_found(app: App) -> None:
    reply = app.faq.ask("What happens if the bank debit bounces?", Asker("test"))
    assert sentences.remarks(reply)[0] == LINES["en"]
    assert "failed-direct-debit" in [hit.entry.id for hit in reply.outcome.ranking.hits[:3]]


@given(st.text(max_size=300))
def test_any_text_is_read(written: str) -> None:
    message = read_message(written)
    assert isinstance(message.kind, MessageKind)
    assert all(question.text.strip() for question in message.questions)


@given(st.text(alphabet="。？!\n>・ あいう料金ですか?:*_~`<@U|>&;3-", max_size=80))
def test_marks_alone_never_break_the_reading(written: str) -> None:
    message = read_message(written)
    assert len(message.whole) <= len(only_language(written)) + 2 * len(message.questions)
