"""What a network is measured by, as far as figures go: a name, which way is better, and how it is written."""


class Metric(str):
    """The name of a metric, which knows which way is better; as text it is the name alone.

    share: whether it is the share of the examples that are right. Such a share is written in percent, and chance among
    the examples can be told.
    """

    greater_is_better: bool
    share: bool

    def __new__(cls, name: str, greater_is_better: bool = True, share: bool = False) -> "Metric":
        made = super().__new__(cls, name)
        made.greater_is_better, made.share = greater_is_better, share
        return made

    @property
    def sign(self) -> float:
        """What turns it into a number of which more is better."""
        return 1.0 if self.greater_is_better else -1.0

    @property
    def worst(self) -> float:
        """What a network that was lost counts as."""
        return 0.0 if self.share else -self.sign * float("inf")


ACCURACY = Metric("accuracy", share=True)
LOSS = Metric("loss", greater_is_better=False)


def as_metric(name: str) -> Metric:
    """A metric as it is; of mere text, accuracy or else a loss."""
    if isinstance(name, Metric):
        return name
    return ACCURACY if name == ACCURACY else LOSS
