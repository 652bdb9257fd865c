"""CIFAR-10 (Krizhevsky 2009), in the files of its published binary version, checked as a set and put into one order.

They lie where RAVINE_DATA says: `cifar-10-batches-bin/data_batch_1.bin` … `test_batch.bin`, or in a folder `cifar-10`;
each may be packed with xz. Or as the archive that its author publishes, `cifar-10-binary.tar.gz`. Where the variable is
unset the set is fetched once from OpenML, through scikit-learn, into the user's cache.
"""

import hashlib
import lzma
import os
import tarfile
import zlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ravine.errors import RavineError
from ravine.files import replacing

Bytes = NDArray[np.uint8]

OPENML = 40927
FOLDERS = ("cifar-10-batches-bin", "cifar-10")
ARCHIVE = "cifar-10-binary.tar.gz"
TRAIN = tuple(f"data_batch_{number}.bin" for number in range(1, 6))
TEST = ("test_batch.bin",)
IN_A_FILE = 10_000  # records
RECORD = 1 + 3 * 32 * 32  # bytes: the label, then 32 × 32 of red, of green and of blue
# SHA-256 of the sorted SHA-256 digests of the records: of a set, whatever its order.
CHECKSUMS = {
    "train": "55a61f79a40ece2ceda9fb5f9f7078f6ea2fc4952489cef56682bcf92cfcc260",
    "test": "325704b01eb92e1e2a6215ae6a916bb7db7de054af0c496be1c7be2e0fcfbf5f",
}


def load_cifar() -> tuple[Bytes, ...]:
    """Images to train on (50000, 3, 32, 32), their labels (50000,), and 10,000 of each to test on.

    In the order of the records' SHA-256, so that a seed draws the same batches from anybody's files. Raises RavineError
    that names the file which is missing, truncated, damaged or of another set, or says why it could not be fetched.
    """
    given = os.environ.get("RAVINE_DATA")
    if given:
        return _load(Path(given), fetch=False)
    import platformdirs  # not needed where data lies ready

    return _load(platformdirs.user_cache_path("ravine"), fetch=True)


@lru_cache(maxsize=1)
def _load(base: Path, fetch: bool) -> tuple[Bytes, ...]:
    source = _source(base)
    if source is None and not fetch:
        raise RavineError(
            f"there is no {base / FOLDERS[0] / TRAIN[0]}, and no {base / ARCHIVE}: "
            "put CIFAR-10's binary version there, or unset RAVINE_DATA to fetch it once"
        )
    if source is None:
        source = base / FOLDERS[1]
        _fetch(source)
    read = _from_archive(source) if source.is_file() else _from_folder(source)
    return (*_part(source, read, "train", TRAIN), *_part(source, read, "test", TEST))


def _source(base: Path) -> Path | None:
    """The folder or the archive with the set."""
    for folder in FOLDERS:
        if any((base / folder / f"{file}{packed}").is_file() for file in TRAIN + TEST for packed in ("", ".xz")):
            return base / folder
        if (base / folder / ARCHIVE).is_file():
            return base / folder / ARCHIVE
    return base / ARCHIVE if (base / ARCHIVE).is_file() else None


def _part(source: Path, read: Callable[[str], bytes], part: str, files: tuple[str, ...]) -> tuple[Bytes, Bytes]:
    """The images and labels of one part, in the order of their digests."""
    records = np.concatenate([_records(source, file, read(file)) for file in files])
    digests = [hashlib.sha256(record).digest() for record in records]
    order = sorted(range(len(digests)), key=digests.__getitem__)
    if hashlib.sha256(b"".join(digests[place] for place in order)).hexdigest() != CHECKSUMS[part]:
        named = files[0] if len(files) == 1 else f"{files[0]} … {files[-1]}"
        raise RavineError(f"{source}: {named} do not hold what was published of CIFAR-10; replace them, {_by_hand()}")
    records = records[order]
    return records[:, 1:].reshape(-1, 3, 32, 32), records[:, 0].copy()


def _records(source: Path, file: str, content: bytes) -> Bytes:
    expected = IN_A_FILE * RECORD
    if len(content) != expected:
        what = "is truncated" if len(content) < expected else "is too long"
        raise RavineError(f"{source}: {file} {what}: {len(content)} bytes of {expected}; replace it, {_by_hand()}")
    return np.frombuffer(content, np.uint8).reshape(IN_A_FILE, RECORD)


def _from_folder(folder: Path) -> Callable[[str], bytes]:
    def read(file: str) -> bytes:
        plain, packed = folder / file, folder / f"{file}.xz"
        path = plain if plain.is_file() else packed
        try:
            return path.read_bytes() if path is plain else lzma.decompress(path.read_bytes())
        except FileNotFoundError:
            raise RavineError(f"there is no {plain}: put it there, {_by_hand()}") from None
        except (OSError, lzma.LZMAError, EOFError) as error:
            raise RavineError(f"{path} cannot be read ({error}); replace it, {_by_hand()}") from None

    return read


def _from_archive(archive: Path) -> Callable[[str], bytes]:
    def read(file: str) -> bytes:
        try:
            with tarfile.open(archive, "r:gz") as packed:
                member = packed.extractfile(f"{FOLDERS[0]}/{file}")
                return member.read() if member else b""
        except (OSError, EOFError, KeyError, zlib.error, tarfile.TarError) as error:
            raise RavineError(f"{archive} cannot be read ({error}); replace it, {_by_hand()}") from None

    return read


def _by_hand() -> str:
    if os.environ.get("RAVINE_DATA"):
        return "or unset RAVINE_DATA to fetch the set once"
    return "or delete it to have it fetched again"


def _fetch(folder: Path) -> None:
    """Writes the set's files into `folder`, once all of them are what was published."""
    from sklearn.datasets import fetch_openml  # slow to import

    by_hand = f"put {ARCHIVE}, as its author publishes it, in a folder and set RAVINE_DATA to that"
    try:
        pixels, labels = fetch_openml(data_id=OPENML, as_frame=False, return_X_y=True, parser="liac-arff", cache=False)
    except (OSError, ValueError) as error:
        raise RavineError(f"CIFAR-10 could not be fetched from OpenML ({error}); {by_hand}") from None
    classes = np.asarray(labels).astype(np.uint8).reshape(-1, 1)
    records = np.concatenate((classes, np.asarray(pixels).astype(np.uint8)), axis=1)
    contents = {
        file: records[place * IN_A_FILE : (place + 1) * IN_A_FILE].tobytes() for place, file in enumerate(TRAIN + TEST)
    }
    try:
        for part, files in (("train", TRAIN), ("test", TEST)):
            _part(folder, contents.__getitem__, part, files)
    except RavineError:
        raise RavineError(f"what OpenML sent for CIFAR-10 is not what was published; {by_hand}") from None
    folder.mkdir(parents=True, exist_ok=True)
    for file, content in contents.items():
        with replacing(folder / f"{file}.xz") as draft:
            draft.write_bytes(lzma.compress(content, preset=1))
