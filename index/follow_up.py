"""Follow-ups: short questions after a reply, which are ranked together with the question that it answered."""

import re

from index.decision.decision import Abstain, Answer, Reason, Suggest, decide, says_little
from index.parameters import MAX_FOLLOW_UP, MAX_SUGGESTIONS, UNDERSTOOD
from index.ranking.entry_index import EntryIndex
from index.ranking.ranking import Hit
from index.snapshot import Outcome, Snapshot
from knowledge.entry import Entry

TOPIC_ONLY = re.compile(r"\S{1,8}?(?:は|も|でも|だと|なら|では|の場合は?)\s*[?。]*")  # 料金は？ 電話でも？


def follow_up(snapshot: Snapshot, alone: Outcome, previous: Entry) -> Outcome | None:
    """The outcome of the question of `alone` as a follow-up to the entry `previous`, or None when it is none.

    A question that is understood alone is never read as a follow-up, unless it is a bare topic or bare
    question word (料金は？ いくら？), which leaves open of what. A follow-up leads to an entry related to
    `previous` or of its category, whose own question holds a word of the follow-up.
    """
    query, index = alone.ranking.query, snapshot.index
    if not _needs_context(index, alone, previous):
        return None
    asked = set(query.analysis.terms)
    together = index.rank(index.query(f"{previous.question} {query.text}")).without(previous)
    near = [
        hit
        for number, hit in zip(together.order, together.hits[:MAX_SUGGESTIONS], strict=False)
        if _related(hit, previous) and not asked.isdisjoint(index.analyzed(number).asked[0].terms)
    ]
    if not near:
        return None
    decision, confidence = decide(index, together, snapshot.calibration)
    if near[0] is together.hits[0] and isinstance(decision, Answer | Abstain) and decision.hit:
        return Outcome(decision, confidence, together)
    if isinstance(alone.decision, Answer) or alone.confidence >= UNDERSTOOD:
        return None
    return Outcome(Suggest(tuple(near)), confidence, together)


def _needs_context(index: EntryIndex, alone: Outcome, previous: Entry) -> bool:
    """True when a question is short and not understood without what was said before."""
    query = alone.ranking.query
    words = index.analyzer.plain_terms(query.text)
    if not words or len(query.analysis.text) > MAX_FOLLOW_UP:
        return False
    bare = len(set(words)) == 1 and (TOPIC_ONLY.fullmatch(query.analysis.text) is not None or says_little(index, query))
    return not _understood(alone, previous, bare=bare)


def _understood(alone: Outcome, previous: Entry, *, bare: bool) -> bool:
    """True when a question is understood by itself; a `bare` one if it is declined, or answered by `previous`."""
    match alone.decision:
        case Abstain(reason, _):
            return reason is not Reason.UNKNOWN
        case Answer(hit):
            return not bare or hit.entry == previous
        case Suggest():
            return not bare and alone.confidence >= UNDERSTOOD


def _related(hit: Hit, previous: Entry) -> bool:
    entry = hit.entry
    return entry.id in previous.related or previous.id in entry.related or entry.category == previous.category
