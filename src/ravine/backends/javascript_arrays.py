"""JavaScript over whole Float64Arrays, in place: what trains a network in a page, without an object made in a step.

The arithmetic is that of `ravine.backends.javascript`, to the bit: what does not depend on an element is computed
first, once a step, as in a kernel. Capital letters are the arrays; names of an equation are spelt with a prefix.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ravine.backends.javascript import INFIX
from ravine.backends.spelling import value
from ravine.equations.equation import Equation
from ravine.equations.expression import names_in
from ravine.equations.passes import refuse_over_tensors
from ravine.equations.stages import split


@dataclass(frozen=True)
class Loops:
    """A rule as functions of K, the numbers of one step, THETA, G and an array for each of `state`.

    K holds the `keywords` (`t` among them), then the `step_state`, then what `begin` leaves for the other functions. A
    state's start is a number, a keyword or "theta".
    begin:  begin(K): computes what one step shares, and advances the step_state.
    ahead:  ahead(K, THETA, OUT, …state): where the gradient is wanted; "" where that is THETA itself.
    update: update(K, THETA, G, …state): takes the step, and advances the state.
    size:   how many numbers K has.
    """

    begin: str
    ahead: str
    update: str
    keywords: tuple[str, ...]
    step_state: dict[str, float | str]
    state: dict[str, float | str]
    size: int


def write(equation: Equation) -> Loops:
    """The loops of a rule's equation, as functions named begin, ahead and update. RavineError for a rule with norms."""
    refuse_over_tensors(equation, "a loop over all of a network's parameters")
    stages = split(equation)
    step_state = {name: equation.state[name] for name in stages.step_state}
    state = {name: equation.state[name] for name in stages.element_state}
    kept = (*equation.keywords, *step_state)
    point = equation.gradient_at
    read = [*stages.step_names, *(names_in(point) if point else ())]
    shared = [name for name in dict.fromkeys(read) if name not in (*equation.inputs, "theta", *state)]
    place = {name: len(kept) + number for number, name in enumerate(shared)}

    begin = [f"const {value(name)} = K[{number}];" for number, name in enumerate(kept)]
    begin += [f"const {value(line.name)} = {INFIX.write(line.expression)};" for line in stages.per_step]
    begin += [f"K[{place[name]}] = {value(name)};" for name in shared]
    begin += [f"K[{kept.index(name)}] = {INFIX.write(after)};" for name, after in stages.step_state.items()]

    arrays = [f"S{number}" for number in range(len(state))]
    given = [f"const {value(name)} = K[{place[name]}];" for name in shared]
    element = [f"const {value('theta')} = THETA[I];"]
    element += [f"const {value(name)} = {array}[I];" for name, array in zip(state, arrays, strict=True)]
    lines = [f"const {value(line.name)} = {INFIX.write(line.expression)};" for line in stages.per_element]
    # Every new value is computed before any is stored.
    after = [f"const AFTER{place} = {INFIX.write(new)};" for place, new in enumerate(stages.element_state.values())]
    store = [f"THETA[I] = {value('theta')} - ({INFIX.write(stages.step)});"]
    store += [f"{array}[I] = AFTER{number};" for number, array in enumerate(arrays)]
    each = [*element, f"const {value('g')} = G[I];", *lines, *after, *store]
    ahead = ""
    if point:
        looked = [*given, *_loop("THETA.length", [*element, f"OUT[I] = {INFIX.write(point)};"])]
        ahead = _function("ahead", ["K", "THETA", "OUT", *arrays], looked)
    return Loops(
        begin=_function("begin", ["K"], begin),
        ahead=ahead,
        update=_function("update", ["K", "THETA", "G", *arrays], [*given, *_loop("THETA.length", each)]),
        keywords=tuple(equation.keywords),
        step_state=step_state,
        state=state,
        size=len(kept) + len(shared),
    )


def write_map(equation: Equation, called: str) -> str:
    """A function of X, Y and N: the equation's value at each of the first N elements of X, into Y."""
    return _over(equation, called, "Y", "Y[I] =")


def write_chain(equation: Equation, called: str) -> str:
    """A function of X, D and N: multiplies each of the first N elements of D by the equation's value at that of X."""
    return _over(equation, called, "D", "D[I] *=")


def write_size(equation: Equation, called: str) -> str:
    """A function of the equation's inputs, with its keywords at their defaults."""
    result = f"return {INFIX.write(equation.results[0])};"
    return _function(called, map(value, equation.inputs), [*_defaults(equation), *_lines(equation), result])


def _over(equation: Equation, called: str, out: str, stored: str) -> str:
    (x,) = equation.inputs
    each = [f"let {value(x)} = X[I];", *_lines(equation), f"{stored} {INFIX.write(equation.results[0])};"]
    return _function(called, ["X", out, "N"], [*_defaults(equation), *_loop("N", each)])


def _defaults(equation: Equation) -> list[str]:
    return [f"let {value(name)} = {INFIX.number(usual or 0.0)};" for name, usual in equation.keywords.items()]


def _lines(equation: Equation) -> list[str]:
    """The equation's assignments; a name may be assigned again."""
    declared = set(equation.parameters)
    written = []
    for line in equation.assignments:
        keyword = "" if line.name in declared else "let "
        declared.add(line.name)
        written.append(f"{keyword}{value(line.name)} = {INFIX.write(line.expression)};")
    return written


def _loop(end: str, lines: Iterable[str]) -> list[str]:
    return [f"for (let I = 0; I < {end}; I++) {{", *(f"  {line}" for line in lines), "}"]


def _function(called: str, parameters: Iterable[str], lines: Iterable[str]) -> str:
    body = "\n".join(f"  {line}" for line in lines)
    return f"function {called}({', '.join(parameters)}) {{\n{body}\n}}\n"
