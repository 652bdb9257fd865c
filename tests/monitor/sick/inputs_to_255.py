"""Pixels from 0 to 255."""

from tests.monitor.loop import digits, perceptron, train

CAUSE = "input_scale"


def run():
    x, y, held_x, held_y = digits()
    return train(perceptron(32), data=(x * 255, y), held_out=(held_x * 255, held_y))
