"""`faqbot doctor` finds what is wrong with an installation and says what to do; `faqbot config` shows its settings.

1. A sound installation, with or without Slack, is all OK and exit status 0; nothing is written by looking.
2. Each fault gives one NG line with its next step and exit status 1; the other checks go on.
3. No secret is ever printed.
"""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from fake_slack import Failure, FakeSlack
from slack_tester import SECRET, SUPPORT, TOKEN
from tiny import change_file, make_tiny_folder

from bot.cli import main
from bot.commands import doctor
from bot.setting_table import SETTINGS
from bot.settings import read_settings
from bot.slack.manifest import plain_manifest, scopes_of
from bot.slack.workspaces.diagnosis import diagnose
from knowledge.database.connection import connect
from knowledge.database.migration import migrate
from knowledge.database.reachability import check_writable
from knowledge.errors import StoreError

APP_TOKEN = "xapp-of-the-tests"
TRIALS = Path(__file__).parent / "knowledge_bases"
PASSWORD = "password-of-the-tests"
SCOPES = scopes_of(plain_manifest(""))


@pytest.fixture
def healthy(
    small_database: str, small_folder: str, fake_slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> FakeSlack:
    """An installation in which everything is as it should be; without encoders, which take a second to load."""
    fake_slack.headers["X-OAuth-Scopes"] = ",".join(SCOPES)
    environment = {
        "DATABASE_URL": small_database,
        "KNOWLEDGE": small_folder,
        "ENCODER": "none",
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "SLACK_API_URL": fake_slack.url,
        "SUPPORT_CHANNEL": SUPPORT,
    }
    for setting in SETTINGS:
        monkeypatch.delenv(setting.name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return fake_slack


def examine(capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Exit status and output of the doctor, which shows no secret."""
    status = main(["doctor"])
    text = capsys.readouterr().out
    assert not [secret for secret in (TOKEN, APP_TOKEN, SECRET, PASSWORD) if secret in text]
    return status, text


def test_a_sound_installation_has_no_problem(
    healthy: FakeSlack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ENCODER")
    status, text = examine(capsys)
    assert (status, text.count("NG ")) == (0, 0)
    for subject in ("設定", "データベース", "日本語の辞書", "意味の近さ", "時計", "SLACK_BOT_TOKEN", "Slackの権限"):
        assert f"OK  {subject}: " in text
    assert f"OK  SUPPORT_CHANNEL: ボットがチャンネル {SUPPORT} にいます" in text
    assert "OK  SLACK_APP_TOKEN: 使えます" in text
    assert {call.method for call in healthy.calls} == {"auth.test", "apps.connections.open", "conversations.history"}
    (read,) = healthy.of("conversations.history")
    assert float(read["oldest"]) > time.time() - 60


def test_it_works_without_slack(
    healthy: FakeSlack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"):
        monkeypatch.delenv(name)
    status, text = examine(capsys)
    assert status == 0
    assert "OK  Slack: 設定がありません" in text
    assert "OK  意味の近さ: 使いません（ENCODER=none）" in text
    assert healthy.calls == []


FAULTS: list[tuple[dict[str, str], tuple[str, str]]] = [
    ({"PORT": "abc"}, ("NG  設定: 設定 PORT の値「abc」を使えません", "1〜65535")),
    ({"SLACK_CLIENT_ID": "1"}, ("NG  設定: 設定 SLACK_CLIENT_ID は使いません", "を消し")),
    ({"SLACK_APP_TOKEN": ""}, ("NG  Slackからの受信", "App-Level Tokens")),
    ({"SLACK_API_URL": "http://127.0.0.1:9/"}, ("NG  Slack: http://127.0.0.1:9/ に届きません", "プロキシ")),
    ({"DATABASE_URL": "nonsense"}, ("NG  データベース: DATABASE_URL を読めません", "postgresql://")),
    ({"DATABASE_URL": "sqlite:////proc/none/x.db"}, ("NG  データベース: ", "DATABASE_URL")),
    ({"DATABASE_URL": "sqlite:////dev/null/x.db"}, ("NG  データベース: ", "書き込める場所")),
    ({"DATABASE_URL": f"postgresql://me:{PASSWORD}@127.0.0.1:9/x"}, ("NG  データベース: ", "DATABASE_URL")),
    ({"DYNO": "web.1"}, ("NG  データベース: このプラットフォーム（DYNO）", "PostgreSQL")),
]


@pytest.mark.parametrize(("environment", "said"), FAULTS)
def test_a_fault_is_named_with_its_next_step_and_the_rest_goes_on(
    healthy: FakeSlack,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    environment: dict[str, str],
    said: tuple[str, str],
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    status, text = examine(capsys)
    assert (status, text.count("NG ")) == (1, 1)
    assert said[0] in text
    assert said[1] in text.split("    → ")[1].split("\n")[0]
    assert "OK  日本語の辞書" in text
    assert "直すところが1件あります" in text


def test_a_database_of_another_knowledge_base_is_named(
    healthy: FakeSlack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KNOWLEDGE", str(TRIALS / "gym"))
    status, text = examine(capsys)
    assert (status, text.count("NG ")) == (1, 1)
    assert "NG  データベース: このデータベースは" in text
    assert "    → KNOWLEDGE にこのデータベースのフォルダを指定するか" in text


def test_files_that_cannot_be_read_are_named(
    healthy: FakeSlack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_tiny_folder(tmp_path / "own")
    monkeypatch.setenv("KNOWLEDGE", str(folder.path))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/new.db")
    assert examine(capsys)[0] == 0
    change_file(folder.path, "judged.tsv", "いくらかかる\tprice", "いくらかかる\tprise")
    change_file(folder.path, "entries/all.yaml", "    answer: 21", "    anser: 21")
    status, text = examine(capsys)
    assert (status, text.count("NG ")) == (1, 1)
    assert "all.yaml:" in text


SLACK_FAULTS: list[tuple[str, Failure, tuple[str, str]]] = [
    ("auth.test", Failure(200, "invalid_auth"), ("NG  SLACK_BOT_TOKEN: ", "Bot User OAuth Token")),
    ("auth.test", Failure(0), ("NG  Slack: ", "ネットワーク")),
    ("apps.connections.open", Failure(200, "not_allowed_token_type"), ("NG  SLACK_APP_TOKEN: ", "connections:write")),
    ("conversations.history", Failure(200, "not_in_channel"), ("NG  SUPPORT_CHANNEL: ", "/invite")),
    ("conversations.history", Failure(0), ("NG  SUPPORT_CHANNEL: 確かめられません", "もう一度")),
]


@pytest.mark.parametrize(("method", "failure", "said"), SLACK_FAULTS)
def test_what_slack_refuses_is_named(
    healthy: FakeSlack, capsys: pytest.CaptureFixture[str], method: str, failure: Failure, said: tuple[str, str]
) -> None:
    healthy.fail(method, failure)
    status, text = examine(capsys)
    assert (status, text.count("NG ")) == (1, 1)
    assert said[0] in text
    assert said[1] in text
    assert failure.status == 0 or failure.error in text


@pytest.mark.parametrize("missing", ["chat:write", "users:read"])
def test_a_missing_scope_is_named(healthy: FakeSlack, capsys: pytest.CaptureFixture[str], missing: str) -> None:
    healthy.headers["X-OAuth-Scopes"] = ", ".join(scope for scope in SCOPES if scope != missing)
    status, text = examine(capsys)
    assert status == 1
    assert f"NG  Slackの権限: 足りません: {missing}\n" in text


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, ""), (50, ""), (-50, ""), (120, "120秒進んで"), (-3_600, "3600秒遅れて")]
)
def test_a_clock_too_far_from_slacks_is_a_problem(healthy: FakeSlack, seconds: int, said: str) -> None:
    settings = read_settings({"SLACK_BOT_TOKEN": TOKEN, "SLACK_SIGNING_SECRET": SECRET, "SLACK_API_URL": healthy.url})
    (clock,) = [one for one in diagnose(settings, lambda: time.time() + seconds + 0.5) if one.subject == "時計"]
    assert clock.is_problem == bool(said)
    assert not said or said[-3:] in clock.said
    assert "NTP" in clock.hint or not said


def test_a_database_that_only_lets_itself_be_read_is_found(small_database: str) -> None:
    path = small_database.removeprefix("sqlite:///")
    with pytest.raises(StoreError):
        check_writable(connect(f"sqlite:///file:{path}?mode=ro&uri=true"))


@pytest.mark.parametrize("encoder", ["none", "shipped"])
def test_looking_writes_nothing(
    healthy: FakeSlack,
    small_database: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    encoder: str,
) -> None:
    """Neither where the database has no index and no calibration for the encoder."""
    monkeypatch.setenv("ENCODER", encoder)
    before = content(small_database)
    assert "OK  回答の根拠: 判定つきの質問" in examine(capsys)[1]
    assert content(small_database) == before


def test_a_disk_that_fills_up_is_said_with_its_place(
    healthy: FakeSlack, small_database: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "OK  ディスク: 空きは" in examine(capsys)[1]
    monkeypatch.setattr(doctor, "LEAST_ROOM", 10**12)
    status, text = examine(capsys)
    assert status == 1
    assert "NG  ディスク: データベースのあるディスクの空きが" in text
    assert str(Path(small_database.removeprefix("sqlite:///")).parent) in text


def test_an_empty_database_stays_empty(
    healthy: FakeSlack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    migrate(connect(url))
    monkeypatch.setenv("DATABASE_URL", url)
    before = content(url)
    assert "回答の根拠" not in examine(capsys)[1]
    assert content(url) == before


def test_where_there_is_no_database_yet_none_is_made(
    healthy: FakeSlack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(tmp_path.iterdir())
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'var' / 'new.db'}")
    status, text = examine(capsys)
    assert (status, sorted(tmp_path.iterdir())) == (0, before)
    assert "OK  データベース: まだありません" in text and str(tmp_path / "var" / "new.db") in text
    assert "OK  ディスク: 空きは" in text and "回答の根拠" not in text


def content(url: str) -> list[str]:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        return list(connection.iterdump())


@pytest.mark.parametrize("revision", ["0001", "9999"])
def test_a_schema_of_another_version_is_a_problem(
    healthy: FakeSlack, small_database: str, capsys: pytest.CaptureFixture[str], revision: str
) -> None:
    connection = sqlite3.connect(small_database.removeprefix("sqlite:///"))
    connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    connection.commit()
    connection.close()
    status, text = examine(capsys)
    assert status == 1
    assert f"NG  データベース: 形式が {revision} です" in text


# -- faqbot config --------------------------------------------------------------------------------


def test_config_shows_every_setting_with_its_source_and_no_secret(
    healthy: FakeSlack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORT", "8080")
    monkeypatch.setenv("METRICS_TOKEN", PASSWORD)
    assert main(["config"]) == 0
    text = capsys.readouterr().out
    rows = {line.split()[0]: line.split()[1:] for line in text.splitlines()}
    assert list(rows) == [setting.name for setting in SETTINGS]
    assert rows["PORT"] == ["環境変数", "8080"]
    assert rows["HOST"] == ["既定", "127.0.0.1"]
    assert rows["METRICS_TOKEN"] == rows["SLACK_BOT_TOKEN"] == rows["DATABASE_URL"] == ["環境変数", "***"]
    assert rows["SLACK_SIGNING_SECRET"] == ["既定", "（なし）"]
    assert not [secret for secret in (TOKEN, APP_TOKEN, PASSWORD) if secret in text]


def test_config_names_what_cannot_be_used(
    healthy: FakeSlack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", "many")
    assert main(["config"]) == 1
    assert "NG  設定 TRUSTED_PROXIES の値「many」を使えません" in capsys.readouterr().out
