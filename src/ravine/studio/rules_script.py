"""static/rules.js: every rule, landscape, activation and schedule as facts and as JavaScript made from its equation.

Its shape is declared in web/src/engine/site.d.ts. What is added to the registries is here without a build.
"""

import json
import re
from collections.abc import Iterator, Mapping

from ravine.activations import Activation, activations
from ravine.backends import glsl, javascript, mathml, newton_schulz, python, spelling, webgl
from ravine.dialect_tables import FORMS
from ravine.equations import over_tensors
from ravine.landscapes import Landscape, landscapes
from ravine.palette import COLOURS, LOOKS, MARKERS, STAR, homes
from ravine.rules import Rule, rules
from ravine.schedules import Schedule, schedules
from ravine.trajectory import RATES
from ravine.version import __version__

# Rules of PyTorch that are an optimizer of another name there, with its options.
_TORCH = {
    "momentum": ("sgd", {}),
    "rmsprop_momentum": ("rmsprop", {}),
    "rmsprop_centered": ("rmsprop", {"centered": True}),
    "rmsprop_centered_momentum": ("rmsprop", {"centered": True}),
}

_SCHEDULES = {
    "step": "a tenth after every 30% of the steps",
    "cosine": "cosine, down to nought at the end",
    "inverse_sqrt": "one over the square root of the step",
    "warmup": "warm-up over the first tenth, then constant",
}


def rules_script() -> str:
    """The script: it defines `RAVINE`."""
    facts = {
        "version": __version__,
        "glslPrelude": glsl.PRELUDE,
        "glslPrefix": spelling.VALUE,
        "newtonSchulz": {"coefficients": newton_schulz.COEFFICIENTS, "eps": newton_schulz.EPS},
        "rates": RATES,
        "palette": {
            "colours": len(COLOURS),
            "looks": [vars(look) for look in LOOKS],
            "markers": {**MARKERS, "*": STAR},
            "homes": homes(),
        },
    }
    lines, settings = _Shared("LINES"), _Shared("SETTINGS")
    of_rules = "".join(_rule(rule, lines, settings) for rule in shown_rules())
    return (
        f'"use strict";\nconst RAVINE = (() => {{\n{javascript.PRELUDE}\n{lines.written()}{settings.written()}'
        f"return {{\n{_members(facts)},\n"
        f"functions: {{{', '.join(javascript.OWN)}}},\n"
        f"rules: {{\n{of_rules}}},\n"
        f"landscapes: {{\n{''.join(map(_landscape, landscapes.values()))}}},\n"
        f"activations: {{\n{''.join(map(_activation, shown_activations()))}}},\n"
        f"schedules: {{\n{''.join(_schedule(name, schedule) for name, schedule in schedules.items())}}},\n"
        "};\n})();\n"
    )


def shown_rules() -> Iterator[Rule]:
    """Every rule of the book, the oldest first, each main form followed by those that any rule can take."""
    for rule in sorted(rules.values(), key=lambda rule: (rule.published, rule.family, rule.name != rule.family)):
        yield rule
        if rule.name == rule.family:
            decays = () if "weight_decay" in rule.hyperparameters else ("l2", "decoupled", "cautious_decay")
            yield from (rules[f"{rule.name}+{form}"] for form in (*decays, "cautious"))


class _Shared:
    """What many rules have alike, written once, as a list of this name, and named by its place."""

    def __init__(self, name: str):
        self.name = name
        self.places: dict[str, int] = {}

    def place(self, value: object) -> str:
        return f"{self.name}[{self.places.setdefault(_literal(value), len(self.places))}]"

    def written(self) -> str:
        return f"const {self.name} = [\n" + ",\n".join(self.places) + "\n];\n"


def _members(facts: Mapping[str, object]) -> str:
    return ",\n".join(f"{json.dumps(name)}: {_literal(value)}" for name, value in facts.items())


