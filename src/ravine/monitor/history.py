"""What was seen of a training so far, thinned so that it stays small however long the training is."""

import math
from collections import Counter
from itertools import compress

from ravine.monitor.dead import dead
from ravine.monitor.look import Look
from ravine.monitor.series import Series

WINDOW = 5  # looks that must agree
FULL = 512  # looks kept
MOSTLY = 0.5  # of a batch: fewer examples do not tell which classes it holds
RECENT = 128  # of which the latest are kept each
MASKED = 40  # of which with masks


class History:
    """looks: the latest, and of those before them each so-manieth, the first among them. Curves as `Series`."""

    def __init__(self) -> None:
        self.looks: list[Look] = []
        self._numbers: list[int] = []  # which look each is, from 0
        self._apart = 1  # looks from one that is kept to the next, before the latest
        self.count = 0
        self.loss, self.held_out = Series(), Series()
        self.accuracy, self.held_out_accuracy = Series(), Series()
        self.rate = Series()
        self.classes: Counter[int] = Counter()
        self.held_out_classes: Counter[int] = Counter()
        self.dead_at_first: dict[str, float] = {}

    def add(self, look: Look) -> None:
        self.looks.append(look)
        self._numbers.append(self.count)
        self.count += 1
        if counts := look.outputs.counts:
            self.classes.update(counts)
            if look.outputs.told >= MOSTLY:  # those that are answered well are left out, often all of a class
                look.outputs.purity = max(counts.values()) / sum(counts.values())
            look.outputs.counts = {}
        if self.count <= MASKED:
            first = {name: dead(name, self.looks) for name in look.layers if name not in self.dead_at_first}
            self.dead_at_first |= {name: share for name, share in first.items() if not math.isnan(share)}
        elif len(self.looks) > MASKED:
            for layer in self.looks[-MASKED - 1].layers.values():
                layer.forget_masks()
        if len(self.looks) > FULL:
            self._thin()
            if len(self.looks) > FULL * 3 // 4:
                self._apart *= 2
                self._thin()

    def _thin(self) -> None:
        kept = [number % self._apart == 0 or number >= self.count - RECENT for number in self._numbers]
        self.looks, self._numbers = list(compress(self.looks, kept)), list(compress(self._numbers, kept))
