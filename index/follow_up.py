"""Follow-ups: a short question after a reply is read together with the subject of that reply."""

import re

from index.decision.decision import Abstain, Answer, Reason, Suggest, decide, says_little
from index.parameters import MAX_FOLLOW_UP, MAX_SUGGESTIONS, UNDERSTOOD
from index.ranking.ranking import Hit
from index.snapshot import Outcome, Snapshot
from knowledge.entry import Entry

TOPIC_ONLY = re.compile(r"\S{1,8}?(?:は|も|でも|だと|なら|では|の場合は?)\s*[?。]*")  # 料金は？ 電話でも？


def follow_up(snapshot: Snapshot, alone: Outcome, previous: Entry) -> Outcome | None:
    """The outcome of the question of `alone` as a follow-up to `previous`, or None when it is none.

    A question that is understood alone is never read as a follow-up, unless it is a bare topic
    (料金は？ いくら？), which says what is asked but not of what. A follow-up leads to an entry related to
    `previous` or of its category, whose own question holds a word of the follow-up.
    """
    query, index = alone.ranking.query, snapshot.index
    words = index.analyzer.plain_terms(query.text)
    bare = len(set(words)) == 1 and (TOPIC_ONLY.fullmatch(query.analysis.text) is not None or says_little(index, query))
    if not words or len(query.analysis.text) > MAX_FOLLOW_UP or _understood(alone, previous, bare=bare):
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
    if near[0] is not together.hits[0] or not isinstance(decision, Answer | Abstain) or decision.hit is None:
        if isinstance(alone.decision, Answer) or alone.confidence >= UNDERSTOOD:
            return None
        decision = Suggest(tuple(near))
    return Outcome(decision, confidence, together)


def _understood(alone: Outcome, previous: Entry, *, bare: bool) -> bool:
    """Whether a question says by itself what is asked; a `bare` one only when it is refused by itself."""
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
