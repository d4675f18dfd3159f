"""Replies for the terminal: as text for people, as JSON for programs."""

from typing import Any, assert_never

from bot import wording
from bot.faq import Faq, Reply
from index.decision import Abstain, Answer, Reason, Suggest
from index.explanation import Explanation, explain
from index.snapshot import Snapshot
from knowledge.entry import Entry


def reply_text(faq: Faq, reply: Reply, contact: str) -> str:
    """A reply as a person reads it in the terminal."""
    match reply.decision:
        case Answer(hit):
            remarks = "".join(f"※ {remark}\n" for remark in wording.remarks(reply))
            return f"【回答】（確信度 {reply.confidence:.2f}）\n{remarks}{entry_text(faq, hit.entry)}"
        case Suggest(hits):
            questions = "\n".join(f"  {number}. {hit.entry.question}" for number, hit in enumerate(hits, start=1))
            head = f"【候補】（確信度 {reply.confidence:.2f}）{wording.SUGGEST}"
            return f"{head}\n{questions}\n  {len(hits) + 1}. {wording.NONE_OF_THESE}"
        case Abstain(reason, hit):
            shown = entry_text(faq, hit.entry) if hit else wording.EMPTY if reason is Reason.EMPTY else wording.UNKNOWN
            return f"【回答なし】（確信度 {reply.confidence:.2f}）\n{shown}\n\n担当者への連絡: {contact}"
        case _:
            assert_never(reply.decision)


def entry_text(faq: Faq, entry: Entry) -> str:
    """An entry's question, answer, link, notice and related questions."""
    lines = [f"Q. {entry.question}", "", entry.answer, ""]
    link = faq.link(entry)
    if link:
        lines.append(f"リンク: {link}")
    lines.append(f"※ {wording.notice(entry)}")
    related = faq.related(entry)
    if related:
        lines += ["関連する質問:", *(f"  ・{other.question}" for other in related)]
    return "\n".join(lines)


def reply_json(faq: Faq, reply: Reply) -> dict[str, Any]:
    """A reply as the object that `faqbot ask --json` prints."""
    entry = reply.entry
    return {
        "query": reply.query,
        "decision": reply.kind,
        "entry": entry
        and {
            "id": entry.id,
            "question": entry.question,
            "answer": entry.answer,
            "url": faq.link(entry),
            "declines": entry.declines,
        },
        "confidence": round(reply.confidence, 4),
        "candidates": [
            {"id": hit.entry.id, "question": hit.entry.question, "confidence": round(confidence, 4)}
            for hit, confidence in reply.candidate_confidences()
        ],
        "revision": reply.revision,
        "milliseconds": round(reply.milliseconds, 3),
    }


def explanation_json(snapshot: Snapshot, reply: Reply) -> dict[str, Any]:
    """The account that `--explain --json` adds to a reply."""
    found = explain(snapshot.index, reply.ranking)
    cuts = snapshot.calibration.cuts
    return {
        "entry": found.entry_id,
        "score": round(found.score, 4),
        "terms": [
            {
                "term": t.term,
                "score": round(t.score, 4),
                "idf": round(t.idf, 4),
                "fields": list(t.fields),
                "rule": t.rule,
            }
            for t in found.terms
        ],
        "signals": [
            {"signal": s.name, "value": round(s.value, 4), "weight": s.weight, "contribution": round(s.contribution, 4)}
            for s in found.signals
        ],
        "closest_text": found.closest_text,
        "shared_readings": list(found.shared_readings),
        "runner_up": found.runner_up,
        "margin": None if found.margin is None else round(found.margin, 4),
        "cuts": {"answer": round(cuts.answer, 4), "decline": round(cuts.decline, 4), "suggest": round(cuts.suggest, 4)},
    }


def explanation_text(snapshot: Snapshot, reply: Reply) -> str:
    """The same account for people."""
    found = explain(snapshot.index, reply.ranking)
    cuts = snapshot.calibration.cuts
    return "\n".join(
        [
            f"最有力の項目: {found.entry_id}（得点 {found.score:.3f}）",
            "一致した語（項目別の内訳）:",
            *(f"  {line}" for line in _term_lines(found)),
            "得点の内訳（信号 × 重み）:",
            *(f"  {s.name:16} {s.value:7.3f} × {s.weight:6.3f} = {s.contribution:7.3f}" for s in found.signals),
            f"最も近い言い方: {found.closest_text}",
            f"読みの一致: {' '.join(found.shared_readings) or 'なし'}",
            f"次点: {found.runner_up or 'なし'}" + (f"（差 {found.margin:.3f}）" if found.margin is not None else ""),
            f"確信度 {reply.confidence:.3f}",
            f"しきい値: 回答 {cuts.answer:.3f}、回答しない項目 {cuts.decline:.3f}、候補 {cuts.suggest:.3f}",
            f"所要時間 {reply.milliseconds:.2f} ミリ秒、第{reply.revision}版",
        ]
    )


def _term_lines(found: Explanation) -> list[str]:
    lines = []
    for match in found.terms:
        where = "・".join(match.fields) or "この項目には無い"
        rule = f"、同義語 {match.rule}行目" if match.rule else ""
        lines.append(f"{match.term}  得点 {match.score:.3f}  idf {match.idf:.3f}  （{where}{rule}）")
    return lines
