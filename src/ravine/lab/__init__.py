"""The lab: train with each optimizer over a search space and seeds, and say which to use, with the evidence.

Importing it does not import torch; `compare` does.
"""

from ravine.lab.comparing import compare, study_of
from ravine.lab.comparison import Comparison
from ravine.lab.configuration import Configuration
from ravine.lab.entrant import Entrant, Summary
from ravine.lab.entry import OPTIMIZERS, Entry, read_entries
from ravine.lab.experiment import Cost, Progress, run_study
from ravine.lab.run import Run
from ravine.lab.spaces import RATES
from ravine.lab.store import Store
from ravine.lab.study import Study
from ravine.lab.study_file import read_study

__all__ = [
    "OPTIMIZERS",
    "RATES",
    "Comparison",
    "Configuration",
    "Cost",
    "Entrant",
    "Entry",
    "Progress",
    "Run",
    "Store",
    "Study",
    "Summary",
    "compare",
    "read_entries",
    "read_study",
    "run_study",
    "study_of",
]
