"""The lab: train with each optimizer over a search space and seeds, and say which to use, with the evidence.

Importing it does not import torch; `compare` does.
"""

from ravine.lab.analysis.entrant import Entrant, Summary
from ravine.lab.compare import compare, study_of
from ravine.lab.experiment.cost import Cost, Progress
from ravine.lab.experiment.run_study import run_study
from ravine.lab.report.comparison import Comparison
from ravine.lab.store.configuration import Configuration
from ravine.lab.store.run import Run
from ravine.lab.store.store import Store
from ravine.lab.study.entry import OPTIMIZERS, Entry, read_entries
from ravine.lab.study.spaces import RATES
from ravine.lab.study.study import Study
from ravine.lab.study.study_file import read_study

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
