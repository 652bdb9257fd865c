"""Published files: read where they are right, named and refused where they are not. On sets of a few images."""

import gzip
import hashlib
import struct
import urllib.error

import numpy as np
import platformdirs
import pytest
import sklearn.datasets

from ravine.errors import RavineError
from ravine.lab.problems.published import files as published

TRAIN, TEST = 12, 5
FILES = {
    "train-images-idx3-ubyte": (TRAIN, 28, 28),
    "train-labels-idx1-ubyte": (TRAIN,),
    "t10k-images-idx3-ubyte": (TEST, 28, 28),
    "t10k-labels-idx1-ubyte": (TEST,),
}
RNG = np.random.default_rng(0)
PARTS = {name: RNG.integers(0, 256 if len(shape) > 1 else 10, shape, np.uint8) for name, shape in FILES.items()}


def idx(array):
    """The format as its authors describe it: a magic number, big-endian lengths, bytes."""
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


@pytest.fixture(autouse=True)
def small_sets(monkeypatch):
    sums = tuple(hashlib.sha256(idx(array)).hexdigest() for array in PARTS.values())
    monkeypatch.setattr(published, "FILES", FILES)
    monkeypatch.setattr(published, "SETS", {"mnist": published.Published("MNIST", 554, sums)})


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("RAVINE_DATA", str(tmp_path))
    made = tmp_path / "mnist"
    made.mkdir()
    for name, array in PARTS.items():
        (made / f"{name}.gz").write_bytes(gzip.compress(idx(array)))
    return made


def refused():
    with pytest.raises(RavineError) as caught:
        published.load("mnist")
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_what_was_published_is_read(folder):
    for array, expected in zip(published.load("mnist"), PARTS.values(), strict=True):
        np.testing.assert_array_equal(array, expected)


IMAGES = "train-images-idx3-ubyte.gz"


def test_a_missing_file_is_named(folder):
    (folder / "t10k-labels-idx1-ubyte.gz").unlink()
    assert "mnist/t10k-labels-idx1-ubyte.gz: put it there, or unset RAVINE_DATA" in refused()


def cut(packed):
    return packed[: len(packed) // 2]


def cut_inside(packed):
    return gzip.compress(gzip.decompress(packed)[:-1])


def turn_a_bit(packed):
    return packed[:100] + bytes([packed[100] ^ 1]) + packed[101:]


def another_pixel(packed):
    return gzip.compress(gzip.decompress(packed)[:-1] + b"\0")


def longer(packed):
    return gzip.compress(gzip.decompress(packed) + b"\0")


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (cut, "is truncated"),
        (cut_inside, "is truncated: 9423 bytes of 9424"),
        (turn_a_bit, "cannot be read"),
        (lambda packed: b"<html>403 Forbidden</html>", "cannot be read"),
        (lambda packed: b"", "is truncated"),
        (another_pixel, "is not the published file"),
        (longer, "is not the published file"),
        (lambda packed: gzip.compress(b"something else"), "is not the published file"),
    ],
)
def test_a_damaged_file_is_named_and_refused(folder, damage, says):
    path = folder / IMAGES
    path.write_bytes(damage(path.read_bytes()))
    told = refused()
    assert str(path) in told
    assert says in told
    assert "replace it, or unset RAVINE_DATA" in told


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.delenv("RAVINE_DATA", raising=False)
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda name: tmp_path / "cache")
    return tmp_path / "cache" / "mnist"


def openml(monkeypatch, answer):
    """Stands in for OpenML; returns the list of what it was asked for."""
    asked = []

    def fetch(data_id, **options):
        asked.append(data_id)
        return answer()

    monkeypatch.setattr(sklearn.datasets, "fetch_openml", fetch)
    return asked


def as_openml_has_it():
    train, labels, test, test_labels = PARTS.values()
    pixels = np.concatenate((train, test)).reshape(-1, 784).astype(float)
    return pixels, np.concatenate((labels, test_labels)).astype(str)


def test_without_files_a_set_is_fetched_once(cache, monkeypatch):
    asked = openml(monkeypatch, as_openml_has_it)
    for _ in range(2):
        published._load.cache_clear()
        for array, expected in zip(published.load("mnist"), PARTS.values(), strict=True):
            np.testing.assert_array_equal(array, expected)
    assert asked == [554]
    assert sorted(path.name for path in cache.iterdir()) == sorted(f"{name}.gz" for name in FILES)


def test_what_else_is_sent_is_refused_and_not_kept(cache, monkeypatch):
    pixels, labels = as_openml_has_it()
    openml(monkeypatch, lambda: (pixels[::-1], labels))
    assert "what OpenML sent for MNIST is not what was published" in refused()
    assert not cache.exists()


def test_offline_it_says_what_to_do(cache, monkeypatch):
    def unreachable():
        raise urllib.error.URLError("Network is unreachable")

    openml(monkeypatch, unreachable)
    told = refused()
    assert "could not be fetched from OpenML (<urlopen error Network is unreachable>)" in told
    assert "in a folder mnist, and set RAVINE_DATA to its parent" in told


def test_a_damaged_file_in_the_cache_may_be_deleted(cache, monkeypatch):
    openml(monkeypatch, as_openml_has_it)
    published.load("mnist")
    published._load.cache_clear()
    (cache / IMAGES).write_bytes(b"")
    assert "replace it, or delete it to have it fetched again" in refused()
