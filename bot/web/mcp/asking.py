"""The tools for everybody: asking, searching, an entry, and whether a quotation is our answer."""

from functools import lru_cache
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from bot.exchange.entries import EntryObject, digest_of, entry_object
from bot.exchange.messages import MessageObject
from bot.exchange.replies import Candidate, ReplyObject, reply_object
from bot.web.askers import asker_at
from bot.web.mcp.tools import Tool, Tools
from bot.wording import doors
from index.snapshot import Snapshot
from knowledge.entry_rules import MAX_LENGTHS
from knowledge.errors import FaqError

MAX_FOUND = 10
RULES = (
    "decision が answer のとき: entry.answer を、言い換えず、足さず、そのまま引用し、url・as_of・notice を添えること。"
    "suggest のとき: まだ答えではありません。candidates の質問を見せて選んでもらい、get_entry で回答を得てください。"
    "abstain のとき: 公開された答えはありません。推測で答えず、entry があればその answer をそのまま伝え、"
    "contact を案内してください。"
    "remarks があれば、必ず一緒に伝えてください。"
)
GONE = "公開中の項目に、id「{entry_id}」はありません。"
SEARCH_FIRST = "search で項目を探してください。"


class AskResult(ReplyObject, frozen=True, kw_only=True):
    """The reply to a message, and how it is to be passed on.

    Of 100 answers at most `wrong_bound` times 100 are wrong, with a certainty of 95 %, as measured on judged questions.
    """

    wrong_bound: float
    notice: str
    contact: str
    rules: str


class SearchQuery(Struct, frozen=True):
    """Words to search for."""

    query: str
    limit: Annotated[int, Meta(ge=1, le=MAX_FOUND)] = 5


class SearchResult(Struct, frozen=True):
    """The entries nearest to the words, which answer nothing yet."""

    candidates: tuple[Candidate, ...]
    revision: int


class EntryQuery(Struct, frozen=True):
    """The id of an entry."""

    id: str


class EntryResult(Struct, frozen=True):
    """A live entry, and how it is to be passed on."""

    entry: EntryObject
    notice: str
    rules: str
    revision: int


class Quotation(Struct, frozen=True):
    """A text that claims to be our answer."""

    text: Annotated[str, Meta(max_length=MAX_LENGTHS["answer"])]


class QuotationResult(Struct, frozen=True):
    """If the text is a current answer of ours, word for word, and of which entry."""

    is_current: bool
    digest: str
    entry: EntryObject | None
    revision: int


def ask(tools: Tools, asked: MessageObject) -> AskResult:
    """Answer a message as the bot does at every door."""
    faq = tools.faq
    reply = reply_object(faq, faq.ask(asked.query, asker_at(doors.MCP), asked.conversation))
    return AskResult(
        **msgspec.structs.asdict(reply),
        wrong_bound=round(faq.searcher.snapshot.calibration.risk.bound, 4),
        notice=faq.site.notice,
        contact=faq.site.contact,
        rules=RULES,
    )


def search(tools: Tools, wanted: SearchQuery) -> SearchResult:
    """The entries nearest to some words; nobody asked, so nothing is logged."""
    found = tools.faq.best(wanted.query)[: wanted.limit]
    candidates = tuple(Candidate(entry.id, entry.question, round(confidence, 4)) for entry, confidence in found)
    return SearchResult(candidates, tools.faq.searcher.snapshot.revision)


def get_entry(tools: Tools, wanted: EntryQuery) -> EntryResult:
    """One live entry. Raises FaqError."""
    entry = tools.faq.entry(wanted.id)
    if entry is None:
        raise FaqError(GONE.format(entry_id=wanted.id[:64]), SEARCH_FIRST)
    revision = tools.faq.searcher.snapshot.revision
    return EntryResult(entry_object(tools.faq, entry), tools.faq.site.notice, RULES, revision)


def verify_quote(tools: Tools, quotation: Quotation) -> QuotationResult:
    """Compare a text with every live answer, by the digest of its words."""
    snapshot, digest = tools.faq.searcher.snapshot, digest_of(quotation.text)
    entry = snapshot.by_id.get(_digests(snapshot).get(digest, ""))
    shown = entry_object(tools.faq, entry) if entry else None
    return QuotationResult(entry is not None, digest, shown, snapshot.revision)


@lru_cache(maxsize=1)
def _digests(snapshot: Snapshot) -> dict[str, str]:
    return {digest_of(entry.answer): entry.id for entry in snapshot.index.entries}


ASKING = (
    Tool(
        "ask",
        "質問する",
        "この会社・組織についての質問に、用意された公式の回答を返します。回答は、言い換えずにそのまま引用してください。"
        "答えがないときは、ないと返します（推測で補わないでください）。"
        "続きの質問では、これまでのやりとりを conversation に入れます。",
        MessageObject,
        AskResult,
        ask,
    ),
    Tool(
        "search",
        "項目を探す",
        "ことばに近い項目の質問とidを返します。これは回答ではありません。回答は get_entry で得てください。",
        SearchQuery,
        SearchResult,
        search,
    ),
    Tool(
        "get_entry",
        "項目を読む",
        "idの項目の、公式の回答・リンク・確認日を返します。回答は、言い換えずにそのまま引用してください。",
        EntryQuery,
        EntryResult,
        get_entry,
    ),
    Tool(
        "verify_quote",
        "引用を確かめる",
        "文章が、今公開している回答と一字一句同じかどうかを返します（太字などの記号と空白の違いは問いません）。",
        Quotation,
        QuotationResult,
        verify_quote,
    ),
)
