"""The calls of the API: each takes an object and gives one, or raises ProblemError."""

from dataclasses import dataclass

from bot.exchange.entries import EntryObject, entry_object
from bot.exchange.messages import MessageObject
from bot.exchange.replies import ReplyObject, reply_object
from bot.faq import Faq
from bot.hand_over import HandedQuestion, HandOver, NotHandedError
from bot.web.api.objects import EntriesPage, EntriesQuery, Escalated, EscalationObject, FeedbackObject
from bot.web.api.problems import ProblemError
from bot.web.askers import asker_at
from bot.wording import doors
from bot.wording.categories import categories_of

UNKNOWN_ENTRY = "公開中の項目に、id「{entry_id}」はありません。"
UNKNOWN_REFERENCE = "受付番号「{reference}」のご質問は、記録にありません。"
HANDED = "担当者に伝えました。"


@dataclass(frozen=True, slots=True)
class Api:
    """The objects that the calls need: the bot, and where people answer, the way to hand a question to them."""

    faq: Faq
    hand_over: HandOver | None = None


def ask(api: Api, asked: MessageObject) -> ReplyObject:
    """Answer a message as the bot does at every door."""
    return reply_object(api.faq, api.faq.ask(asked.query, asker_at(doors.API), asked.conversation))


def entries(api: Api, query: EntriesQuery) -> EntriesPage:
    """A page of the live entries."""
    live = sorted(api.faq.entries(), key=lambda entry: entry.id)
    wanted = [entry for entry in live if query.category in ("", entry.category)]
    rest = [entry for entry in wanted if entry.id > query.after]
    page = rest[: query.limit]
    return EntriesPage(
        entries=tuple(entry_object(api.faq, entry) for entry in page),
        next=page[-1].id if len(rest) > len(page) else None,
        total=len(wanted),
        categories=tuple(categories_of(live)),
        revision=api.faq.searcher.snapshot.revision,
    )


def entry(api: Api, entry_id: str) -> EntryObject:
    """One live entry."""
    found = api.faq.entry(entry_id)
    if found is None:
        raise ProblemError(404, UNKNOWN_ENTRY.format(entry_id=entry_id[:64]))
    return entry_object(api.faq, found)


def feedback(api: Api, given: FeedbackObject) -> None:
    """Store what somebody thought of a reply."""
    _require_asked(api, given.reference)
    asker = asker_at(doors.API)
    if given.kind == "none_of_these":
        api.faq.none_of_these(given.reference, asker)
        return
    shown = entry(api, given.entry)
    if given.kind == "chosen":
        api.faq.choose(given.reference, shown.id, asker)
        return
    is_helpful = given.kind == "helpful"
    reason = None if is_helpful else given.reason
    api.faq.vote(given.reference, shown.id, asker, helpful=is_helpful, reason=reason)


def escalate(api: Api, wanted: EscalationObject) -> Escalated:
    """Hand a question to people, or say how to reach them."""
    _require_asked(api, wanted.reference)
    api.faq.escalated(wanted.reference, asker_at(doors.API))
    contact = api.faq.site.contact
    if api.hand_over is None:
        raise ProblemError(503, f"ここからは担当者に伝えられません。{contact}", contact=contact)
    question = HandedQuestion(reference=wanted.reference, door=doors.API, reach=wanted.reach, words=wanted.words)
    try:
        api.hand_over(question)
    except NotHandedError as error:
        raise ProblemError(503, f"{error.message}{contact}", contact=contact) from error
    return Escalated(wanted.reference, HANDED)


def _require_asked(api: Api, reference: str) -> None:
    """Raise ProblemError for a question that nobody asked: anybody can send a reference."""
    if api.faq.stored(reference) is None:
        raise ProblemError(404, UNKNOWN_REFERENCE.format(reference=reference))
