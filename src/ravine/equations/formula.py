"""A formula that a user typed, read into an expression: the language itself, and what is certain beyond it."""

import ast

from ravine.equations.expression import Expression
from ravine.equations.parse import DEEPEST, EquationError, Reader
from ravine.equations.spelling import Spelling

LONGEST_FORMULA = 1000  # characters


def parse_formula(text: str, names: tuple[str, ...] = ("x", "y")) -> Expression:
    """The expression that a user typed, over `names`. Errors name the column, counted from 1.

    Beyond the language it takes x^2, x², 2x, (x + 1)(y - 1), 3 − x, 2π, √(x), ln(x), max(x, y) and tan(x).
    """
    needed = f"formula: one expression of {', '.join(names)} is needed, as in x**2 - y**2"
    if len(text) > LONGEST_FORMULA:
        raise EquationError(f"formula: {len(text)} characters; at most {LONGEST_FORMULA}")
    if not text.strip():
        raise EquationError(needed)
    if _bracket_depth(text) > DEEPEST:
        raise EquationError(f"formula: brackets nest deeper than {DEEPEST}")
    spelling = Spelling(text)
    tree = _syntax(spelling)
    match tree.body:
        case [ast.Expr(value)]:
            return _FormulaReader(spelling, names).read(value)
    raise EquationError(needed)


class _FormulaReader(Reader):
    """Reads the language with tan, which is a quotient there."""

    def __init__(self, spelling: Spelling, names: tuple[str, ...]):
        super().__init__(lambda node: _column(spelling, node), set(names))

    def read(self, node: ast.expr, depth: int = 0) -> Expression:
        match node:
            case ast.Call(func=ast.Name(id="tan"), args=arguments, keywords=[]):
                if len(arguments) != 1:
                    self.refuse(node, f"tan takes 1 argument, not {len(arguments)}")
                parts = [ast.copy_location(ast.Call(ast.Name(name), arguments, []), node) for name in ("sin", "cos")]
                return super().read(ast.copy_location(ast.BinOp(parts[0], ast.Div(), parts[1]), node), depth)
        return super().read(node, depth)


def _column(spelling: Spelling, node: ast.AST) -> str:
    line, offset = getattr(node, "lineno", 1), getattr(node, "col_offset", 1)
    before = _lines(spelling)[line - 1].encode()[:offset]  # Python counts bytes here
    return f"formula, column {_typed(spelling, line, len(before.decode(errors='ignore')))}"


def _typed(spelling: Spelling, line: int, offset: int) -> int:
    """The column in what was typed of a place in the bracketed text, counted over all lines."""
    before = sum(map(len, _lines(spelling)[: line - 1]))
    return spelling.column(max(0, before + offset - 1))


def _lines(spelling: Spelling) -> list[str]:
    return f"({spelling.text})".splitlines(keepends=True)


def _bracket_depth(text: str) -> int:
    """The deepest nesting. One bracket closed too many is refused here: the bracket added around would close it."""
    depth = deepest = 0
    for column, character in enumerate(text, start=1):
        depth += (character in "([{") - (character in ")]}")
        deepest = max(deepest, depth)
        if depth < 0:
            raise EquationError(f"formula, column {column}: syntax error: unmatched '{character}'")
    return deepest


def _syntax(spelling: Spelling) -> ast.Module:
    """Python's tree of the text, in brackets: with them a formula may span lines and start with a space."""
    try:
        return ast.parse(f"({spelling.text})")
    except SyntaxError as error:
        column = _typed(spelling, error.lineno or 1, (error.offset or 1) - 1)
        raise EquationError(f"formula, column {column}: syntax error: {error.msg}") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise EquationError(f"formula: cannot be read: {error or type(error).__name__}") from None
