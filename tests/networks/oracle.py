"""The same training by PyTorch in float64: its autograd, losses, activations and, where it has one, its optimizer.

Batches and masks are drawn by ravine.networks.
"""

from itertools import islice, pairwise

import numpy as np
import torch
from torch.nn import functional

from ravine.backends import numpy as reference
from ravine.backends import torch as torch_backend
from ravine.dialect_tables import FORMS
from ravine.networks import Recipe
from ravine.networks.training import batches, masks
from ravine.schedules import schedules

OWN = {
    "hard_sigmoid": functional.hardsigmoid,
    "hard_tanh": functional.hardtanh,
    "leaky_relu_keras": lambda z: functional.leaky_relu(z, 0.3),
    "gelu_tanh": lambda z: functional.gelu(z, approximate="tanh"),
    "identity": lambda z: z,
}


def activation(name):
    return OWN.get(name) or getattr(functional, name, None) or getattr(torch, name)


class Oracle:
    def __init__(self, recipe: Recipe, start: np.ndarray):
        self.recipe, self.task = recipe, recipe.task
        self.parameters = torch.tensor(start, dtype=torch.float64, requires_grad=True)
        self.rule = recipe.decayed_rule()
        self.settings = recipe.hyperparameters()
        self.optimizer = own_optimizer(self.rule, self.settings, self.parameters)
        equation = self.rule.equation
        self.state = torch_backend.start(equation, self.parameters.detach(), self.settings)

    def loss(self, parameters, x, targets, drop):
        z = torch.as_tensor(x)
        views = split(parameters, self.recipe.sizes)
        for number, (weights, biases) in enumerate(views):
            if drop is not None and drop[number] is not None:
                z = z * torch.as_tensor(drop[number])
            z = functional.linear(z, weights, biases)
            if number < len(views) - 1:
                z = activation(self.recipe.activation)(z)
        if self.task.classes:
            return functional.cross_entropy(z, torch.as_tensor(targets, dtype=torch.int64)), z
        return functional.mse_loss(z[:, 0], torch.as_tensor(targets)), z

    def train(self, steps):
        x, targets = self.task.train
        for t, batch in enumerate(islice(batches(self.recipe), steps), 1):
            drop = masks(self.recipe, t, len(batch))
            factor = schedules[self.recipe.schedule](t, self.recipe.steps)
            now = {**self.settings, "lr": self.settings["lr"] * factor} if "lr" in self.settings else self.settings
            if self.optimizer is not None:
                self.optimizer.param_groups[0]["lr"] = now["lr"]
                self.optimizer.zero_grad()
                self.loss(self.parameters, x[batch], targets[batch], drop)[0].backward()
                self.optimizer.step()
                continue
            plain = self.parameters.detach()
            state = {name: value.numpy() if torch.is_tensor(value) else value for name, value in self.state.items()}
            point = reference.gradient_point(self.rule.equation, plain.numpy(), state, t, now)
            at = torch.tensor(point, requires_grad=True)
            (gradient,) = torch.autograd.grad(self.loss(at, x[batch], targets[batch], drop)[0], at)
            moved, self.state = torch_backend.step(self.rule.equation, plain, gradient, self.state, t, now)
            self.parameters = moved.requires_grad_()
        return self.parameters.detach().numpy()

    def score(self, held_out=False):
        """(loss, accuracy, objective), with nothing dropped."""
        x, targets = self.task.held_out if held_out else self.task.train
        with torch.no_grad():
            loss, z = self.loss(self.parameters, x, targets, None)
        penalty = self.recipe.lam / 2 * float((self.parameters.detach() ** 2).sum()) if self.recipe.decay == "l2" else 0
        accuracy = float((z.argmax(1).numpy() == targets).mean()) if self.task.classes else float("nan")
        return float(loss), accuracy, float(loss) + penalty


def split(parameters, sizes):
    views, at = [], 0
    for inputs, outputs in pairwise(sizes):
        middle = at + inputs * outputs
        views.append((parameters[at:middle].reshape(outputs, inputs), parameters[middle : middle + outputs]))
        at = middle + outputs
    return views


_SGD: dict[str, dict[str, bool]] = {"momentum": {}, "nesterov": {"nesterov": True}, "sgd": {}}


def own_optimizer(rule, settings, parameters):
    """torch.optim's own, where it has the rule and its form of weight decay; else None."""
    plain, _, form = rule.name.partition("+")
    known = FORMS["torch"].get("sgd" if plain in _SGD else plain)
    if rule.dialect != "PyTorch" or known is None or form == "decoupled":
        return None
    name, _, flag = known.call.rstrip(")").removeprefix("torch.optim.").partition("(")
    options = {**_SGD.get(plain, {}), **({flag.partition("=")[0]: True} if flag else {})}
    for ours, value in settings.items():
        if ours in ("beta1", "beta2"):
            options["betas"] = (settings["beta1"], settings["beta2"])
        elif ours in known.settings:
            options[known.settings[ours][0]] = value
        else:
            return None
    return getattr(torch.optim, name)([parameters], **options) if hasattr(torch.optim, name) else None
