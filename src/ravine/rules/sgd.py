"""Gradient descent: downhill, in proportion to the slope."""

from ravine.rules.rule import rule


@rule(
    title="Gradient descent",
    source="Robbins & Monro 1951; Goodfellow, Bengio & Courville 2016, Algorithm 8.1",
    good_at="one hyperparameter and no state; tuned and annealed, it often generalises as well as anything",
    hurts="zigzags across a ravine and crawls along it; forgets every gradient it has seen",
)
def sgd(g, *, lr=1e-3):
    return lr * g
