"""Speed and memory of the optimizers, against PyTorch's, HeavyBall's and a plain copy, side by side in one run.

PyTorch has no Lion; there its peer is the package lion-pytorch, and for the rules after it pytorch-optimizer, each as a
loop and with PyTorch's foreach functions; Schedule-Free's is its authors' schedulefree.

    python benchmarks/optim.py                    every rule on every set of shapes, as a table of ratios
    python benchmarks/optim.py --rules adam lion --shapes small --rounds 30
    python benchmarks/optim.py --alternate        single steps in turn, so that each finds its caches cold
    python benchmarks/optim.py --processor        by the processor's time, where others use the machine too
    python benchmarks/optim.py --training         whole training steps: forward, backward and step, of four models
    python benchmarks/optim.py --first            the first step of fresh processes, and their peak memory
    python benchmarks/optim.py --heavyball        HeavyBall too (it compiles each optimizer first, and needs a compiler)
    python benchmarks/optim.py --device cuda      on a GPU

Contestants take turns, a turn is 20 steps on small tensors and 2 on others, and what counts is the median turn. A ratio
is the other's time over ours: above 1 we are faster.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from inspect import signature
from statistics import median
from typing import Any

import lion_pytorch.foreach
import pytorch_optimizer
import schedulefree
import torch

import ravine.optim

# Ours, PyTorch's name, its options, and the numbers of 4 bytes that a step must move for each element.
RULES: dict[str, tuple[str, dict[str, Any], int]] = {
    "sgd": ("SGD", {"lr": 1e-3}, 3),
    "momentum": ("SGD", {"lr": 1e-3, "momentum": 0.9}, 5),
    "adagrad": ("Adagrad", {}, 5),
    "rmsprop": ("RMSprop", {}, 5),
    "adadelta": ("Adadelta", {}, 7),
    "adam": ("Adam", {}, 7),
    "adamw": ("AdamW", {}, 7),
    "amsgrad": ("Adam", {"amsgrad": True}, 9),
    "adamax": ("Adamax", {}, 7),
    "nadam": ("NAdam", {}, 7),
    "radam": ("RAdam", {}, 7),
    "lion": ("Lion", {}, 5),
    "signum": ("Signum", {}, 5),
    "yogi": ("Yogi", {}, 7),
    "adabelief": ("AdaBelief", {}, 7),
    "laprop": ("LaProp", {}, 7),
    "adan": ("Adan", {}, 11),
    "adopt": ("ADOPT", {}, 7),
    "ademamix": ("AdEMAMix", {}, 9),
    "schedule_free_sgd": ("ScheduleFreeSGD", {"lr": 1e-3}, 5),
    "schedule_free_adamw": ("ScheduleFreeAdamW", {}, 7),
    "lamb": ("Lamb", {}, 11),
    "lars": ("Lars", {}, 7),
    "stableadamw": ("StableAdamW", {}, 9),
    "muon": ("Muon", {}, 9),
}
SCHEDULE_FREE = {"schedule_free_sgd": "SGDScheduleFree", "schedule_free_adamw": "AdamWScheduleFree"}
# What PyTorch lacks and the package pytorch-optimizer has: its name there, and the options of the same arithmetic.
ELSEWHERE: dict[str, tuple[str, dict[str, Any]]] = {
    "signum": ("SignSGD", {}),
    "yogi": ("Yogi", {}),
    "adabelief": ("AdaBelief", {"rectify": False}),
    "laprop": ("LaProp", {}),
    "adan": ("Adan", {}),
    "adopt": ("ADOPT", {}),
    "ademamix": ("AdEMAMix", {}),
    "lamb": ("Lamb", {"max_grad_norm": 0.0, "weight_decay": 0.01}),
    "lars": ("LARS", {}),  # it leaves vectors to momentum: the set "matrix"
    "stableadamw": ("StableAdamW", {}),
}
HEAVYBALL = {"momentum": "SGD", "adam": "AdamW", "adamw": "AdamW", "rmsprop": "RMSprop", "nadam": "NAdam"}


def resnet18() -> list[tuple[int, ...]]:
    """62 tensors, 11.7M numbers."""
    shapes: list[tuple[int, ...]] = [(64, 3, 7, 7), (64,), (64,)]
    inner = 64
    for width in (64, 128, 256, 512):
        for block in range(2):
            shapes += [(width, inner, 3, 3), (width,), (width,), (width, width, 3, 3), (width,), (width,)]
            if block == 0 and inner != width:
                shapes += [(width, inner, 1, 1), (width,), (width,)]
            inner = width
    return [*shapes, (1000, 512), (1000,)]


def transformer() -> list[tuple[int, ...]]:
    """100 tensors, 25M numbers: 8 layers of width 512."""
    width = 512
    layer = [(3 * width, width), (3 * width,), (width, width), (width,), (width,), (width,)]
    layer += [(4 * width, width), (4 * width,), (width, 4 * width), (width,), (width,), (width,)]
    return [(width,), (width,), *(layer * 8), (128, width), (128,)]


SHAPES: dict[str, list[tuple[int, ...]]] = {
    "16.8M": [(16_800_000,)],
    "resnet18": resnet18(),
    "matrix": [(4096, 4096)],
    "small": [(32, 64), (32,), (32, 32), (32,), (10, 32), (10,)] * 8,
    "transformer": transformer(),
}


def parameters(shapes: list[tuple[int, ...]], device: str) -> list[torch.nn.Parameter]:
    params = [torch.nn.Parameter(torch.randn(shape, device=device)) for shape in shapes]
    for param in params:
        param.grad = torch.randn_like(param)
    return params


def contestants(rule: str, shapes: list[tuple[int, ...]], device: str, heavyball: bool) -> dict[str, Callable[[], Any]]:
    """A step of each implementation; "copy" reads as many numbers as there are in the parameters, and writes them."""
    name, options, _ = RULES[rule]
    steps = {"ravine": told(getattr(ravine.optim, name)(parameters(shapes, device), **options))}
    if hasattr(torch.optim, name) and rule != "muon":
        for flags in ({"foreach": False}, {"foreach": True}, {"fused": True}):
            try:
                optimizer = getattr(torch.optim, name)(parameters(shapes, device), **options, **flags)
            except TypeError:  # this optimizer has no fused form
                continue
            label = "fused" if "fused" in flags else "foreach" if flags["foreach"] else "loop"
            steps[label] = optimizer.step
    if rule == "lion":
        steps["loop"] = lion_pytorch.Lion(parameters(shapes, device)).step
        steps["foreach"] = lion_pytorch.foreach.Lion(parameters(shapes, device)).step
    if rule == "muon":
        steps["loop"] = torch.optim.Muon(parameters(shapes, device)).step
    if rule in ELSEWHERE:
        theirs, more = ELSEWHERE[rule]
        for label, foreach in (("loop", False), ("foreach", True)):
            peer_class = getattr(pytorch_optimizer, theirs)
            steps[label] = peer_class(parameters(shapes, device), foreach=foreach, **more).step
    if rule in SCHEDULE_FREE:
        for label, foreach in (("loop", False), ("foreach", True)):
            peer_class = getattr(schedulefree, SCHEDULE_FREE[rule])
            steps[label] = told(peer_class(parameters(shapes, device), foreach=foreach, **options))
    if heavyball and HEAVYBALL.get(rule):
        import heavyball as peer

        steps["heavyball"] = keeping_gradients(getattr(peer, HEAVYBALL[rule]), parameters(shapes, device))
    source = torch.randn(sum(torch.Size(shape).numel() for shape in shapes), device=device)
    target = torch.empty_like(source)
    steps["copy"] = lambda: target.copy_(source)
    return steps


def told(optimizer: Any) -> Callable[[], Any]:
    """The optimizer's step, once it is told that it trains."""
    getattr(optimizer, "train", lambda: None)()
    step: Callable[[], Any] = optimizer.step
    return step


