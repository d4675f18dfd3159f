"""The bot in a hurry: who waits before Slack is asked again waits a twentieth of the time, Slack's own client included.

`python -m tests.hasty COMMAND` is `python -m bot COMMAND` in a hurry.
"""

import runpy
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from slack_sdk.http_retry import builtin_handlers, handler

from bot.slack import socket_mode
from bot.slack.delivery import delivery, posting, responding

FASTER = 20


def hasten(change: Callable[[Any, str, Any], None]) -> None:
    """Shorten every such pause; `change` is called as `setattr`."""
    for module, name in ((posting, "PAUSE"), (delivery, "SETTLING"), (socket_mode, "LONGEST_PAUSE")):
        change(module, name, getattr(module, name) / FASTER)
    for module in (responding, socket_mode):
        change(module, "PAUSES", tuple(pause / FASTER for pause in module.PAUSES))
    for module in (builtin_handlers, handler):
        change(module, "time", SimpleNamespace(sleep=lambda seconds: time.sleep(seconds / FASTER)))


if __name__ == "__main__":
    hasten(setattr)
    runpy.run_module("bot", run_name="__main__", alter_sys=True)
