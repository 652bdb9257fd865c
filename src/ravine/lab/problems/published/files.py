"""Published image sets in their own files, found and checked: LeCun's MNIST and Zalando's Fashion-MNIST.

They lie where the environment variable RAVINE_DATA says, under their own names (`mnist/train-images-idx3-ubyte.gz`).
Where it is unset they are fetched once from OpenML, through scikit-learn, into the user's cache.
"""

import gzip
import hashlib
import os
import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ravine.errors import RavineError
from ravine.files import replacing

Bytes = NDArray[np.uint8]

# What the parts of a set are called, and their shapes.
FILES = {
    "train-images-idx3-ubyte": (60_000, 28, 28),
    "train-labels-idx1-ubyte": (60_000,),
    "t10k-images-idx3-ubyte": (10_000, 28, 28),
    "t10k-labels-idx1-ubyte": (10_000,),
}


@dataclass(frozen=True)
class Published:
    """A set. openml: its number there. checksums: SHA-256 of the unpacked files, in the order of `FILES`.

    Unpacked, because mirrors pack the same bytes differently.
    """

    title: str
    openml: int
    checksums: tuple[str, ...]


SETS = {
    "mnist": Published(
        "MNIST",
        554,
        (
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        ),
    ),
    "fashion-mnist": Published(
        "Fashion-MNIST",
        40996,
        (
            "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
            "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
            "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
            "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        ),
    ),
}


def load(name: str) -> tuple[Bytes, ...]:
    """Images to train on (60000, 28, 28), their labels (60000,), and the same to test on: of "mnist" for example.

    Raises RavineError that names the file which is missing, truncated, damaged or another one than was published, or
    says why the set could not be fetched.
    """
    given = os.environ.get("RAVINE_DATA")
    if given:
        return _load(Path(given) / name, fetch=False)
    import platformdirs  # not needed where data lies ready

    return _load(platformdirs.user_cache_path("ravine") / name, fetch=True)


@lru_cache(maxsize=1)
def _load(folder: Path, fetch: bool) -> tuple[Bytes, ...]:
    known = SETS[folder.name]
    paths = [folder / f"{file}.gz" for file in FILES]
    missing = [path for path in paths if not path.is_file()]
    if missing and not fetch:
        raise RavineError(f"there is no {missing[0]}: put it there, or unset RAVINE_DATA to fetch {known.title} once")
    if missing:
        _fetch(known, folder)
    shapes = zip(paths, FILES.values(), known.checksums, strict=True)
    return tuple(_read(path, shape, checksum) for path, shape, checksum in shapes)


def _read(path: Path, shape: tuple[int, ...], checksum: str) -> Bytes:
    header = _header(shape)
    expected = len(header) + int(np.prod(shape))
    try:
        with gzip.open(path) as file:
            content = file.read(expected + 1)
    except EOFError:
        raise RavineError(f"{path} is truncated; replace it, {_by_hand()}") from None
    except (OSError, zlib.error) as error:
        raise RavineError(f"{path} cannot be read ({error}); replace it, {_by_hand()}") from None
    if len(content) < expected and header.startswith(content[: len(header)]):
        raise RavineError(f"{path} is truncated: {len(content)} bytes of {expected}; replace it, {_by_hand()}")
    if hashlib.sha256(content).hexdigest() != checksum:
        raise RavineError(f"{path} is not the published file: its content differs; replace it, {_by_hand()}")
    return np.frombuffer(content, np.uint8, offset=len(header)).reshape(shape)


def _header(shape: tuple[int, ...]) -> bytes:
    """What an idx file of bytes begins with: two zeros, the type, the number of axes, their lengths."""
    return bytes((0, 0, 8, len(shape))) + np.array(shape, ">i4").tobytes()


def _by_hand() -> str:
    if os.environ.get("RAVINE_DATA"):
        return "or unset RAVINE_DATA to fetch the set once"
    return "or delete it to have it fetched again"


def _fetch(known: Published, folder: Path) -> None:
    """Writes the set's files into `folder`, once all of them are what was published."""
    from sklearn.datasets import fetch_openml  # slow to import

    by_hand = (
        f"put {next(iter(FILES))}.gz and its siblings in a folder {folder.name}, and set RAVINE_DATA to its parent"
    )
    try:
        # pandas would read it faster, and is not among the dependencies
        pixels, labels = fetch_openml(
            data_id=known.openml, as_frame=False, return_X_y=True, parser="liac-arff", cache=False
        )
    except (OSError, ValueError) as error:
        raise RavineError(f"{known.title} could not be fetched from OpenML ({error}); {by_hand}") from None
    shapes = list(FILES.values())
    n = shapes[0][0]
    images, classes = np.asarray(pixels).astype(np.uint8), np.asarray(labels).astype(np.uint8)
    parts = (images[:n], classes[:n], images[n:], classes[n:])  # OpenML keeps the order, training first
    contents = [_header(shape) + part.tobytes() for shape, part in zip(shapes, parts, strict=True)]
    if [hashlib.sha256(content).hexdigest() for content in contents] != list(known.checksums):
        raise RavineError(f"what OpenML sent for {known.title} is not what was published; {by_hand}")
    folder.mkdir(parents=True, exist_ok=True)
    for file, content in zip(FILES, contents, strict=True):
        with replacing(folder / f"{file}.gz") as draft:
            draft.write_bytes(gzip.compress(content, compresslevel=6, mtime=0))
