"""Parameter groups of a model: what decays, at which rate, and that every parameter is in one."""

from typing import Any

import pytest
import torch
from torch import nn

import ravine.optim
from ravine.optim import groups


class Transformer(nn.Module):
    def __init__(self, depth: int = 3):
        super().__init__()
        self.embed = nn.Embedding(10, 8)
        self.pos_embed = nn.Parameter(torch.zeros(1, 4, 8))
        self.layers = nn.ModuleList(nn.TransformerEncoderLayer(8, 2, 16) for _ in range(depth))
        self.norm = nn.LayerNorm(8)
        self.head = nn.Linear(8, 10)


class Convolutions(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv, self.bn = nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)
        self.layer1 = nn.Sequential(nn.Sequential(nn.Conv2d(4, 4, 3), nn.GroupNorm(2, 4)), nn.Conv2d(4, 4, 3))
        self.layer2 = nn.Sequential(nn.Conv2d(4, 4, 3), nn.ReLU())
        self.fc = nn.Linear(4, 2)


MODELS = [Transformer, Convolutions, lambda: nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))]


def options(made: ravine.optim.Groups, key: str) -> dict[str, Any]:
    """The option of each parameter by name."""
    return {name: group[key] for group in made for name, _ in group["params"]}


@pytest.mark.parametrize("model", MODELS)
def test_biases_norms_and_embeddings_do_not_decay(model: Any) -> None:
    net = model()
    decays = options(groups(net, weight_decay=0.1), "weight_decay")
    kinds = (nn.Linear, nn.Conv2d, nn.MultiheadAttention)
    weights = {
        f"{path}.{name}" for path, module in net.named_modules() if isinstance(module, kinds)
        for name in ("weight", "in_proj_weight")
    }  # fmt: skip
    assert {name for name, decay in decays.items() if decay} == weights & set(decays)
    assert sorted(decays) == sorted(name for name, _ in net.named_parameters())
    assert set(options(groups(net, weight_decay=0.1, no_decay=None), "weight_decay").values()) == {0.1}


def test_no_decay_by_name() -> None:
    decays = options(groups(Transformer(), weight_decay=0.1, no_decay=["*.bias", "norm.*"]), "weight_decay")
    assert {name for name, decay in decays.items() if not decay} == {
        name for name, _ in Transformer().named_parameters() if name.endswith(".bias") or name.startswith("norm.")
    }


def test_rates_fall_as_published() -> None:
    """Bao et al. 2022 (BEiT), Appendix: of N blocks, block i has lr·decay^(N+1-i), the embeddings decay^(N+1)."""
    rates = options(groups(Transformer(4), lr=1.0, layer_decay=0.5), "lr")
    assert rates["embed.weight"] == rates["pos_embed"] == 0.5**5
    assert [rates[f"layers.{i}.linear1.weight"] for i in range(4)] == [0.5**4, 0.5**3, 0.5**2, 0.5]
    assert rates["norm.weight"] == rates["head.weight"] == 1.0
    convolved = options(groups(Convolutions(), lr=1.0, layer_decay=0.5), "lr")
    assert convolved["conv.weight"] == convolved["bn.weight"] == 0.5**4
    assert convolved["layer1.0.0.weight"] == convolved["layer1.0.1.weight"] == 0.5**3
    assert (convolved["layer1.1.weight"], convolved["layer2.0.weight"], convolved["fc.weight"]) == (0.25, 0.5, 1.0)


def test_options_by_name_prevail_in_their_order() -> None:
    made = groups(
        Transformer(), lr=1.0, weight_decay=0.1,
        by_name={"head.*": {"lr": 5.0, "betas": [0.5, 0.9]}, "*.bias": {"lr": 7.0}},
    )  # fmt: skip
    rates = options(made, "lr")
    assert (rates["head.weight"], rates["head.bias"], rates["embed.weight"]) == (5.0, 7.0, 1.0)
    assert ravine.optim.AdamW(made).param_groups[-1]["betas"] == [0.5, 0.9]


def test_a_parameter_of_two_names_is_in_one_group() -> None:
    model = Transformer()
    model.head.weight = model.embed.weight
    made = groups(model, weight_decay=0.1)
    assert options(made, "weight_decay")["embed.weight"] == 0
    optimizer = ravine.optim.AdamW(made)  # refuses duplicates
    assert sum(len(group["params"]) for group in optimizer.param_groups) == len(list(model.parameters()))


def test_it_prints_what_went_where() -> None:
    model = Transformer(1)
    model.embed.weight.requires_grad = False
    made = groups(model, weight_decay=0.1)
    assert str(made) == repr(made)
    ravine.optim.AdamW(made)
    heading, *rows, last = str(made).splitlines()
    assert heading.split() == ["tensors", "numbers", "weight_decay", "parameters"]
    assert len(rows) == len(made) == 2
    assert last == "left out, without a gradient: embed.weight"
    for row, group in zip(rows, groups(model, weight_decay=0.1), strict=True):
        tensors, numbers = row.split()[:2]
        assert int(tensors) == len(group["params"])
        assert int(numbers.replace(",", "")) == sum(parameter.numel() for _, parameter in group["params"])
        assert group["params"][0][0] in row


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"by_name": {"hed.*": {}}}, r"no parameter in any group: unknown parameter 'hed\.\*'; did you mean 'head"),
        ({"no_decay": ["norm"]}, "no parameter in any group: unknown parameter 'norm'"),
        ({"layer_decay": 0.5}, "layer_decay is a factor of the learning rate: say which, as in lr=1e-3"),
        ({"lr": 1.0, "layer_decay": 1.5}, "layer_decay must be above 0 and at most 1, not 1.5"),
        ({"weight_decay": -1.0}, "must be 0 or more"),
    ],
)
def test_what_is_wrong_is_said(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        groups(Transformer(), **given)
    with pytest.raises(ValueError, match="no parameters that need a gradient"):
        groups(nn.ReLU())
