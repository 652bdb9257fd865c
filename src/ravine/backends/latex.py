"""LaTeX in the symbols of the papers: β₁, m̂ₜ, √v̂ₜ, a line for each assignment, in the rule's own order."""

import math
import re
from collections.abc import Callable, Iterable, Mapping

from ravine.equations.equation import Equation
from ravine.equations.expression import Apply, Expression, Name, Number, names_in

# Symbols that a name alone does not give. The rest follow from the name: beta1 is \beta_1, m_hat is \hat{m}.
_SYMBOLS = {
    "lr": r"\eta",
    "eps": r"\epsilon",
    "momentum": r"\mu",
    "dampening": r"\tau",
    "weight_decay": r"\lambda",
    "momentum_decay": r"\psi",
    "lr_decay": r"\eta_{\text{decay}}",
    "eta": r"\eta^{\text{schedule}}",
    "rate": r"\eta",
    "adaptive": "l",
    "mu_product": r"\Pi",
    "mu_next": r"\mu_{t+1}",
    "initial_accumulator_value": "s_0",
    "negative_slope": "s",
    "delta0": r"\Delta_0",
    "trust_coefficient": "c",
    "eps_root": r"\bar{\epsilon}",
    "clip_exp": "p",
    "warmup_steps": r"T_{\text{warmup}}",
    "weight_lr_power": "p",
    "beta3_warmup": r"T_\beta",
    "alpha_warmup": r"T_\alpha",
}

_GREEK = frozenset(
    "alpha beta gamma delta epsilon zeta eta theta kappa lambda mu nu xi pi rho sigma tau phi chi psi omega".split()
)

_KNOWN = {math.pi: r"\pi", math.sqrt(2): r"\sqrt{2}"}

_SUM, _PRODUCT, _NEGATIVE, _ATOM = 1, 2, 3, 9


def write(equation: Equation) -> str:
    r"""An `aligned` block. A rule begins with its gradient, or the point of it, and ends with the new parameter θ."""
    return aligned(lines(equation))


def aligned(rows: Iterable[tuple[str, str, str]]) -> str:
    """Rows of left side, relation and right side as one `aligned` block."""
    written = [f"{left} &{relation} {right}" for left, relation, right in rows]
    return "\\begin{aligned}\n" + " \\\\\n".join(written) + "\n\\end{aligned}"


def lines(equation: Equation) -> list[tuple[str, str, str]]:
    r"""(left side, `\leftarrow` or `=`, right side) of each line. Rules count steps: m_{t-1} is last step's m."""
    if "g" not in equation.inputs:
        return _landscape_lines(equation)
    rows, tex = _walk(equation)
    step = tex(Apply("-", (Name("theta"), equation.step)))
    written = [(left, r"\leftarrow", right) for _, left, right in rows]
    if equation.gradient_at and [equation.gradient_at] == [line.expression for line in equation.assignments[:1]]:
        (gradient, arrow, _), point, *rest = written  # the rule's first line has a name for the point
        written = [point, (gradient, arrow, rf"\nabla L\left({point[0]}\right)"), *rest]
    return [*written, (with_step(symbol("theta"), "t"), r"\leftarrow", step)]


def parts(equation: Equation) -> list[tuple[str, str, str]]:
    r"""(name, symbol, right side) of each of the equation's `parts`."""
    rows, tex = _walk(equation)
    return [*rows[1:], ("step", r"\Delta_t", tex(equation.step))]


def _walk(equation: Equation) -> tuple[list[tuple[str, str, str]], Callable[[Expression], str]]:
    """(name, left, right) of a rule's gradient, assignments and other new states; and how to write what follows."""
    changing = _changing(equation)
    before = {name: with_step(symbol(name), "t-1") for name in (*equation.state, "theta")}
    now: dict[str, str] = {}

    def tex(expression: Expression) -> str:
        return _Writer({**before, **now}).write(expression)

    point = tex(equation.gradient_at) if equation.gradient_at else before["theta"]
    now["g"] = with_step("g", "t")
    rows = [("g", now["g"], rf"\nabla L\left({point}\right)")]
    for line in equation.assignments:
        right = tex(line.expression)
        now[line.name] = with_step(symbol(line.name), "t") if line.name in changing else symbol(line.name)
        rows.append((line.name, now[line.name], right))
    for name, value in equation.state_expressions().items():
        if value != Name(name):
            rows.append((name, with_step(symbol(name), "t"), tex(value)))
    return rows, tex


def _landscape_lines(equation: Equation) -> list[tuple[str, str, str]]:
    writer = _Writer({})
    rows = [(symbol(line.name), "=", writer.write(line.expression)) for line in equation.assignments]
    return [*rows, (f"f({', '.join(equation.inputs)})", "=", writer.write(equation.results[0]))]


def symbol(name: str) -> str:
    """The symbol of a name, without a step: `beta2` is β₂, `v_hat` is v̂, `rho_inf` is ρ with the subscript ∞."""
    if name in _SYMBOLS:
        return _SYMBOLS[name]
    if name.endswith("_hat"):
        return rf"\hat{{{symbol(name.removesuffix('_hat'))}}}"
    if name.endswith("_max"):
        return rf"{symbol(name.removesuffix('_max'))}^{{\max}}"
    if name.endswith("_inf"):
        return rf"{symbol(name.removesuffix('_inf'))}_\infty"
    letters, digits = re.fullmatch(r"(.*?)(\d*)", name).groups()  # type: ignore[union-attr]
    head, _, tail = letters.partition("_")
    body = rf"\{head}" if head in _GREEK else head if len(head) == 1 else rf"\text{{{head}}}"
    below = (rf"\text{{{tail.replace('_', ' ')}}}" if tail else "") + digits
    return f"{body}_{{{below}}}" if len(below) > 1 else f"{body}_{below}" if below else body


