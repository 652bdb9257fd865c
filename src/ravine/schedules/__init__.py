"""Schedules of the learning rate: what it is multiplied by at each step of a run, for races and for training alike.

A schedule is written as text: a name, then its numbers.

    constant
    step factor=0.1 every=30%      times the factor after every so many steps; with these numbers if none are given
    cosine                         down to 0 along half a cosine
    inverse_sqrt                   1/√t

Each takes `warmup=100`: that many steps of linear rise come first. `every` and `warmup` count steps, or, with a %, a
share of the run. `warmup` alone is a rise over the first tenth.
"""

from ravine.schedules.schedule import Schedule, parse_schedule, schedules

__all__ = ["Schedule", "parse_schedule", "schedules"]
