"""What is fuzzed: each target takes an input and says what went wrong with it, None when nothing did."""

import csv
import io
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import sqlalchemy as sa
from fake_slack import FakeSlack
from hypothesis import strategies as st
from making import web_of
from openpyxl import Workbook
from openpyxl.utils.exceptions import IllegalCharacterError
from openpyxl.worksheet.cell_range import CellRange
from slack_sdk.errors import SlackApiError
from slack_tester import DIRECT, EDITOR, SECRET, STAFF, SUPPORT, TOKEN, SlackTester, WaitingExecutor, next_ts, opened
from werkzeug.test import TestResponse

from bot.app import App
from bot.reply import Asker
from bot.settings import read_settings
from bot.slack.app import create_slack, http_endpoint
from bot.slack.views.form_values import block_of
from bot.web.app import FromSlack
from index.text.analyzer import Analyzer
from knowledge.database.tables import claims
from knowledge.errors import FaqError
from knowledge.files import csv_files, excel_reader, excel_writer, yaml_reader
from knowledge.files.columns import COLUMNS
from knowledge.folder import SHIPPED
from knowledge.located_entry import Incoming
from knowledge.revisions.merge import merge_files
from tests.fuzz.inputs import TEXT, XML, mutated_bytes, mutated_text, other_shapes, other_values
from tests.fuzz.target import LONGEST, Crash, Target, where
from tests.fuzz.team_targets import team_targets
from tests.fuzz.web_targets import SETTINGS, web_targets

MISSHAPEN = (
    *("KeyError", "IndexError", "TypeError", "AttributeError", "ValueError", "JSONDecodeError"),
    *("URLError", "InvalidURL"),  # of a response_url that leads nowhere
)
FORMATS = ("General", "@", "0", "yyyy/m/d", "h:mm", "[h]:mm", '[$-411]ggge"年"m"月"d"日"', "0%", "", '"')
MERGED = st.lists(
    st.tuples(*[st.integers(1, 20)] * 2, *[st.integers(0, 9)] * 2), max_size=2
)  # row, column, height, width
SAMPLE = 5  # entries of the files that are mutated
DATABASE = "fuzz.db"


@contextmanager
def targets(folder: Path) -> Iterator[list[Target]]:
    """Every target, around a bot with its database in `folder`."""
    database = {"DATABASE_URL": f"sqlite:///{folder}/{DATABASE}", "ASKER_HASH_KEY": "key of the fuzzing"}
    app = App(read_settings(database | SETTINGS))
    fake = RefusingSlack()
    with _listening() as errors, team_targets(folder, Analyzer(app.tokenizer, SHIPPED.read_synonyms()), errors) as team:
        slack = _slack(app, fake)
        bodies = recorded(slack)
        yield [
            Target("slack values", other_values(bodies), lambda made: _send(app, slack, errors, *made)),
            Target("slack shapes", other_shapes(bodies), lambda made: _send(app, slack, errors, *made, misshapen=True)),
            Target("question", TEXT, lambda text: _ask(app, text)),
            *web_targets(app, errors),
            *_files(app, folder),
            *team,
        ]
        slack.wait()
    fake.close()
    app.store.engine.dispose()


# -- Slack ----------------------------------------------------------------------------------------


class RefusingSlack(FakeSlack):
    """A fake of Slack that refuses, as the real one does, what lacks an argument."""

    def receive(
        self, method: str, params: dict[str, Any], token: str = ""
    ) -> tuple[int, dict[str, str], dict[str, Any]]:
        """The answer, an error for an argument that is missing."""
        try:
            return super().receive(method, params, token)
        except (KeyError, TypeError):
            return 200, {}, {"ok": False, "error": "invalid_arguments"}


