"""What operators see of a running process: counts, times and state at /metrics, /healthz and /readyz.

1. Every question is counted by door and decision and timed; every Slack call is timed, a failed one counted by code.
2. The state of the knowledge base is read at the moment of the scrape; a value that cannot be read costs only itself.
3. A process is ready while its database and Slack answer in time; it is alive without them.
4. Two processes count apart; nobody outside our network reads without the token, whatever the headers say,
   and behind a proxy nobody at all does.
"""

import json
import math
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request

import pytest
import sqlalchemy as sa
from fake_slack import TEAM, Failure, FakeSlack
from flask.testing import FlaskClient
from making import web_of
from prometheus_client.parser import text_string_to_metric_families
from slack_tester import CHANNEL, TOKEN, USER, SlackTester

from bot.app import App
from bot.cli import main
from bot.process.metrics import Metrics
from bot.reply import Asker
from bot.settings import read_settings
from bot.slack.app import create_slack
from bot.slack.socket_mode import connect_socket
from bot.slack.workspaces.token_health import TokenHealth
from bot.web import tokens
from bot.web.server import listen
from knowledge.database.connection import connect
from knowledge.database.reachability import Reachable
from knowledge.database.tables import claims, revisions
from knowledge.errors import SettingError, StoreError
from knowledge.revisions.store import Change
from knowledge.slack_state.inbox import Inbox

ANSWERED = "無料お試しは何日間ですか"
OWN = "127.0.0.1"
STRANGER = "203.0.113.7"
SECRET_TOKEN = "token-of-the-tests"


