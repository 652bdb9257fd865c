"""When to look: often at first, when most goes wrong, then ever less; and less still where looking costs too much."""

DENSE = 16  # looks are at least this many to a doubling of the steps, roughly
LONGEST = 100  # steps between two looks, unless they cost too much
FREE = 1.0  # seconds of looking that nobody minds; up to there the steps that are looked at depend on no clock
SHARE = 0.02  # of the time of the training, beyond that


class Interval:
    """The steps, counted from 1, at which a training is looked at. every: a fixed distance instead."""

    def __init__(self, every: int | None = None):
        self.every = every
        self.next = 1

    def due(self, step: int) -> bool:
        return step >= self.next

    def looked(self, step: int, spent: float, elapsed: float) -> None:
        """Sets the next look. spent: the processor's seconds of all looks; elapsed: seconds of the training so far."""
        if self.every is not None:
            self.next = step + self.every
            return
        distance = max(1, min(step // DENSE, LONGEST))
        if spent > FREE:
            distance = max(distance, round(step * (spent / max(SHARE * elapsed, 1e-9) - 1)))  # until it is that share
        self.next = step + distance
