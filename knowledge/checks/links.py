"""Link check: requests every address in the knowledge base."""

import re
import socket
import ssl
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urljoin, urlsplit, urlunsplit
from urllib.request import OpenerDirector, Request

from knowledge.checks.public_network import PrivateAddressError, new_opener
from knowledge.entry import Entry, Status
from knowledge.errors import Problem
from knowledge.located_entry import LocatedEntry, Only, concerns

LINK = re.compile(r"\[[^\[\]\n]+\]\((https?://[^()\s]+)\)")  # the answers' Markdown
USER_AGENT = "faqbot link check"
AT_ONCE = 4  # requests; most links lead to one server, which shall not notice us
SECONDS = 10.0  # for an address, with all its redirects and the second try
PAUSE = 1.0  # seconds before the second try
MAX_REDIRECTS = 5
MOVED = (301, 302, 303, 307, 308)
MOVED_FOR_GOOD = (301, 308)
TOO_MANY = 429  # requests
SAFE = "/%:@!$&'()*+,;=~?-._"  # in paths and queries


@dataclass(frozen=True, slots=True)
class LinkOutcome:
    """The outcome of a request: `fault` ("" for none), and the address it has moved to for good ("" for none)."""

    fault: str = ""
    moved_to: str = ""
    passing: bool = False  # may be different the next moment


@dataclass(frozen=True, slots=True)
class Place:
    """A field of an entry that has an address."""

    item: LocatedEntry
    field: str


def check_links(
    located: Sequence[LocatedEntry],
    only: Only = None,
    *,
    private: bool = False,
    seconds: float = SECONDS,
    pause: float = PAUSE,
) -> list[Problem]:
    """A problem for every link that is dead or has moved for good; each address is requested once, four at a time.

    `private` allows addresses of private networks, `seconds` is the limit for one address, `pause` the seconds before
    the second attempt.
    """
    places: defaultdict[str, list[Place]] = defaultdict(list)
    for item in located:
        if item.entry.status is not Status.RETIRED and concerns(only, item.entry.id):
            for url, field in links_of(item.entry):
                places[url].append(Place(item, field))
    sender = new_opener(private=private)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        outcomes = threads.map(lambda url: ask(url, sender, seconds, pause), places)
        answered = zip(places, outcomes, strict=True)
        return [problem for url, outcome in answered for problem in _problems(url, outcome, places[url])]


def links_of(entry: Entry) -> Iterator[tuple[str, str]]:
    """The addresses that an entry links to, each with the field that has it."""
    if entry.url:
        yield entry.url, "url"
    for url in dict.fromkeys(LINK.findall(entry.answer)):
        yield url, "answer"


def _problems(url: str, outcome: LinkOutcome, places: Sequence[Place]) -> Iterator[Problem]:
    for place in places:
        if outcome.fault:
            yield place.item.problem(
                f"リンク {url} を開けません（{outcome.fault}）。",
                "ブラウザで開いて確かめ、正しいURLに書き直してください。",
                place.field,
            )
        elif outcome.moved_to:
            yield place.item.warning(
                f"リンク {url} は {outcome.moved_to} に移りました。",
                "新しいURLを開いて内容を確かめ、書き換えてください。",
                place.field,
            )


def ask(url: str, opener: OpenerDirector, seconds: float, pause: float) -> LinkOutcome:
    """The outcome of requesting an address; a fault that may be temporary is checked by a second attempt in time."""
    deadline = time.monotonic() + seconds
    outcome = _followed(url, opener, deadline, seconds)
    if outcome.passing and time.monotonic() + pause < deadline:
        time.sleep(pause)
        outcome = _followed(url, opener, deadline, seconds)
    return outcome


def _followed(url: str, opener: OpenerDirector, deadline: float, seconds: float) -> LinkOutcome:
    """The outcome after all redirects; the new address is where an unbroken row of permanent redirects leads."""
    at, moved_to, for_good = url, "", True
    for _ in range(MAX_REDIRECTS + 1):
        try:
            status, location = _answer(at, opener, deadline)
            location = urljoin(at, quote(location, SAFE + "#", encoding="iso-8859-1")) if location else ""
        except (OSError, HTTPException, ValueError) as error:
            cause = error.reason if isinstance(error, URLError) else error
            cause = TimeoutError() if time.monotonic() >= deadline else cause  # then the connection was broken off
            lasting = isinstance(cause, ValueError | PrivateAddressError)
            return LinkOutcome(_reason(cause, seconds), passing=not lasting)
        if status not in MOVED or not location:
            fault = f"HTTP {status}" if status >= 400 or status in MOVED else ""
            return LinkOutcome(fault, moved_to, passing=status == TOO_MANY or status >= 500)
        at = location
        for_good = for_good and status in MOVED_FOR_GOOD
        moved_to = at if for_good else moved_to
    return LinkOutcome(f"転送が{MAX_REDIRECTS}回を超えます")


def _answer(url: str, opener: OpenerDirector, deadline: float) -> tuple[int, str]:
    """The status and, for a redirect, its target; by HEAD, or GET where that is refused."""
    status, location = _sent("HEAD", url, opener, deadline)
    refused = status >= 400 and status != TOO_MANY
    return _sent("GET", url, opener, deadline) if refused else (status, location)


def _sent(method: str, url: str, opener: OpenerDirector, deadline: float) -> tuple[int, str]:
    request = Request(_in_ascii(url), method=method, headers={"User-Agent": USER_AGENT})  # noqa: S310  # http(s) only
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    try:
        with opener.open(request, timeout=left) as response:
            return int(response.status), ""
    except HTTPError as error:
        with error:
            return error.code, error.headers.get("Location", "")


def _in_ascii(url: str) -> str:
    """The address with Japanese hosts and paths encoded. Raises ValueError for anything but http(s) addresses."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"http(s) のURLではありません: {url}")
    host = parts.hostname.encode("idna").decode()
    host = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port else ""
    return urlunsplit((parts.scheme, host + port, quote(parts.path, SAFE), quote(parts.query, SAFE), ""))


def _reason(cause: BaseException | str, seconds: float) -> str:
    match cause:
        case TimeoutError():
            return f"{seconds:g}秒待っても返事がありません"
        case PrivateAddressError():
            return f"社内など、公開されていない場所 {cause} を指しています"
        case ConnectionRefusedError():
            return "サーバーが接続を受け付けません"
        case socket.gaierror():
            return "サーバーの名前が見つかりません"
        case ssl.SSLError():
            return f"安全な接続（TLS）ができません: {cause.reason}"
        case _:
            return str(cause) or type(cause).__name__