def values(metrics: Metrics) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Every sample by its name and sorted labels."""
    families = text_string_to_metric_families(metrics.page().decode())
    return {(s.name, tuple(sorted(s.labels.items()))): s.value for family in families for s in family.samples}


def value(metrics: Metrics, name: str, **labels: str) -> float:
    return values(metrics)[(name, tuple(sorted(labels.items())))]


def client(app: App, **environment: str) -> FlaskClient:
    settings = read_settings(environment)
    return web_of(app, settings=settings).test_client()


# -- what is counted ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "decision"),
    [(ANSWERED, "answer"), ("解約の相談", "suggest"), ("縄文土器の文様", "abstain"), ("", "abstain")],
)
def test_a_question_is_counted_by_door_and_decision_and_timed(app: App, question: str, decision: str) -> None:
    metrics = app.metrics
    reply = app.faq.ask(question, Asker("cli"))
    assert value(metrics, "faqbot_questions_total", door="cli", decision=decision) == 1
    assert value(metrics, "faqbot_decision_seconds_count", door="cli") == 1
    assert math.isclose(value(metrics, "faqbot_decision_seconds_sum", door="cli"), reply.milliseconds / 1000)


def test_a_question_nobody_asked_is_not_counted(app: App) -> None:
    metrics = app.metrics
    app.faq.preview(ANSWERED)
    app.faq.best(ANSWERED)
    assert not [name for name, _ in values(metrics) if name == "faqbot_questions_total"]


def test_each_door_is_counted_apart(app: App, slack: SlackTester) -> None:
    slack.mention(ANSWERED)
    client(app).get("/", query_string={"q": ANSWERED})
    for door in ("slack", "web"):
        assert value(app.metrics, "faqbot_questions_total", door=door, decision="answer") == 1


def test_a_slack_call_and_its_acknowledgement_are_timed(app: App, slack: SlackTester) -> None:
    slack.mention(ANSWERED)
    for method in ("auth.test", "chat.postMessage"):
        assert value(app.metrics, "faqbot_slack_call_seconds_count", method=method) == 1
        assert 0 < value(app.metrics, "faqbot_slack_call_seconds_sum", method=method) < 10
    assert value(app.metrics, "faqbot_slack_acknowledgement_seconds_count", transport="http") == 1
    assert not [name for name, _ in values(app.metrics) if name == "faqbot_slack_errors_total"]


@pytest.mark.parametrize(
    ("failures", "code"),
    [
        ([Failure(200, "is_archived")], "is_archived"),
        ([Failure(200, "an error that is a whole sentence, as proxies say")], "http_200"),
        ([Failure(500)] * 4, "internal_error"),
        ([Failure(0)] * 8, "RemoteDisconnected"),
    ],
    ids=["refused", "odd", "500", "dropped"],
)
def test_a_failed_slack_call_is_counted_by_method_and_code(
    app: App, slack: SlackTester, failures: list[Failure], code: str
) -> None:
    slack.fake.fail("chat.postMessage", *failures)
    slack.event({"type": "app_mention", "text": ANSWERED, "channel": CHANNEL})
    assert value(app.metrics, "faqbot_slack_errors_total", method="chat.postMessage", error=code) >= 1


def test_an_acknowledgement_over_the_socket_is_timed(app: App, fake_slack: FakeSlack) -> None:
    environment = {"SLACK_BOT_TOKEN": TOKEN, "SLACK_APP_TOKEN": "xapp-of-the-tests", "SLACK_API_URL": fake_slack.url}
    settings = read_settings(environment)
    opened = threading.Event()
    slack = create_slack(settings, app.parts, app.metrics)
    connection = connect_socket(slack, settings, app.metrics, opened.set)
    assert opened.wait(10) and connection.is_open()
    event = {"type": "app_mention", "text": ANSWERED, "user": USER, "channel": CHANNEL, "ts": "1700000900.000100"}
    payload = {"type": "event_callback", "team_id": TEAM, "event_id": "EvM", "event": event}
    envelope = {"type": "events_api", "envelope_id": "M1", "payload": payload, "accepts_response_payload": False}
    fake_slack.socket.send(envelope)
    fake_slack.wait_for("chat.postMessage")
    connection.close()
    assert not connection.is_open()
    assert value(app.metrics, "faqbot_slack_acknowledgement_seconds_count", transport="socket") == 1


# -- the state of the knowledge base --------------------------------------------------------------


def test_the_state_is_that_of_the_scrape(app: App) -> None:
    metrics = app.metrics
    promise = app.faq.searcher.snapshot.calibration.risk
    assert promise
    assert value(metrics, "faqbot_revision") == 1
    assert value(metrics, "faqbot_entries") == len(app.faq.entries())
    assert value(metrics, "faqbot_calibration_wrong_bound") == promise.bound
    first = value(metrics, "faqbot_snapshot_age_seconds")
    time.sleep(0.01)
    assert first < value(metrics, "faqbot_snapshot_age_seconds")
    app.store.publish(Change(), "editor", "", 1)
    assert app.faq.searcher.refresh()
    assert value(metrics, "faqbot_revision") == 2
    assert value(metrics, "faqbot_calibration_age_seconds") < 60


def test_the_inbox_is_seen_from_outside(app: App) -> None:
    assert (value(app.metrics, "faqbot_inbox_events"), value(app.metrics, "faqbot_inbox_age_seconds")) == (0, 0)
    Inbox(app.store.engine, "some process").keep("Ev1", "", {})
    time.sleep(0.01)
    assert value(app.metrics, "faqbot_inbox_events") == 1
    assert value(app.metrics, "faqbot_inbox_age_seconds") > 0


def test_a_gauge_shows_what_is_read_and_nan_where_that_fails(app: App) -> None:
    metrics, depth = app.metrics, iter([3.0])

    def broken() -> float:
        raise StoreError("", "")

    metrics.gauge("faqbot_depth", "A queue", lambda: next(depth))
    metrics.gauge("faqbot_broken", "A fault", broken)
    seen = values(metrics)
    assert seen[("faqbot_depth", ())] == 3.0
    assert math.isnan(seen[("faqbot_broken", ())])


def test_two_processes_count_apart() -> None:
    one, other = Metrics(), Metrics()
    one.slack_call("auth.test", 0.1)
    assert value(one, "faqbot_slack_call_seconds_count", method="auth.test") == 1
    assert not [name for name, _ in values(other) if name.startswith("faqbot_slack_call")]


# -- who may read ---------------------------------------------------------------------------------

READERS: list[tuple[str, dict[str, str], dict[str, str], int]] = [
    (OWN, {}, {}, 200),
    ("::1", {}, {}, 200),
    ("::ffff:10.1.2.3", {}, {}, 200),
    ("192.168.0.9", {}, {}, 200),
    ("172.16.0.1", {}, {}, 200),
    ("172.32.0.1", {}, {}, 404),
    ("fd00::1", {}, {}, 200),
    ("2001:db8::1", {}, {}, 404),
    (STRANGER, {}, {}, 404),
    ("", {}, {}, 404),
    ("unix:/socket", {}, {}, 404),
    # a stranger cannot talk itself in, and a proxy of ours does not vouch for whom it brings
    (STRANGER, {"X-Forwarded-For": OWN}, {}, 404),
    (OWN, {"X-Forwarded-For": STRANGER}, {}, 404),
    (OWN, {"X-Forwarded-For": OWN}, {}, 404),
    (OWN, {"Forwarded": "for=127.0.0.1"}, {}, 404),
    (OWN, {"X-Real-IP": OWN}, {}, 404),
    (OWN, {"X-Forwarded-For": f"{OWN}, {STRANGER}"}, {"TRUSTED_PROXIES": "1"}, 404),
    # where strangers come through our network, it needs the token: a proxy may hide whom it brings
    (OWN, {"X-Forwarded-For": "10.0.0.5"}, {"TRUSTED_PROXIES": "1"}, 404),
    (OWN, {}, {"TRUSTED_PROXIES": "1"}, 404),
    (OWN, {}, {"PUBLIC_URL": "https://faq.example.com"}, 404),
    (OWN, {"Authorization": f"Bearer {SECRET_TOKEN}"}, {"TRUSTED_PROXIES": "1", "METRICS_TOKEN": SECRET_TOKEN}, 200),
    (
        OWN,
        {"Authorization": f"Bearer {SECRET_TOKEN}"},
        {"PUBLIC_URL": "https://a.example", "METRICS_TOKEN": SECRET_TOKEN},
        200,
    ),
    (STRANGER, {"Authorization": f"Bearer {SECRET_TOKEN}"}, {"METRICS_TOKEN": SECRET_TOKEN}, 200),
    (STRANGER, {"Authorization": SECRET_TOKEN + "x"}, {"METRICS_TOKEN": SECRET_TOKEN}, 404),
    (STRANGER, {"Authorization": "Bearer "}, {"METRICS_TOKEN": SECRET_TOKEN}, 404),
    (STRANGER, {"Authorization": "Bearer "}, {}, 404),
    (STRANGER, {}, {"METRICS_TOKEN": SECRET_TOKEN}, 404),
    (STRANGER, {"Authorization": "Bearer トークン".encode().decode("latin-1")}, {"METRICS_TOKEN": SECRET_TOKEN}, 404),
]


@pytest.mark.parametrize(("address", "headers", "environment", "status"), READERS)
def test_only_our_network_or_the_token_reads_the_metrics(
    app: App, address: str, headers: dict[str, str], environment: dict[str, str], status: int
) -> None:
    response = client(app, **environment).get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})
    assert response.status_code == status
    assert ("faqbot_revision" in response.get_data(as_text=True)) == (status == 200)


@pytest.mark.parametrize("value", ["?", "fifteen-letters", "token of the tests", "トークン" * 4])
def test_a_token_that_can_be_guessed_or_sent_by_nobody_keeps_the_bot_from_starting(
    value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("METRICS_TOKEN", value)
    monkeypatch.setenv("ENCODER", "none")
    assert main(["serve"]) == 1
    told = capsys.readouterr().err
    assert "設定 METRICS_TOKEN の値「***」を使えません" in told and "16文字以上" in told and value not in told


@pytest.mark.parametrize("name", ["ASKER_HASH_KEY", "SLACK_SIGNING_SECRET"])
def test_so_does_a_key_that_can_be_guessed(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, "fifteen letters")
    monkeypatch.setenv("ENCODER", "none")
    assert main(["serve"]) == 1
    told = capsys.readouterr().err
    assert f"設定 {name} の値「***」を使えません" in told and "16文字以上" in told and "fifteen" not in told
    assert read_settings({"ASKER_HASH_KEY": "sixteen letters."}).asker_hash_key == "sixteen letters."


@pytest.mark.parametrize(
    ("path", "where"), [("/metrics", "metrics"), ("/api/v1/entries", "programs"), ("/mcp", "programs")]
)
def test_a_wrong_token_is_counted_and_logged_once_a_minute(
    app: App, path: str, where: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    web, now = client(app, METRICS_TOKEN=SECRET_TOKEN, API_TOKENS=f"program:{SECRET_TOKEN}"), [0.0]
    monkeypatch.setattr(tokens, "monotonic", lambda: now[0])
    sample = ("faqbot_wrong_tokens_total", (("where", where),))

    def send(token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        web.get(path, headers=headers, environ_base={"REMOTE_ADDR": STRANGER})

    before = values(app.metrics).get(sample, 0.0)
    for token in ("wrong-token-of-the-tests", "", SECRET_TOKEN, "another-wrong-one"):
        send(token)
    assert values(app.metrics)[sample] == before + 2
    said = [one.getMessage() for one in caplog.records if "wrong token" in one.getMessage()]
    assert len(said) == 1 and "wrong-token-of" not in said[0]
    now[0] = 61.0
    send("a-third-wrong-one")
    assert len([one for one in caplog.records if "wrong token" in one.getMessage()]) == 2


def test_the_page_is_what_prometheus_reads(app: App) -> None:
    response = client(app).get("/metrics")
    assert response.content_type.startswith("text/plain; version=")
    assert b"# HELP faqbot_questions_total" in response.data
    assert ANSWERED not in response.get_data(as_text=True)


# -- alive and ready ------------------------------------------------------------------------------


def ready_page(app: App) -> tuple[int, dict[str, bool]]:
    response = web_of(app).test_client().get("/readyz")
    return response.status_code, response.get_json()


def test_a_process_with_all_its_parts_is_ready(app: App) -> None:
    assert ready_page(app) == (200, {"ready": True, "snapshot": True, "database": True})


def test_a_lost_database_makes_it_unready_yet_alive(app: App) -> None:
    assert app.faq.entries()
    with app.store.engine.begin() as connection:
        revisions.drop(connection)
    assert ready_page(app) == (503, {"ready": False, "snapshot": True, "database": False})
    assert client(app).get("/healthz").get_json() == {"status": "ok", "revision": 1}


def test_a_database_that_only_lets_itself_be_read_makes_it_unready(small_database: str) -> None:
    path = small_database.removeprefix("sqlite:///")
    assert Reachable(connect(small_database))()
    assert not Reachable(connect(f"sqlite:///file:{path}?mode=ro&uri=true"))()


def test_a_full_disk_makes_it_unready(small_database: str) -> None:
    program = f"""
