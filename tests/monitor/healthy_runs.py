"""Healthy trainings, in which the monitor must find nothing. Run by hand, it counts them: the long sweep.

python -m tests.monitor.healthy_runs [seeds]     # every case with so many seeds, 6 if nothing is said
"""

import sys
from collections.abc import Callable, Iterator

import torch
from torch import nn
from torch.nn import functional

import ravine
from ravine.optim import from_rule
from tests.monitor.loop import digits, perceptron, train

adam, sgd = torch.optim.Adam, torch.optim.SGD


def zero_biases():
    model = perceptron(32)
    for layer in (model[0], model[2]):
        nn.init.kaiming_normal_(layer.weight)
        nn.init.zeros_(layer.bias)
    return train(model)


def frozen_backbone():
    model = perceptron(64, 32)
    model[0].requires_grad_(False)
    return train(model, adam([p for p in model.parameters() if p.requires_grad], lr=1e-2), steps=400)


def backbone_not_given_to_the_optimizer():
    model = perceptron(64, 32)
    return train(model, adam(model[2:].parameters(), lr=1e-2), steps=400)


def late_unfrozen():
    model = perceptron(64, 32)
    model[0].requires_grad_(False)
    step = 0

    def unfreeze():
        nonlocal step
        step += 1
        model[0].requires_grad_(step > 150)

    return train(model, adam(model.parameters(), lr=5e-3), steps=400, after_step=unfreeze)


class Words(nn.Module):
    """Pixels as word numbers; most rows of the table are never seen."""

    def __init__(self):
        super().__init__()
        self.table, self.last = nn.Embedding(1000, 8), nn.Linear(64 * 8, 10)

    def forward(self, x):
        return self.last(self.table((x * 16).long()).flatten(1))


def embedding_rows_never_seen():
    return train(Words(), steps=400)


def accumulation():
    model, (x, y, held_x, held_y) = perceptron(32), digits()
    optimizer = adam(model.parameters(), lr=5e-3)
    with ravine.monitor(model, optimizer) as monitor:
        for step in range(300):
            optimizer.zero_grad()
            for _ in range(4):
                some = torch.randint(0, len(x), (16,))
                loss = functional.cross_entropy(model(x[some]), y[some]) / 4
                loss.backward()
            optimizer.step()
            if step % 30 == 29:
                with torch.no_grad():
                    monitor.log(validation_loss=functional.cross_entropy(model(held_x), held_y))
    return monitor


def converged():
    return train(perceptron(64), steps=1500, every=0)


def dropout_zeros():
    model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Dropout(0.5), nn.Linear(64, 10))
    return train(model, steps=400)


def _scheduled(make, steps=500, lr=0.2):
    model = perceptron(32)
    optimizer = sgd(model.parameters(), lr=lr)
    return train(model, optimizer, steps=steps, after_step=make(optimizer, steps).step)


def end_of_cosine():
    return _scheduled(lambda o, steps: torch.optim.lr_scheduler.CosineAnnealingLR(o, steps))


def warm_up():
    return _scheduled(lambda o, steps: torch.optim.lr_scheduler.LinearLR(o, 1e-3, 1.0, 200))


def one_cycle():
    return _scheduled(lambda o, steps: torch.optim.lr_scheduler.OneCycleLR(o, 0.3, total_steps=steps + 1))


