"""The way of a mention through the code, from the HTTP endpoint until it is settled: hops and SQL statements.

A hop is a function of ours that is under way while the message is decided, shown, posted to Slack or stored: the way
that a reader follows, without what each function asks on the side. Before the intake called the listeners of messages
itself there were 34 hops (20 stations, as a reader counted), a second pass through Bolt and 7 statements.
"""

import os
import sys
import tempfile
import threading
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from fake_slack import FakeSlack
from making import web_of
from slack_tester import SECRET, TOKEN, SlackTester, WaitingExecutor
from statements import recorded, tables

from bot.app import App
from bot.settings import read_settings
from bot.slack.app import Slack, create_slack, http_endpoint
from bot.slack.client import MeasuredClient
from bot.slack.views.reply import reply_message
from bot.web.app import FromSlack
from index.decision.decision import decide

QUESTION = "無料お試しは何日間ですか"
PACKAGES = ("knowledge", "index", "bot")
WATCHED = {decide.__code__, reply_message.__code__, MeasuredClient.api_call.__code__}


class Hops:
    """The functions of ours that are under way when a message is decided, shown, posted or stored."""

    def __init__(self) -> None:
        self.found: dict[str, None] = {}

    def profile(self, frame: FrameType, event: str, _argument: Any) -> None:
        """`sys.setprofile` calls this for every function that begins."""
        if event == "call" and frame.f_code in WATCHED:
            self.remember(frame)

    def remember(self, frame: FrameType | None) -> None:
        """Remember the functions on a stack, outermost first."""
        names = []
        while frame:
            module, name = _module(frame.f_code), frame.f_code.co_qualname.replace(".<locals>", "")
            if module and not module.startswith("bot.web") and not name.endswith(">"):
                names.append(f"{module}.{name}")
            frame = frame.f_back
        self.found |= dict.fromkeys(reversed(names))


def _module(code: CodeType) -> str:
    """The name of a module of ours, "" for everybody else's."""
    path = Path(code.co_filename)
    if not path.is_relative_to(ROOT) or path.relative_to(ROOT).parts[0] not in PACKAGES:
        return ""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def main() -> None:
    """Measure one mention and print it."""
    with tempfile.TemporaryDirectory() as folder:
        app = App(read_settings({"DATABASE_URL": f"sqlite:///{folder}/path.db", "ASKER_HASH_KEY": "sixteen letters."}))
        app.encoder = None
        fake = FakeSlack()
        settings = read_settings({"SLACK_BOT_TOKEN": TOKEN, "SLACK_SIGNING_SECRET": SECRET, "SLACK_API_URL": fake.url})
        slack = create_slack(settings, app.parts, app.metrics, WaitingExecutor())
        _mention(app, slack, fake)  # what is made on first use is made now
        hops = Hops()
        threading.setprofile(hops.profile)
        sys.setprofile(hops.profile)
        with recorded(app.store.engine, lambda: hops.remember(sys._getframe())) as statements:  # noqa: SLF001
            _mention(app, slack, fake)
        sys.setprofile(None)
        threading.setprofile(None)
        print(f"hops: {len(hops.found)}", *hops.found, sep="\n  ")
        print(f"SQL statements: {len(statements)}", *tables(statements), sep="\n  ")
        sys.stdout.flush()
        os._exit(0)  # the fake's threads are not waited for


def _mention(app: App, slack: Slack, fake: FakeSlack) -> None:
    slack.intake.executor = executor = WaitingExecutor()  # its threads are new, so that they are looked at too
    web = web_of(app, FromSlack(http_endpoint(slack, SECRET, app.metrics)))
    assert SlackTester(web.test_client(), fake, executor, slack).mention(QUESTION)


if __name__ == "__main__":
    main()