import resource
from knowledge.database.connection import connect
from knowledge.database.reachability import Reachable
engine = connect({small_database!r})
print(Reachable(engine)())
resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))  # no file may grow
print(Reachable(engine)())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]


def test_a_database_that_another_process_holds_stays_ready_and_is_written_once(small_database: str) -> None:
    engine, other = connect(small_database, lock_seconds=0.1), connect(small_database)
    with other.connect() as holding:
        holding.exec_driver_sql("BEGIN IMMEDIATE")
        assert Reachable(engine)()
    for _ in range(3):
        assert Reachable(engine)()
    with engine.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(claims)) == 1
    engine.dispose()
    other.dispose()


def test_a_database_that_hangs_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # accepts connections and never says a word
        engine = connect(f"postgresql://nobody@127.0.0.1:{silent.getsockname()[1]}/none?connect_timeout=3")
        is_reachable = Reachable(engine, seconds=0.1)
        started, threads = time.perf_counter(), threading.active_count()
        assert not is_reachable()
        assert not is_reachable()
        assert time.perf_counter() - started < 1.0
        assert threading.active_count() <= threads + 1


@pytest.mark.parametrize("failure", [Failure(200, "invalid_auth"), Failure(503), Failure(0)])
def test_slack_is_ready_while_it_accepts_our_token(app: App, fake_slack: FakeSlack, failure: Failure) -> None:
    app.ready["slack"] = TokenHealth(fake_slack.url, lambda: TOKEN)
    assert ready_page(app)[0] == 200
    assert ready_page(app)[0] == 200
    assert len(fake_slack.of("auth.test")) == 1
    fake_slack.fail("auth.test", failure)
    app.ready["slack"] = TokenHealth(fake_slack.url, lambda: TOKEN)
    status, page = ready_page(app)
    assert (status, page["slack"]) == (503, False)
    assert TOKEN not in str(page)


