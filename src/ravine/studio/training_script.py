"""static/training.js: what the living network trains with, as loops over whole arrays; and static/digits.js.

Its shape is declared in web/src/network/training.d.ts. Rules of one's own (`--rule`), and activations, initializers and
symptoms that are added to the registries, are here without a build.
"""

import json
from collections.abc import Iterator, Mapping

from ravine.activations import activations
from ravine.backends import javascript, javascript_arrays
from ravine.equations import over_tensors
from ravine.errors import RavineError
from ravine.initializers import initializers
from ravine.networks import digits
from ravine.rules import Rule, rules
from ravine.studio.symptoms_script import shown_symptoms, symptom_entry


def training_script() -> str:
    """The script: it defines `RAVINE_TRAINING`."""
    return (
        f'"use strict";\nconst RAVINE_TRAINING = (() => {{\n{javascript.PRELUDE}\nreturn {{\n'
        f"rules: {{\n{''.join(map(_rule, _trained()))}}},\n"
        f"activations: {{\n{''.join(map(_activation, activations))}}},\n"
        f"initializers: {{\n{''.join(map(_initializer, initializers))}}},\n"
        f"symptoms: {{\n{''.join(map(symptom_entry, shown_symptoms()))}}},\n"
        "};\n})();\n"
    )


def digits_script() -> str:
    """The script: it defines `RAVINE_DIGITS`, as `ravine.networks.digits` packs them."""
    return f"globalThis.RAVINE_DIGITS = {json.dumps(digits.packed())};\n"


def _trained() -> Iterator[Rule]:
    """Every elementwise rule of the book, and those without weight decay also with each form of it."""
    for rule in rules.values():
        if over_tensors(rule.equation):
            continue  # a network's parameters are one array here, and norms are of each tensor
        yield rule
        for form in ("l2", "decoupled"):
            try:
                yield rule.with_form(form)
            except RavineError:  # it has one, or no lr to decay by
                continue


def _rule(rule: Rule) -> str:
    loops = javascript_arrays.write(rule.equation)
    facts = {"keywords": loops.keywords, "stepState": loops.step_state, "state": loops.state, "size": loops.size}
    ahead = "ahead" if loops.ahead else "ahead: null"
    return _entry(rule.name, loops.begin + loops.ahead + loops.update, facts, f"begin, update, {ahead}")


def _activation(name: str) -> str:
    activation = activations[name]
    functions = javascript_arrays.write_map(activation.equation, "value")
    functions += javascript_arrays.write_chain(activation.slope_equation, "chain")
    facts = {"name": name, "title": activation.title, "torch": activation.torch_call()}
    return _entry(name, functions, facts, "value, chain")


def _initializer(name: str) -> str:
    known = initializers[name]
    facts = {
        "name": name,
        "title": known.title,
        "distribution": known.distribution.name,
        "biasDistribution": known.bias_distribution.name,
    }
    functions = javascript_arrays.write_size(known.equation, "size")
    functions += javascript_arrays.write_size(known.bias_equation, "biasSize")
    return _entry(name, functions, facts, "size, biasSize")


def _entry(name: str, functions: str, facts: Mapping[str, object], results: str) -> str:
    """One property, in a scope of its own."""
    members = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
    return f"{json.dumps(name)}: (() => {{\n{functions}return {{ ...{members}, {results} }};\n}})(),\n"
