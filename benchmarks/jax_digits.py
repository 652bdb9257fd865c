"""The lab's `digits` in JAX, as one would write it for speed: networks of Adam, `jit(vmap(scan))`, on one core.

It stands alone, so that XLA is told about that core before anything loads it: see `benchmarks/lab.py`.
"""

import os
import time
from collections.abc import Callable
from functools import cache
from math import sqrt
from typing import Any

STEPS = 33  # of an epoch
EPOCHS = 10
BATCH = 32


def one_core() -> None:
    """To be called in a process of its own, before its first turn."""
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    os.environ["OMP_NUM_THREADS"] = "1"
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {0})


@cache
def trained() -> Callable[..., Any]:
    """(keys (K,), rates (K,)) → the parameters of K networks and their losses, (K, EPOCHS, STEPS)."""
    import jax
    import jax.numpy as jnp
    import optax

    from ravine.lab.problems import problems

    train = problems["digits"].data().train
    pixels, digits = jnp.asarray(train.inputs.numpy()), jnp.asarray(train.targets.numpy())
    examples = len(digits)

    def start(key: Any) -> dict[str, Any]:
        first, second = jax.random.split(key)
        return {
            "hidden": jax.random.normal(first, (64, 32)) * sqrt(2 / 64),
            "hidden_bias": jnp.zeros(32),
            "scores": jax.random.normal(second, (32, 10)) * sqrt(2 / 32),
            "scores_bias": jnp.zeros(10),
        }

    def loss(parameters: dict[str, Any], batch: Any) -> Any:
        hidden = jax.nn.relu(pixels[batch] @ parameters["hidden"] + parameters["hidden_bias"])
        scores = hidden @ parameters["scores"] + parameters["scores_bias"]
        return optax.softmax_cross_entropy_with_integer_labels(scores, digits[batch]).mean()

    def network(key: Any, rate: Any) -> Any:
        adam = optax.adam(rate)

        def step(now: Any, batch: Any) -> Any:
            parameters, state = now
            value, slopes = jax.value_and_grad(loss)(parameters, batch)
            moves, state = adam.update(slopes, state, parameters)
            return (optax.apply_updates(parameters, moves), state), value

        def epoch(now: Any, key: Any) -> Any:
            order = jax.random.permutation(key, examples)[: STEPS * BATCH]
            return jax.lax.scan(step, now, order.reshape(STEPS, BATCH))

        parameters = start(key)
        return jax.lax.scan(epoch, (parameters, adam.init(parameters)), jax.random.split(key, EPOCHS))

    return jax.jit(jax.vmap(network))


def turn(networks: int) -> tuple[float, float]:
    """Microseconds of a step of one network, by the clock and of the processor; compiled before, and not counted."""
    import jax
    import jax.numpy as jnp

    keys, rates = jax.random.split(jax.random.PRNGKey(0), networks), jnp.full((networks,), 1e-3)
    if networks not in _compiled:
        jax.block_until_ready(trained()(keys, rates))
        _compiled.add(networks)
    began, worked = time.perf_counter(), time.process_time()
    jax.block_until_ready(trained()(keys, rates))
    steps = networks * EPOCHS * STEPS
    return 1e6 * (time.perf_counter() - began) / steps, 1e6 * (time.process_time() - worked) / steps


_compiled: set[int] = set()
