"""Which configurations are trained in one pass."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from itertools import pairwise

from ravine.lab.engine.calibration import calibrate
from ravine.lab.problems.problem import Problem
from ravine.lab.store.configuration import Configuration


def chunks(
    problem: Problem,
    configurations: Iterable[Configuration],
    stack: int | None = None,
    workers: int = 1,
    alone: Collection[str] = (),
) -> list[tuple[Configuration, ...]]:
    """The configurations, in parts of about equal size for `train_chunk`; each stands in one.

    stack: at most so many in a part; by default what `calibrate` finds. A problem that cannot be stacked never is.
    alone: the names of optimizers that move one network, and no stack.
    workers: processes that the parts are for: none shall wait for another's last part, if there are enough of them.
    """
    found = calibrate(problem)
    most = found.stack if stack is None or not found.stackable else stack
    made: list[tuple[Configuration, ...]] = []
    alike: dict[tuple[object, ...], dict[str, list[Configuration]]] = defaultdict(lambda: defaultdict(list))
    for one in configurations:
        if one.rule in alone:
            made.append((one,))
            continue
        alike[one.steps, one.until, one.batch_size, one.evaluate_every, one.arguments][one.rule].append(one)
    for by_rule in alike.values():
        members = [one for of_rule in by_rule.values() for one in of_rule]  # those of one rule side by side
        parts = -(-len(members) // most)
        if most > 1:
            parts = min(-(-parts // workers) * workers, len(members))
        ends = [len(members) * part // parts for part in range(parts + 1)]
        made += [tuple(members[first:last]) for first, last in pairwise(ends)]
    return made
