"""What an editor can have checked of every entry: whether its links open, and whether its own texts find it.

1. What was found stands at its entry with the time of the check, also for other processes, until the entry is mended.
2. One check runs at a time, beside the page that asked for it; what fails in it is said.
"""

import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest
import sqlalchemy as sa
from local_server import answering
from making import make_entry
from team_tester import TeamTester, page_of, send
from test_links import Site

from bot.app import App
from bot.digest import find_dead_links
from bot.web.team.figures.checkup import Checkup
from knowledge.checks.links import check_links
from knowledge.errors import Problem
from knowledge.revisions.store import Change
from knowledge.team.entry_faults import EntryFaults, FaultKind

DEAD = make_entry("dead", "リンクの切れた項目はどれですか？", "この項目です。")
MOVED = make_entry("moved", "リンクの移った項目はどれですか？", "この項目です。")
TWINS = (
    make_entry("one", "砂時計はどこで借りられますか？", variants=("砂時計 貸出", "電話番号")),
    make_entry("two", "鳴り子の棚はどこですか？", variants=("でんわ番号",)),
)


@pytest.fixture
def site() -> Iterator[str]:
    with answering(Site) as origin:
        yield origin


@pytest.fixture
def faulty(edited: App, site: str) -> App:
    """A bot with a dead link, one that moved, and a way to ask that finds another entry."""
    put = (replace(DEAD, url=f"{site}/404"), replace(MOVED, answer=f"[規約]({site}/301/to/new)"), *TWINS)
    edited.store.publish(Change(put=put), "test", "", 1)
    gone = tuple(entry.id for entry in edited.store.load().entries if entry.url.startswith("https:"))
    edited.store.publish(Change(remove=gone), "test", "", 2)  # no test asks the internet
    edited.searcher.refresh()
    return edited


def checkup(app: App) -> Checkup:
    return Checkup(app.faq, EntryFaults(app.store.engine), partial(check_links, private=True, pause=0.01))


def health(app: App) -> str:
    tester = TeamTester(app)
    return page_of(tester.signed_in().get("/team/health"))


def test_what_was_found_stands_at_its_entry_until_that_is_mended(faulty: App, site: str) -> None:
    assert "まだ確かめていません" in health(faulty)
    checkup(faulty).run()
    shown = health(faulty)
    assert all(f"{label} 1" in shown for label in ("リンクが開けない", "リンクが移った", "ほかの項目と紛れる"))
    assert f"リンク {site}/404 を開けません（HTTP 404）" in shown and f"{site}/new に移りました" in shown
    assert "「電話番号」と尋ねると" in shown and "に確かめました" in shown
    file = TeamTester(faulty).signed_in().get("/team/health?format=csv").data.decode("utf-8-sig")
    assert next(line for line in file.splitlines() if line.startswith("dead,")).count("リンクが開けない") == 1
    mended = (replace(DEAD, url=f"{site}/ok"), MOVED, replace(TWINS[0], variants=("砂時計 貸出",)))
    faulty.store.publish(Change(put=mended), "test", "", 3)
    assert not any(label in health(faulty) for label in ("リンクが開けない", "リンクが移った", "紛れる 1"))


def test_the_weekly_look_at_links_is_seen_on_the_page(faulty: App, site: str) -> None:
    faults = EntryFaults(faulty.store.engine)
    assert find_dead_links(faulty.faq, faults, partial(check_links, private=True, pause=0.01))
    assert "リンクが開けない 1" in health(faulty)
    assert set(faults.checked()) == {FaultKind.LINK}


def test_a_check_takes_the_place_of_the_one_before_and_says_when_it_found_nothing(engine: sa.Engine) -> None:
    faults, entries = EntryFaults(engine), {"dead": replace(DEAD, url="https://a.example/")}
    found = Problem("リンク https://a.example/ を開けません（HTTP 404）。", "", entry_id="dead")
    assert (faults.checked(), faults.of(entries)) == ({}, {})
    faults.keep(FaultKind.LINK, [found, replace(found, entry_id="gone")])
    assert [one.message for one in faults.of(entries)["dead"]] == [found.message]
    faults.keep(FaultKind.LINK, [])
    assert (list(faults.checked()), faults.of(entries)) == ([FaultKind.LINK], {})


def test_a_check_runs_beside_the_page_and_once(edited: App) -> None:
    edited.store.publish(Change(put=(replace(DEAD, url="https://127.0.0.1:1/"),)), "test", "", 1)
    gone = tuple(one.id for one in edited.store.load().entries if one.url.startswith("https:") and one.id != "dead")
    edited.store.publish(Change(remove=gone), "test", "", 2)
    edited.searcher.refresh()
    tester = TeamTester(edited)
    assert "確かめています" in page_of(send(tester.signed_in(), "/team/checkup", on="/team/health"))
    deadline = time.monotonic() + 20
    while "に確かめました" not in (shown := page_of(tester.client.get("/team/health"))):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert "リンクが開けない 1" in shown


def test_what_fails_in_a_check_is_said_and_it_can_be_begun_again(faulty: App) -> None:
    def fail(_: object) -> list[object]:
        raise OSError

    one = Checkup(faulty.faq, EntryFaults(faulty.store.engine), fail)  # type: ignore[arg-type]
    one.run()
    assert one.has_failed and not one.is_running
    assert EntryFaults(faulty.store.engine).checked() == {}
