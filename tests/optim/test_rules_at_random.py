"""Random rules with norms, states that a rule swaps, overwrites or makes a number of: the numpy reference's steps."""

import importlib.util
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
import torch

import ravine
from ravine.backends import numpy as reference
from ravine.optim import from_rule
from ravine.rules import Rule

HEAD = "def rule_{number}(g, theta, a=0.0, b=1.0, begun='theta', before='theta', *, t, lr=0.1, beta=0.9):\n"
NAMES = ["g", "theta", "a", "b", "begun", "before"]
FILES, RULES = 4, 12


class Writer:
    """Writes rules whose values stay small."""

    def __init__(self, seed: int):
        self.chance, self.names = Random(seed), [*NAMES]

    def expression(self, depth: int) -> str:
        chance = self.chance
        if not depth or chance.random() < 0.15:
            return chance.choice([*self.names, "0.5", "2", "lr", "beta", "t"])
        first, second, third, fourth = (self.expression(depth - 1) for _ in range(4))
        whole = chance.choice(["norm", "mean", "sum", "max", "rows", "columns"])
        return chance.choice(
            [
                f"{whole}({first} + {chance.choice(['g', 'theta', 'begun'])})",
                f"({first} {chance.choice('+-*')} {second})",
                f"({first} / ({second}**2 + 1))",
                f"{chance.choice(['sin', 'tanh', 'abs'])}({first})",
                f"{chance.choice(['maximum', 'minimum'])}({first}, {second})",
                f"where({first} > {second}, {third}, {fourth})",
            ]
        )

    def rule(self, number: int) -> str:
        self.names = [*NAMES]
        lines = [HEAD.format(number=number)]
        for _ in range(self.chance.randint(1, 3)):
            name = self.chance.choice(["a", "b", "u", "norm", "w"])
            lines.append(f"    {name} = tanh({self.expression(3)})\n")
            self.names.append(name)
        new = [self.chance.choice(["a", "b", "theta", "g", "begun", self.expression(2)]) for _ in range(3)]
        return "".join([*lines, f"    return tanh({self.expression(2)}), {new[0]}, {new[1]}, begun, {new[2]}\n\n\n"])


@pytest.fixture(params=range(FILES))
def rules(request: pytest.FixtureRequest, tmp_path: Path) -> list[Rule]:
    file = tmp_path / f"random_{request.param}.py"
    writer = Writer(request.param)
    words = "from ravine.equations import columns, maximum, mean, minimum, norm, rows, sin, tanh, where\n\n\n"
    file.write_text(words + "".join(writer.rule(number) for number in range(RULES)))
    found = importlib.util.spec_from_file_location(file.stem, file)
    assert found is not None
    assert found.loader is not None
    found.loader.exec_module(module := importlib.util.module_from_spec(found))
    told: dict[str, Any] = {"source": "nobody, 2020", "good_at": "nothing", "hyperparameters": {"beta": ("[0, 1)", "")}}
    return [ravine.rule(title="random", **told)(getattr(module, f"rule_{number}")) for number in range(RULES)]


def steps(rule: Rule, params: list[torch.Tensor], gradients: list[torch.Tensor], **options: Any) -> list[torch.Tensor]:
    """`params` after a step for each of the gradients, the buffer of which is used again."""
    optimizer = from_rule(rule)(params, **options)
    buffers = [torch.empty_like(param.detach()) for param in params]
    for gradient in gradients:
        for param, buffer in zip(params, buffers, strict=True):
            param.grad = buffer.copy_(gradient)
        optimizer.step()
    return [param.detach() for param in params]


@pytest.mark.parametrize("shape", [(3, 2), (5,), ()])
def test_the_steps_are_the_references(rules: list[Rule], shape: tuple[int, ...]) -> None:
    chance = np.random.default_rng(0)
    for rule in rules:
        values, gradients = chance.standard_normal(shape), chance.standard_normal((4, *shape))
        expected, settings = values.copy(), {"lr": 0.1, "beta": 0.9}
        state = reference.start(rule.equation, expected, settings)
        for t, g in enumerate(gradients, start=1):
            expected, state = reference.step(rule.equation, expected, g, state, t, settings)
        given = [torch.tensor(g) for g in gradients]
        (plain,) = steps(rule, [torch.tensor(values).requires_grad_()], given)
        np.testing.assert_allclose(plain, expected, rtol=1e-9, atol=1e-9, err_msg=rule.python())
        (through,) = steps(rule, [torch.tensor(values).requires_grad_().clone()], given, differentiable=True)
        np.testing.assert_allclose(through, expected, rtol=1e-9, atol=1e-9, err_msg=rule.python())


def test_each_model_of_a_stack_is_its_own(rules: list[Rule]) -> None:
    rates = [0.1, 0.2, 0.3]
    for rule in rules:
        values, *gradients = torch.randn(5, 3, 4, 2, dtype=torch.float64)
        (stack,) = steps(
            rule, [values.clone().requires_grad_()], gradients, lr=torch.tensor(rates, dtype=torch.float64)
        )
        for model, rate in enumerate(rates):
            own = [gradient[model] for gradient in gradients]
            (alone,) = steps(rule, [values[model].clone().requires_grad_()], own, lr=rate)
            torch.testing.assert_close(stack[model], alone, rtol=1e-9, atol=1e-9)
