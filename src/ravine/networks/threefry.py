"""Random numbers that a page can repeat: Threefry-2x32 with 20 rounds (Salmon et al. 2011, "Parallel random numbers:
as easy as 1, 2, 3"), the generator that JAX uses by default.

A number is a function of where it stands, not of what was drawn before: the masks of step 700 need no 699 steps. The
same in web/src/network/threefry.ts.
"""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

_ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
_PARITY = 0x1BD11BDA


class Stream(IntEnum):
    """What numbers are drawn for: each purpose has numbers of its own."""

    POINTS = 1
    LABELS = 2
    WEIGHTS = 3
    BATCHES = 4
    DROPOUT = 5


def threefry(key: tuple[int, int], counter: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The two words of each counter: (n, 2) → (n, 2)."""
    keys = (key[0], key[1], _PARITY ^ key[0] ^ key[1])
    with np.errstate(over="ignore"):
        x, y = counter[:, 0] + np.uint32(keys[0]), counter[:, 1] + np.uint32(keys[1])
        for group in range(5):
            for rotation in _ROTATIONS[group % 2]:
                x = x + y
                y = (y << np.uint32(rotation)) | (y >> np.uint32(32 - rotation))
                y = y ^ x
            x = x + np.uint32(keys[(group + 1) % 3])
            y = y + np.uint32((keys[(group + 2) % 3] + group + 1) & 0xFFFFFFFF)
    return np.stack((x, y), axis=1)


def words(seed: int, stream: Stream, part: int, count: int) -> NDArray[np.uint32]:
    """The first `count` words of a part of a stream: of a layer, of an epoch, of a step."""
    blocks = -(-count // 2)
    counter = np.stack((np.arange(blocks, dtype=np.uint32), np.full(blocks, part, dtype=np.uint32)), axis=1)
    return threefry((seed, int(stream)), counter).reshape(-1)[:count]


def uniform(seed: int, stream: Stream, part: int, count: int) -> NDArray[np.float64]:
    """Numbers strictly between 0 and 1."""
    return (words(seed, stream, part, count) + 0.5) / 2**32


def normal(seed: int, stream: Stream, part: int, count: int) -> NDArray[np.float64]:
    """Standard normal numbers, two from two uniform ones (Box & Muller 1958)."""
    pairs = uniform(seed, stream, part, 2 * (-(-count // 2))).reshape(-1, 2)
    radius, angle = np.sqrt(-2 * np.log(pairs[:, 0])), 2 * np.pi * pairs[:, 1]
    return np.stack((radius * np.cos(angle), radius * np.sin(angle)), axis=1).reshape(-1)[:count]


def shuffled(seed: int, epoch: int, count: int) -> NDArray[np.int64]:
    """The numbers from 0 to count - 1 in the order of an epoch: sorted by their words."""
    order = words(seed, Stream.BATCHES, epoch, count)
    return np.argsort(order, kind="stable")
