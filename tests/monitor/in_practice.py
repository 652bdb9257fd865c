"""A third held-out set: mistakes and sound habits of those who train for a living, in loops of their own.

python -m tests.monitor.in_practice     # what is said of each, and the cause of the sick ones
"""

import copy
import math
from collections.abc import Callable

import torch
from torch import nn
from torch.nn import functional

import ravine
from ravine.monitor.monitor import Monitor
from tests.monitor.held_out import on, table, told
from tests.monitor.loop import batches, digits, perceptron, train
from tests.monitor.other_clothes import Rows, convolutions, images

adam, adamw, sgd = torch.optim.Adam, torch.optim.AdamW, torch.optim.SGD

# Sick


def momentum_of_0_999():
    model = perceptron(32, 32)
    return train(model, sgd(model.parameters(), lr=0.1, momentum=0.999))


class Halved(nn.Module):
    """In half precision, as a GPU would: squares of a sum over many inputs leave its range."""

    def __init__(self):
        super().__init__()
        self.first, self.last = nn.Linear(64, 64), nn.Linear(64, 10)

    def forward(self, x):
        z = self.first(x).relu().half() * 40
        z = z / (z * z).sum(1, keepdim=True).sqrt()
        return self.last(z.float() * z.float().norm(dim=1, keepdim=True).log())


def half_precision_overflows():
    return train(Halved(), loss=nn.CrossEntropyLoss())


def weights_of_deviation_1():
    model = perceptron(256, 256, activation=nn.GELU)
    for part in model:
        if isinstance(part, nn.Linear):
            nn.init.normal_(part.weight)
    return train(model, adam(model.parameters(), lr=1e-4))


class Spread(nn.Module):
    """Probabilities of each class over the places of a sequence, where those over the classes are meant."""

    def __init__(self):
        super().__init__()
        self.rnn, self.last = nn.GRU(8, 16, batch_first=True, bidirectional=True), nn.Linear(32, 3)

    def forward(self, x):
        return self.last(self.rnn(x.view(-1, 8, 8))[0]).softmax(1).reshape(-1, 3)


def softmax_over_the_sequence():
    x = digits()[0]
    tags = (x.view(-1, 8, 8).sum(2) * 0.5).long().clamp(0, 2)

    def loss(scores, tags):
        return functional.cross_entropy(scores, tags.reshape(-1))

    return train(Spread(), loss=loss, data=(x, tags), every=0)


def entropy_of_masked_actions():
    """A policy whose forbidden actions have probability 0, and a bonus for its entropy, p log p."""
    policy = nn.Sequential(nn.Linear(4, 32), nn.Tanh(), nn.Linear(32, 5))
    optimizer = adam(policy.parameters(), lr=3e-3)
    with ravine.monitor(policy, optimizer) as monitor:
        for _ in range(100):
            states = torch.randn(16, 4)
            allowed = torch.cat([torch.ones(16, 3), (states[:, :2] > 0).float()], 1) > 0
            p = policy(states).masked_fill(~allowed, -math.inf).softmax(1)
            actions = torch.multinomial(p.detach().nan_to_num(0.2), 1)
            rewards = (actions[:, 0] == states[:, :3].argmax(1)).float()
            entropy = -(p * p.log()).sum(1)
            loss = -(p.gather(1, actions)[:, 0].log() * rewards + 0.01 * entropy).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            monitor.log(loss=loss)
    return monitor


class Unlearning(nn.Module):
    """Features that were to be left as they are, and a block before them that was not."""

    def __init__(self):
        super().__init__()
        self.adapter, self.features, self.last = (
            nn.Linear(64, 64),
            perceptron(32, inputs=64, outputs=32),
            nn.Linear(32, 10),
        )

    def forward(self, x):
        x = self.adapter(x).relu()
        with torch.no_grad():
            x = self.features(x)
        return self.last(x.relu())


def no_grad_in_the_middle():
    model = Unlearning()
    return train(model, adam([*model.adapter.parameters(), *model.last.parameters()], lr=3e-3))


def loss_of_a_list_of_numbers():
    """The losses of small batches are gathered as numbers, and their mean is made a tensor."""
    x, y, _, _ = digits()
    model = convolutions()
    optimizer = adam(model.parameters(), lr=1e-3)
    with ravine.monitor(model, optimizer) as monitor:
        for _ in range(100):
            optimizer.zero_grad()
            losses = []
            for _ in range(4):
                some = torch.randint(0, len(x), (8,))
                losses.append(functional.cross_entropy(model(x[some].view(-1, 1, 8, 8)), y[some]).item())
            loss = torch.tensor(losses, requires_grad=True).mean()
            loss.backward()
            optimizer.step()
            monitor.log(loss=loss)
    return monitor


