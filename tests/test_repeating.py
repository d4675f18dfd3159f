"""What runs in the background goes on, whatever goes wrong in between."""

import logging
import threading

import pytest

from bot.process.background import repeat
from knowledge.errors import StoreError


def test_a_failure_of_any_kind_is_logged_and_the_next_turn_comes(caplog: pytest.LogCaptureFixture) -> None:
    failures = iter([ValueError("broken"), KeyError("lost"), StoreError("gone")])
    done, over = threading.Event(), threading.Event()

    def act() -> None:
        for failure in failures:
            raise failure
        done.set()

    repeat("the work", act, lambda: over.wait(0.001), over.is_set)
    assert done.wait(10)
    over.set()
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(errors) == 2, "the log says once elsewhere that the database is gone"
    assert all("the work" in record.getMessage() for record in errors)


def test_it_ends_when_it_is_over() -> None:
    over = threading.Event()
    repeat("short work", over.set, lambda: None, over.is_set)
    for thread in threading.enumerate():
        if thread.name == "short work":
            thread.join(10)
            assert not thread.is_alive()
    assert over.is_set()
