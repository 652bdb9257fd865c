"""Handwritten digits of 8 × 8 pixels, packed as text: the data of the page's network, which needs no scikit-learn.

E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine Learning Repository 1998
(https://doi.org/10.24432/C50P49), licensed CC BY 4.0: the 1797 images of its test part, as scikit-learn bundles them.
`python -m ravine.networks.digits` writes digits.txt.gz again, with scikit-learn: the digits in the order of the lab's
split (1437 to train, then 360 held out), a letter from a to q for each pixel from 0 to 16, and last all the labels.
"""

import gzip
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

PIXELS = 64
HELD_OUT = 360
FILE = "digits.txt.gz"


@cache
def packed() -> str:
    """64 letters for each digit, one digit after the other, then a label for each."""
    return gzip.decompress((files("ravine.networks") / FILE).read_bytes()).decode()


def unpack(text: str) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Pixels from 0 to 1, (n, 64), and labels, (n,)."""
    codes = np.frombuffer(text.encode(), dtype=np.uint8).astype(np.int64)
    count = len(codes) // (PIXELS + 1)
    pixels, labels = codes[: count * PIXELS].reshape(count, PIXELS), codes[count * PIXELS :]
    return (pixels - ord("a")) / 16, labels - ord("0")


def pack() -> str:
    """The text from scikit-learn's own copy."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    pixels, labels = load_digits(return_X_y=True)
    parts = train_test_split(pixels, labels, test_size=HELD_OUT, stratify=labels, random_state=0)
    images, names = np.concatenate((parts[0], parts[1])), np.concatenate((parts[2], parts[3]))
    letters = "".join(chr(ord("a") + value) for value in images.astype(int).reshape(-1))
    return letters + "".join(map(str, names))


if __name__ == "__main__":
    target = Path(__file__).parent / FILE
    target.write_bytes(gzip.compress(pack().encode(), mtime=0))
