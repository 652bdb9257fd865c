"""Settings that every test shares."""

import os

from hypothesis import settings

# Before anything imports Keras: it reads its backend once.
os.environ.setdefault("KERAS_BACKEND", "torch")

# The same examples in every run, so that a red run can be repeated anywhere.
settings.register_profile("ravine", derandomize=True, database=None, deadline=None)
settings.load_profile("ravine")
