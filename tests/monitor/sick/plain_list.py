"""Two layers stand in a plain list: the model does not know them, and no optimizer moves them."""

from torch import nn

from tests.monitor.loop import train

CAUSE = "plain_list"


class Listed(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(64, 32), nn.Linear(32, 32)]
        self.last = nn.Linear(32, 10)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x).relu()
        return self.last(x)


def run():
    return train(Listed())
