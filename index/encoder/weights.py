"""The encoder's weights: read from its package, kept unpacked in a file, and mapped from there.

Inflating the package's 30 MB takes half a second at every start; mapping the file takes a tenth of it.
"""

import logging
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import FaqError
from knowledge.file_io import replacing

logger = logging.getLogger(__name__)
Weights = Mapping[str, NDArray[Any]]  # by the names in LAYOUT

CHUNKS = 17  # of the table of pieces; piece i is row i // CHUNKS of chunk i % CHUNKS, each with its own scale
ROWS = 7_530  # of a chunk
EMBEDDING = 512
BRANCH = 256
ORDERS = (2, 3, 5)  # pieces in an n-gram, one branch each
FEATURES = EMBEDDING + len(ORDERS) * BRANCH
HIDDEN = 320

# The arrays of the package's file, by the names they have there, in the order of ours (wide numbers first: each
# array is aligned). `table` alone has no such name: it is joined from the chunks q1, q2 …
LAYOUT: dict[str, tuple[type[np.generic], tuple[int, ...]]] = {
    "eps": (np.float64, ()),
    "scale": (np.float32, (CHUNKS,)),
    "lo": (np.float32, (CHUNKS,)),
    **{
        f"{name}{order}": (np.float32, shape)
        for order in ORDERS
        for name, shape in {
            "proj": (EMBEDDING, BRANCH),
            "proj_b": (BRANCH,),
            "ln_g": (BRANCH,),
            "ln_b": (BRANCH,),
            "w1_": (order * BRANCH, BRANCH),
            "b1_": (BRANCH,),
            "w2_": (order * BRANCH, BRANCH),
            "b2_": (BRANCH,),
        }.items()
    },
    "ln_g": (np.float32, (FEATURES,)),
    "ln_b": (np.float32, (FEATURES,)),
    "cnn_W": (np.float32, (FEATURES, EMBEDDING)),
    "cnn_b": (np.float32, (EMBEDDING,)),
    "d0": (np.float32, (EMBEDDING, HIDDEN)),
    "d1": (np.float32, (HIDDEN, HIDDEN)),
    "d2": (np.float32, (HIDDEN, EMBEDDING)),
    "d3": (np.float32, (EMBEDDING, EMBEDDING)),
    "p1": (np.float32, (EMBEDDING, HIDDEN)),
    "p3": (np.float32, (HIDDEN, EMBEDDING)),
    "table": (np.uint8, (CHUNKS * ROWS, EMBEDDING)),
}
HEADER = 8  # bytes: the CRC-32 of all that follows, as a little-endian number; arrays begin at a multiple of 8
BLOCK = 1 << 20  # bytes read at once


def load_weights(package_file: Path, kept: Path | None) -> Weights:
    """The weights, mapped from the file `kept` where they are, else from `package_file` and kept from then on.

    A kept file that is damaged, or that cannot be read or written, only costs time.

    Raises ValueError, KeyError, OSError or zipfile.BadZipFile when the package's file is not the one we know.
    """
    if kept:
        try:
            return _mapped(kept)
        except FileNotFoundError:
            logger.debug("the encoder's weights are unpacked to %s", kept)
        except (OSError, ValueError) as error:
            logger.warning("the encoder's unpacked weights are unpacked anew: %s: %s", kept, error)
    weights = read_package(package_file)
    if kept:
        _keep(weights, kept)
    return weights


def read_package(file: Path) -> dict[str, NDArray[Any]]:
    """The weights in the package's file. Raises the errors of `load_weights`."""
    with file.open("rb") as opened, np.load(opened, allow_pickle=False) as archive:
        weights = {name: archive[name] for name in LAYOUT if name != "table"}
        table = np.empty(LAYOUT["table"][1], dtype=np.uint8)
        for chunk in range(CHUNKS):
            table[chunk::CHUNKS] = archive[f"q{chunk + 1}"]
    weights["table"] = table
    for name, (kind, shape) in LAYOUT.items():
        if (weights[name].dtype, weights[name].shape) != (np.dtype(kind), shape):
            raise ValueError(f"{name} is {weights[name].dtype} {weights[name].shape}, not {np.dtype(kind)} {shape}")
    return weights


def _mapped(path: Path) -> Weights:
    """The weights in the file. Raises OSError if it cannot be read, ValueError if it is not as it was written."""
    sizes = {name: int(np.prod(shape)) * np.dtype(kind).itemsize for name, (kind, shape) in LAYOUT.items()}
    with path.open("rb") as file:
        found, expected = path.stat().st_size, HEADER + sum(sizes.values())
        if found != expected:
            raise ValueError(f"{found:,} instead of {expected:,} bytes")
        written = int.from_bytes(file.read(HEADER), "little")
        if written != _checksum(file):
            raise ValueError("wrong checksum")
        body = np.memmap(file, dtype=np.uint8, mode="r")
    weights: dict[str, NDArray[Any]] = {}
    start = HEADER
    for name, (kind, shape) in LAYOUT.items():
        weights[name] = np.asarray(body[start : start + sizes[name]]).view(kind).reshape(shape)
        start += sizes[name]
    return weights


def _checksum(file: BinaryIO) -> int:
    """The CRC-32 of the rest of a file, read in blocks: a map that was touched counts as memory of this process."""
    checksum = 0
    while block := file.read(BLOCK):
        checksum = zlib.crc32(block, checksum)
    return checksum


def _keep(weights: Weights, path: Path) -> None:
    checksum = 0
    for name in LAYOUT:
        checksum = zlib.crc32(weights[name].tobytes(), checksum)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as file:
            file.write(checksum.to_bytes(HEADER, "little"))
            for name in LAYOUT:
                file.write(weights[name].tobytes())
    except (OSError, FaqError) as error:
        logger.warning("the encoder's weights are not kept unpacked: %s", error)