def test_a_good_answer_about_our_token_is_believed_for_a_minute_a_bad_one_for_seconds(fake_slack: FakeSlack) -> None:
    now = [0.0]
    is_good = TokenHealth(fake_slack.url, lambda: TOKEN, timer=lambda: now[0])
    fake_slack.fail("auth.test", Failure(503))
    found = []
    for now[0] in (0.0, 4.9, 5.1, 64.0, 66.0):
        found.append((is_good(), len(fake_slack.of("auth.test"))))
    assert found == [(False, 1), (False, 1), (True, 2), (True, 2), (True, 3)]


def test_a_worker_without_a_page_shows_its_state_on_a_port_of_its_own(
    small_environment: dict[str, str], fake_slack: FakeSlack
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    tokens = {"SLACK_BOT_TOKEN": TOKEN, "SLACK_APP_TOKEN": "xapp-of-the-tests", "SLACK_API_URL": fake_slack.url}
    environment = {"PATH": os.environ["PATH"], "STATUS_PORT": str(port)} | small_environment | tokens
    command = [sys.executable, "-m", "bot", "slack"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            assert process.stdout
            assert "つながりました" in process.stdout.readline().decode()
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as response:
                assert json.load(response) == {"ready": True, "snapshot": True, "database": True, "slack": True}
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as response:
                assert b"faqbot_revision 1.0" in response.read()
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=60) == 0
        finally:
            process.kill()


def test_a_status_port_that_is_taken_is_an_error_with_its_setting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SettingError) as refused:
        listen("STATUS_PORT", "127.0.0.1", taken.getsockname()[1])
    assert refused.value.name == "STATUS_PORT"
