"""What is seen of one network while it trains, until it is a run."""

import math

from ravine.lab.metric import Metric
from ravine.lab.store.configuration import Configuration
from ravine.lab.store.run import LayerUnits, Run

Dead = dict[str, tuple[int, int]]  # units of a layer and how many of them are dead, by the layer's title


class Record:
    """The looks so far. A record that is seen no more stands for a network that was lost: its rest is the worst.

    seconds: its share of the time that the pass took. failed: what was raised, where that ended the training.
    best: the number of the best look so far. test, best_test: loss and metric on test data at the end, and then.
    stopped: whether training ended before the budget, by patience.
    dead_at_first, dead_at_last: units that are off for good, before training and after it; None where nobody can say.
    """

    def __init__(self, configuration: Configuration, metric: Metric, how: str):
        self.configuration, self.metric, self.how = configuration, metric, how
        self.train_loss: list[float] = []
        self.validation_loss: list[float] = []
        self.validation_metric: list[float] = []
        self.best = 0
        self.test = math.inf, metric.worst
        self.best_test: tuple[float, float] | None = None
        self.seconds = 0.0
        self.failed: str | None = None
        self.stopped = False
        self.dead_at_first: Dead | None = None
        self.dead_at_last: Dead | None = None

    def see(self, train_loss: float, loss: float, metric: float) -> bool:
        """Adds a look, and says whether it is the best so far; train_loss: the mean since the last."""
        self.train_loss.append(train_loss if math.isfinite(train_loss) else math.inf)
        self.validation_loss.append(loss)
        self.validation_metric.append(metric)
        newest = len(self.validation_loss) - 1
        if self._worth(newest) > self._worth(self.best):
            self.best = newest
        return self.best == newest

    @property
    def out_of_patience(self) -> bool:
        """Whether the best look is longer ago than the configuration waits."""
        patience = self.configuration.patience
        return patience is not None and len(self.validation_loss) - 1 - self.best >= patience

    def _worth(self, look: int) -> tuple[float, float]:
        return self.metric.sign * self.validation_metric[look], -self.validation_loss[look]

    def _climbed(self) -> bool:
        """Whether both losses ended above where they began."""
        return all(loss[-1] > loss[0] for loss in (self.train_loss, self.validation_loss))

    def _layers(self) -> tuple[LayerUnits, ...] | None:
        """Those with a dead unit."""
        first, last = self.dead_at_first, self.dead_at_last
        if first is None or last is None:
            return None
        seen = ((title, units, first[title][1], dead) for title, (units, dead) in last.items() if title in first)
        return tuple(LayerUnits(*one) for one in seen if one[2] or one[3])

    def run(self) -> Run:
        """The run, once training is over."""
        looks = self.configuration.looks
        if self.stopped:
            looks = looks[: len(self.validation_loss)]
        lost = len(looks) - len(self.validation_loss)
        best_loss, best_metric = self.best_test or (None, None)
        return Run(
            configuration=self.configuration,
            looks=looks,
            train_loss=(*self.train_loss, *[math.inf] * lost),
            validation_loss=(*self.validation_loss, *[math.inf] * lost),
            validation_metric=(*self.validation_metric, *[self.metric.worst] * lost),
            test_loss=self.test[0],
            test_metric=self.test[1],
            diverged=self.failed is not None or lost > 0 or self._climbed(),
            seconds=self.seconds,
            how=self.how,
            failed=self.failed,
            best_test_loss=best_loss,
            best_test_metric=best_metric,
            metric=self.metric,
            layers=self._layers(),
        )
