"""Replies for the terminal: as text for people, as JSON for programs."""

from typing import Any, assert_never

from bot import wording
from bot.faq import Faq, Reply
from index.decision import Abstain, Answer, Reason, Suggest
from index.explanation import explain
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
            for hit, confidence in reply.outcome.confidences()
        ],
        "revision": reply.revision,
        "milliseconds": round(reply.milliseconds, 3),
    }


def explanation_json(snapshot: Snapshot, reply: Reply) -> dict[str, Any]:
    """The account that `--explain --json` adds to a reply."""
    found = explain(snapshot.index, reply.outcome.ranking)
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
