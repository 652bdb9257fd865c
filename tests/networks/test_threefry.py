"""The generator: published answers, and numbers that are what they claim."""

import numpy as np
import pytest

from ravine.networks.threefry import Stream, normal, shuffled, threefry, uniform, words

# kat_vectors of Random123: key, counter → words.
KNOWN = [
    ((0, 0), (0, 0), (0x6B200159, 0x99BA4EFE)),
    ((0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF), (0x1CB996FC, 0xBB002BE7)),
    ((0x13198A2E, 0x03707344), (0x243F6A88, 0x85A308D3), (0xC4923A9C, 0x483DF7A0)),
]


@pytest.mark.parametrize(("key", "counter", "expected"), KNOWN)
def test_published_answers(key, counter, expected):
    assert tuple(threefry(key, np.array([counter], dtype=np.uint32))[0]) == expected


def test_numbers_stand_where_they_stand():
    """What is drawn first does not depend on how many are drawn; parts, streams and seeds differ."""
    assert (words(1, Stream.DROPOUT, 7, 9)[:4] == words(1, Stream.DROPOUT, 7, 4)).all()
    kinds = [(1, Stream.DROPOUT, 7), (2, Stream.DROPOUT, 7), (1, Stream.WEIGHTS, 7), (1, Stream.DROPOUT, 8)]
    assert len({tuple(words(*kind, 4)) for kind in kinds}) == 4


def test_uniform_and_normal():
    drawn = uniform(0, Stream.POINTS, 0, 100_000)
    assert 0 < drawn.min() < drawn.max() < 1
    assert np.mean(drawn) == pytest.approx(0.5, abs=0.005)
    normals = normal(0, Stream.POINTS, 1, 100_000)
    assert np.mean(normals) == pytest.approx(0, abs=0.02)
    assert np.std(normals) == pytest.approx(1, abs=0.01)
    assert np.mean(normals**4) == pytest.approx(3, abs=0.1)


def test_every_epoch_is_an_order_of_its_own():
    orders = [shuffled(3, epoch, 50) for epoch in range(20)]
    assert all(sorted(order) == list(range(50)) for order in orders)
    assert len({tuple(order) for order in orders}) == 20
