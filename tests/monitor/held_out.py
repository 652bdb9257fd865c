"""A held-out set: sick and healthy trainings on other data and networks than those that thresholds were chosen on.

python -m tests.monitor.held_out     # what is said of each, and the counts that docs/monitor.md tells
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache

import torch
from sklearn import datasets
from torch import nn
from torch.nn import functional

from ravine.monitor.monitor import Monitor
from tests.monitor.loop import digits, perceptron, train

adam, adamw, sgd = torch.optim.Adam, torch.optim.AdamW, torch.optim.SGD


@cache
def table(name, scaled=True):
    """One of scikit-learn's small tables, shuffled: (x, y), (held_x, held_y)."""
    x, y = getattr(datasets, f"load_{name}")(return_X_y=True)
    x, y = torch.tensor(x, dtype=torch.float32), torch.tensor(y)
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(1))
    x, y = x[order], y[order]
    cut = len(x) * 3 // 4
    if scaled:
        x = (x - x[:cut].mean(0)) / x[:cut].std(0)
    return (x[:cut], y[:cut]), (x[cut:], y[cut:])


def on(name, scaled=True, **given):
    data, held_out = table(name, scaled)
    return {"data": data, "held_out": held_out, "size": 16, "steps": 250, **given}


# Sick


def no_activation():
    """A deep network for two circles, without any activation."""
    x, y = datasets.make_circles(400, noise=0.05, factor=0.4, random_state=0)
    x, y = torch.tensor(x, dtype=torch.float32), torch.tensor(y)
    model = nn.Sequential(nn.Linear(2, 32), nn.Linear(32, 32), nn.Linear(32, 2))
    return train(model, data=(x[:300], y[:300]), held_out=(x[300:], y[300:]))


def softmax_over_the_batch():
    """Softmax with dim=0, then cross_entropy."""
    model = nn.Sequential(nn.Linear(30, 24), nn.GELU(), nn.Linear(24, 2), nn.Softmax(dim=0))
    return train(model, adam(model.parameters(), lr=1e-2), **on("breast_cancer"))


def loss_made_anew():
    """The loss is made into a tensor anew: `torch.tensor(loss.item(), requires_grad=True)`."""
    model = perceptron(24, inputs=13, outputs=3)

    def loss(outputs, y):
        value = functional.cross_entropy(outputs, y)
        return torch.tensor(value.item(), requires_grad=torch.is_grad_enabled())

    return train(model, adam(model.parameters(), lr=1e-2), loss, **on("wine"))


def softmax_then_log_softmax():
    """log_softmax of softmax, into nll_loss."""
    model = nn.Sequential(nn.Linear(13, 24), nn.ReLU(), nn.Linear(24, 3), nn.Softmax(-1), nn.LogSoftmax(-1))
    return train(model, adam(model.parameters(), lr=1e-2), functional.nll_loss, **on("wine"))


def rate_of_1e_7():
    model = perceptron(32, 32, inputs=30, outputs=2)
    return train(model, sgd(model.parameters(), lr=1e-7, momentum=0.9), **on("breast_cancer"))


def weight_decay_of_10():
    model = perceptron(32, inputs=13, outputs=3)
    return train(model, adamw(model.parameters(), lr=1e-2, weight_decay=10.0), **on("wine"))


def dropout_of_99_percent():
    model = nn.Sequential(nn.Linear(30, 48), nn.ReLU(), nn.Dropout(0.99), nn.Linear(48, 2))
    return train(model, adam(model.parameters(), lr=3e-3), **on("breast_cancer", steps=400))


