"""The examples: are the numbers sound, and is each example in one split alone?"""

import math
from collections import Counter
from collections.abc import Iterator

import torch
from torch import Tensor

from ravine.lab.problems.check.found import Found, Kind, Subject

LARGE = 10.0  # root mean square of inputs from which on initial weights do not suit them
COMMON = 0.9  # share of one class from which on accuracy says little
REPEATED = 0.01  # share of held-out examples that stand in training too, from which on figures are wrong


def check_data(subject: Subject) -> Iterator[Found]:
    for split, (x, y) in subject.splits.items():
        yield from _numbers(split, x, y)
    yield from _scale(*subject.splits["train"], subject.classes)
    if subject.classes:
        yield from _classes(subject)
    yield from _repeated(subject)


def _numbers(split: str, x: Tensor, y: Tensor) -> Iterator[Found]:
    for what, values in (("inputs", x), ("targets", y)):
        if values.is_floating_point():
            bad = ~torch.isfinite(values.flatten(1) if values.dim() > 1 else values[:, None]).all(1)
            if count := int(bad.sum()):
                first = int(bad.nonzero()[0])
                says = f"{count:,} of the {split} {what} hold NaN or infinity, first in example {first}"
                yield Found("nan", "wrong", says, "take those examples out, or fill them in")


def _scale(x: Tensor, y: Tensor, classes: bool) -> Iterator[Found]:
    if x.is_floating_point():
        size = _size(x)
        if size > LARGE:
            says = f"the inputs have a root mean square of {size:.3g}; initial weights are made for about 1"
            yield Found("input scale", "wrong", says, "x / 255, or (x - mean) / deviation of the training data")
        finite = x[torch.isfinite(x)]
        if finite.numel():
            yield Found("inputs", "fact", f"inputs {tuple(x.shape[1:])} from {finite.min():.4g} to {finite.max():.4g}")
        if len(x) > 1 and bool((x[1:] == x[:-1]).all()):
            yield Found("same inputs", "wrong", "all inputs are the same", "look at how they are read")
    if not classes and y.is_floating_point() and (size := _size(y)) > 10 * LARGE:
        says = f"the targets have a root mean square of {size:.3g}; outputs begin near 1"
        yield Found("target scale", "wrong", says, "(y - mean) / deviation of the training data")


def _size(values: Tensor) -> float:
    finite = values[torch.isfinite(values)].double()
    return float(finite.pow(2).mean().sqrt()) if finite.numel() else math.nan


def _classes(subject: Subject) -> Iterator[Found]:
    kinds = {split: Counter(y.tolist()) for split, (_, y) in subject.splits.items()}
    train = kinds["train"]
    common = max(train, key=lambda kind: train[kind])
    share = train[common] / sum(train.values())
    says = f"{len(train)} classes; always saying {common}, the commonest, is right for {share:.1%}"
    if share > COMMON:
        yield Found("balance", "look", says, "judge by the loss, or by the share that is right of each class")
    else:
        yield Found("balance", "fact", says)
    for split, counts in kinds.items():
        if lacking := sorted(set().union(*kinds.values()) - set(counts)):
            named = ", ".join(map(str, lacking[:5])) + (", …" if len(lacking) > 5 else "")
            says = f"no {split} example is of class {named}"
            yield Found("missing class", "wrong", says, "split by class: train_test_split(…, stratify=y)")


def _repeated(subject: Subject) -> Iterator[Found]:
    seen = _keys(subject.splits["train"][0])
    for split, (x, _) in subject.splits.items():
        if split == "train" or not len(x):
            continue
        count = sum(key in seen for key in _keys(x))
        if count:
            says = f"{count:,} of the {len(x):,} {split} examples stand in training too"
            kind: Kind = "wrong" if count >= REPEATED * len(x) else "look"
            yield Found("repeated", kind, says, "split once, before anything is drawn twice or augmented")


def _keys(x: Tensor) -> set[bytes]:
    rows = x.detach().cpu().contiguous().view(len(x), -1).numpy()
    return {row.tobytes() for row in rows}
