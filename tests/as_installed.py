"""The bot as operators install it; `make test-as-installed` runs these and other tests with pytest alone beside it.

1. Nothing is there that operators do not have: lxml and defusedxml, which the tests' tools bring, change how files
   are read.
2. A first start fills a database, answers on the page, and ends when it is told to; the command line answers too.
"""

import os
import re
import subprocess
import sys
import urllib.request
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import pytest
from processes import Bot
from test_requirements import folded, listed

PYTEST = {"pytest", "pluggy", "iniconfig", "pygments", "packaging"}
QUESTION = "無料お試しは何日間ですか"
INSTALLERS = {"faqbot", "pip", "setuptools"}


@pytest.mark.parametrize("name", ["lxml", "defusedxml", "hypothesis", "playwright", "websockets"])
def test_what_the_tests_bring_is_absent(name: str) -> None:
    assert find_spec(name) is None


def test_nothing_but_the_requirements_is_installed() -> None:
    installed = {folded(one.name) for one in metadata.distributions()}
    assert installed - PYTEST - INSTALLERS <= listed("requirements.txt")


def test_a_first_start_answers_on_the_page_and_ends_and_so_does_the_command_line(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'faqbot.db'}"
    bot = Bot(database, "http://127.0.0.1:9/api/", tmp_path / "log")
    bot.start()
    try:
        bot.wait_until_up()
        with urllib.request.urlopen(f"http://127.0.0.1:{bot.port}/?q={quote(QUESTION)}") as page:
            assert "10日間" in re.sub("<[^>]+>", "", page.read().decode())
    finally:
        bot.end()
    assert "Traceback" not in (tmp_path / "log").read_text()
    command = [sys.executable, "-m", "bot", "ask", QUESTION]
    done = subprocess.run(command, env=os.environ | {"DATABASE_URL": database}, capture_output=True, check=True)
    assert "10日間" in done.stdout.decode()
    assert done.stderr == b""
