"""All checks, one after the other."""

import time
from collections.abc import Callable

from ravine.lab.problems.check.by_heart import check_by_heart
from ravine.lab.problems.check.data import check_data
from ravine.lab.problems.check.found import Checked, Found, Rates, Subject
from ravine.lab.problems.check.network import check_network
from ravine.lab.problems.check.once import check_once
from ravine.lab.problems.check.rates import suggest

PARTS = 4


def check(subject: Subject, quick: bool, on_part: Callable[[int, int], None]) -> Checked:
    """What is likely to go wrong. quick: examples, and one batch forward. on_part: hears how many parts are done."""
    began = time.perf_counter()
    found = list(check_data(subject)) if "train" in subject.splits else []
    rates: list[Rates] = []
    if not subject.plain:
        says = "these are no plain tensors with a loss of outputs and targets: network and rates were not tried"
        found.append(Found("left out", "fact", says, "watch the training itself: ravine.monitor(model, optimizer)"))
    elif any(one.name == "nan" for one in found):
        pass  # then all else is NaN, too
    elif quick:
        found += check_once(subject)
    else:
        on_part(1, PARTS)
        found += check_network(subject)
        on_part(2, PARTS)
        found += check_by_heart(subject)
        on_part(3, PARTS)
        rates = suggest(subject)
        on_part(4, PARTS)
    return Checked(subject.name, tuple(found), tuple(rates), time.perf_counter() - began)
