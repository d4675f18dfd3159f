"""`faqbot gaps`: the questions that we could not answer or answered badly, for editors."""

import argparse

import msgspec

from bot.app import App
from bot.exchange.gaps import gap_object
from bot.overview import GAP_DAYS
from bot.terminal.gaps import gaps_text
from bot.wording import sentences


def run(options: argparse.Namespace, app: App) -> int:
    """Print the open gaps, most pressing first; returns 0 also when there are some."""
    days = options.days or GAP_DAYS
    gaps = app.overview.gaps(days)
    if options.json:
        print(msgspec.json.encode(list(map(gap_object, gaps))).decode())
    else:
        print(gaps_text(gaps) if gaps else sentences.NO_GAPS.format(days=days))
    return 0
