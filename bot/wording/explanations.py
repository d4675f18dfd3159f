"""Explanations for staff and operators: the reasons for an entry's place in a ranking, line by line."""

from index.decision.decision import Abstain, Reason, asks_elsewhere, contradicted
from index.decision.doubts import doubts
from index.decision.other_things import other_things
from index.ranking.explanation import Explanation, explain
from index.snapshot import Outcome, Snapshot
from knowledge.labels import FIELD_LABELS

SIGNALS = {
    "words": "語（BM25）",
    "readings": "読み（BM25）",
    "closest_words": "最も近い言い方との語の一致",
    "closest_readings": "最も近い言い方との読みの一致",
    "closest_meaning": "最も近い文との意味の近さ",
    "mean_meaning": "全体との意味の近さ",
    "texts": "質問と言い方の数（対数）",
    "declines": "回答しない項目",
    "passage_meaning": "質問と回答を合わせた文との意味の近さ（2段階目）",
}
KINDS = {
    "persons": "人数",
    "age": "年齢",
    "weight": "重さ",
    "length": "長さ",
    "share": "割合",
    "floor": "階",
    "bytes": "容量",
    "seconds": "秒数",
    "minutes": "分数",
    "hours": "時間数",
    "days": "日数",
    "weeks": "週数",
    "months": "月数",
    "years": "年数",
    "time of day": "時刻",
    "date": "日付",
    "times": "回数や件数",
    "letters": "文字数",
    "animals": "頭数",
    "pieces": "個数",
    "money": "金額",
    "time": "時期",
    "reason": "理由",
    "number": "数や上限",
    "place": "場所",
    "wording": "文言そのもの",
}
DOUBT = "確信度を下げた理由: "
NOT_SAID = "質問が尋ねている{}は、{}位の項目に書かれていません。"
NO_FIGURE = "質問にある{}は、{}位の項目にありません。"
OWN_CASE = (
    "質問した方ご自身の件（届いたか、いくつ残っているか、変更の依頼など）のようで、公開している回答では分かりません。"
)
OTHER_THING = "質問は「{}」のことのようで、{}位の項目はそれに触れていません。"
NO_ENTRIES = "公開中の項目がないので、比べた項目はありません。"
NOT_COMPARED = {
    Reason.PERSON: "担当者への連絡を求める発言（または至急のお困りごと）と読んだので、どの項目とも比べていません。",
    Reason.NOT_ASKED: "質問ではない発言と読んだので、どの項目とも比べていません。",
}
HELD_BACK = "候補にとどめた理由: 1位の確信度は回答のしきい値以上ですが、"
UNWANTED = "質問は「{}」を望んでいないのに、1位の項目にはそういう言い方がありません。"
BARE = "質問が短く、何についてのことか分かりません。"
ELSEWHERE = "質問はほかの会社や店のことで、1位の項目はそれを尋ねるものではありません。"
UNREADABLE = "質問から検索に使える言葉を読み取れないので、どの項目とも比べていません。"


def explanation_lines(snapshot: Snapshot, outcome: Outcome, place: int = 0) -> list[str]:
    """The explanation of the entry at `place` of a ranking (0 is the best)."""
    if said := not_compared(outcome):
        return [said]
    found = explain(snapshot.index, outcome.ranking, place)
    cuts = snapshot.calibration.thresholds
    return [
        f"{place + 1}位の項目: {_asked(snapshot, found.entry_id)}、得点 {found.score:.3f}",
        "一致した語（得点・珍しさ・ある場所）:",
        *(f"  {line}" for line in _term_lines(found)),
        "得点の内訳（信号 × 重み）:",
        *(f"  {SIGNALS[s.name]}: {s.value:.3f} × {s.weight:.3f} = {s.contribution:.3f}" for s in found.signals),
        f"最も近い言い方: {found.closest_text}",
        f"読みの一致: {' '.join(found.shared_readings) or 'なし'}",
        f"次点: {_asked(snapshot, found.runner_up) if found.runner_up else 'なし'}"
        + (f"（差 {found.margin:.3f}）" if found.margin is not None else ""),
        f"確信度 {outcome.confidences()[place][1]:.3f}",
        f"しきい値: 回答 {cuts.answer:.3f}、回答しない項目 {cuts.decline:.3f}、候補 {cuts.suggest:.3f}",
        *doubt_lines(snapshot, outcome),
        *([HELD_BACK + guard(snapshot, outcome)] if snapshot.is_held_back(outcome) else []),
        f"第{snapshot.revision}版",
    ]


def _asked(snapshot: Snapshot, entry_id: str) -> str:
    """An entry by its question, with its id."""
    return f"「{snapshot.by_id[entry_id].question}」（{entry_id}）"


def not_compared(outcome: Outcome) -> str:
    """Why no entry was compared with a question, "" where some were."""
    decision = outcome.decision
    if not outcome.ranking.order:
        return NOT_COMPARED.get(decision.reason, NO_ENTRIES) if isinstance(decision, Abstain) else NO_ENTRIES
    return UNREADABLE if decision == Abstain(Reason.EMPTY) else ""


def doubt_lines(snapshot: Snapshot, outcome: Outcome) -> list[str]:
    """Why the confidence was lowered, also where the entry in which it is stands lower by now."""
    place = outcome.judged_place
    found = doubts(outcome.ranking.query.text, outcome.ranking.hits[place].entry)
    lines = []
    if found.kinds:
        kinds = sorted(KINDS.get(kind, f"数（{kind}）") for kind in found.kinds)
        lines.append(NOT_SAID.format("・".join(kinds), place + 1))
    if found.figures:
        figures = [f"{number:g}{unit}" for number, unit in sorted(found.figures)]
        lines.append(NO_FIGURE.format("・".join(figures), place + 1))
    lines += [OWN_CASE] if found.own_case else []
    things = other_things(snapshot.index, outcome.ranking.query.text, outcome.ranking.order[place])
    lines += [OTHER_THING.format("・".join(things), place + 1)] if things else []
    return [DOUBT + line for line in lines]


def guard(snapshot: Snapshot, outcome: Outcome) -> str:
    """Why the best entry would not be the answer whatever the confidence, where a guard holds it back."""
    if asks_elsewhere(outcome.ranking):
        return ELSEWHERE
    unwanted = "・".join(contradicted(snapshot.index, outcome.ranking))
    return UNWANTED.format(unwanted) if unwanted else BARE


def _term_lines(found: Explanation) -> list[str]:
    lines = []
    for match in found.terms:
        where = "・".join(FIELD_LABELS[name] for name in match.fields) or "この項目には無い"
        rule = f"、同義語 {match.rule}行目" if match.rule else ""
        lines.append(f"{match.term}: {match.score:.3f}・{match.idf:.3f}（{where}{rule}）")
    return lines
