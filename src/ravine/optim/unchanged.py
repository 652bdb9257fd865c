"""Whether parameter groups have the options that they had at the last step, so that nothing is made of them anew."""

from collections.abc import Sequence
from operator import eq, is_
from typing import Any

from ravine.optim.options import Group

_FIXED = (float, int, bool, str, type(None))  # what is the same for as long as it is the same object
_ELSEWHERE = ("params", "param_names")  # what no recipe is made of
_ASKED = ("rule", "equation", "recipe", "setting", "rows_alone")


class Unchanged:
    """The options of groups, held; `sure` if none of them could change and stay the same object, as a tensor can."""

    def __init__(self, groups: Sequence[Group]):
        self.groups = [dict(group) for group in groups]
        self.sure = all(_fixed(value) for group in groups for name, value in group.items() if name not in _ELSEWHERE)

    def holds(self, groups: Sequence[Group]) -> bool:
        """Whether these groups have those options, object by object."""
        return len(groups) == len(self.groups) and all(
            len(now) == len(before) and all(map(is_, now.values(), before.values())) and all(map(eq, now, before))
            for now, before in zip(groups, self.groups, strict=True)
        )


def asks_groups_alone(kind: type) -> bool:
    """Whether a class of optimizers makes its recipes of groups alone; another's own methods may ask anything."""
    return all(getattr(kind, name).__module__.startswith("ravine.") for name in _ASKED)


def _fixed(value: Any) -> bool:
    return type(value) in _FIXED or (type(value) is tuple and all(map(_fixed, value)))
