"""The team's pages, fuzzed by somebody who is signed in: every form, their addresses, and files that are brought in."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

from flask.testing import FlaskClient
from hypothesis import strategies as st
from making import bot_on, make_small_folder
from team_tester import TeamTester, token_in
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from index.text.analyzer import Analyzer
from knowledge.files.columns import COLUMNS
from tests.fuzz.inputs import FORM, PIECES, TEXT, mutated_bytes
from tests.fuzz.target import Target, look

ENTRY = "plan-prices"
Pairs = list[tuple[str, str]]
NUMBERS = ("-1", "0", "2147483648", "9" * 30, "9" * 5_000, "-" + "9" * 30, "１２", "1e9", "0x1", "²", " 1 ", "1\0")
FIELDS = (
    *(
        ("question", "夜も電話に出ますか"),
        ("category", "料金"),
        ("answer", "はい。"),
        ("variants", "夜間は？\n深夜は？"),
    ),
    *(("status", "published"), ("url", "https://example.com/"), ("related", ENTRY), ("note", ""), ("owner", "総務")),
    *(("valid_from", "2026-01-01"), ("valid_to", ""), ("as_of", "2026-01-01"), ("review_by", "2027-01-01")),
)
LIST = (("base", "1"), ("reason", "直します"), ("check", ""))
ROWS = (("line", "2"), ("query", "料金は？"), ("entries", ENTRY), ("kind", ""), ("remove", "3"))
FORMS: Mapping[str, Sequence[tuple[str, str]]] = {
    "/new": (*FIELDS, ("id", "at-night"), ("reason", "新しく"), ("base", "1")),
    f"/entries/{ENTRY}/edit": (*FIELDS, ("declines", "on"), ("base", "1"), ("check", "")),
    f"/entries/{ENTRY}/retire": (),
    f"/entries/{ENTRY}/back": (("revision", "1"),),
    f"/entries/{ENTRY}/near-misses": (
        ("text", "月額は9円ですか"),
        ("word-0", "-"),
        ("text", "ほか"),
        ("word-1", "right"),
    ),
    "/lists/judged": (*ROWS, *ROWS, *LIST),
    "/lists/synonyms": (("text", "駐車場, パーキング\n軽食 => 食事"), *LIST),
    "/lists/style": (("text", "!御社 => 貴社\n/\\d+円/ => 円  # 理由"), *LIST),
    "/lists/site": (("text", "name: サンプル\ncontact: 窓口"), *LIST),
    "/try/judge": (("question", "料金は？\nいくら"), ("target", ENTRY), ("other", "料金プランは？")),
    "/gaps/ignore": (("gap", "x"),),
    "/gaps/restore": (("key", "x"),),
    "/gaps/variants": (("entry", ENTRY), ("text", "夜間は？"), ("text", "深夜は？"), ("other", ""), ("from", "gaps")),
    "/gaps/entry": (("text", "夜間は？"), ("text", "深夜は？"), ("declines", "on")),
    "/replace": (("old", "2,960円"), ("new", "3,060円"), ("old", "①(FAX)"), ("new", "電報"), ("entry", ENTRY)),
    "/history/1/undo": (),
    "/history/2/undo": (),
    "/suggestions/add": (("key", "x"),),
    "/suggestions/set-aside": (("key", "x"),),
    "/proposals/PROPOSAL/publish": (("reason", "直しました"), ("override", "")),
    "/proposals/PROPOSAL/withdraw": (),
    "/audit": (("reference", "x"), ("verdict", "right")),
    f"/health/{ENTRY}": (("review_by", "2027-01-01"), ("base", "1"), ("from", "0")),
    "/in": (("key", "x"), ("next", "/team/entries")),
}
ADDRESSES: Mapping[str, Sequence[tuple[str, str]]] = {
    "/entries": (("q", "料金"), ("category", "料金"), ("status", "published"), ("order", "review"), ("from", "1")),
    f"/entries/{ENTRY}": (("against", "1"),),
    f"/entries/{ENTRY}/edit": (("proposal", "PROPOSAL"), ("variant", "夜間は？")),
    "/replace": (("old", "2,960円"), ("new", "3,060円"), ("old", "５,９２０円"), ("new", "")),
    "/complete": (("q", "料金 プラン"),),
    "/gaps": (("ignored", "0123456789ab"),),
    "/gaps/ignored": (),
    f"/entries/{ENTRY}/near-misses": (),
    "/lists/judged": (("q", "料金"), ("right", "entry"), ("from", "50"), ("proposal", "PROPOSAL")),
    "/lists/synonyms": (("proposal", "PROPOSAL"),),
    "/proposals/PROPOSAL": (),
    "/history": (("below", "2"), ("list", "judged"), ("format", "csv"), ("figure", "revisions")),
    "/history/1": (),
    "/figures": (("days", "30"), ("format", "csv"), ("figure", "questions-a-day")),
    "/figures/endings": (("days", "7"), ("format", "csv"), ("figure", "endings")),
    "/audit": (("reference", "x"),),
    "/health": (("from", "1"),),
    "/try": (("q", "料金は？\nお試しは？"),),
    "/suggestions": (),
    "/in": (("key", "x"), ("next", "/team/entries")),
}
VALUE = TEXT | st.sampled_from(NUMBERS)


@contextmanager
def team_targets(folder: Path, analyzer: Analyzer, errors: list[str]) -> Iterator[list[Target]]:
    """Each way in, on a small knowledge base, where the impact of a change is measured in a moment."""
    knowledge = str(make_small_folder(folder / "small"))
    with bot_on(f"sqlite:///{folder}/team.db", analyzer, KNOWLEDGE=knowledge, WEB_RATE_LIMIT="100000") as app:
        tester = TeamTester(app)
        tester.web.testing = False
        client = tester.client
        client.post("/team/in", data={"key": tester.key()})
        token = token_in(client.get("/team/new"))
        started = client.post(f"/team/entries/{ENTRY}/retire", data={"form_token": token})
        proposal = started.headers["Location"].rpartition("/")[2]
        forms = {path: (*pairs, ("form_token", token)) for path, pairs in FORMS.items()}
        yield [
            Target("team forms", _sent(forms, proposal), lambda made: _post(client, errors, *made)),
            Target("team addresses", _sent(ADDRESSES, proposal), lambda made: _get(client, errors, *made)),
            Target("team spreadsheets", _files(client, token), lambda made: _post(client, errors, *made)),
        ]


def _sent(forms: Mapping[str, Sequence[tuple[str, str]]], proposal: str) -> st.SearchStrategy[tuple[str, bytes, str]]:
    """A form whose fields are changed, missing, doubled or in another order, sometimes at another path."""

    @st.composite
    def sent(draw: st.DrawFn) -> tuple[str, bytes, str]:
        path = draw(st.sampled_from(sorted(forms)))
        pairs = [(name, value.replace("PROPOSAL", proposal)) for name, value in forms[path]]
        for _ in range(draw(st.integers(0, 3))):
            pairs = _changed(draw, pairs)
        parts = path.replace("PROPOSAL", proposal).split("/")
        if draw(st.integers(0, 9)) == 0:
            parts[-1] = quote(draw(PIECES | st.sampled_from(NUMBERS)), safe="", errors="surrogatepass")
        return f"/team{'/'.join(parts)}", urlencode(pairs, errors="surrogatepass").encode(), FORM

    return sent()


def _changed(draw: st.DrawFn, pairs: Pairs) -> Pairs:
    if not pairs:
        return [(draw(PIECES), draw(VALUE))]
    at = draw(st.integers(0, len(pairs) - 1))
    name, value = pairs[at]
    instead: Sequence[Pairs] = (
        [(name, draw(VALUE))],
        [(name, draw(VALUE))],
        [],
        [(name, value), (name, draw(VALUE))],
        [(draw(PIECES), value)],
    )
    return [*pairs[:at], *draw(st.sampled_from(instead)), *pairs[at + 1 :]]


def _files(client: FlaskClient, token: str) -> st.SearchStrategy[tuple[str, bytes, str]]:
    """Our own workbook and a table, changed within, under odd names, or with the envelope changed."""
    workbook, table = client.get("/team/faq.xlsx").data, io.StringIO()
    csv.writer(table).writerows([[column.label for column in COLUMNS], *[["x"] * len(COLUMNS)] * 2])
    names = st.sampled_from(("faq.xlsx", "../faq.XLSX", "faq.csv", "\0.csv", "a" * 300 + ".csv", ".xlsx", "\"';.csv"))

    def packed(data: bytes, name: str) -> tuple[bytes, str]:
        boundary, body = encode_multipart({"form_token": token, "file": FileStorage(io.BytesIO(data), name)})
        return body, f"multipart/form-data; boundary={boundary}"

    within = st.one_of([mutated_bytes(one) for one in (workbook, table.getvalue().encode("cp932", "replace"), b"")])
    whole = st.builds(packed, within, names)
    damaged = whole.flatmap(lambda made: st.tuples(mutated_bytes(made[0]), st.just(made[1])))
    return (whole | damaged).map(lambda made: ("/team/import", *made))


def _post(client: FlaskClient, errors: list[str], path: str, body: bytes, kind: str) -> None:
    look(errors, lambda: client.post(path, data=body, content_type=kind), path)


def _get(client: FlaskClient, errors: list[str], path: str, query: bytes, _kind: str) -> None:
    look(errors, lambda: client.get(path, query_string=query.decode("latin-1")), path)
