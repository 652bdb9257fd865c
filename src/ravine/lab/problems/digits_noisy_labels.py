"""The handwritten digits with some labels wrong: a network that trains too well learns them by heart."""

from dataclasses import replace
from functools import partial

import torch

from ravine.errors import RavineError
from ravine.lab.problems import digits as clean
from ravine.lab.problems.parts.split import Split
from ravine.lab.problems.problem import Data, Problem


def data(share: float) -> Data:
    """The digits' data, with `share` of the training images under one of the nine wrong labels."""
    known = clean.data()
    assert isinstance(known.train, Split)
    labels = known.train.targets.clone()
    generator = torch.Generator().manual_seed(0)
    wrong = torch.randperm(len(labels), generator=generator)[: round(share * len(labels))]
    labels[wrong] = (labels[wrong] + torch.randint(1, 10, (len(wrong),), generator=generator)) % 10
    return replace(known, train=Split(known.train.inputs, labels))


def build(share: float = 0.3) -> Problem:
    """share: of the training labels that are wrong, from 0 to 1; those of the validation and test data are right."""
    if not 0 <= share <= 1:
        raise RavineError(f"digits-noisy-labels: share must be in [0, 1], not {share:g}")
    return replace(
        clean.digits,
        name="digits-noisy-labels",
        title="Handwritten digits, noisy labels",
        preprocessing=f"{clean.digits.preprocessing}; {share:.0%} of the training labels wrong, seed 0",
        data=partial(data, share),
        target=0.9,
        settings={"share": share},
        build=build,
    )


digits_noisy_labels = build()
