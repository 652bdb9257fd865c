"""The lab: train with each optimizer over a grid of rates and seeds, and say which to use, with the evidence.

Importing it does not import torch; `compare` does.
"""

from ravine.lab.experiment import OPTIMIZERS, compare
from ravine.lab.first_comparison import Comparison, Summary
from ravine.lab.first_run import Run
from ravine.lab.rates import RATES, parse_rates

__all__ = ["OPTIMIZERS", "RATES", "Comparison", "Run", "Summary", "compare", "parse_rates"]