def step_decay():
    return _scheduled(lambda o, steps: torch.optim.lr_scheduler.MultiStepLR(o, [steps // 2, steps * 3 // 4]))


def catapult():
    model = perceptron(64)
    with torch.no_grad():
        model[2].weight.mul_(4)
    return train(model, sgd(model.parameters(), lr=0.3), steps=500)


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.there, self.last = nn.Linear(64, 64), nn.Linear(64, 10)
        self.back = nn.Linear(64, 64)
        self.back.weight = self.there.weight

    def forward(self, x):
        return self.last(self.back(self.there(x).relu()).relu())


def tied_weights():
    return train(Tied())


def gan():
    """The discriminator and the generator, each with a monitor; told is what either says."""
    x = digits()[0]
    maker = nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 64), nn.Sigmoid())
    judge = nn.Sequential(nn.Linear(64, 64), nn.LeakyReLU(0.2), nn.Linear(64, 1))
    of_maker, of_judge = (adam(one.parameters(), lr=1e-3, betas=(0.5, 0.999)) for one in (maker, judge))
    monitors = [ravine.monitor(maker, of_maker), ravine.monitor(judge, of_judge)]
    loss, ones, zeros = nn.BCEWithLogitsLoss(), torch.ones(32, 1), torch.zeros(32, 1)
    for _ in range(300):
        real = x[torch.randint(0, len(x), (32,))]
        of_judge.zero_grad()
        false = maker(torch.randn(32, 8))
        judged = loss(judge(real), ones) + loss(judge(false.detach()), zeros)
        judged.backward()
        of_judge.step()
        monitors[1].log(loss=judged)
        of_maker.zero_grad()
        made = loss(judge(false), ones)
        made.backward()
        of_maker.step()
        monitors[0].log(loss=made)
    return monitors


def bandit():
    """A policy's gradient, whose loss says nothing and is full of noise."""
    policy = nn.Sequential(nn.Linear(4, 32), nn.Tanh(), nn.Linear(32, 3))
    optimizer = adam(policy.parameters(), lr=3e-3)
    with ravine.monitor(policy, optimizer) as monitor:
        for _ in range(400):
            states = torch.randn(16, 4)
            chances = torch.distributions.Categorical(logits=policy(states))
            actions = chances.sample()
            rewards = (actions == states[:, :3].argmax(1)).float() + 0.5 * torch.randn(16)
            loss = -(chances.log_prob(actions) * (rewards - rewards.mean())).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            monitor.log(loss=loss)
    return monitor


def batch_of_one():
    model = perceptron(32)
    return train(model, sgd(model.parameters(), lr=0.01), size=1, steps=1500, every=0)


def relu_net():
    return train(perceptron(64, 64), adam_of(1e-3), steps=500)


def tanh_net():
    return train(perceptron(64, 64, activation=nn.Tanh), steps=400)


def adam_of(lr):
    return lambda model: adam(model.parameters(), lr=lr)


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm, self.last = nn.LSTM(8, 32, batch_first=True), nn.Linear(32, 10)

    def forward(self, x):
        return self.last(self.lstm(x.view(-1, 8, 8))[0][:, -1])


def lstm():
    model = Recurrent()
    optimizer = adam(model.parameters(), lr=1e-2)
    return train(model, optimizer, steps=400, before_step=lambda: nn.utils.clip_grad_norm_(model.parameters(), 5.0))


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        layer = nn.TransformerEncoderLayer(16, 2, 32, dropout=0.1, batch_first=True, norm_first=True)
        self.first, self.body = nn.Linear(8, 16), nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.places, self.last = nn.Parameter(torch.randn(8, 16) * 0.02), nn.Linear(16, 10)

    def forward(self, x):
        return self.last(self.body(self.first(x.view(-1, 8, 8)) + self.places).mean(1))


def transformer():
    model = Transformer()
    return train(model, torch.optim.AdamW(model.parameters(), lr=3e-3), steps=400)


def transfer_with_a_tiny_rate():
    model = perceptron(64)
    train(model, steps=300, every=0).remove()
    return train(model, sgd(model.parameters(), lr=1e-5))


def transfer_with_a_new_head():
    model = perceptron(64)
    train(model, steps=300, every=0).remove()
    model[2].reset_parameters()
    return train(
        model, adam([{"params": model[0].parameters(), "lr": 1e-5}, {"params": model[2].parameters()}], lr=1e-2)
    )


def batch_norm():
    model = nn.Sequential(nn.Linear(64, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Linear(64, 10))
    return train(model, steps=400)


def convolutional():
    model = nn.Sequential(
        nn.Unflatten(1, (1, 8, 8)),
        nn.Conv2d(1, 8, 3, bias=False),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(288, 10),
    )
    return train(model, sgd(model.parameters(), lr=0.05, momentum=0.9), steps=300)


def regression():
    x, y, held_x, held_y = digits()
    data, held_out = (x, (y[:, None] - 4.5) / 2.9), (held_x, (held_y[:, None] - 4.5) / 2.9)
    return train(perceptron(64, outputs=1), loss=functional.mse_loss, data=data, held_out=held_out, steps=500)


def autoencoder():
    x, _, held_x, _ = digits()
    model = perceptron(32, 8, 32, outputs=64)
    return train(model, loss=functional.mse_loss, data=(x, x), held_out=(held_x, held_x), steps=600)


def log_softmax_and_nll():
    return train(nn.Sequential(*perceptron(32), nn.LogSoftmax(1)), loss=functional.nll_loss, steps=400)


def two_optimizers():
    model = perceptron(32)
    first, second = adam(model[0].parameters(), lr=3e-3), sgd(model[2].parameters(), lr=0.1)
    x, y, _, _ = digits()
    with ravine.monitor(model, [first, second], loss=(criterion := nn.CrossEntropyLoss())) as monitor:
        for _ in range(300):
            some = torch.randint(0, len(x), (32,))
            first.zero_grad()
            second.zero_grad()
            criterion(model(x[some]), y[some]).backward()
            first.step()
            second.step()
    return monitor


def imbalanced():
    x, y, held_x, held_y = digits()
    data, held_out = (x, (y == 8).long()), (held_x, (held_y == 8).long())
    return train(perceptron(32, outputs=2), data=data, held_out=held_out, steps=400)


def noisy_labels():
    x, y, _, _ = digits()
    noisy = torch.where(torch.rand(len(y)) < 0.3, torch.randint(0, 10, (len(y),)), y)
    return train(perceptron(16), sgd_of(0.1), data=(x, noisy), steps=500)


def sgd_of(lr, **settings):
    return lambda model: sgd(model.parameters(), lr=lr, **settings)


CASES: dict[str, Callable[[], object]] = {
    name: case
    for name, case in list(globals().items())
    if callable(case)
    and getattr(case, "__module__", "") == __name__
    and name.islower()
    and name[0] != "_"
    and name not in ("adam_of", "sgd_of", "sound", "main", "said")
}

# Sound rates on the digits of the lab: those of its own comparison that end above 95 % on held-out data.
SOUND = {
    "sgd": (0.1, 0.3),
    "momentum": (0.02, 0.05),
    "rmsprop": (1e-3, 3e-3),
    "adam": (2e-3, 5e-3),
    "adamw": (2e-3, 5e-3),
}


def sound(rule: str, lr: float, width: int, size: int):
    model = perceptron(width)
    return train(
        model,
        from_rule(ravine.rules[rule])(model.parameters(), lr=lr),
        size=size,
        steps=15 * 1077 // size,
        every=1077 // size,
    )


def runs(seeds: int) -> Iterator[tuple[str, int, Callable[[], object]]]:
    for seed in range(seeds):
        for name, case in CASES.items():
            yield name, seed, case
    for seed in range(max(seeds // 3, 1)):
        for rule, rates in SOUND.items():
            for lr in rates:
                for width, size in ((32, 32), (64, 64)):
                    yield (
                        f"{rule} {lr:g}, {width} units, batches of {size}",
                        seed,
                        (lambda rule=rule, lr=lr, width=width, size=size: sound(rule, lr, width, size)),
                    )


def said(case: Callable[[], object], seed: int) -> list[str]:
    """The names of what the monitor said."""
    torch.manual_seed(seed)
    monitors = case()
    return [
        one.name for monitor in (monitors if isinstance(monitors, list) else [monitors]) for one in monitor.findings
    ]


def main() -> None:
    torch.set_num_threads(1)
    count = alarms = 0
    for name, seed, case in runs(int(sys.argv[1]) if len(sys.argv) > 1 else 6):
        found = said(case, seed)
        count, alarms = count + 1, alarms + bool(found)
        if found:
            print(f"{name}, seed {seed}: {', '.join(found)}", flush=True)
        if count % 25 == 0:
            print(f"{count} healthy runs so far, {alarms} with an alarm", file=sys.stderr, flush=True)
    print(f"{count} healthy runs, {alarms} with an alarm")


if __name__ == "__main__":
    main()
