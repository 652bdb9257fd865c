"""Settings that every test shares."""

import os

import pytest
from hypothesis import settings

# Before anything imports Keras: it reads its backend once.
os.environ.setdefault("KERAS_BACKEND", "torch")

# The same examples in every run, so that a red run can be repeated anywhere.
settings.register_profile("ravine", derandomize=True, database=None, deadline=None)
settings.load_profile("ravine")


@pytest.fixture(scope="module")
def float64_in_jax():
    """jax computes in float32 unless told otherwise."""
    import jax  # here, since most tests do without

    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", before)
