"""Is it an even digit? Three layers without an activation."""

from torch import nn

from tests.monitor.loop import digits, train

CAUSE = "no_activation"


def run():
    x, y, held_x, held_y = digits()
    x, held_x = x[:, 20:30], held_x[:, 20:30]
    model = nn.Sequential(nn.Linear(10, 32), nn.Linear(32, 32), nn.Linear(32, 2))
    return train(model, data=(x, y % 2), held_out=(held_x, held_y % 2))
