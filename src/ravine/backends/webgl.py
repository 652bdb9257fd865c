"""WebGL2: a rule in two parts, for maps of which each pixel is a run of its own.

What does not depend on a pixel is JavaScript, in double precision and once a step; the rest is GLSL, in 32 bits. So
bias corrections keep their digits, which GLSL alone loses (see ravine.backends.glsl), and no pixel computes a power of
beta.
"""

from dataclasses import dataclass, replace

from ravine.backends import glsl, javascript
from ravine.backends.spelling import function, value
from ravine.equations.equation import Equation
from ravine.equations.expression import Name, names_in
from ravine.equations.passes import refuse_over_tensors
from ravine.equations.stages import Stages, split


@dataclass(frozen=True)
class Parts:
    """A rule for a map; `lr` belongs to the pixels, so that it can be an axis.

    once:      JavaScript, f_NAME_Once(t, …step_state, …parameters) → [a value for each of names, …new step_state].
    parameters: every hyperparameter but lr.
    pixel:     GLSL, float f_NAME_Pixel(g, theta, inout …states, lr, …names): the step; and
               float f_NAME_Ahead(theta, …states, lr, …names): where the gradient is wanted.
    names:     what the GLSL is given of each step.
    varying:   those of the names that change from step to step.
    step_state: states that are one number for all pixels.
    state:     the others, each with its start: a number, one of the names, or "theta".
    """

    once: str
    pixel: str
    names: tuple[str, ...]
    varying: tuple[str, ...]
    parameters: tuple[str, ...]
    step_state: dict[str, float | str]
    state: dict[str, float | str]


def write(equation: Equation) -> Parts:
    """The two parts of a rule's equation. Raises RavineError for a rule with norms."""
    refuse_over_tensors(equation, "a pixel of a map")
    settings = {name: default for name, default in equation.keywords.items() if name != "lr"}
    stages = split(replace(equation, inputs=("g", "theta", "lr"), keywords=settings))
    step_state = {name: equation.state[name] for name in stages.step_state}
    state = {name: equation.state[name] for name in stages.element_state}
    ahead = equation.gradient_at or Name("theta")
    read = (*stages.step_names, *names_in(ahead), *(start for start in state.values() if isinstance(start, str)))
    names = tuple(name for name in dict.fromkeys(read) if name not in ("theta", "lr", *state))
    parameters = tuple(name for name in settings if name != "t")
    return Parts(
        once=_once(equation, stages, names, ("t", *step_state, *parameters)),
        pixel=_pixel(equation, stages, names),
        names=names,
        varying=tuple(name for name in names if name in _varying(stages)),
        parameters=parameters,
        step_state=step_state,
        state=state,
    )


def _varying(stages: Stages) -> set[str]:
    varying = {"t", *stages.step_state}
    for line in stages.per_step:
        if varying.intersection(names_in(line.expression)):
            varying.add(line.name)
    return varying


def _once(equation: Equation, stages: Stages, names: tuple[str, ...], parameters: tuple[str, ...]) -> str:
    write = javascript.INFIX.write
    lines = [f"  const {value(line.name)} = {write(line.expression)};" for line in stages.per_step]
    values = [*map(value, names), *map(write, stages.step_state.values())]
    body = "\n".join([*lines, f"  return [{', '.join(values)}];"])
    return f"function {function(equation.name, 'Once')}({', '.join(map(value, parameters))}) {{\n{body}\n}}\n"


def _pixel(equation: Equation, stages: Stages, names: tuple[str, ...]) -> str:
    write, declared = glsl.INFIX.write, glsl.declared
    given = [declared(name) for name in ("lr", *names)]
    states = [value(name) for name in stages.element_state]
    parameters = [declared("g"), declared("theta"), *(f"inout float {name}" for name in states), *given]
    lines = [f"  {declared(line.name)} = {write(line.expression)};" for line in stages.per_element]
    # The step is taken before the states change.
    lines.append(f"  float taken_S = {write(stages.step)};")
    lines += [
        f"  float {name}_S = {write(new)};" for name, new in zip(states, stages.element_state.values(), strict=True)
    ]
    lines += [f"  {name} = {name}_S;" for name in states]
    ahead = write(equation.gradient_at or Name("theta"))
    before = [declared("theta"), *(f"float {name}" for name in states), *given]
    return f"float {function(equation.name, 'Ahead')}({', '.join(before)}) {{ return {ahead}; }}\n" + "\n".join(
        [f"float {function(equation.name, 'Pixel')}({', '.join(parameters)}) {{", *lines, "  return taken_S;", "}\n"]
    )