class Detached(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second, self.last = nn.Linear(30, 24), nn.Linear(24, 24), nn.Linear(24, 2)

    def forward(self, x):
        hidden = torch.relu(self.first(x)).detach()
        return self.last(torch.relu(self.second(hidden)))


def detached_in_the_middle():
    model = Detached()
    return train(model, adam(model.parameters(), lr=1e-2), **on("breast_cancer"))


def targets_shuffled():
    """The inputs were shuffled, and the targets were not."""
    given = on("breast_cancer", steps=500)
    for split in ("data", "held_out"):
        x, y = given[split]
        given[split] = x[torch.randperm(len(x))], y
    model = perceptron(48, inputs=30, outputs=2)
    return train(model, adam(model.parameters(), lr=5e-3), **given)


def normalised_by_the_wrong_axis():
    """Each wine by its own mean and deviation: the one large column is all that is left."""
    given = on("wine", scaled=False)
    for split in ("data", "held_out"):
        x, y = given[split]
        given[split] = (x - x.mean(1, keepdim=True)) / x.std(1, keepdim=True), y
    model = perceptron(24, inputs=13, outputs=3)
    return train(model, sgd(model.parameters(), lr=0.01), **given)


def tables_as_they_come():
    """Wines as the table has them, up to 1680."""
    model = perceptron(24, inputs=13, outputs=3, activation=nn.Tanh)
    return train(model, adam(model.parameters(), lr=1e-3), **on("wine", scaled=False))


class Chaotic(nn.Module):
    """A tanh network of 200 steps whose recurrent matrix has a spectral radius of 1.5."""

    def __init__(self, radius=1.5, width=48):
        super().__init__()
        self.rnn, self.last = nn.RNN(1, width, batch_first=True), nn.Linear(width, 2)
        with torch.no_grad():
            weights = self.rnn.weight_hh_l0.normal_()
            weights.mul_(radius / torch.linalg.eigvals(weights).abs().max())

    def forward(self, x):
        return self.last(self.rnn(x)[0][:, -1])


def chaotic_rnn():
    x = torch.randn(96, 200, 1)
    y = (x[:, 0, 0] > 0).long()
    model = Chaotic()
    return train(model, sgd(model.parameters(), lr=1e-2), data=(x, y), held_out=(x, y), steps=60, size=16, every=0)


# Healthy


def wine_with_gelu():
    model = perceptron(24, inputs=13, outputs=3, activation=nn.GELU)
    return train(model, adamw(model.parameters(), lr=3e-3), **on("wine", steps=200))


def one_logit():
    model = perceptron(16, inputs=30, outputs=1)
    data, held_out = table("breast_cancer")
    given = [(x, y[:, None].float()) for x, y in (data, held_out)]
    loss = nn.BCEWithLogitsLoss()
    return train(model, sgd(model.parameters(), lr=0.05, momentum=0.9), loss, data=given[0], held_out=given[1], size=16)


def diabetes():
    (x, y), (held_x, held_y) = table("diabetes")
    y, held_y = (((one - 152) / 77)[:, None].float() for one in (y, held_y))
    model = perceptron(16, inputs=10, outputs=1, activation=nn.Tanh)
    return train(
        model, adam(model.parameters(), lr=3e-3), nn.MSELoss(), data=(x, y), held_out=(held_x, held_y), steps=200
    )


def iris_by_lbfgs():
    (x, y), _ = table("iris")
    model = perceptron(8, inputs=4, outputs=3, activation=nn.SiLU)
    optimizer = torch.optim.LBFGS(model.parameters(), lr=0.5, max_iter=4)
    monitor = Monitor(model, optimizer)

    def closure():
        optimizer.zero_grad()
        loss = functional.cross_entropy(model(x), y)
        loss.backward()
        return loss

    for _ in range(25):
        monitor.log(loss=optimizer.step(closure))
    return monitor


def group_norm_and_warm_up():
    model = nn.Sequential(
        nn.Unflatten(1, (1, 8, 8)), nn.Conv2d(1, 8, 3, padding=1), nn.GroupNorm(2, 8), nn.SiLU(),
        nn.Conv2d(8, 8, 3, stride=2), nn.GroupNorm(2, 8), nn.SiLU(), nn.Flatten(), nn.Linear(72, 10),
    )  # fmt: skip
    optimizer = torch.optim.RMSprop(model.parameters(), lr=2e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, total_steps=301)
    return train(model, optimizer, after_step=schedule.step)


class Letters(nn.Module):
    def __init__(self):
        super().__init__()
        self.table, self.gru, self.last = nn.Embedding(27, 12), nn.GRU(12, 32, batch_first=True), nn.Linear(32, 27)

    def forward(self, x):
        return self.last(self.gru(self.table(x))[0]).transpose(1, 2)


def letters_by_gru():
    """A text of words over and over; the gradient is clipped when it is large."""
    words = "the loss should go down and the held out loss should go down too " * 60
    codes = torch.tensor([(ord(letter) - 96) % 27 if letter != " " else 0 for letter in words])
    rows = codes[: len(codes) // 33 * 33].reshape(-1, 33)
    model = Letters()
    return train(
        model,
        adam(model.parameters(), lr=1e-2),
        data=(rows[:90, :-1], rows[:90, 1:]),
        held_out=(rows[90:, :-1], rows[90:, 1:]),
        size=16,
        steps=200,
        before_step=lambda: nn.utils.clip_grad_norm_(model.parameters(), 1.0),
    )


def autoencoder():
    x, _, held_x, _ = digits()
    x, held_x = x / x.max(), held_x / x.max()
    model = nn.Sequential(nn.Linear(64, 16), nn.Linear(16, 64), nn.Sigmoid())
    return train(
        model, adam(model.parameters(), lr=5e-3), nn.MSELoss(), data=(x, x), held_out=(held_x, held_x), steps=300
    )


class Residual(nn.Module):
    """Branches that begin at nothing, as in fixup and zero-gamma starts."""

    def __init__(self):
        super().__init__()
        self.first, self.last = nn.Linear(30, 32), nn.Linear(32, 2)
        self.inner = nn.ModuleList(nn.Linear(32, 32) for _ in range(3))
        self.outer = nn.ModuleList(nn.Linear(32, 32) for _ in range(3))
        for one in self.outer:
            nn.init.zeros_(one.weight)

    def forward(self, x):
        x = self.first(x)
        for inner, outer in zip(self.inner, self.outer, strict=True):
            x = x + outer(torch.relu(inner(x)))
        return self.last(x)


def branches_that_begin_at_nothing():
    model = Residual()
    return train(model, adam(model.parameters(), lr=2e-3), **on("breast_cancer", steps=150))


def smoothed_labels():
    model = perceptron(48)
    return train(model, adamw(model.parameters(), lr=3e-3), nn.CrossEntropyLoss(label_smoothing=0.1), log=True)


class Reverser(nn.Module):
    """A small transformer whose norms come last."""

    def __init__(self):
        super().__init__()
        layer = nn.TransformerEncoderLayer(24, 2, 48, dropout=0.0, batch_first=True)
        self.table, self.places = nn.Embedding(8, 24), nn.Parameter(0.1 * torch.randn(10, 24))
        self.body, self.last = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False), nn.Linear(24, 8)

    def forward(self, x):
        return self.last(self.body(self.table(x) + self.places)).transpose(1, 2)


def reversing_transformer():
    """Sequences to say backwards; what is padded does not count."""
    x = torch.randint(1, 8, (600, 10))
    y = x.flip(1).masked_fill(torch.rand(600, 10) < 0.2, 0)
    model = Reverser()
    optimizer = adamw(model.parameters(), lr=3e-3)
    warm = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1.0, (step + 1) / 40))
    loss = nn.CrossEntropyLoss(ignore_index=0)
    return train(
        model, optimizer, loss, data=(x[:500], y[:500]), held_out=(x[500:], y[500:]), after_step=warm.step, steps=250
    )