def accumulation_without_division():
    """The gradients of 64 small batches, added up and not divided, at the rate of one."""
    x, y, _, _ = digits()
    model = convolutions()
    optimizer, count = sgd(model.parameters(), lr=0.1, momentum=0.9), 0
    with ravine.monitor(model, optimizer, loss=(criterion := nn.CrossEntropyLoss())) as monitor:
        for a, b in batches(x.view(-1, 1, 8, 8), y, 8):
            criterion(model(a), b).backward()
            count += 1
            if count % 64 == 0:
                optimizer.step()
                optimizer.zero_grad()
            if count == 64 * 60:
                return monitor


def loss_of_the_wrong_sign():
    """A reward is to be made large, and the loss is it: minus a cross-entropy, which gets better and better."""
    model = perceptron(24, inputs=13, outputs=3)
    return train(model, loss=lambda z, y: -functional.cross_entropy(z, y), **on("wine"))


class Reader(nn.Module):
    def __init__(self, words=400, classes=10):
        super().__init__()
        self.table, self.rnn, self.last = (
            nn.Embedding(words, 16),
            nn.LSTM(16, 24, batch_first=True),
            nn.Linear(24, classes),
        )

    def forward(self, words):
        return self.last(self.rnn(self.table(words))[0][:, -1])


def every_word_unknown():
    """The vocabulary was made from other text: each word is number 1."""
    x, y, held_x, held_y = digits()
    data, held_out = ((torch.ones(len(one), 12, dtype=torch.long), b) for one, b in ((x, y), (held_x, held_y)))
    return train(Reader(), data=data, held_out=held_out)


def plateau_of_the_wrong_mode():
    """ReduceLROnPlateau waits for the loss to rise (mode="max"), and takes the rate down at each look."""
    x, y, held_x, held_y = digits()
    model = perceptron(32, 32)
    optimizer = sgd(model.parameters(), lr=0.05)
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, mode="max", patience=0, factor=0.1)
    with ravine.monitor(model, optimizer) as monitor:
        for step, (a, b) in enumerate(batches(x, y), start=1):
            loss = functional.cross_entropy(model(a), b)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            monitor.log(loss=loss)
            if step % 33 == 0:
                with torch.no_grad():
                    value = functional.cross_entropy(model(held_x), held_y)
                monitor.log(validation_loss=value)
                schedule.step(value)
            if step == 400:
                return monitor


def head_replaced_after_the_optimizer():
    """Fine-tuning: the optimizer was made before the last layer was put in the place of the old one."""
    model = convolutions()
    optimizer = adamw(model.parameters(), lr=1e-3)
    model[-1] = nn.Linear(16, 10)
    return train(model, optimizer, **images())


# Healthy


class Letters(nn.Module):
    """A small language model with a causal mask, whose last layer is its table of letters."""

    def __init__(self, letters, width=24, length=16):
        super().__init__()
        self.table, self.places = nn.Embedding(letters, width), nn.Parameter(torch.randn(length, width) * 0.02)
        layer = nn.TransformerEncoderLayer(width, 2, 48, 0.1, "gelu", batch_first=True, norm_first=True)
        self.body, self.norm = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False), nn.LayerNorm(width)
        nn.init.normal_(self.table.weight, std=0.05)
        self.register_buffer("mask", nn.Transformer.generate_square_subsequent_mask(length))

    def forward(self, x):
        z = self.body(self.table(x) + self.places, mask=self.mask, is_causal=True)
        return self.norm(z) @ self.table.weight.T


def letters_with_smoothing():
    text = torch.tensor([ord(one) % 64 for one in (__doc__ + str(Letters.__doc__)) * 20])
    x = torch.stack([text[n : n + 16] for n in range(0, len(text) - 17, 3)])
    y = torch.stack([text[n + 1 : n + 17] for n in range(0, len(text) - 17, 3)])
    model = Letters(64)
    optimizer = adamw(model.parameters(), lr=5e-3)
    warm = torch.optim.lr_scheduler.LinearLR(optimizer, 0.01, 1.0, 30)
    cool = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 270)
    schedule = torch.optim.lr_scheduler.SequentialLR(optimizer, [warm, cool], [30])

    def loss(z, y):
        return functional.cross_entropy(z.flatten(0, 1), y.flatten(), label_smoothing=0.1)

    return train(model, optimizer, loss, data=(x, y), every=0, size=16, after_step=schedule.step)


def stopped_early():
    """It ends when the held-out loss has not been better for two looks, and goes back to the best weights."""
    (x, y), (held_x, held_y) = table("wine")
    model = perceptron(16, inputs=13, outputs=3)
    optimizer = adam(model.parameters(), lr=1e-2)
    best, kept, waited = math.inf, {}, 0
    with ravine.monitor(model, optimizer) as monitor:
        for step, (a, b) in enumerate(batches(x, y, 16), start=1):
            loss = functional.cross_entropy(model(a), b)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            monitor.log(loss=loss)
            if step % 8 == 0:
                with torch.no_grad():
                    value = float(functional.cross_entropy(model(held_x), held_y))
                monitor.log(validation_loss=value)
                waited = 0 if value < best else waited + 1
                if value < best:
                    best, kept = value, copy.deepcopy(model.state_dict())
                if waited == 3 or step == 400:
                    model.load_state_dict(kept)
                    return monitor


