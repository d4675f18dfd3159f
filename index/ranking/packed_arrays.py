"""Arrays one behind the other in bytes, with a header that says where each lies: they are read without being copied."""

import json
import math
from collections.abc import Iterator

import numpy as np

from index.ranking.postings import Arrays

LENGTH = 8  # bytes: the length of the header, as a little-endian number
STEP = 64  # bytes: header and arrays begin at a multiple


def pack(arrays: Arrays) -> Iterator[bytes | memoryview]:
    """The pieces that `unpack` reads when they are joined; an array's own memory is one of them."""
    layout, end = {}, 0
    for name, one in arrays.items():
        layout[name] = (one.dtype.str, one.shape, end)
        end += one.nbytes + _padding(one.nbytes)
    header = json.dumps({"size": end, "arrays": layout}).encode()
    header += b" " * _padding(LENGTH + len(header))
    yield len(header).to_bytes(LENGTH, "little") + header
    for one in arrays.values():
        yield np.ascontiguousarray(one).reshape(-1).view(np.uint8).data
        yield bytes(_padding(one.nbytes))


def unpack(body: bytes) -> Arrays:
    """The arrays in `body`, which lie there and cannot be changed. Raises ValueError, TypeError or KeyError."""
    start = LENGTH + int.from_bytes(body[:LENGTH], "little")
    header = json.loads(body[LENGTH:start])
    if len(body) != start + header["size"]:
        raise ValueError(f"{len(body):,} bytes instead of {start + header['size']:,}")
    return {
        name: np.frombuffer(body, kind, math.prod(shape), start + place).reshape(shape)
        for name, (kind, shape, place) in header["arrays"].items()
    }


def _padding(size: int) -> int:
    return -size % STEP
