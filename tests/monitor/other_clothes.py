"""A second held-out set: faults that the monitor knows, and sound trainings, in other networks, losses and loops.

python -m tests.monitor.other_clothes     # what is said of each, and the cause of the sick ones
"""

import math
from collections.abc import Callable

import torch
from torch import nn
from torch.nn import functional
from torch.utils.checkpoint import checkpoint

import ravine
from ravine.monitor.monitor import Monitor
from tests.monitor.held_out import table, told
from tests.monitor.loop import digits, perceptron, train

adam, adamw, sgd = torch.optim.Adam, torch.optim.AdamW, torch.optim.SGD


def images():
    x, y, held_x, held_y = digits()
    return {"data": (x.view(-1, 1, 8, 8), y), "held_out": (held_x.view(-1, 1, 8, 8), held_y)}


def convolutions():
    return nn.Sequential(
        *(nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 16, 3, padding=1), nn.ReLU()),
        *(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 10)),
    )


class Rows(nn.Module):
    """An image as a sequence of its rows, read by a recurrent layer."""

    def __init__(self, kind=nn.GRU, dropout=0.0, layers=1):
        super().__init__()
        self.rnn, self.last = kind(8, 24, layers, batch_first=True, dropout=dropout), nn.Linear(24, 10)

    def forward(self, x):
        return self.last(self.rnn(x.view(-1, 8, 8))[0][:, -1])


# Sick


def rmsprop_rate_of_a_half():
    model = convolutions()
    return train(model, torch.optim.RMSprop(model.parameters(), lr=0.5), **images())


def adagrad_rate_of_1e_6():
    model = Rows()
    return train(model, torch.optim.Adagrad(model.parameters(), lr=1e-6))


def nan_among_the_targets():
    """One target of a regression is missing."""
    (x, y), (held_x, held_y) = table("diabetes")
    y, held_y = (((one - 152) / 77)[:, None].float() for one in (y, held_y))
    y[17] = math.nan
    model = perceptron(16, inputs=10, outputs=1)
    return train(model, loss=nn.L1Loss(), data=(x, y), held_out=(held_x, held_y))


def distances_of_equal_pairs():
    """A contrastive loss of euclidean distances, where some pairs are one example twice."""
    x, y, held_x, held_y = digits()
    model = perceptron(32, outputs=8)

    def loss(z, y):
        other = z.roll(1, 0)
        other = torch.where((torch.arange(len(z)) == 3)[:, None], z, other)
        distance = (z - other).pow(2).sum(1).sqrt()
        same = (y == y.roll(1, 0)).float()
        return (same * distance.pow(2) + (1 - same) * (1 - distance).clamp_min(0).pow(2)).mean()

    return train(model, sgd(model.parameters(), lr=0.05), loss, data=(x, y), held_out=(held_x, held_y))


def cross_entropy_by_hand():
    """-y log p - (1 - y) log(1 - p) of a sigmoid that reaches 1."""
    data, held_out = table("breast_cancer", scaled=False)
    model = nn.Sequential(nn.Linear(30, 16), nn.ReLU(), nn.Linear(16, 1), nn.Sigmoid())

    def loss(p, y):
        p, y = p[:, 0], y.float()
        return -(y * p.log() + (1 - y) * (1 - p).log()).mean()

    return train(model, adam(model.parameters(), lr=1e-2), loss, data=data, held_out=held_out, size=16)


class Tagger(nn.Module):
    """A class for each row of the image, as (n, classes, rows), through a softmax."""

    def __init__(self):
        super().__init__()
        self.first, self.last = nn.Linear(8, 32), nn.Linear(32, 3)

    def forward(self, x):
        return self.last(torch.tanh(self.first(x.view(-1, 8, 8)))).transpose(1, 2).softmax(1)


def softmax_of_sequences():
    x, _, held_x, _ = digits()
    tags = [(one.view(-1, 8, 8).sum(2) * 0.5).long().clamp(0, 2) for one in (x, held_x)]
    return train(Tagger(), data=(x, tags[0]), held_out=(held_x, tags[1]))