def _literal(value: object) -> str:
    """JSON, which is JavaScript; an infinite bound becomes `Infinity`, and no text can end a script element."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")


def _inline(math: str) -> str:
    """A `math` element for innerHTML, which knows its namespace."""
    return re.sub(r' xmlns="[^"]*"', "", math)


def _entry(name: str, functions: str, facts: Mapping[str, object], results: str) -> str:
    """One property, in a scope of its own so that a rule and a landscape may share a name."""
    return f"{json.dumps(name)}: (() => {{\n{functions}return {{\n{_members(facts)},\n{results}\n}};\n}})(),\n"


def _rule(rule: Rule, shared_lines: _Shared, shared_settings: _Shared) -> str:
    equation = rule.equation
    lines = [
        shared_lines.place(
            {
                "name": name,
                "symbol": _inline(symbol),
                "expression": _inline(expression),
                "code": python.INFIX.write(part.expression),
            }
        )
        for (name, symbol, expression), part in zip(mathml.parts(equation), equation.parts(), strict=True)
    ]
    settings = [
        f"{json.dumps(name)}: {shared_settings.place(_hyperparameter(rule, name))}" for name in rule.hyperparameters
    ]
    facts: dict[str, object] = {
        "name": rule.name,
        "title": rule.title,
        "family": rule.family,
        "main": rule.name == rule.family,
        "dialect": rule.dialect,
        "source": rule.source,
        "functionName": spelling.function(equation.name),
        "looksAhead": equation.gradient_at is not None,
        "inputs": equation.inputs,
        "state": equation.state,
        "keywords": list(equation.keywords),
        "torch": _torch(rule),
    }
    functions = rule.javascript() + javascript.write_parts(equation) + javascript.write_gradient_point(equation)
    shared = f"hyperparameters: {{{', '.join(settings)}}},\nlines: [{', '.join(lines)}],\n"
    whole, parts, point = (spelling.function(equation.name, part) for part in ("", "Parts", "Point"))
    if over_tensors(equation):  # x and y are one tensor; a number alone is one of one element
        alone = f"step: (...numbers) => {whole}([numbers])[0],\nparts: (...numbers) => {parts}([numbers])[0]"
        results = (
            f"{shared}{alone},\ngradientPoint: {point},\ntogether: {{step: {whole}, parts: {parts}}},\npixel: null,"
        )
        return _entry(rule.name, functions, facts, results)
    # A rule without state returns its step alone.
    step = whole if equation.state else f"(...numbers) => [{whole}(...numbers)]"
    results = f"{shared}step: {step},\nparts: {parts},\ngradientPoint: {point},\ntogether: null,"
    pixel = webgl.write(equation)
    in_maps = {
        "glsl": pixel.pixel,
        "names": pixel.names,
        "varying": pixel.varying,
        "state": pixel.state,
        "stepState": pixel.step_state,
        "parameters": pixel.parameters,
    }
    functions += pixel.once
    results += f"\npixel: {{{_members(in_maps)}, once: {spelling.function(equation.name, 'Once')}}},"
    return _entry(rule.name, functions, facts, results)


def _hyperparameter(rule: Rule, name: str) -> dict[str, object]:
    known = rule.hyperparameters[name]
    return {
        "name": name,
        "default": known.default,
        "low": known.range.low,
        "high": known.range.high,
        "holdsLow": known.range.holds_low,
        "holdsHigh": known.range.holds_high,
        "meaning": known.meaning,
        "symbol": _inline(mathml.symbol(name)),
    }


def _torch(rule: Rule) -> dict[str, object] | None:
    """PyTorch's own optimizer of the same arithmetic: its name, fixed options, and its names of our settings."""
    plain = rule.name.partition("+")[0]
    name, options = _TORCH.get(plain, (plain, {}))
    known = FORMS["torch"].get(name)
    if rule.dialect != "PyTorch" or known is None or (rule.origin and rule.forms != ("l2",)):
        return None
    call, _, flag = known.call.rstrip(")").partition("(")
    if flag:
        options = {**options, flag.partition("=")[0]: True}
    settings = {ours: theirs for ours, (theirs, _) in known.settings.items() if ours in rule.hyperparameters}
    return {"call": call, "options": options, "settings": settings}


def _landscape(landscape: Landscape) -> str:
    equation, slope = landscape.equation, landscape.gradient_equation
    facts: dict[str, object] = {
        "name": landscape.name,
        "title": landscape.title,
        "lesson": landscape.lesson,
        "glsl": landscape.glsl(),
        "glslGradient": glsl.write(slope),
        "python": landscape.python(),
        "domain": {"x": landscape.domain.x, "y": landscape.domain.y},
        "range": landscape.range,
        "minima": landscape.minima,
        "saddles": landscape.saddles,
        "start": landscape.start,
        "parameters": landscape.parameters,
    }
    functions = landscape.javascript() + javascript.write(slope)
    return _entry(
        landscape.name,
        functions,
        facts,
        f"value: {spelling.function(equation.name)},\ngradient: {spelling.function(slope.name)},",
    )


def shown_activations() -> list[Activation]:
    """Every activation of the book, the oldest first, each main form followed by its others."""
    return sorted(activations.values(), key=lambda known: (known.published, known.family, known.name != known.family))


def _activation(activation: Activation) -> str:
    facts: dict[str, object] = {
        "name": activation.name,
        "title": activation.title,
        "parameters": activation.parameters,
    }
    slope = activation.slope_equation
    functions = activation.javascript() + javascript.write(slope)
    names = (spelling.function(activation.equation.name), spelling.function(slope.name))
    return _entry(activation.name, functions, facts, f"value: {names[0]},\nslope: {names[1]},")


def _schedule(name: str, schedule: Schedule) -> str:
    facts: dict[str, object] = {"name": name, "title": _SCHEDULES.get(name, name)}
    return _entry(name, schedule.javascript(), facts, f"factor: {spelling.function(schedule.equation.name)},")
