"""`faqbot ask`: one question, or one a line from standard input."""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

from bot.app import App
from bot.faq import Faq
from bot.reply import Asker, Reply
from bot.terminal import replies
from bot.wording import doors
from bot.wording.explanations import explanation_lines
from index.parameters import MAX_QUERY
from knowledge.entry_reader import read_moment
from knowledge.errors import FaqError

MAX_LINE = 1 << 16  # bytes of a line that are looked at; a question is cut far below
STANDARD_INPUT = "-"
TOO_LONG = f"1行が{MAX_LINE // 1024}KBを超えています。質問とこれまでのやりとりを短くしてください。"


def run(options: argparse.Namespace, app: App) -> int:
    """Answer the question, or every line of standard input; returns 0 however the bot decides."""
    faq = app.faq_at(read_moment(options.at)) if options.at else app.faq
    if options.json and options.query == STANDARD_INPUT:
        for line, is_cut in _lines(sys.stdin.buffer):
            values = _answer_line(faq, line, is_cut=is_cut, explain=options.explain)
            print(json.dumps(values, ensure_ascii=False), flush=True)
        return 0
    query = os.fsencode(options.query).decode("utf-8", "replace")  # the locale may not be UTF-8
    reply = faq.ask(query, Asker(doors.CLI))
    if options.json:
        print(json.dumps(_values(faq, reply, explain=options.explain), ensure_ascii=False))
        return 0
    print(replies.reply_text(faq, reply))
    if options.explain:
        print()
        print("\n".join(explanation_lines(faq.searcher.snapshot, reply.outcome)))
        print(f"所要時間 {reply.milliseconds:.2f} ミリ秒")
    return 0


def _answer_line(faq: Faq, line: bytes, *, is_cut: bool, explain: bool) -> dict[str, Any]:
    """The object for one line; whatever is wrong with the line becomes its `error`."""
    from bot.exchange.messages import read_line  # see `_values`

    try:
        query = line.decode("utf-8")
    except UnicodeDecodeError as error:
        shown = line.decode("utf-8", "replace")
        return {
            "query": shown,
            "error": f"UTF-8として読めません（{error.start}バイト目）。文字コードをUTF-8にしてください。",
        }
    if is_cut and query.lstrip().startswith("{"):  # half an object would be taken for a question
        return {"query": query[:MAX_QUERY], "error": TOO_LONG}
    try:
        asked = read_line(query)
    except FaqError as error:
        return {"query": query, "error": f"{error.message}{error.hint}"}
    return _values(faq, faq.ask(asked.query, Asker(doors.CLI), asked.conversation), explain=explain)


def _values(faq: Faq, reply: Reply, *, explain: bool) -> dict[str, Any]:
    from bot.exchange.replies import reply_json  # msgspec costs 10 ms, which people who ask need not wait

    values = reply_json(faq, reply)
    if explain:
        values["explanation"] = replies.explanation_json(faq.searcher.snapshot, reply)
    return values


def _lines(stream: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """The lines of a stream, each at most MAX_LINE bytes, and if there was more, which is not kept in memory."""
    while line := stream.readline(MAX_LINE):
        rest, is_cut = line, False
        while not rest.endswith(b"\n") and (rest := stream.readline(MAX_LINE)):
            is_cut = True
        if is_cut:
            line = line.decode("utf-8", "ignore").encode()  # the cut may have split a character
        yield line.rstrip(b"\r\n"), is_cut
