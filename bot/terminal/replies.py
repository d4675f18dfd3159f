"""Replies on the command line: as text for people, as JSON for programs."""

from dataclasses import asdict
from typing import Any, assert_never

from bot.faq import Faq
from bot.reply import Reply
from bot.wording import sentences
from index.decision.decision import Abstain, Answer, Reason, Suggest
from index.ranking.explanation import SignalShare, TermMatch, explain
from index.snapshot import Snapshot
from knowledge.entry import Entry


def reply_text(faq: Faq, reply: Reply) -> str:
    """The replies to a message as a person reads them in the terminal."""
    if not reply.wants_reply:
        return sentences.courtesy(reply, faq.site)
    return "\n\n".join(_one_text(faq, one) for one in reply.every)


def _one_text(faq: Faq, reply: Reply) -> str:
    match reply.decision:
        case Answer(hit):
            remarks = "".join(f"※ {remark}\n" for remark in sentences.remarks(reply))
            return f"【回答】（確信度 {reply.confidence:.2f}）\n{remarks}{entry_text(faq, hit.entry)}"
        case Suggest(hits):
            questions = "\n".join(f"  {number}. {hit.entry.question}" for number, hit in enumerate(hits, start=1))
            head = f"【候補】（確信度 {reply.confidence:.2f}）{sentences.SUGGEST}"
            remarks = "".join(f"※ {remark}\n" for remark in sentences.remarks(reply))
            return f"{head}\n{remarks}{questions}\n  {len(hits) + 1}. {sentences.NONE_OF_THESE}"
        case Abstain(reason, hit):
            shown = entry_text(faq, hit.entry) if hit else sentences.no_answer(reason, faq.site)
            way = sentences.PERSON.format(contact=faq.site.contact)
            remarks = "".join(f"※ {remark}\n" for remark in sentences.reading(reply))
            return f"【回答なし】（確信度 {reply.confidence:.2f}）\n{remarks}{shown}\n\n{way}"
        case _:
            assert_never(reply.decision)


def entry_text(faq: Faq, entry: Entry) -> str:
    """An entry's question, answer, link, notice and related questions; of what declines mere talk, the answer."""
    if sentences.is_aside(entry):
        return entry.answer
    lines = [f"Q. {entry.question}", "", entry.answer, ""]
    link, notice = faq.link(entry), sentences.notice(entry, faq.site)
    if link:
        lines.append(f"リンク: {link}")
    if notice:
        lines.append(f"※ {notice}")
    related = faq.related(entry)
    if related:
        lines += ["関連する質問:", *(f"  ・{other.question}" for other in related)]
    return "\n".join(lines)


def explanation_json(snapshot: Snapshot, reply: Reply) -> dict[str, Any] | None:
    """The explanation that `--explain --json` adds; None where the question was compared with no entry."""
    if not reply.outcome.ranking.order or reply.decision == Abstain(Reason.EMPTY):
        return None
    found = explain(snapshot.index, reply.outcome.ranking)
    cuts = asdict(snapshot.calibration.thresholds)
    return {
        "entry": found.entry_id,
        "score": round(found.score, 4),
        "terms": list(map(_term_json, found.terms)),
        "signals": list(map(_signal_json, found.signals)),
        "closest_text": found.closest_text,
        "shared_readings": list(found.shared_readings),
        "runner_up": found.runner_up,
        "margin": None if found.margin is None else round(found.margin, 4),
        "cuts": {name: round(cut, 4) for name, cut in cuts.items()},
        "unwanted": list(snapshot.unwanted(reply.outcome)),
    }


def _term_json(found: TermMatch) -> dict[str, Any]:
    return {
        "term": found.term,
        "score": round(found.score, 4),
        "idf": round(found.idf, 4),
        "fields": list(found.fields),
        "rule": found.rule,
    }


def _signal_json(found: SignalShare) -> dict[str, Any]:
    return {
        "signal": found.name,
        "value": round(found.value, 4),
        "weight": found.weight,
        "contribution": round(found.contribution, 4),
    }
