"""The differences on the team's pages: the changed words are marked, and nothing in them is markup."""

from bot.web.team.reviewing.marking import changed_passages, marked_changes, marked_words
from bot.wording.changes import field_line
from bot.wording.entry_names import in_words
from knowledge.changes import FieldChange
from knowledge.list_name import ListName


def question_of(entry_id: str) -> str:
    return {"price": "料金は？"}.get(entry_id, "")


def test_the_words_that_change_are_marked_and_escaped() -> None:
    before, after = marked_words("<b>月額2,960円（税込）", "<b>月額3,060円（税込）です")
    assert before == "&lt;b&gt;月額<del>2,960</del>円（税込）"
    assert after == "&lt;b&gt;月額<ins>3,060</ins>円（税込）<ins>です</ins>"
    assert marked_words("", "<i>") == ("", "&lt;i&gt;")


def test_added_and_removed_variants_and_judged_rows_are_called_that() -> None:
    (one,) = marked_changes(question_of, [FieldChange("variants", "", "いくら？\n<b>")])
    assert (one.before, one.now, one.after) == ("", "加わる言い方", "いくら？\n&lt;b&gt;")
    rows = FieldChange("lines", "いくら\tprice|gone", "天気は\t-\t外")
    (one,) = marked_changes(question_of, [rows], ListName.JUDGED)
    assert (one.was, one.before) == ("減る行", "「いくら」 → 「料金は？」、「gone」")
    assert (one.now, one.after) == ("加わる行", "「天気は」 → 答えてはいけない（外）")


def test_lines_that_stayed_are_left_out_where_several_follow_each_other() -> None:
    before = "はじめ\n\n- 月2,960円\n- 20回\n\nおわり"
    (one,) = marked_changes(question_of, [FieldChange("answer", before, before.replace("2,960", "3,060"))])
    assert (one.before, one.after) == ("…\n- 月<del>2,960</del>円\n…", "…\n- 月<ins>3,060</ins>円\n…")
    (one,) = marked_changes(question_of, [FieldChange("answer", "一\n二", "一\n三")])
    assert (one.before, one.after) == ("一\n<del>二</del>", "一\n<ins>三</ins>")


def test_a_line_shows_the_part_of_a_long_text_that_changed() -> None:
    text = "はじめに長い前置きがあって、" * 20
    line = field_line(FieldChange("answer", f"{text}月2,960円です。", f"{text}月3,060円です。"))
    assert line == "回答: …はじめに長い前置きがあって、月2,960円です。 → …はじめに長い前置きがあって、月3,060円です。"
    assert field_line(FieldChange("note", "", "新しい")) == "社内メモ: （なし） → 新しい"


def test_a_line_tells_what_is_taken_out_and_put_in() -> None:
    assert field_line(FieldChange("variants", "犬\n猫", "鳥")) == "言い方: 犬 / 猫 → 鳥"
    assert field_line(FieldChange("variants", "犬\n猫", "")) == "減る言い方: 犬 / 猫"
    related = in_words(FieldChange("related", "", "price\ngone"), None, question_of)
    assert field_line(related) == "加わる関連: 「料金は？」 / 「gone」"


def test_of_a_replaced_price_only_the_words_around_it_are_shown_and_both_prices_at_one_place() -> None:
    before = f"{'前置きです。' * 9}月額は**2,960円**です。{'途中です。' * 9}\n- 合計 5,920円。\n{'後書きです。' * 9}"
    shown = changed_passages(before, before.replace("2,960", "3,060").replace("5,920", "6,120"))
    assert "月額は<del>2,960</del><ins>3,060</ins>円です。" in shown
    assert "合計 <del>5,920</del><ins>6,120</ins>円。" in shown
    assert "後書き" not in shown, "a line of its own"
    assert changed_passages("次の月は12,345,678,901,234円で2円", "次の月は12,345,678,901,234円で3円").startswith(
        "…円で"
    ), "no cut number"
    assert len(shown) < 190 and shown.startswith("…") and shown.endswith("…") and "*" not in shown
    assert changed_passages("<b>2円", "<b>3円") == "&lt;b&gt;<del>2</del><ins>3</ins>円"
