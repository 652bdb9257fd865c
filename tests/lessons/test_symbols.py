"""Symbols: each is explained beside a formula, or in words where a lesson of the part first uses it."""

import re

import pytest

from ravine.lessons import lesson, parts

GREEK = re.compile(r"\\(alpha|beta|gamma|eta|lambda|mu|rho|tau|epsilon|sigma|theta|Delta)\b")
IN_FORMULAS = {"lr": "eta", "momentum": "mu", "eps": "epsilon", "beta1": "beta", "weight_decay": "lambda"}
# What no formula's table explains: the lesson that introduces it, and with which words.
IN_WORDS = {
    "lambda": ("gradient-descent", r"along a direction of curvature $\lambda$ (how fast the slope changes)"),
    "beta": ("momentum", r"The *averaged* form, $v \leftarrow \beta v"),
    "gamma": ("rmsprop", r"$v \leftarrow \gamma v + \eta g$ under its name ($\gamma$ is our $\mu$)"),
    "Delta": ("adadelta", r"(Δ₀) does the same: $\Delta_0"),
    "sigma": ("schedules", r"noise of variance $\sigma^2$"),
    "tau": ("dialects", r"keeps a share $\tau$ of each new gradient out"),
}
OPTIMIZERS = parts()[0].lessons


def symbols(name):
    """Greek letters of a lesson's formulas, each with the place of its first use."""
    source = " ".join(lesson(name).source.read().split())
    found = {}
    for formula in re.finditer(r"\$[^$]+\$", source):
        for letter in GREEK.finditer(formula[0]):
            found.setdefault(letter[1], formula.start())
    return source, found


def explained(each):
    tables = " ".join(re.findall(r'<dl class="symbols">.*?</dl>', each.html, re.DOTALL))
    return {IN_FORMULAS.get(name, name) for name in re.findall(r'data-symbol="(\w+)"', tables)}


@pytest.mark.parametrize("number", range(len(OPTIMIZERS)), ids=[each.name for each in OPTIMIZERS])
def test_every_symbol_of_a_lesson_is_introduced(number):
    before = {name for each in OPTIMIZERS[: number + 1] for name in explained(each)}
    earlier = {each.name for each in OPTIMIZERS[:number]}
    source, used = symbols(OPTIMIZERS[number].name)
    for letter, first in used.items():
        where, words = IN_WORDS.get(letter, ("", ""))
        if letter in before or where in earlier:
            continue
        assert where == OPTIMIZERS[number].name, f"{letter} is not introduced"
        assert words in source
        assert source.index(words) <= first, f"{letter} is used before it is introduced"


def test_what_was_once_confused_is_told_apart():
    assert "$v$ is RMSprop's $s$, not momentum's velocity" in lesson("adam").source.read()
    assert "pictured a *heavy ball*" in lesson("momentum").source.read()
    assert "$\\lambda$ is its strength" in lesson("variants").source.read()