class Twins(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = perceptron(32, inputs=13, outputs=8)

    def forward(self, x):
        a, b = (functional.normalize(self.body(x + 0.1 * torch.randn_like(x)), dim=1) for _ in range(2))
        return a @ b.T / 0.2


def contrastive():
    """Each wine is told from the others of its batch."""
    (x, _), _ = table("wine")
    model = Twins()
    return train(
        model,
        adam(model.parameters(), lr=3e-3),
        lambda scores, _: functional.cross_entropy(scores, torch.arange(len(scores))),
        data=(x, torch.zeros(len(x))),
        every=0,
        size=32,
        steps=200,
    )


def hinge():
    model = perceptron(32)
    return train(model, adam(model.parameters(), lr=3e-3), functional.multi_margin_loss)


SICK: dict[str, Callable[[], Monitor]] = {
    one.__name__: one
    for one in (
        *(no_activation, softmax_over_the_batch, loss_made_anew, softmax_then_log_softmax, rate_of_1e_7),
        *(weight_decay_of_10, dropout_of_99_percent, detached_in_the_middle, targets_shuffled),
        *(normalised_by_the_wrong_axis, tables_as_they_come, chaotic_rnn),
    )
}
HEALTHY: dict[str, Callable[[], Monitor]] = {
    one.__name__: one
    for one in (
        *(wine_with_gelu, one_logit, diabetes, iris_by_lbfgs, group_norm_and_warm_up, letters_by_gru, autoencoder),
        *(branches_that_begin_at_nothing, smoothed_labels, reversing_transformer, contrastive, hinge),
    )
}


def said(run: Callable[[], Monitor], seed: int = 0) -> list[str]:
    torch.manual_seed(seed)
    return [finding.name for finding in run().findings]


def told(sick: Mapping[Callable[[], Monitor], Sequence[str]], healthy: Sequence[Callable[[], Monitor]]) -> None:
    """Prints what is said of each, and the counts. sick: the causes that are right first."""
    torch.set_num_threads(1)
    right = alarms = 0
    for run, causes in sick.items():
        found = said(run)
        right += found[:1] != [] and found[0] in causes
        print(f"sick    {run.__name__:34}{causes[0]:20}{', '.join(found) or '-'}", flush=True)
    for run in healthy:
        found = said(run)
        alarms += bool(found)
        print(f"healthy {run.__name__:54}{', '.join(found) or '-'}", flush=True)
    print(f"{right} of {len(sick)} sick named right first, {alarms} of {len(healthy)} healthy with a finding")


if __name__ == "__main__":
    torch.set_num_threads(1)
    for kind, runs in (("sick", SICK), ("healthy", HEALTHY)):
        for name, run in runs.items():
            print(f"{kind:8}{name:32}{', '.join(said(run)) or '-'}", flush=True)
