"""What stays to the end of a run, which the garbage collector leaves alone: a tenth of the time of all tests."""

import gc
from collections.abc import Generator

import pytest


def pytest_collection_finish() -> None:
    """Modules and tests."""
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[object]) -> Generator[None, object, object]:
    """What a session keeps, indexes and encoders above all."""
    made = yield
    if fixturedef.scope == "session":
        gc.freeze()
    return made
