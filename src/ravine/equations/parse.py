"""From text to an equation. Whatever is outside the language is refused with its place and what is allowed instead."""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Mapping
from typing import NoReturn, TypeVar

from ravine.equations.equation import Assignment, Equation
from ravine.equations.expression import Apply, Expression, Name, Number
from ravine.equations.language import ALLOWED, COMPARISONS, CONSTANTS, FUNCTIONS, OPERATORS, OVER_TENSORS
from ravine.errors import RavineError

DEEPEST = 60  # nested operations: bounds every recursion over an expression
LARGEST = 2000  # nodes of one expression
LONGEST_NAME = 60  # characters

# Lower case only: generated names carry a capital and so never collide with written ones (see backends/spelling.py).
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")

T = TypeVar("T")


def is_name(name: str) -> bool:
    """Whether an equation, and what stands in it, may be called so."""
    return len(name) <= LONGEST_NAME and _NAME.fullmatch(name) is not None


class EquationError(RavineError):
    """Text outside the language. The message names the file and the line (a formula: the column)."""


class Reader:
    """Turns Python syntax into expressions; knows the names defined so far and where the text came from.

    functions: with the number of arguments of each.
    """

    def __init__(self, place: Callable[[ast.AST], str], known: set[str], functions: Mapping[str, int] = FUNCTIONS):
        self.place = place
        self.known = known
        self.functions = functions
        self.nodes = 0

    def refuse(self, node: ast.AST, what: str) -> NoReturn:
        raise EquationError(f"{self.place(node)}: {what}")

    def check_name(self, node: ast.AST, name: str) -> str:
        """A name that may be defined."""
        if not is_name(name):
            self.refuse(node, f"the name {name!r} must be lower case: letters, digits and single underscores")
        if name in FUNCTIONS or name in CONSTANTS:
            self.refuse(node, f"the name {name!r} is taken; choose another")
        return name

    def read(self, node: ast.expr, depth: int = 0) -> Expression:
        self.nodes += 1
        if depth > DEEPEST or self.nodes > LARGEST:
            self.refuse(node, f"too large: at most {DEEPEST} levels deep and {LARGEST} operations")
        match node:
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                return self._number(node, value)
            case ast.Name(id="pi"):
                return Number(CONSTANTS["pi"])
            case ast.Name(id=name):
                if name in FUNCTIONS:
                    self.refuse(node, f"{name} is a function; write {name}(…)")
                if name not in self.known and name in self.functions:
                    self.refuse(node, f"{name} is a function of a whole tensor; write {name}(…)")
                if name not in self.known:
                    self.refuse(node, f"unknown name {name!r}; known here: {', '.join(sorted(self.known))}")
                return Name(name)
            case ast.BinOp(left, op, right) if type(op) in OPERATORS:
                return Apply(OPERATORS[type(op)], (self.read(left, depth + 1), self.read(right, depth + 1)))
            case ast.BinOp(op=ast.BitXor()):
                self.refuse(node, "^ is not a power in Python; write x**2")
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                inner = self.read(operand, depth + 1)
                return Number(-inner.value) if isinstance(inner, Number) else Apply("neg", (inner,))
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.read(operand, depth + 1)
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in self.functions:
                return self._call(node, name, arguments, depth)
            case ast.Call(func=ast.Name(id=name)) if name in OVER_TENSORS and name not in self.functions:
                self.refuse(node, f"{name} is of a whole tensor, and belongs to rules; {ALLOWED}")
            case ast.Call(func=ast.Name(id=name)) if name not in self.functions:
                self.refuse(node, f"unknown function {name!r}; {self._allowed}")
            case ast.Compare():
                self.refuse(node, "a comparison stands only as the first argument of where(condition, then, else)")
        self.refuse(node, f"{_describe(node)} is outside the language; {self._allowed}")

    @property
    def _allowed(self) -> str:
        return ALLOWED + "".join(f", {name}" for name in self.functions if name in OVER_TENSORS)

    def _number(self, node: ast.AST, value: int | float) -> Number:
        try:
            number = float(value)
        except OverflowError:
            number = float("inf")
        if number in (float("inf"), float("-inf")):
            self.refuse(node, "the number is too large for a float")
        return Number(number)

    def _call(self, node: ast.AST, name: str, arguments: list[ast.expr], depth: int) -> Apply:
        if len(arguments) != self.functions[name]:
            plural = "argument" if self.functions[name] == 1 else "arguments"
            hint = " (maximum is the larger of two)" if name == "max" and len(arguments) == 2 else ""
            self.refuse(node, f"{name} takes {self.functions[name]} {plural}, not {len(arguments)}{hint}")
        if name != "where":
            return Apply(name, tuple(self.read(argument, depth + 1) for argument in arguments))
        condition, *branches = arguments
        match condition:
            case ast.Compare(left, [op], [right]) if type(op) in COMPARISONS:
                sides = (self.read(left, depth + 1), self.read(right, depth + 1))
                chosen = Apply(COMPARISONS[type(op)], sides)
                return Apply("where", (chosen, *(self.read(branch, depth + 1) for branch in branches)))
        self.refuse(condition, "where needs one comparison first, as in where(x > 0, x, 0)")


