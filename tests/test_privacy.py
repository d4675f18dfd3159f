"""What is stored about a person can be handed out and erased, and goes by itself in time.

1. `faqbot privacy export` prints every row about that person and nobody else's.
2. `faqbot privacy erase` deletes the same rows, from the files too, and says how many, and what another reader keeps in
   them until later; others keep theirs.
3. A wrong id, or no key to find anybody by, is a clear error; that nothing is found under a key is said.
4. Every table with a hashed asker is exported, erased and forgotten after the retention, from the files too.
5. The operator's own contract numbers never reach the database.
"""

import json
import os
import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from slack_tester import STAFF, USER, SlackTester

from bot.app import App
from bot.asker_key import keeps_asker_key
from bot.commands import privacy
from bot.reply import Asker
from bot.setting_values import Secret
from bot.settings import read_settings
from bot.terminal.arguments import build_parser
from knowledge.database.connection import connect
from knowledge.database.tables import ASKER_TABLES, carried, claims, feedback, inbox, metadata, proposals
from knowledge.errors import FaqError, SettingError
from knowledge.questions.asker_data import export_asker
from knowledge.questions.query_log import LoggedQuery, QueryLog, new_reference
from knowledge.revisions.store import Change
from knowledge.slack_state.claims import Claims
from knowledge.slack_state.copies import Copies, Copy

QUESTION = "営業電話は断ってもらえますか"
UNKNOWN = "縄文土器の文様"
KEY = "key of the tests"
OLD = Copy(key="T:C:1.0", part=0, reference="ref", channel="C", message="2.0")


def run(app: App, *arguments: str) -> int:
    return privacy.run(build_parser().parse_args(["privacy", *arguments]), app)


def rows(app: App) -> dict[str, int]:
    with app.store.engine.connect() as connection:
        return {
            table.name: connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in ASKER_TABLES
        }


@pytest.fixture
def talked(slack: SlackTester, app: App) -> App:
    """Two people asked, voted and wanted a person; Slack's door has the same key as the app."""
    for user in (USER, STAFF):
        answer = slack.mention(f"{QUESTION} 090-1234-5678", user=user)
        assert answer
        slack.press(answer, "helpful", user=user)
        unknown = slack.mention(UNKNOWN, user=user)
        assert unknown
        slack.press(unknown, "担当者に聞く", user=user)
    return app


