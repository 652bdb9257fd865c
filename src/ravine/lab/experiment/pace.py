"""The clock of a study with a budget of time: what still fits, at the speed that was seen so far."""

import time

WORTH_A_SECOND_LOOK = 1.0  # second of training, from which on its speed is known


class Pace:
    """seconds: the budget, from `began` on, a moment of `time.perf_counter`."""

    def __init__(self, seconds: float, began: float):
        self.seconds, self.began = seconds, began
        self.took = self.foretold = 0.0  # seconds of training so far, by the clock and by the estimate

    def add(self, took: float, foretold: float) -> None:
        """Hears of training that is done."""
        self.took += took
        self.foretold += foretold

    @property
    def slower(self) -> float:
        """How many times longer than foretold training takes."""
        return self.took / self.foretold if self.foretold > 0 and self.took > WORTH_A_SECOND_LOOK else 1.0

    def fits(self, foretold: float) -> bool:
        """Whether training that the estimate gives so many seconds ends in time."""
        return time.perf_counter() - self.began + self.slower * foretold <= self.seconds