def _describe(node: ast.AST) -> str:
    names: dict[type[ast.AST], str] = {
        ast.Attribute: "an attribute (a dot)",
        ast.Subscript: "an index [ ]",
        ast.Lambda: "a lambda",
        ast.Call: "this call",
        ast.IfExp: "if … else (use where)",
        ast.BoolOp: "and/or",
        ast.Constant: "this constant",
        ast.AugAssign: "an update in place (write m = m + …)",
        ast.For: "a loop",
        ast.While: "a loop",
        ast.If: "an if (use where)",
        ast.Tuple: "a comma",
        ast.BinOp: "this operator",
        ast.UnaryOp: "this sign",
        ast.AnnAssign: "a type",
    }
    return names.get(type(node), f"{type(node).__name__}")


def parse_function(function: Callable[..., object], over_tensors: bool = False) -> Equation:
    """The equation of a Python function, read from its source. Errors name the file and the line.

    over_tensors: whether it may hold functions of a whole tensor, as a rule's may.
    """
    try:
        lines, first_line = inspect.getsourcelines(function)
    except (OSError, TypeError):
        raise EquationError(
            f"{getattr(function, '__name__', function)}: its source cannot be read; define it in a file or a notebook"
        ) from None
    file = inspect.getsourcefile(function) or "<unknown>"
    tree = ast.parse(textwrap.dedent("".join(lines)))

    def place(node: ast.AST) -> str:
        return f"{file}, line {first_line + getattr(node, 'lineno', 1) - 1}"

    definition = tree.body[0]
    if not isinstance(definition, ast.FunctionDef):
        raise EquationError(f"{place(definition)}: a definition must be a plain function")
    functions = FUNCTIONS | dict.fromkeys(OVER_TENSORS, 1) if over_tensors else FUNCTIONS
    return _equation(definition, Reader(place, set(), functions))


def _equation(definition: ast.FunctionDef, reader: Reader) -> Equation:
    inputs, state = _positional(definition, reader)
    keywords = _keywords(definition, reader)
    for name, start in state.items():
        if isinstance(start, str) and start != "theta" and keywords.get(start) is None:
            reader.refuse(definition, f"the state {name!r} starts at {start!r}, neither a hyperparameter nor theta")
    reader.known |= {*inputs, *state, *keywords}

    *body, last = definition.body
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]  # the docstring
    assignments = tuple(_assignment(statement, reader) for statement in body)
    if not isinstance(last, ast.Return) or last.value is None:
        reader.refuse(last, "a definition ends with return")
    returned = last.value.elts if isinstance(last.value, ast.Tuple) else [last.value]
    reader.nodes = 0
    results = tuple(reader.read(value) for value in returned)
    if state and len(results) != 1 + len(state):
        reader.refuse(last, f"return the step and then the new state: step, {', '.join(state)}")
    if not state and len(results) != 1:
        reader.refuse(last, "without state there is one value to return")
    return Equation(definition.name, inputs, state, keywords, assignments, results)


def _positional(definition: ast.FunctionDef, reader: Reader) -> tuple[tuple[str, ...], dict[str, float | str]]:
    arguments = definition.args
    if arguments.vararg or arguments.kwarg or arguments.posonlyargs:
        reader.refuse(definition, "*args, **kwargs and / are outside the language")
    names = [reader.check_name(argument, argument.arg) for argument in arguments.args]
    plain = len(names) - len(arguments.defaults)
    state = {
        name: _default(default, reader, (int, float, str))
        for name, default in zip(names[plain:], arguments.defaults, strict=True)
    }
    return tuple(names[:plain]), state


def _keywords(definition: ast.FunctionDef, reader: Reader) -> dict[str, float | None]:
    keywords: dict[str, float | None] = {}
    for argument, default in zip(definition.args.kwonlyargs, definition.args.kw_defaults, strict=True):
        name = reader.check_name(argument, argument.arg)
        if default is None and name != "t":
            reader.refuse(argument, f"the hyperparameter {name!r} needs a default")
        if default is not None and name == "t":
            reader.refuse(argument, "t is the step, counted from 1; it has no default")
        keywords[name] = None if default is None else float(_default(default, reader, (int, float)))
    return keywords


def _default(node: ast.expr, reader: Reader, kinds: tuple[type, ...]) -> float | str:
    try:
        value = ast.literal_eval(node)
    except ValueError:
        value = None
    if isinstance(value, kinds) and isinstance(value, int | float | str) and not isinstance(value, bool):
        return value if isinstance(value, str) else float(value)
    reader.refuse(node, "a default must be a number; a state's may be a hyperparameter or theta, in quotes")


def _assignment(statement: ast.stmt, reader: Reader) -> Assignment:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            reader.nodes = 0
            expression = reader.read(value)
            reader.known.add(reader.check_name(statement, name))
            return Assignment(name, expression)
    reader.refuse(statement, f"{_describe(statement)} is outside the language; a line is name = expression")