def crossed_shapes_in_smooth_l1():
    (x, y), (held_x, held_y) = table("diabetes")
    y, held_y = ((one.float() - 152) / 77 for one in (y, held_y))
    model = perceptron(16, inputs=10, outputs=1)
    return train(model, adamw(model.parameters(), lr=5e-3), nn.SmoothL1Loss(), data=(x, y), held_out=(held_x, held_y))


class Blocks(nn.Module):
    """A transformer that keeps its blocks in a dict."""

    def __init__(self):
        super().__init__()
        self.first, self.last = nn.Linear(8, 16), nn.Linear(16, 10)
        self.blocks = {n: nn.TransformerEncoderLayer(16, 2, 32, dropout=0.0, batch_first=True) for n in range(2)}

    def forward(self, x):
        x = self.first(x.view(-1, 8, 8))
        for block in self.blocks.values():
            x = block(x)
        return self.last(x.mean(1))


def blocks_in_a_dict():
    model = Blocks()
    return train(model, adamw(model.parameters(), lr=1e-3))


class Prototypes(nn.Module):
    """Cross-entropy of distances to a prototype of each class, which are the loss's own parameters."""

    def __init__(self):
        super().__init__()
        self.centres = nn.Parameter(torch.randn(10, 16))

    def forward(self, z, y):
        return functional.cross_entropy(-torch.cdist(z, self.centres), y)


def prototypes_outside_the_optimizer():
    model, criterion = perceptron(32, outputs=16), Prototypes()
    return train(model, sgd(model.parameters(), lr=0.05, momentum=0.9), criterion)


def recurrent_in_eval():
    model = Rows(nn.LSTM, dropout=0.3, layers=2)
    model.eval()
    return train(model, adam(model.parameters(), lr=5e-3), back=False)


def twelve_tanh_layers():
    model = perceptron(*[32] * 12, activation=nn.Tanh)
    for part in model:
        if isinstance(part, nn.Linear):
            nn.init.normal_(part.weight, std=0.05)
    return train(model, sgd(model.parameters(), lr=0.05, momentum=0.9))


def forty_examples_of_a_regression():
    (x, y), (held_x, held_y) = table("diabetes")
    y, held_y = (((one - 152) / 77)[:, None].float() for one in (y, held_y))
    model = perceptron(256, 256, inputs=10, outputs=1, activation=nn.SiLU)
    data = x[:40], y[:40]
    return train(model, adam(model.parameters(), lr=2e-3), nn.MSELoss(), data=data, held_out=(held_x, held_y), size=8)


# Healthy


class Variational(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = nn.Linear(64, 2 * 8), perceptron(64, inputs=8, outputs=64)

    def forward(self, x):
        mean, log_variance = self.encoder(x).chunk(2, 1)
        again = self.decoder(mean + torch.randn_like(mean) * (log_variance / 2).exp())
        return torch.cat([again, mean, log_variance], 1)


def variational_autoencoder():
    x, _, held_x, _ = digits()
    x, held_x = x / x.max(), held_x / x.max()

    def loss(outputs, x):
        again, mean, log_variance = outputs[:, :64], outputs[:, 64:72], outputs[:, 72:]
        divergence = -0.5 * (1 + log_variance - mean**2 - log_variance.exp()).sum(1).mean()
        return functional.binary_cross_entropy_with_logits(again, x, reduction="sum") / len(x) + divergence

    model = Variational()
    return train(model, adam(model.parameters(), lr=2e-3), loss, data=(x, x), held_out=(held_x, held_x), steps=500)


class Patches(nn.Module):
    """A small vision transformer of 2×2 patches."""

    def __init__(self):
        super().__init__()
        self.cut, self.places = nn.Conv2d(1, 24, 2, 2), nn.Parameter(torch.randn(17, 24) * 0.02)
        self.mark, self.last = nn.Parameter(torch.zeros(1, 1, 24)), nn.Linear(24, 10)
        layer = nn.TransformerEncoderLayer(24, 3, 48, 0.1, "gelu", batch_first=True, norm_first=True)
        self.body = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)

    def forward(self, x):
        x = self.cut(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.mark.expand(len(x), -1, -1), x], 1) + self.places
        return self.last(self.body(x)[:, 0])


