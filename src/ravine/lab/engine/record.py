"""What is seen of one network while it trains, until it is a run."""

import math
from collections.abc import Sequence

from ravine.lab.problems.problem import Metric
from ravine.lab.store.configuration import Configuration
from ravine.lab.store.run import Run

WORST: dict[Metric, float] = {"accuracy": 0.0, "loss": math.inf}


class Record:
    """The looks so far. A record that is seen no more stands for a network that was lost: its rest is the worst.

    seconds: its share of the time that the pass took. failed: what was raised, where that ended the training.
    """

    def __init__(self, configuration: Configuration, looks: Sequence[int], metric: Metric, how: str):
        self.configuration, self.looks, self.how = configuration, tuple(looks), how
        self.worst = WORST[metric]
        self.train_loss: list[float] = []
        self.validation_loss: list[float] = []
        self.validation_metric: list[float] = []
        self.test_loss, self.test_metric = math.inf, self.worst
        self.seconds = 0.0
        self.failed: str | None = None

    def see(self, train_loss: float, loss: float, metric: float) -> None:
        """Adds a look; train_loss: the mean since the last."""
        self.train_loss.append(train_loss if math.isfinite(train_loss) else math.inf)
        self.validation_loss.append(loss)
        self.validation_metric.append(metric)

    def _climbed(self) -> bool:
        """Whether both losses ended above where they began."""
        return all(loss[-1] > loss[0] for loss in (self.train_loss, self.validation_loss))

    def run(self) -> Run:
        """The run, once training is over."""
        lost = len(self.looks) - len(self.validation_loss)
        loss = self.validation_loss
        return Run(
            configuration=self.configuration,
            looks=self.looks,
            train_loss=(*self.train_loss, *[math.inf] * lost),
            validation_loss=(*loss, *[math.inf] * lost),
            validation_metric=(*self.validation_metric, *[self.worst] * lost),
            test_loss=self.test_loss,
            test_metric=self.test_metric,
            diverged=self.failed is not None or lost > 0 or self._climbed(),
            seconds=self.seconds,
            how=self.how,
            failed=self.failed,
        )
