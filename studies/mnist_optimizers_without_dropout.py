"""The logged runs of source A once more, on a network without dropout."""

from studies.mnist_optimizers import NOTES, figures, log, tables
from studies.mnist_optimizers import logged_verdicts as verdicts

__all__ = ["NOTES", "TITLE", "figures", "log", "tables", "verdicts"]

TITLE = "A comparison of optimizers on MNIST, without dropout"
