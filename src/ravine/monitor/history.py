"""What was seen of a training so far, thinned so that it stays small however long the training is."""

import math
from collections import Counter

from ravine.monitor.dead import dead
from ravine.monitor.look import Look
from ravine.monitor.series import Series

WINDOW = 5  # looks that must agree
FULL = 512  # looks kept
MASKED = 40  # of which with masks


class History:
    """looks: the older, the sparser. Curves as `Series`."""

    def __init__(self) -> None:
        self.looks: list[Look] = []
        self.count = 0
        self.loss, self.held_out = Series(), Series()
        self.accuracy, self.held_out_accuracy = Series(), Series()
        self.rate = Series()
        self.classes: Counter[int] = Counter()
        self.held_out_classes: Counter[int] = Counter()
        self.dead_at_first: dict[str, float] = {}

    def add(self, look: Look) -> None:
        self.looks.append(look)
        self.count += 1
        if counts := look.outputs.counts:
            self.classes.update(counts)
            look.outputs.purity = max(counts.values()) / sum(counts.values())
            look.outputs.counts = {}
        if self.count <= MASKED:
            first = {name: dead(name, self.looks) for name in look.layers if name not in self.dead_at_first}
            self.dead_at_first |= {name: share for name, share in first.items() if not math.isnan(share)}
        elif len(self.looks) > MASKED:
            for layer in self.looks[-MASKED - 1].layers.values():
                layer.forget_masks()
        if len(self.looks) > FULL:
            older, newer = self.looks[1 : FULL // 2], self.looks[FULL // 2 :]
            self.looks = [self.looks[0], *older[::2], *newer]