def curriculum():
    """The digits with the least ink first, then more and more of them."""
    x, y, held_x, held_y = digits()
    order = x.sum(1).argsort()
    x, y = x[order], y[order]
    model = perceptron(48)
    optimizer = adam(model.parameters(), lr=3e-3)
    with ravine.monitor(model, optimizer) as monitor:
        for step in range(1, 501):
            some = torch.randint(0, max(300, len(x) * min(step, 300) // 300), (32,))
            loss = functional.cross_entropy(model(x[some]), y[some])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            monitor.log(loss=loss)
            if step % 50 == 0:
                with torch.no_grad():
                    monitor.log(validation_loss=functional.cross_entropy(model(held_x), held_y))
    return monitor


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.last = nn.Conv2d(1, 16, 3, padding=1), nn.Linear(16, 10)
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.BatchNorm2d(16), nn.ReLU(), nn.Conv2d(16, 16, 3, padding=1)) for _ in range(3)
        )

    def forward(self, x):
        with torch.autocast("cpu", torch.bfloat16):
            x = self.first(x)
            for block in self.blocks:
                x = x + block(x)
            return self.last(x.mean((2, 3)))


def bfloat16_and_residuals():
    model = Residual()
    return train(model, sgd(model.parameters(), lr=0.05, momentum=0.9, weight_decay=1e-4), steps=250, **images())


def rare_class_sampled_evenly():
    """One class in ten; batches take both alike, and held-out data are as they come."""
    x, y, held_x, held_y = digits()
    model = perceptron(32, outputs=2)
    target, held = (y == 3).long(), (held_y == 3).long()
    weights = torch.where(target == 1, 9.0, 1.0)
    optimizer = adam(model.parameters(), lr=2e-3)
    with ravine.monitor(model, optimizer) as monitor:
        for step in range(1, 401):
            some = torch.multinomial(weights, 32, replacement=True)
            loss = functional.cross_entropy(model(x[some]), target[some])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            monitor.log(loss=loss)
            if step % 40 == 0:
                with torch.no_grad():
                    monitor.log(validation_loss=functional.cross_entropy(model(held_x), held))
    return monitor


def averaged_weights():
    """Held-out data are looked at with a moving average of the weights."""
    x, y, held_x, held_y = digits()
    model = nn.Sequential(nn.Linear(64, 48), nn.LayerNorm(48), nn.SiLU(), nn.Linear(48, 10))
    mean = torch.optim.swa_utils.AveragedModel(model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.98))
    optimizer = sgd(model.parameters(), lr=0.1, momentum=0.9)
    with ravine.monitor(model, optimizer) as monitor:
        for step, (a, b) in enumerate(batches(x, y), start=1):
            loss = functional.cross_entropy(model(a), b)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            mean.update_parameters(model)
            monitor.log(loss=loss)
            if step % 33 == 0:
                with torch.no_grad():
                    monitor.log(validation_loss=functional.cross_entropy(mean(held_x), held_y))
            if step == 400:
                return monitor


class Skipping(nn.Module):
    """Stochastic depth: each block is left out half of the time."""

    def __init__(self):
        super().__init__()
        self.first, self.last = nn.Linear(64, 32), nn.Linear(32, 10)
        self.blocks = nn.ModuleList(nn.Sequential(nn.LayerNorm(32), nn.Linear(32, 32), nn.GELU()) for _ in range(4))

    def forward(self, x):
        x = self.first(x)
        for block in self.blocks:
            if not self.training:
                x = x + 0.5 * block(x)
            elif torch.rand(()) < 0.5:
                x = x + block(x)
        return self.last(x)


def stochastic_depth():
    model = Skipping()
    return train(model, adamw(model.parameters(), lr=3e-3), steps=400)


class Experts(nn.Module):
    """One of six experts reads each example."""

    def __init__(self):
        super().__init__()
        self.gate, self.last = nn.Linear(64, 6), nn.Linear(32, 10)
        self.experts = nn.ModuleList(nn.Sequential(nn.Linear(64, 32), nn.ReLU()) for _ in range(6))

    def forward(self, x):
        share, chosen = self.gate(x).softmax(1).max(1)
        z = torch.zeros(len(x), 32)
        for number, expert in enumerate(self.experts):
            if (mine := chosen == number).any():
                z[mine] = expert(x[mine])
        return self.last(z * share[:, None])


