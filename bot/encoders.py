"""The encoders that the setting ENCODER asks for: one of the first stage, a stronger one of the second."""

import logging
from collections.abc import Callable
from pathlib import Path

from index.encoder.encoder import Encoder, EncoderError
from index.encoder.passage_encoder import find_passage_encoder
from index.ranking.passages import Passages
from index.ranking.second_stage import SecondStage
from knowledge.revisions.caches import DatabaseCache

logger = logging.getLogger(__name__)


def first_encoder(choice: str | Path, load: Callable[[], Encoder | None]) -> Encoder | None:
    """The sentence encoder; None where ENCODER wants none, or the extra is not there or unfit, which is logged."""
    if choice == "none":
        return None
    try:
        encoder = load()
    except EncoderError as error:
        cause = error.__cause__
        logger.warning("faqbot[semantic] cannot be used, words alone are compared: %s: %s", type(cause).__name__, cause)
        return None
    if encoder is None:
        logger.info("faqbot[semantic] is not installed, words alone are compared")
    return encoder


def make_second_stage(choice: str | Path, cache: DatabaseCache) -> SecondStage | None:
    """The second stage of the ranking, None without a stronger encoder.

    Raises SettingError for a folder whose model cannot be used.
    """
    load = find_passage_encoder(choice)
    return SecondStage.of(Passages(load, cache.find_vectors, cache.keep_vectors)) if load else None
