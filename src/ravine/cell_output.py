"""What a notebook's cell shows of a thing: a heading, a formula, a table, a graph.

The style stands in the elements, so that nothing leaks into the notebook; what is drawn takes the text's own colour, or
one that stands on light and on dark paper with 3:1 at least.
"""

from collections.abc import Iterable, Sequence
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray

from ravine.shown import marked_up

ORANGE, BLUE = "#d55e00", "#0072b2"
WIDTH, HEIGHT, MARGIN = 320, 200, 8
AXIS = 'fill="none" stroke="currentColor" stroke-opacity="0.45" stroke-width="1"'
_ALIGNED = ("right", "center", "left")  # the columns of a formula
_CELL = 'style="text-align: left; vertical-align: top"'  # JupyterLab's stand on the right
_MATH = "{http://www.w3.org/1998/Math/MathML}"


def heading(title: str, source: str = "") -> str:
    return f"<p><b>{marked_up(title)}</b>{f' ({marked_up(source)})' if source else ''}</p>"


def said(*lines: str) -> str:
    """A paragraph each; those without a word are left out."""
    return "".join(f"<p>{marked_up(line)}</p>" for line in lines if line)


def formula(mathml: str) -> str:
    """A formula on the left, aligned at its relations without a sheet of style."""
    math = ElementTree.fromstring(mathml)
    for row in math.findall(f"{_MATH}mtable/{_MATH}mtr"):
        for cell, side in zip(row, _ALIGNED, strict=False):
            cell.set("style", f"text-align: {side}; padding: 0.25em 0.2em")
    written = ElementTree.tostring(math, encoding="unicode")
    return f'<div style="overflow-x: auto"><div style="width: fit-content">{written}</div></div>'


def table(rows: Iterable[Sequence[str]], heads: Sequence[str] = ()) -> str:
    """Rows of text, with the titles of the columns."""
    head = f"<tr>{''.join(f'<th {_CELL}>{marked_up(text)}</th>' for text in heads)}</tr>" if heads else ""
    body = (f"<tr>{''.join(f'<td {_CELL}>{marked_up(text)}</td>' for text in row)}</tr>" for row in rows)
    return f'<div style="overflow-x: auto"><table>{head}{"".join(body)}</table></div>'


def graph(x: NDArray[np.float64], curves: Sequence[tuple[str, str, NDArray[np.float64]]]) -> str:
    """Curves over x as an SVG element: (name, colour, heights) each, with the axes through 0."""
    heights = np.concatenate([y[np.isfinite(y)] for _, _, y in curves])
    low, high = min(float(heights.min()), 0.0), max(float(heights.max()), 0.0)
    span = (high - low) or 1.0

    def across(value: float) -> float:
        return MARGIN + (value - float(x[0])) / float(x[-1] - x[0]) * (WIDTH - 2 * MARGIN)

    def down(value: float) -> float:
        return MARGIN + (high - value) / span * (HEIGHT - 2 * MARGIN)

    parts = [f'<path d="M{MARGIN} {down(0):.1f}H{WIDTH - MARGIN}M{across(0):.1f} {MARGIN}V{HEIGHT - MARGIN}" {AXIS}/>']
    for number, (_, colour, y) in enumerate(curves):
        dash = ' stroke-dasharray="5 3"' if number else ""
        points = "L".join(f"{across(a):.1f} {down(b):.1f}" for a, b in zip(x, y, strict=True) if np.isfinite(b))
        parts.append(f'<path d="M{points}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
    names = "; ".join(name for name, _, _ in curves)
    ends = f"z from {x[0]:g} to {x[-1]:g}; heights from {low:.3g} to {high:.3g}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'role="img"><title>{marked_up(names)}; {ends}</title>{"".join(parts)}</svg>'
        f"<p>{marked_up(names)}; {ends}</p>"
    )
