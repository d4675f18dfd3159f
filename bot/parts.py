"""The objects that doors call: asking, editing and looking, and the log behind them."""

from dataclasses import dataclass

from bot.faq import Faq
from bot.overview import Overview
from bot.publishing import Publishing
from knowledge.questions.query_log import QueryLog


@dataclass(frozen=True, slots=True)
class Parts:
    """Separate objects, none of which leads to another; `bot/app.py` makes them."""

    faq: Faq
    publishing: Publishing
    overview: Overview
    log: QueryLog
