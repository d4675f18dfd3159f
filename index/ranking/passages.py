"""The entries as passages: the vectors of their questions with their answers, each encoded when first needed."""

import hashlib
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from index.encoder.passage_encoder import PassageEncoder, Vector
from knowledge.entry import Entry

logger = logging.getLogger(__name__)
MAX_PASSAGE = 500  # characters that are encoded, some 0.4 ms each
MAX_QUESTION = 300
MAX_REMEMBERED = 10_000  # vectors, 1.5 kB each with 384 numbers

Find = Callable[[Sequence[str]], Mapping[str, bytes]]
Keep = Callable[[Mapping[str, bytes]], None]


class Passages:
    """Gives the likeness of a question to entries; safe to share between threads.

    The encoder is loaded when first needed and used by one thread at a time. Whatever it raises is logged once, and
    from then on there is no likeness. `find` gives the kept vectors among keys, `keep` keeps new ones, both as float32
    bytes (little-endian); questions are never kept.
    """

    def __init__(self, load: Callable[[], PassageEncoder], find: Find, keep: Keep) -> None:
        self._load = load
        self._find = find
        self._keep = keep
        self._lock = threading.Lock()  # around the encoder: native code, which need not be safe for threads
        self._encoder: PassageEncoder | None = None
        self._failed = False
        self._remembered: dict[str, Vector] = {}

    @property
    def encoder(self) -> PassageEncoder | None:
        """The encoder, loaded if it was not; None where it failed."""
        with self._lock:
            return self._loaded()

    def likeness(self, question: str, entries: Sequence[Entry], seconds: float) -> Vector | None:
        """The scaled cosine of a question with each entry, None where there is no encoder or it takes too long.

        After `seconds` nothing more is begun; what was encoded by then is there for the next question.
        """
        until = time.monotonic() + seconds
        passages = self._vectors(entries, until)
        query = self._encoded(question[:MAX_QUESTION], until, is_query=True) if passages is not None else None
        encoder = self._encoder
        if passages is None or query is None or encoder is None:
            return None
        likeness: Vector = encoder.scale * (passages @ query)
        return likeness

    def prepare(self, entries: Sequence[Entry]) -> None:
        """Encode and keep what is not kept yet of the entries, some 40 ms each; others may ask in between."""
        self._vectors(entries, float("inf"))

    def _vectors(self, entries: Sequence[Entry], until: float) -> Vector | None:
        """A row for each entry, None where not all can be had before `until`."""
        encoder = self._encoder or self.encoder
        if encoder is None:
            return None
        texts = {_key(encoder, text): text for text in map(passage_of, entries)}
        known = self._known(list(texts))
        for key, text in texts.items():
            if key not in known:
                vector = self._encoded(text, until)
                if vector is None:
                    return None
                known[key] = vector
                self._remember({key: vector})
                self._keep({key: vector.astype("<f4").tobytes()})
        return np.stack([known[_key(encoder, passage_of(entry))] for entry in entries])

    def _known(self, keys: Sequence[str]) -> dict[str, Vector]:
        """The vectors that are remembered or kept."""
        known = {key: self._remembered[key] for key in keys if key in self._remembered}
        missing = [key for key in keys if key not in known]
        kept = self._find(missing) if missing else {}
        read = {key: np.frombuffer(body, "<f4").astype(np.float32) for key, body in kept.items()}
        self._remember(read)
        return known | read

    def _encoded(self, text: str, until: float, *, is_query: bool = False) -> Vector | None:
        """The vector of a text, None where it cannot be had before `until`."""
        seconds = until - time.monotonic()
        if seconds <= 0 or not self._lock.acquire(timeout=min(seconds, threading.TIMEOUT_MAX)):
            return None
        try:
            encoder = self._loaded()
            if encoder is None:
                return None
            vector = (encoder.query if is_query else encoder.passage)(_readable(text))
            if vector.shape != (encoder.dimensions,) or not np.isfinite(vector).all():
                raise ValueError(f"a vector of {vector.shape}")  # noqa: TRY301  # handled as all that goes wrong
            return vector
        except Exception as error:  # noqa: BLE001  # of native code by others: the bot works without it
            self._fail(error)
            return None
        finally:
            self._lock.release()

    def _loaded(self) -> PassageEncoder | None:
        if self._encoder is None and not self._failed:
            try:
                self._encoder = self._load()
            except Exception as error:  # noqa: BLE001  # of native code by others: the bot works without it
                self._fail(error)
        return self._encoder

    def _fail(self, error: Exception) -> None:
        logger.warning("the second stage is off, the encoder failed: %s: %s", type(error).__name__, error)
        self._failed, self._encoder = True, None

    def _remember(self, vectors: Mapping[str, Vector]) -> None:
        if len(self._remembered) + len(vectors) > MAX_REMEMBERED:
            self._remembered = {}
        self._remembered.update(vectors)


def passage_of(entry: Entry) -> str:
    """The text that is encoded for an entry."""
    return f"{entry.question}\n{entry.answer}"[:MAX_PASSAGE]


def _readable(text: str) -> str:
    """A text without what ends it in C and without halves of surrogate pairs."""
    return text.replace("\0", " ").encode("utf-8", "ignore").decode()


def _key(encoder: PassageEncoder, passage: str) -> str:
    return hashlib.sha256(f"{encoder.name}\n{passage}".encode("utf-8", "ignore")).hexdigest()
