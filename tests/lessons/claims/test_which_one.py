"""The claims of the lesson: Which one."""

import numpy as np

from ravine.rules import rules
from ravine.studio.streams import feed, gradients


def test_adam_with_a_large_eps_is_momentum():
    stream = gradients("noisy", 100)
    adam = feed(rules["adam"], stream, lr=1e-3 * 1e6, eps=1e6)["step"]
    averaged = feed(rules["momentum_averaged"], stream, lr=1e-3)["step"] / (1 - 0.9 ** np.arange(1, 101))
    np.testing.assert_allclose(adam, averaged, rtol=1e-4)