class RecordingTester(SlackTester):
    """People whose every signed body is kept."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.bodies: list[tuple[str, str]] = []

    def send(self, body: str | bytes, content_type: str, **headers: str) -> TestResponse:
        """Send a body and keep it."""
        if isinstance(body, str):
            self.bodies.append((body, content_type))
        return super().send(body, content_type, **headers)


def _slack(app: App, fake: FakeSlack) -> RecordingTester:
    people = {"STAFF_USERS": STAFF, "EDITOR_USERS": EDITOR, "SUPPORT_CHANNEL": SUPPORT, "RATE_LIMIT": "10000"}
    settings = read_settings(
        {"SLACK_BOT_TOKEN": TOKEN, "SLACK_SIGNING_SECRET": SECRET, "SLACK_API_URL": fake.url} | people
    )
    executor = WaitingExecutor()
    slack = create_slack(settings, app.parts, app.metrics, executor)
    web = web_of(app, FromSlack(http_endpoint(slack, SECRET, app.metrics)))
    return RecordingTester(web.test_client(), fake, executor, slack)


def recorded(slack: RecordingTester) -> Sequence[tuple[str, str]]:
    """The bodies of a day in Slack: every kind of event, action, shortcut, command and submission."""
    ts = next_ts()
    answer = slack.mention("途中で解約したら違約金はかかりますか", ts=ts)
    choice, unknown = slack.mention("料金"), slack.direct("縄文土器の文様", ts=next_ts())
    assert answer and choice and unknown
    slack.in_thread("料金は？", ts)
    slack.edit(ts, "解約", "無料お試しは何日間ですか")
    slack.delete(next_ts())
    for tab in ("home", "messages"):
        slack.open_tab(tab)
    for text, user in (("料金", "U0ASKER"), ("", "U0ASKER"), ("stats", STAFF), ("料金プラン", EDITOR)):
        slack.command_calls(text, user)
    votes = ((answer, "役に立った"), (answer, "役に立たなかった"), (choice, "none_of_these"), (unknown, "担当者に聞く"))
    for shown, label in votes:
        slack.press(shown, label)
    for action in ("suggestion:0", "related:0", "show_entry:0", "explain", "send_to_channel:0", "resolve"):
        slack.act(answer, _button(action, "ref:plan-prices"), user=STAFF)
    view = opened(slack.shortcut("search_message", "解約について", user=STAFF))
    slack.press(view, "スレッドに返信", user=STAFF)
    slack.submit(view, {"query": "解約"}, user=STAFF)
    form = opened(slack.act(answer, _button("new_entry", ""), user=EDITOR))
    slack.submit(form, {block_of("question"): "夜も電話に出ますか", block_of("answer"): ""}, user=EDITOR)
    slack.suggest(form, block_of("related"), "料金", user=EDITOR)
    slack.event({"type": "app_uninstalled"})
    slack.event({"type": "tokens_revoked", "tokens": {"bot": ["U0BOT"]}, "channel": DIRECT})
    return slack.bodies[:]


def _button(action: str, value: str) -> dict[str, str]:
    return {"type": "button", "action_id": action, "block_id": "b", "value": value}


def _send(app: App, slack: SlackTester, errors: list[str], body: bytes, kind: str, *, misshapen: bool = False) -> None:
    """Deliver a body; one out of shape may fail in a listener, which then logs a reference and tells it."""
    errors.clear()
    with app.store.engine.begin() as connection:
        connection.execute(sa.delete(claims))  # or the same message would not be answered again
    response = SlackTester.send(slack, body, kind)
    slack.wait()
    if response.status_code >= 500:
        raise Crash(f"HTTP {response.status_code}")
    unexpected = [error for error in errors if not (misshapen and error.startswith(MISSHAPEN))]
    if unexpected:
        raise Crash(unexpected[0])


@contextmanager
def _listening() -> Iterator[list[str]]:
    """Whatever is logged as an error with an exception that neither we nor Slack document; nothing is printed."""
    errors: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.name.startswith("slack_sdk"):
                return  # it raises what it logs
            error = record.exc_info[1] if record.exc_info else None
            if record.levelno >= logging.ERROR and not isinstance(error, FaqError | SlackApiError):
                errors.append(where(error) if error else record.getMessage())

    root, listener = logging.getLogger(), Listener()
    root.addHandler(listener)
    try:
        yield errors
    finally:
        root.removeHandler(listener)


# -- questions ------------------------------------------------------------------------------------


def _ask(app: App, text: str) -> None:
    started = time.thread_time()
    app.faq.ask(text, Asker("fuzz"))
    app.faq.best(text)
    if time.thread_time() - started > LONGEST:
        raise Crash(f"a question took longer than {LONGEST} s")


# -- files ----------------------------------------------------------------------------------------


def _files(app: App, folder: Path) -> Iterator[Target]:
    book, sheet = folder / "fuzz.xlsx", folder / "fuzz.csv"
    entries = app.faq.entries()[:SAMPLE]
    excel_writer.write_workbook(book, entries)
    csv_files.write_csv(sheet, entries)
    yaml_texts = [path.read_text(encoding="utf-8")[:4_000] for path in sorted(SHIPPED.entries.glob("*.yaml"))]
    workbook, table = book.read_bytes(), sheet.read_bytes()
    excel = (
        mutated_bytes(workbook)
        | _damaged_parts(workbook)
        | st.tuples(_cells(), MERGED, st.sampled_from(FORMATS)).map(_workbook)
    )
    legacy = mutated_text([table.decode("utf-8-sig")]).map(lambda text: text.encode("cp932", "replace"))
    comma = mutated_bytes(table) | legacy | st.binary(max_size=200) | _cells().map(_table)
    yield Target("xlsx", excel, lambda data: _merge(app, excel_reader.read_workbook, book, data))
    yield Target("csv", comma, lambda data: _merge(app, csv_files.read_csv, sheet, data))
    yaml = mutated_text(yaml_texts).map(lambda text: text.encode("utf-8", "surrogatepass")) | mutated_bytes(
        yaml_texts[0].encode()
    )
    path = folder / "fuzz.yaml"
    yield Target("yaml", yaml, lambda data: _read(yaml_reader.read_incoming, path, data))


def _merge(app: App, reader: Callable[[Path], Incoming], path: Path, data: bytes) -> None:
    """Read a file, and compare it with what is live."""
    path.write_bytes(data)
    try:
        merged = merge_files(app.store, [reader(path)], shipped=False)
        "".join(map(str, merged.warnings)).encode()
    except FaqError as error:
        str(error)


def _read(reader: Callable[[Path], object], path: Path, data: bytes) -> None:
    path.write_bytes(data)
    try:
        reader(path)
    except FaqError as error:
        str(error)  # whatever it names must be printable


def _damaged_parts(workbook: bytes) -> st.SearchStrategy[bytes]:
    """A sound archive with one of its parts changed."""
    with ZipFile(io.BytesIO(workbook)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}

    def packed(name: str, changed: bytes) -> bytes:
        made = io.BytesIO()
        with ZipFile(made, "w", ZIP_DEFLATED) as archive:
            for part, content in (parts | {name: changed}).items():
                archive.writestr(part, content)
        return made.getvalue()

    def changes(name: str) -> st.SearchStrategy[bytes]:
        text = mutated_text([parts[name].decode()], st.sampled_from(XML))
        return mutated_bytes(parts[name]) | text.map(lambda changed: changed.encode("utf-8", "surrogatepass"))

    return st.sampled_from(sorted(parts)).flatmap(lambda name: changes(name).map(lambda changed: packed(name, changed)))


def _cells() -> st.SearchStrategy[list[list[Any]]]:
    """Rows of cells of every type, mostly under our headings."""
    moments = st.dates(date(1900, 1, 1)) | st.datetimes(datetime(1900, 1, 1)) | st.times() | st.timedeltas()  # noqa: DTZ001  # Excel has no zones
    cell = TEXT | st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | moments
    heading = st.just([column.field for column in COLUMNS]) | st.lists(st.sampled_from(COLUMNS).map(lambda c: c.label))
    rows = st.lists(st.lists(cell, max_size=len(COLUMNS) + 1), max_size=4)
    return st.builds(lambda head, body: [head, *body], heading, rows)


def _workbook(made_of: tuple[list[list[Any]], list[tuple[int, int, int, int]], str]) -> bytes:
    rows, merged, number_format = made_of
    book = Workbook()
    for row, cells in enumerate(rows, 1):
        for column, value in enumerate(cells, 1):
            text = value.encode("utf-8", "ignore").decode()[:32_767] if isinstance(value, str) else value
            try:
                book.worksheets[0].cell(row, column, text)
            except (ValueError, IllegalCharacterError):  # what Excel cannot hold is in no file of Excel's
                continue
            book.worksheets[0].cell(row, column).number_format = number_format
    for top, left, height, width in merged:
        areas = book.worksheets[0].merged_cells.ranges
        areas.add(CellRange(min_row=top, min_col=left, max_row=top + height, max_col=left + width))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _table(rows: list[list[Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8", "surrogatepass")
