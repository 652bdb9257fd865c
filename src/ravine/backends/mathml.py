"""MathML: the LaTeX of an equation as one element that a browser draws without script or fonts."""

import re
from collections.abc import Iterable
from functools import cache
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from ravine.backends import latex
from ravine.equations.equation import Equation

# Browsers centre the columns of a table of formulas; a page that wants them aligned at the arrow includes this.
STYLE = """\
math.equation mtd { padding: 0.25em 0.2em; }
math.equation mtd:first-child { text-align: right; }
math.equation mtd:last-child { text-align: left; }
"""

_NAMESPACE = "http://www.w3.org/1998/Math/MathML"
ElementTree.register_namespace("", _NAMESPACE)


def write(equation: Equation) -> str:
    """One `math` element of class `equation`: a table of three columns, a row for each line.

    Each symbol carries the name that it stands for in `data-symbol`, so that a page can say what it means.
    """
    return table(latex.lines(equation), equation)


def table(lines: Iterable[tuple[str, str, str]], equation: Equation) -> str:
    """The same of rows of LaTeX that are an equation's: left side, relation, right side."""
    rows = []
    for line in lines:
        cells = "".join(f"<mtd>{_inner(part)}</mtd>" for part in line)
        rows.append(f"<mtr>{cells}</mtr>")
    inside = f'<mtable displaystyle="true" columnalign="right center left">{"".join(rows)}</mtable>'
    math = ElementTree.fromstring(f'<math xmlns="{_NAMESPACE}" display="block" class="equation">{inside}</math>')
    _name_symbols(math, _looks(equation))
    return ElementTree.tostring(math, encoding="unicode")


@cache
def symbol(name: str) -> str:
    """The symbol of one name, as an inline `math` element."""
    return _convert(latex.symbol(name))


def parts(equation: Equation) -> list[tuple[str, str, str]]:
    """(name, symbol, right side) of each of the equation's `parts`, as inline `math` elements."""
    return [(name, _convert(left), _convert(right)) for name, left, right in latex.parts(equation)]


def names(equation: Equation) -> tuple[str, ...]:
    """Every name that a symbol of the formula stands for."""
    return tuple(dict.fromkeys((*equation.parameters, "theta", *(line.name for line in equation.assignments))))


def _convert(text: str) -> str:
    from latex2mathml.converter import convert  # whose import takes as long as NumPy's

    return convert(text)


@cache
def _inner(text: str) -> str:
    """What stands inside the `math` element of a piece of LaTeX."""
    match = re.fullmatch(r"<math[^>]*>(.*)</math>", _convert(text), re.DOTALL)
    assert match
    return match.group(1)


def _looks(equation: Equation) -> dict[str, str]:
    """How each name's symbol looks, alone and with its step, → the name. Settings have no step."""
    looks: dict[str, str] = {}
    for name in names(equation):
        plain = latex.symbol(name)
        stepped = [] if name in equation.keywords else [latex.with_step(plain, "t"), latex.with_step(plain, "t-1")]
        for text in (plain, *stepped):
            looks.setdefault(_look(ElementTree.fromstring(f"<mrow>{_inner(text)}</mrow>")), name)
    return looks


def _look(element: Element) -> str:
    """The element without rows of one, attributes and namespaces, as text."""
    tag = element.tag.rpartition("}")[2]
    children = [_look(child) for child in element]
    if tag == "mrow" and len(children) == 1:
        return children[0]
    return f"{tag}({element.text or ''}{','.join(children)})"


def _name_symbols(element: Element, looks: dict[str, str]) -> None:
    tag, children = element.tag.rpartition("}")[2], list(element)
    name = looks.get(_look(element)) if tag != "mrow" else None
    if name:
        children = []
    elif tag == "msubsup":  # a symbol with a power: g_t², β₁ᵗ
        base, below, power = children
        name = looks.get(f"msub({_look(base)},{_look(below)})")
        children = [power] if name else children
    if name:
        element.set("data-symbol", name)
    for child in children:
        _name_symbols(child, looks)
