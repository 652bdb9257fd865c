"""Factors of the learning rate at step `t`, counted from 1, of a run of `steps`, written like the rules.

Each rises linearly over its first `warmup` steps.
"""

from ravine.equations import cos, floor, maximum, parse_function, pi, sqrt, where


@parse_function
def constant(t, steps, warmup):
    return where(t <= warmup, t / warmup, 1)


@parse_function
def step(t, steps, factor, every, warmup):
    return where(t <= warmup, t / warmup, factor ** floor((t - warmup - 1) / every))


# Loshchilov & Hutter 2017, without restarts.
@parse_function
def cosine(t, steps, warmup):
    return where(t <= warmup, t / warmup, (1 + cos(pi * (t - warmup - 1) / (steps - warmup))) / 2)


# Zinkevich 2003; with a warm-up that of Vaswani et al. 2017.
@parse_function
def inverse_sqrt(t, steps, warmup):
    return where(t <= warmup, t / warmup, sqrt(maximum(warmup, 1) / t))


DECAYS = {decay.name: decay for decay in (constant, step, cosine, inverse_sqrt)}