def with_step(name: str, step: str) -> str:
    """The symbol with the step as its subscript; a symbol that carries a subscript already keeps it."""
    base, _, above = name.partition("^")
    if "_" in re.sub(r"\\text\{.*?\}", "", base):
        return name
    below = f"_{{{step}}}" if len(step) > 1 else f"_{step}"
    return f"{base}{below}" + (f"^{above}" if above else "")


def _changing(equation: Equation) -> set[str]:
    """The assigned names that differ from step to step: they depend on t, the gradient, θ or a state."""
    changing = {"t", *equation.inputs, *equation.state}
    for line in equation.assignments:
        if changing.intersection(names_in(line.expression)):
            changing.add(line.name)
    return changing


class _Writer:
    """Writes expressions; `names` holds the symbols that differ from the plain ones, with their steps."""

    def __init__(self, names: Mapping[str, str]):
        self.names = names

    def write(self, expression: Expression) -> str:
        return self._write(expression)[0]

    def _write(self, expression: Expression) -> tuple[str, int]:
        match expression:
            case Number(value):
                return number(value), _ATOM if value >= 0 else _NEGATIVE
            case Name(id):
                return self.names.get(id) or symbol(id), _ATOM
            case Apply("+" | "-" as sign, (a, b)):
                taken = self._within(b, _PRODUCT)
                if sign == "-" and taken.startswith("-"):  # a step that is added: a + x, and not a - -x
                    sign, taken = "+", taken[1:]
                return f"{self._within(a, _SUM)} {sign} {taken}", _SUM
            case Apply("*", (a, b)):
                return self._product(a, b), _PRODUCT
            case Apply("/", (a, b)):
                return rf"\frac{{{self.write(a)}}}{{{self.write(b)}}}", _PRODUCT
            case Apply("neg", (a,)):
                return f"-{self._within(a, _NEGATIVE)}", _NEGATIVE
            case Apply("**", (a, b)):
                return self._power(a, b), _ATOM
            case Apply("expm1", (a,)):
                return self._write(Apply("-", (Apply("exp", (a,)), Number(1.0))))
            case Apply("log1p", (a,)):
                return self._write(Apply("log", (Apply("+", (Number(1.0), a)),)))
            case Apply(operation, arguments):
                return self._function(operation, arguments), _ATOM
        raise AssertionError(expression)

    def _within(self, expression: Expression, binding: int) -> str:
        text, own = self._write(expression)
        return text if own >= binding else rf"\left({text}\right)"

    def _product(self, a: Expression, b: Expression) -> str:
        left, right = self._within(a, _PRODUCT), self._within(b, _PRODUCT)
        # Two numbers side by side would read as one, and a minus sign as a subtraction.
        between = r" \cdot " if right[0].isdigit() or right[0] == "-" else r"\,"
        return left + between + right

    def _power(self, base: Expression, exponent: Expression) -> str:
        text, own = self._write(base)
        # A symbol with a superscript of its own (v^max) takes brackets; x_t^2 needs none.
        bracketed = own < _ATOM or not isinstance(base, Name | Number) or "^" in text
        return (rf"\left({text}\right)" if bracketed else text) + f"^{{{self.write(exponent)}}}"

    def _function(self, operation: str, arguments: tuple[Expression, ...]) -> str:
        if operation == "where":
            condition, a, b = arguments
            return (
                rf"\begin{{cases}}{self.write(a)} & \text{{if }} {self._comparison(condition)} \\ "
                rf"{self.write(b)} & \text{{otherwise}}\end{{cases}}"
            )
        inside = ", ".join(self.write(argument) for argument in arguments)
        match operation:
            case "sqrt":
                return rf"\sqrt{{{inside}}}"
            case "abs":
                return rf"\left|{inside}\right|"
            case "exp":
                return f"e^{{{inside}}}"
            case "floor":
                return rf"\left\lfloor{inside}\right\rfloor"
            case "maximum" | "minimum":
                return rf"\{operation[:3]}\left({inside}\right)"
            case "norm":
                return rf"\left\lVert {inside} \right\rVert"
            case "sign" | "erf" | "erfc" | "mean" | "sum" | "rows" | "columns" | "orthogonalize":
                return rf"\operatorname{{{operation}}}\left({inside}\right)"
        return rf"\{operation}\left({inside}\right)"

    def _comparison(self, condition: Expression) -> str:
        relations = {"<=": r"\le", ">=": r"\ge", "==": "=", "!=": r"\ne"}
        match condition:
            case Apply(relation, (a, b)):
                return f"{self.write(a)} {relations.get(relation, relation)} {self.write(b)}"
        raise AssertionError(condition)


def number(value: float) -> str:
    """A number in at most twelve digits; π and √2 as such."""
    if value in _KNOWN:
        return _KNOWN[value]
    text = f"{value:.12g}"
    if "e" not in text:
        return text
    digits, exponent = text.split("e")
    power = f"10^{{{int(exponent)}}}"
    return power if digits == "1" else rf"{digits} \cdot {power}"
