"""Near misses of an entry: questions just beyond it, what they get today, and an editor's word on each."""

from dataclasses import dataclass
from typing import Any

from flask import abort, render_template, request

from bot.roles import Role
from bot.web.team.member import member
from bot.web.team.pages import TeamPages, go, notice
from bot.web.team.proposing import propose_or_tell, tell
from bot.web.team.team import Team
from bot.wording.sentences import DECISIONS
from index.review.near_misses import Beyond, NearMiss, near_misses
from index.review.verdicts import Verdict
from knowledge.entry import Entry
from knowledge.errors import FaqError
from knowledge.judged import ABSTAIN, with_judgements
from knowledge.list_name import ListName
from knowledge.match_key import match_key
from knowledge.questions.set_aside import SetAside, proposal_key
from knowledge.revisions.store import Change, KnowledgeBase

JUDGED = "項目のすぐ外の質問を判定"
NOTHING = "判定を1つも選んでいません。前のページに戻ると、選び直せます。"
RIGHT, DROPPED = "right", "dropped"
WORDS = {ABSTAIN: "答えてはいけない", RIGHT: "この項目が正しい", DROPPED: "捨てる"}
KINDS = {
    Beyond.FIGURE: "別の数字",
    Beyond.NAME: "別の名前",
    Beyond.NEGATED: "打ち消し",
    Beyond.PRESUMED: "誤った前提",
    Beyond.OWN: "自分の場合",
    Beyond.ELSEWHERE: "ほかの会社",
}


@dataclass(frozen=True, slots=True)
class AskedNearMiss:
    """A near miss with what the bot would do today, and how sure it is."""

    miss: NearMiss
    verdict: Verdict
    confidence: float
    said: str


def add_near_misses(pages: TeamPages) -> None:
    """Add the page and what is sent from it."""
    team, aside = pages.team, SetAside(pages.team.publishing.store.engine)

    @pages.page("/entries/<entry_id>/near-misses", Role.EDITOR)
    def near(entry_id: str) -> str:
        base = team.publishing.live()
        entry = base.by_id.get(entry_id) or abort(404)
        asked = _asked(team, entry, base, aside.keys())
        return render_template("team/near_misses.html", entry=entry, asked=asked, kinds=KINDS, words=WORDS)

    @pages.page("/entries/<entry_id>/near-misses", Role.EDITOR, "POST")
    def near_judged(entry_id: str) -> Any:
        base, texts = team.publishing.live(), request.form.getlist("text")
        words = {text: request.form.get(f"word-{number}", "") for number, text in enumerate(texts)}
        for text in (text for text, word in words.items() if word == DROPPED):
            aside.add(proposal_key(entry_id, text), member().user)
        if not {ABSTAIN, RIGHT}.intersection(words.values()):
            return go("near", entry_id=entry_id) if DROPPED in words.values() else notice(NOTHING, 422)
        try:
            judged = _judged(base, entry_id, words)
        except FaqError as error:
            return tell(error)
        return propose_or_tell(team, Change(lists={ListName.JUDGED: judged}), base.revision, JUDGED)


def _judged(base: KnowledgeBase, entry_id: str, words: dict[str, str]) -> str:
    text = base.lists.judged
    for word, right in ((ABSTAIN, ""), (RIGHT, entry_id)):
        if queries := [query for query, said in words.items() if said == word]:
            text = with_judgements(text, queries, right, base.entries)
    return text


def _asked(team: Team, entry: Entry, base: KnowledgeBase, aside: set[str]) -> list[AskedNearMiss]:
    """The near misses that nobody judged or dropped, worst first: answers, then suggestions, the surest first."""
    snapshot, judged = team.faq.searcher.snapshot, {match_key(one.text) for one in base.lists.judged_queries}
    found = []
    for miss in near_misses(entry, base.entries, snapshot.index.analyzer.tokenizer):
        if match_key(miss.text) not in judged and proposal_key(entry.id, miss.text) not in aside:
            outcome = snapshot.decided(snapshot.index.rank(snapshot.index.query(miss.text)))
            verdict = Verdict.of(outcome)
            shown = team.faq.question_of(verdict.entry_id or "")
            said = f"{DECISIONS[verdict.decision]}{f'「{shown}」' if shown else ''}"
            found.append(AskedNearMiss(miss, verdict, outcome.confidence, said))
    order = ("answer", "suggest", "abstain")
    return sorted(found, key=lambda one: (order.index(one.verdict.decision), -one.confidence))