def patches_by_cosine():
    model = Patches()
    optimizer = adamw(model.parameters(), lr=3e-3, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 400)
    return train(model, optimizer, steps=400, after_step=schedule.step, **images())


def gaussian_likelihood():
    """Mean and variance of a target that is nearly exact: the loss is negative in the end, and rightly."""
    x = torch.rand(600, 4) * 2 - 1
    y = x.sum(1, keepdim=True) + 0.02 * torch.randn(600, 1)
    model = perceptron(32, inputs=4, outputs=2, activation=nn.SiLU)

    def loss(outputs, y):
        return functional.gaussian_nll_loss(outputs[:, :1], y, outputs[:, 1:].exp())

    return train(model, adam(model.parameters(), lr=5e-3), loss, data=(x[:450], y[:450]), held_out=(x[450:], y[450:]))


def triplets():
    model = perceptron(48, outputs=8)

    def loss(z, y):
        z = functional.normalize(z)
        apart = torch.cdist(z, z)
        same = y[:, None] == y
        far = (apart - 9 * (~same)).amax(1)
        near = (apart + 9 * same).amin(1)
        return (far - near + 0.3).clamp_min(0).mean()

    return train(model, adam(model.parameters(), lr=2e-3), loss)


class TwoHeads(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.digit, self.ink = (
            nn.Sequential(nn.Linear(64, 48), nn.ELU()),
            nn.Linear(48, 10),
            nn.Linear(48, 1),
        )

    def forward(self, x):
        z = self.body(x)
        return torch.cat([self.digit(z), self.ink(z)], 1)


def two_heads():
    x, y, held_x, held_y = digits()
    targets = [
        torch.stack([b.float(), (a.mean(1) - x.mean()) / x.mean(1).std()], 1) for a, b in ((x, y), (held_x, held_y))
    ]

    def loss(outputs, y):
        return functional.cross_entropy(outputs[:, :10], y[:, 0].long()) + functional.mse_loss(outputs[:, 10], y[:, 1])

    model = TwoHeads()
    optimizer = sgd(model.parameters(), lr=0.03, momentum=0.9, nesterov=True, weight_decay=5e-4)
    return train(model, optimizer, loss, data=(x, targets[0]), held_out=(held_x, targets[1]), steps=500)


def several_labels():
    """Which of five properties a digit has: sigmoids, the rare ones weighted up."""
    x, y, held_x, held_y = digits()
    of = torch.stack(
        [torch.arange(10) % 2, torch.arange(10) > 6, *(torch.arange(10) == k for k in (0, 4, 8))], 1
    ).float()
    loss = nn.BCEWithLogitsLoss(pos_weight=torch.tensor([1.0, 2.3, 9.0, 9.0, 9.0]))
    model = perceptron(48, outputs=5)
    return train(
        model, torch.optim.NAdam(model.parameters(), lr=3e-3), loss, data=(x, of[y]), held_out=(held_x, of[held_y])
    )


def quantiles():
    (x, y), (held_x, held_y) = table("diabetes")
    y, held_y = (((one - 152) / 77)[:, None].float() for one in (y, held_y))
    of = torch.tensor([0.1, 0.5, 0.9])
    model = perceptron(16, inputs=10, outputs=3)

    def loss(outputs, y):
        return torch.maximum(of * (y - outputs), (of - 1) * (y - outputs)).mean()

    optimizer = torch.optim.RMSprop(model.parameters(), lr=1e-3)
    return train(model, optimizer, loss, data=(x, y), held_out=(held_x, held_y), steps=200)


def distillation():
    """A small network learns a trained one's probabilities."""
    x, _, held_x, _ = digits()
    teacher = perceptron(64)
    train(teacher, steps=300, every=0).remove()
    with torch.no_grad():
        soft, held_soft = (functional.softmax(teacher(one) / 4, 1) for one in (x, held_x))

    def loss(outputs, soft):
        return 16 * functional.kl_div(functional.log_softmax(outputs / 4, 1), soft, reduction="batchmean")

    model = perceptron(16)
    return train(
        model, adam(model.parameters(), lr=5e-3), loss, data=(x, soft), held_out=(held_x, held_soft), steps=400
    )


class Denoiser(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = perceptron(96, 96, inputs=65, outputs=64, activation=nn.SiLU)

    def forward(self, x):
        t = torch.rand(len(x), 1)
        noise = torch.randn_like(x)
        self.noise = noise
        return self.body(torch.cat([x * (t * math.pi / 2).cos() + noise * (t * math.pi / 2).sin(), t], 1))


def diffusion():
    """The noise in noisy images is told from what is left of them; another one each time."""
    x, _, held_x, _ = digits()
    model = Denoiser()

    def loss(outputs, _):
        return functional.mse_loss(outputs, model.noise)

    return train(model, adamw(model.parameters(), lr=2e-3), loss, data=(x, x), held_out=(held_x, held_x), steps=500)


def weight_norm_and_cycles():
    """Weights as length and direction, a rate that goes round."""
    norm = nn.utils.parametrizations.weight_norm
    model = nn.Sequential(norm(nn.Linear(64, 48)), nn.Softplus(), norm(nn.Linear(48, 10)))
    optimizer = sgd(model.parameters(), lr=0.05, momentum=0.9)
    cycle = torch.optim.lr_scheduler.CyclicLR(optimizer, 0.005, 0.05, step_size_up=50)
    return train(model, optimizer, steps=400, after_step=cycle.step)


class Recomputed(nn.Module):
    """Activations of the middle are computed again in the backward pass."""

    def __init__(self):
        super().__init__()
        self.first, self.middle, self.last = (
            nn.Linear(64, 48),
            perceptron(48, 48, inputs=48, outputs=48),
            nn.Linear(48, 10),
        )

    def forward(self, x):
        return self.last(checkpoint(self.middle, self.first(x).relu(), use_reentrant=False).relu())


def recomputed_activations():
    model = Recomputed()
    return train(model, adam(model.parameters(), lr=2e-3), steps=400)


def mixed_up():
    """Mixup: two images and their labels in one."""
    x, y, _, _ = digits()
    model = convolutions()
    optimizer = adam(model.parameters(), lr=5e-3)
    with ravine.monitor(model, optimizer) as monitor:
        for _ in range(400):
            a, b = torch.randint(0, len(x), (2, 64))
            share = torch.distributions.Beta(0.4, 0.4).sample()
            outputs = model((share * x[a] + (1 - share) * x[b]).view(-1, 1, 8, 8))
            loss = share * functional.cross_entropy(outputs, y[a]) + (1 - share) * functional.cross_entropy(
                outputs, y[b]
            )
            optimizer.zero_grad(set_to_none=False)
            loss.backward()
            optimizer.step()
            monitor.log(loss=loss)
    return monitor


# The cause that must be named first, or one of them.
SICK: dict[Callable[[], Monitor], tuple[str, ...]] = {
    rmsprop_rate_of_a_half: ("step_too_big",),
    adagrad_rate_of_1e_6: ("step_too_small",),
    nan_among_the_targets: ("nan_in_loss", "nan_in_targets"),
    distances_of_equal_pairs: ("nan_in_gradient",),
    cross_entropy_by_hand: ("nan_in_loss", "input_scale"),
    softmax_of_sequences: ("softmax_twice",),
    crossed_shapes_in_smooth_l1: ("crossed_shapes",),
    blocks_in_a_dict: ("plain_list",),
    prototypes_outside_the_optimizer: ("outside_optimizer",),
    recurrent_in_eval: ("evaluation_mode",),
    twelve_tanh_layers: ("vanishing_gradients",),
    forty_examples_of_a_regression: ("overfitting",),
}
HEALTHY: tuple[Callable[[], Monitor], ...] = (
    *(variational_autoencoder, patches_by_cosine, gaussian_likelihood, triplets, two_heads, several_labels, quantiles),
    *(distillation, diffusion, weight_norm_and_cycles, recomputed_activations, mixed_up),
)


if __name__ == "__main__":
    told(SICK, HEALTHY)
