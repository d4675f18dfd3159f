"""The command line `faqbot`: runs the command that was typed."""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from bot.process.memory import use_few_arenas
from bot.setting_table import CACHE_FOLDER
from bot.settings import read_settings, survey_settings
from bot.terminal.arguments import build_parser
from knowledge.errors import FaqError
from knowledge.file_io import refuse_unusable

TOLERANT = ("config", "doctor", "init")  # run with unusable settings too: they tell of them, or come before them
# They compare no meanings.
WITHOUT_ENCODER = ("config", "diff", "export", "history", "manifest", "privacy", "proposals", "show")
MODULES = {"import": "import_files", "approve": "deciding", "withdraw": "deciding"}  # of the commands named otherwise


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status (0 good, 1 problems found or failed, 2 wrong usage)."""
    options = build_parser().parse_args(arguments)
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")  # whatever the locale says
    use_few_arenas()  # before there are threads
    with ThreadPoolExecutor(1) as background:
        # takes as long as the imports of everything else
        loading = None if options.command in WITHOUT_ENCODER else background.submit(_load_encoder)
        return _run(options, loading)


def _load_encoder() -> Any:
    if survey_settings()[0].encoder == "none":
        return None
    return import_module("index.encoder.encoder").load_encoder(CACHE_FOLDER)


def _run(options: argparse.Namespace, loading: Future[Any] | None) -> int:
    app = import_module("bot.app")
    try:
        for path in _paths(options):
            refuse_unusable(path)
        settings = survey_settings()[0] if options.command in TOLERANT else read_settings()
        app.set_up_logging(settings.log_format, verbose=options.command in ("serve", "slack"))
        command = import_module(
            f"bot.commands.{MODULES.get(options.command, options.command)}"
        )  # Flask and Bolt cost half a second
        status: int = command.run(options, app.App(settings, loading))
        sys.stdout.flush()
        return status
    except FaqError as error:
        print(f"エラー: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes once more at its end
        return 0


def _paths(options: argparse.Namespace) -> Iterator[Path]:
    """Every path that was typed."""
    for value in vars(options).values():
        yield from (one for one in (value if isinstance(value, list) else [value]) if isinstance(one, Path))


if __name__ == "__main__":
    sys.exit(main())
