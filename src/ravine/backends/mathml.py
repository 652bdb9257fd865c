"""MathML: the LaTeX of an equation as one element that a browser draws without script or fonts."""

import re

from latex2mathml.converter import convert

from ravine.backends import latex
from ravine.equations.equation import Equation

# Browsers centre the columns of a table of formulas; a page that wants them aligned at the arrow includes this.
STYLE = """\
math.equation mtd { padding: 0.25em 0.2em; }
math.equation mtd:first-child { text-align: right; }
math.equation mtd:last-child { text-align: left; }
"""


def write(equation: Equation) -> str:
    """One `math` element of class `equation`: a table of three columns, a row for each line."""
    rows = []
    for line in latex.lines(equation):
        cells = "".join(f"<mtd>{_inner(part)}</mtd>" for part in line)
        rows.append(f"<mtr>{cells}</mtr>")
    table = f'<mtable displaystyle="true" columnalign="right center left">{"".join(rows)}</mtable>'
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML" display="block" class="equation">{table}</math>'


def symbol(name: str) -> str:
    """The symbol of one name, as an inline `math` element."""
    return convert(latex.symbol(name))


def _inner(text: str) -> str:
    """What stands inside the `math` element of a piece of LaTeX."""
    match = re.fullmatch(r"<math[^>]*>(.*)</math>", convert(text), re.DOTALL)
    assert match
    return match.group(1)