def test_export_prints_everything_about_one_person(talked: App, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(talked, "export", "--user", USER) == 0
    values = json.loads(capsys.readouterr().out)
    assert values["user"] == USER
    assert [row["text"] for row in values["queries"]] == [f"{QUESTION} [電話番号]", UNKNOWN]
    assert {row["kind"] for row in values["feedback"]} == {"helpful", "escalated"}
    assert [len(values[name]) for name in ("replies", "escalations")] == [2, 1]
    assert {row["asker"] for name in rows(talked) for row in values[name]} == {talked.log.asker_hash(USER)}
    assert datetime.fromisoformat(values["queries"][0]["at"]).tzinfo
    assert rows(talked)["queries"] == 4  # nothing is changed


def test_erase_deletes_one_person_and_says_how_much(talked: App, capsys: pytest.CaptureFixture[str]) -> None:
    asked = sa.select(sa.func.count()).select_from(inbox)
    with talked.store.engine.connect() as connection:
        before = connection.scalar(asked)
    assert run(talked, "erase", "--user", USER) == 0
    told = capsys.readouterr().out
    assert "U0ASKER の記録を消しました（評価と選択 2件、返信の控え 2件、担当者への引き継ぎ 1件、質問 2件）。" in told
    assert "Slackに残っているメッセージ" in told
    assert not any(export_asker(talked.store.engine, talked.log.asker_hash(USER)).values())
    assert rows(talked) == {"feedback": 2, "replies": 2, "escalations": 1, "queries": 2}
    with talked.store.engine.connect() as connection:
        assert (before, connection.scalar(asked)) == (4, 2), "nor where and when they asked"


def test_what_is_erased_is_in_no_byte_of_the_database(app: App) -> None:
    app.faq.ask("ひみつの質問文", Asker("slack", USER))
    path = Path(app.settings.database_url.removeprefix("sqlite:///"))
    files = [path, path.with_name(f"{path.name}-wal")]
    assert any("ひみつの質問文".encode() in file.read_bytes() for file in files if file.exists())
    run(app, "erase", "--user", USER)
    assert not any("ひみつの質問文".encode() in file.read_bytes() for file in files if file.exists())


def test_what_another_reader_keeps_in_the_log_is_said_and_goes_later(
    small: App, small_database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path(small_database.removeprefix("sqlite:///"))
    small.store.engine = connect(small_database, lock_seconds=0.05)
    small.faq.ask("ひみつの質問文", Asker("slack", USER))
    with sqlite3.connect(path) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM queries").fetchone()
        small.faq.ask("あとの質問", Asker("slack", USER))
        run(small, "erase", "--user", USER)
        assert "-wal ファイルにまだ残っています" in capsys.readouterr().out
    reader.close()
    small.forget()
    files = [path, path.with_name(f"{path.name}-wal")]
    assert not any("ひみつの質問文".encode() in file.read_bytes() for file in files if file.exists())


def test_old_feedback_without_its_asker_goes_with_the_question(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    mine, others = (app.faq.ask(QUESTION, Asker("slack", user)).reference for user in (USER, STAFF))
    with app.store.engine.begin() as connection:
        for reference in (mine, others):
            connection.execute(
                sa.insert(feedback).values(reference=reference, at=datetime.now(UTC), kind="helpful", asker="")
            )
    run(app, "erase", "--user", USER)
    assert "評価と選択 1件" in capsys.readouterr().out
    with app.store.engine.connect() as connection:
        assert [row.reference for row in connection.execute(feedback.select())] == [others]


@pytest.mark.parametrize("action", ["export", "erase"])
def test_nothing_found_under_another_key_says_what_to_check(
    talked: App, capsys: pytest.CaptureFixture[str], action: str
) -> None:
    other = App(replace(talked.settings, asker_hash_key=Secret("another key")))
    other.store = talked.store
    assert run(other, action, "--user", USER) == 0
    output, errors = capsys.readouterr()
    told = output if action == "erase" else errors
    assert "この鍵では、この人の記録は1件も見つかりませんでした" in told and "ASKER_HASH_KEY" in told
    if action == "export":
        assert json.loads(output)["queries"] == []
    assert run(talked, "export", "--user", USER) == 0
    output, errors = capsys.readouterr()
    assert json.loads(output)["queries"] and not errors


@pytest.mark.parametrize("user", ["", "taro", "@taro", "<@U0ASKER>", "C0GENERAL", "u0asker"])
def test_what_is_no_user_id_is_refused(app: App, user: str) -> None:
    with pytest.raises(FaqError, match="ユーザーIDではありません") as caught:
        run(app, "erase", "--user", user)
    assert "メンバーID" in caught.value.hint


def test_without_a_lasting_key_nobody_can_be_found(database: str) -> None:
    environment = {"PATH": os.environ["PATH"], "DATABASE_URL": database}
    command = [sys.executable, "-m", "bot", "privacy", "export", "--user", USER]
    failed = subprocess.run(command, env=environment, capture_output=True, timeout=120, check=False)
    assert failed.returncode == 1
    assert "ASKER_HASH_KEY" in failed.stderr.decode()
    keyed = environment | {"ASKER_HASH_KEY": KEY}
    found = subprocess.run(command, env=keyed, capture_output=True, timeout=120, check=False)
    assert (found.returncode, json.loads(found.stdout)["queries"]) == (0, [])


@pytest.mark.parametrize("name", ["ASKER_HASH_KEY", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN"])
def test_a_key_or_slacks_secret_lasts(name: str) -> None:
    assert keeps_asker_key(read_settings({name: "secret of the tests"}))
    assert not keeps_asker_key(read_settings({}))


def test_every_table_with_an_asker_is_covered_and_forgotten(talked: App) -> None:
    assert {table.name for table in metadata.tables.values() if "asker" in table.c} == set(rows(talked))
    assert all(rows(talked).values())
    with talked.store.engine.begin() as connection:
        for table in ASKER_TABLES:
            connection.execute(sa.update(table).values(at=datetime.now(UTC) - timedelta(days=181)))
    assert talked.log.forget(timedelta(days=180)) == 4
    assert not any(rows(talked).values())


def test_a_proposal_that_is_forgotten_is_in_no_file_any_more(small: App, small_database: str) -> None:
    entry = small.publishing.live().entries[0]
    small.publishing.propose(Change(put=(replace(entry, note="x"),)), "editor", "ひみつの理由")
    with small.store.engine.begin() as connection:
        connection.execute(sa.update(proposals).values(at=datetime.now(UTC) - timedelta(days=8)))
    small.forget()
    path = Path(small_database.removeprefix("sqlite:///"))
    held = [file for file in (path, path.with_name(f"{path.name}-wal")) if file.exists()]
    assert not any("ひみつの理由".encode() in file.read_bytes() for file in held)


def test_old_claims_and_carried_messages_go_by_themselves(small: App) -> None:
    Claims(small.store.engine).claim("old")
    Copies(small.store.engine).keep(OLD)
    with small.store.engine.begin() as connection:
        for table in (claims, carried):
            connection.execute(sa.update(table).values(at=datetime.now(UTC) - timedelta(days=181)))
    Claims(small.store.engine).claim("new")
    small.forget()
    assert Copies(small.store.engine).of(OLD.key) == []
    assert [Claims(small.store.engine).is_claimed(key) for key in ("old", "new")] == [False, True]


def test_the_retention_is_180_days_unless_set() -> None:
    assert read_settings({}).log_retention_days == 180


def test_the_operators_contract_numbers_are_not_stored(database: str) -> None:
    settings = read_settings({"DATABASE_URL": database, "CONTRACT_NUMBERS": "ＡＢ－######", "ASKER_HASH_KEY": KEY})
    log: QueryLog = App(settings).log
    reference = new_reference()
    log.write(
        LoggedQuery(
            reference=reference,
            door="slack",
            asker=USER,
            text="ab-123456を解約したい",
            decision="abstain",
            entry_id=None,
            confidence=0,
            revision=1,
            milliseconds=1,
        )
    )
    stored = log.find(reference)
    log.engine.dispose()
    assert stored
    assert stored.text == "[契約番号]を解約したい"


def test_a_form_of_contract_numbers_that_cannot_be_used_stops_the_start() -> None:
    with pytest.raises(SettingError, match=r"CONTRACT_NUMBERS の「\.\*」にある「\*」は使えません"):
        read_settings({"CONTRACT_NUMBERS": ".*"})