def keeping_gradients(build: Any, params: list[torch.nn.Parameter]) -> Callable[[], None]:
    """HeavyBall clears the gradients in its step; giving them back costs it next to nothing."""
    optimizer, gradients = build(params), [param.grad for param in params]

    def step() -> None:
        for param, gradient in zip(params, gradients, strict=True):
            param.grad = gradient
        optimizer.step()

    return step


def wait() -> None:
    """Until a GPU, if there is one, has done all that it was given."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()


def turns(
    steps: dict[str, Callable[[], Any]], rounds: int, turn: int, clock: Callable[[], float] = time.perf_counter
) -> dict[str, float]:
    """The median milliseconds of a step of each, in turns of `turn` steps."""
    for step in steps.values():
        for _ in range(3):
            step()
    wait()
    taken: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(rounds):
        for name, step in steps.items():
            begin = clock()
            for _ in range(turn):
                step()
            wait()
            taken[name].append((clock() - begin) / turn * 1e3)
    return {name: median(times) for name, times in taken.items()}


def compare(
    rules: list[str],
    sets: list[str],
    device: str,
    rounds: int,
    heavyball: bool,
    alternate: bool,
    clock: Callable[[], float] = time.perf_counter,
) -> None:
    print(f"{'shapes':12}{'rule':20}{'ravine ms':>10}{'best peer':>15}{'ratio':>7}{'bytes/s ÷ copy':>16}   all, ms")
    for name in sets:
        for rule in rules:
            shapes = [shape for shape in SHAPES[name] if len(shape) == 2 or rule != "muon"]
            if not shapes:
                continue
            elements = sum(torch.Size(shape).numel() for shape in shapes)
            steps = contestants(rule, shapes, device, heavyball)
            turn = 1 if alternate else 20 if elements < 1e6 or device == "cuda" else 2
            found = turns(steps, rounds, turn, clock)
            rivals = {key: value for key, value in found.items() if key in ("loop", "foreach", "fused")}
            best = min(rivals, key=lambda key: rivals[key])
            moved = RULES[rule][2] / 2 * found["copy"] / found["ravine"]
            ratio = rivals[best] / found["ravine"]
            others = "  ".join(f"{key} {value:.3g}" for key, value in found.items() if key != "ravine")
            line = f"{name:12}{rule:20}{found['ravine']:10.3f}{best:>15}{ratio:7.2f}{moved:16.2f}"
            print(f"{line}   {others}", flush=True)


class Quadratic(torch.nn.Module):
    """Tensors of the shapes given; the loss is half the sum of their squares, so that reading them is all there is."""

    def __init__(self, shapes: list[tuple[int, ...]]):
        super().__init__()
        self.tensors = torch.nn.ParameterList(torch.randn(shape) for shape in shapes)

    def forward(self, _: torch.Tensor) -> torch.Tensor:
        return torch.stack([tensor.flatten().dot(tensor.flatten()) / 2 for tensor in self.tensors])


def encoder() -> torch.nn.Module:
    """A transformer of two layers of width 64: 126k numbers."""
    layers = [torch.nn.TransformerEncoderLayer(64, 4, 324, dropout=0.0, batch_first=True) for _ in range(2)]
    return torch.nn.Sequential(torch.nn.Linear(64, 64), *layers, torch.nn.Linear(64, 64))


# Models and what goes into them.
MODELS: dict[str, tuple[Callable[[], torch.nn.Module], tuple[int, ...]]] = {
    "MLP 64-32-10": (
        lambda: torch.nn.Sequential(torch.nn.Linear(64, 32), torch.nn.ReLU(), torch.nn.Linear(32, 10)),
        (64, 64),
    ),
    "transformer": (encoder, (8, 16, 64)),
    "resnet18": (lambda: Quadratic(resnet18()), (1,)),
    "16.8M": (lambda: Quadratic([(16_800_000,)]), (1,)),
}


def training_step(model: torch.nn.Module, data: torch.Tensor, optimizer: torch.optim.Optimizer) -> None:
    optimizer.zero_grad()
    model(data).square().mean().backward()
    optimizer.step()


def training(rules: list[str], models: list[str], rounds: int) -> None:
    """Whole training steps in turn, each with a model of its own. PyTorch's best is of the loop, foreach and fused."""
    print(f"{'model':14}{'numbers':>12} {'rule':10}{'ravine ms':>10}{'best of torch':>15}{'ratio':>7}   all, ms")
    for name in models:
        build, shape = MODELS[name]
        data = torch.randn(shape)
        for rule in rules:
            optimizer, options, _ = RULES[rule]
            if not hasattr(torch.optim, optimizer):
                continue
            steps: dict[str, Callable[[], Any]] = {}
            forms: dict[str, dict[str, Any]] = {"loop": {"foreach": False}, "foreach": {"foreach": True}}
            if "fused" in signature(getattr(torch.optim, optimizer)).parameters:
                forms["fused"] = {"fused": True}
            for label in ("ravine", *forms):
                library, more = (ravine.optim, {}) if label == "ravine" else (torch.optim, forms[label])
                model = build()
                made = getattr(library, optimizer)(model.parameters(), **options, **more)

                steps[label] = partial(training_step, model, data, made)
            numbers = sum(parameter.numel() for parameter in model.parameters())
            few = numbers > 1e6
            found = turns(steps, max(3, rounds // 2) if few else rounds * 3, 1 if few else 10)
            best = min((label for label in found if label != "ravine"), key=lambda label: found[label])
            others = "  ".join(f"{label} {value:.3g}" for label, value in found.items() if label != "ravine")
            ours, ratio = found["ravine"], found[best] / found["ravine"]
            print(f"{name:14}{numbers:12,} {rule:10}{ours:10.3f}{best:>15}{ratio:7.2f}   {others}", flush=True)


FIRST = """
import json, resource, sys, time
import torch, ravine.optim
torch.set_num_threads(2)
package, name, options, elements = json.loads(sys.argv[1])
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
param = torch.nn.Parameter(torch.ones(elements)); param.grad = torch.ones_like(param)
torch.optim.SGD([torch.zeros(1)])  # the first optimizer of a process imports 150 MiB of PyTorch
before = peak()  # before the optimizer is made, because Adagrad makes its state there
optimizer = getattr(getattr(__import__(package), "optim"), name)([param], **options)
getattr(optimizer, "train", int)()
begin = time.perf_counter(); optimizer.step(); taken = time.perf_counter() - begin
optimizer.step()
state = sum(v.numel() * 4 for v in optimizer.state[param].values() if v.numel() > 1) / 2**20
print(json.dumps([taken, peak() - before - state]))
"""


def fresh(package: str, rule: str, more: dict[str, Any], elements: int) -> tuple[float, float]:
    """Seconds of the first step of a fresh process, and the MiB that two steps need beyond the state they keep."""
    name, options, _ = RULES[rule]
    arguments = [sys.executable, "-c", FIRST, json.dumps([package, name, {**options, **more}, elements])]
    taken, beyond = json.loads(subprocess.run(arguments, check=True, capture_output=True, text=True).stdout)
    return taken, beyond


def first(rules: list[str]) -> None:
    """The first step of a fresh process, compiling included, and its memory with one tensor of 64 and of 128 MiB."""
    print(f"{'':20}{'':14}{'beyond the state, MiB: ravine':>32}{'foreach':>16}")
    print(f"{'rule':20}{'first step, s':>14}{'of 64 MiB':>20}{'of 128':>12}{'of 64':>8}{'of 128':>8}")
    for rule in rules:
        ours = [fresh("ravine", rule, {}, size) for size in (16_800_000, 33_600_000)]
        line = f"{rule:20}{ours[0][0]:14.3f}{ours[0][1]:20.0f}{ours[1][1]:12.0f}"
        if hasattr(torch.optim, RULES[rule][0]):
            for size in (16_800_000, 33_600_000):
                line += f"{fresh('torch', rule, {'foreach': True}, size)[1]:8.0f}"
        print(line, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rules", nargs="+", choices=RULES, default=list(RULES))
    parser.add_argument("--shapes", nargs="+", choices=SHAPES, default=list(SHAPES))
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--heavyball", action="store_true")
    parser.add_argument("--alternate", action="store_true")
    parser.add_argument("--processor", action="store_true")
    parser.add_argument("--training", action="store_true")
    parser.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS), help="of --training")
    parser.add_argument("--first", action="store_true")
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    if chosen.device == "cuda" and not torch.cuda.is_available():
        parser.error("PyTorch finds no CUDA device")
    if chosen.training:
        training(chosen.rules, chosen.models, chosen.rounds)
    elif chosen.first:
        first(chosen.rules)
    else:
        clock = time.process_time if chosen.processor else time.perf_counter
        compare(chosen.rules, chosen.shapes, chosen.device, chosen.rounds, chosen.heavyball, chosen.alternate, clock)


if __name__ == "__main__":
    main()
