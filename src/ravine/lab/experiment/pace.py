"""The clock of a study with a budget of time: what still fits, at the speed that was seen so far."""

import time

WORTH_A_SECOND_LOOK = 1.0  # second of training, from which on its speed is known
WAVE = 0.1  # of the budget: what is begun at once, then the speed is looked at again
FADES = 0.5  # what the waves before count for, against one of the same length: a machine's load changes


class Pace:
    """seconds: the budget, from `began` on, a moment of `time.perf_counter`."""

    def __init__(self, seconds: float, began: float):
        self.seconds, self.began = seconds, began
        self.took = self.foretold = 0.0  # seconds of training so far, by the clock and by the estimate

    def begin(self) -> None:
        """Now a wave begins."""
        self.wave_began = time.perf_counter()

    def end(self, foretold: float) -> None:
        """Now it is done, and the estimate gave what was trained so many seconds."""
        self.took = FADES * self.took + time.perf_counter() - self.wave_began
        self.foretold = FADES * self.foretold + foretold

    @property
    def slower(self) -> float:
        """How many times longer than foretold training takes."""
        return self.took / self.foretold if self.foretold > 0 and self.took > WORTH_A_SECOND_LOOK else 1.0

    def ends(self, foretold: float) -> float:
        """When training ends that the estimate gives so many seconds; what takes nothing is done in time."""
        return time.perf_counter() - self.began + self.slower * foretold if foretold else 0.0

    @property
    def wave(self) -> float:
        """How much is begun at once, in seconds of the estimate."""
        return WAVE * self.seconds / self.slower