def one_expert_each():
    model = Experts()
    return train(model, adam(model.parameters(), lr=5e-3), steps=400)


def sharpness_aware():
    """Two gradients a step: where it stands, and uphill from there."""
    x, y, held_x, held_y = digits()
    model = perceptron(48)
    optimizer = sgd(model.parameters(), lr=0.1, momentum=0.9)
    with ravine.monitor(model, optimizer) as monitor:
        for step, (a, b) in enumerate(batches(x, y), start=1):
            optimizer.zero_grad()
            loss = functional.cross_entropy(model(a), b)
            loss.backward()
            with torch.no_grad():
                norm = torch.stack([p.grad.norm() for p in model.parameters()]).norm()
                away = [0.05 * p.grad / norm for p in model.parameters()]
                for p, e in zip(model.parameters(), away, strict=True):
                    p.add_(e)
            optimizer.zero_grad()
            functional.cross_entropy(model(a), b).backward()
            with torch.no_grad():
                for p, e in zip(model.parameters(), away, strict=True):
                    p.sub_(e)
            optimizer.step()
            monitor.log(loss=loss)
            if step % 50 == 0:
                with torch.no_grad():
                    monitor.log(validation_loss=functional.cross_entropy(model(held_x), held_y))
            if step == 400:
                return monitor


def focal_loss():
    """A rare class, and examples that are easy count for little."""
    x, y, held_x, held_y = digits()
    model = nn.Sequential(*perceptron(48, outputs=1), nn.Flatten(0))
    nn.init.constant_(model[2].bias, -2.0)

    def loss(z, y):
        p = torch.sigmoid(z)
        of_truth = torch.where(y == 1, p, 1 - p)
        return ((1 - of_truth) ** 2 * functional.binary_cross_entropy_with_logits(z, y, reduction="none")).mean()

    data, held_out = (x, (y == 7).float()), (held_x, (held_y == 7).float())
    return train(model, adam(model.parameters(), lr=3e-3), loss, data=data, held_out=held_out, steps=400)


def truncated_through_time():
    """A recurrent model of a long wave, whose state goes on from stretch to stretch without its graph."""
    t = torch.arange(4000) * 0.15
    wave = torch.stack([torch.sin(t * (1 + 0.1 * n) + n) for n in range(8)]) + 0.05 * torch.randn(8, 4000)

    class Waves(nn.Module):
        def __init__(self):
            super().__init__()
            self.rnn, self.last = nn.LSTM(1, 24, batch_first=True), nn.Linear(24, 1)

        def forward(self, x, state):
            z, state = self.rnn(x, state)
            return self.last(z), state

    model, state = Waves(), None
    optimizer = adam(model.parameters(), lr=5e-3)
    with ravine.monitor(model, optimizer) as monitor:
        for begin in range(0, 3960, 20):
            x = wave[:, begin : begin + 21, None]
            z, state = model(x[:, :-1], state)
            state = tuple(one.detach() for one in state)
            loss = functional.mse_loss(z, x[:, 1:])
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            monitor.log(loss=loss)
    return monitor


def a_step_for_each_sequence():
    """Sequences of unequal length, packed."""

    class Packed(Rows):
        def forward(self, x):
            lengths = torch.randint(4, 9, (len(x),)) if self.training else torch.full((len(x),), 8)
            packed = nn.utils.rnn.pack_padded_sequence(
                x.view(-1, 8, 8), lengths, batch_first=True, enforce_sorted=False
            )
            return self.last(self.rnn(packed)[1][-1])

    model = Packed()
    return train(model, torch.optim.RAdam(model.parameters(), lr=1e-2), steps=500)


# The cause that must be named first, or one of them.
SICK: dict[Callable[[], Monitor], tuple[str, ...]] = {
    momentum_of_0_999: ("step_too_big",),
    half_precision_overflows: ("nan_in_forward",),
    weights_of_deviation_1: ("first_loss",),
    softmax_over_the_sequence: ("softmax_across",),
    entropy_of_masked_actions: ("nan_in_loss",),
    no_grad_in_the_middle: ("no_gradient",),
    loss_of_a_list_of_numbers: ("no_gradient",),
    accumulation_without_division: ("step_too_big",),
    loss_of_the_wrong_sign: ("wrong_sign",),
    every_word_unknown: ("constant_inputs",),
    plateau_of_the_wrong_mode: ("scheduler_per_batch",),
    head_replaced_after_the_optimizer: ("outside_optimizer",),
}
HEALTHY: tuple[Callable[[], Monitor], ...] = (
    *(letters_with_smoothing, stopped_early, curriculum, bfloat16_and_residuals, rare_class_sampled_evenly),
    *(averaged_weights, stochastic_depth, one_expert_each, sharpness_aware, focal_loss, truncated_through_time),
    a_step_for_each_sequence,
)


if __name__ == "__main__":
    told(SICK, HEALTHY)
