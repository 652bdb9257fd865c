"""Sound configurations of the lab's problems, in short trainings: what the monitor says of them.

python -m tests.monitor.lab_sweep [PROBLEM]…     # 20 of each, on one thread; $RAVINE_DATA names the data sets

A configuration is drawn from a seed: optimizer, rate from its sound range, size of batches, schedule. What ended with a
held-out metric that falls short (SOUND) is told apart, and no false alarm. Random labels are no sound problem.
"""

import sys
from itertools import islice

import numpy as np
import torch
from torch import nn

import ravine
from ravine.lab.problems import problems
from ravine.optim import from_rule
from tests.monitor.loop import batches

RATES = {
    "sgd": (0.03, 0.3),
    "momentum": (0.005, 0.05),
    "nesterov": (0.005, 0.05),
    "adagrad": (0.01, 0.05),
    "rmsprop": (3e-4, 3e-3),
    "adam": (5e-4, 5e-3),
    "adam+decoupled": (5e-4, 5e-3),
    "nadam": (5e-4, 5e-3),
}
STEPS = {"quadratic": 400, "digits": 500, "digits-noisy-labels": 300}  # elsewhere 250
SOUND = {
    "digits": 0.9,
    "digits-noisy-labels": 0.75,
    "mnist-logistic": 0.85,
    "mnist-mlp": 0.85,
    "mnist-cnn": 0.85,
    "fashion-cnn": 0.65,
}
HELD_OUT, LOOKS = 1000, 8


def configured(seed):
    """(rule, rate, size of batches, schedule)."""
    chance = np.random.default_rng(seed)
    rule = str(chance.choice(list(RATES)))
    low, high = RATES[rule]
    rate = float(np.exp(chance.uniform(np.log(low), np.log(high))))
    return rule, rate, int(chance.choice((32, 64, 128))), str(chance.choice(("constant", "cosine", "warm-up")))


def factor(schedule, t, steps):
    """Of the rate at step t = 1, 2, …"""
    rising = min(1.0, t / (0.1 * steps)) if schedule == "warm-up" else 1.0
    return rising if schedule == "constant" else rising * (1 + np.cos(np.pi * (t - 1) / steps)) / 2


def trained(name, seed):
    """The monitor, and the held-out metric at the end (a loss for what has no classes)."""
    problem, (rule, rate, size, schedule) = problems[name], configured(seed)
    data, steps = problem.data(), STEPS.get(name, 250)
    torch.manual_seed(seed)
    model = problem.model()
    optimizer = from_rule(ravine.rules[rule])(model.parameters(), lr=rate)
    held_x, held_y = (part[:HELD_OUT] for part in (data.validation.inputs, data.validation.targets))
    with ravine.monitor(model, optimizer) as monitor:
        for t, (x, y) in enumerate(islice(batches(data.train.inputs, data.train.targets, size), steps), start=1):
            optimizer.param_groups[0]["lr"] = rate * factor(schedule, t, steps)
            optimizer.zero_grad()
            loss = problem.loss(model(x), y)
            loss.backward()
            optimizer.step()
            monitor.log(loss=loss)
            if t % (steps // LOOKS) == 0:
                model.eval()
                with torch.no_grad():
                    outputs = model(held_x)
                monitor.log(validation_loss=problem.loss(outputs, held_y))
                model.train()
    right = (outputs.argmax(-1) == held_y).float().mean() if isinstance(model, nn.Sequential) else torch.tensor(1.0)
    return monitor, float(right)


def main(names):
    torch.set_num_threads(1)
    for name in names or [one for one in problems if one != "cifar-random-labels"]:
        alarms = advice = sound = 0
        for seed in range(20):
            monitor, right = trained(name, seed)
            found = [(finding.name, finding.weight) for finding in monitor.findings]
            well = right >= SOUND.get(name, 0)
            sound += well
            advice += well and [weight for _, weight in found] == ["advice"]
            alarms += well and any(weight != "advice" for _, weight in found)
            if found or not well:
                said = ", ".join(known for known, _ in found) or "-"
                print(f"{name} {seed} {configured(seed)}, held out {right:.1%}: {said}", flush=True)
        print(f"{name}: {sound} of 20 sound, {alarms} with an alarm, {advice} with advice alone", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
