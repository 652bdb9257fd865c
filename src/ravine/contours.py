"""A surface from above as a small SVG: lines of equal height, and paths across them; for notebooks."""

from collections.abc import Callable, Sequence

import numpy as np
from contourpy import contour_generator
from numpy.typing import NDArray

Array = NDArray[np.float64]
WIDTH, GRID, LEVELS = 320, 90, 14
# The land takes the text's colour; what lies on it stands on light and on dark paper.
LAND = 'fill="none" stroke="currentColor" stroke-opacity="0.35" stroke-width="0.8"'
PATH, START, END = "#d55e00", "#7a828b", "#0072b2"


def contours(
    heights: Callable[[Array, Array], Array],
    x: tuple[float, float],
    y: tuple[float, float],
    paths: Sequence[Array] = (),
) -> str:
    """The picture as an SVG element, and a line that says what it spans.

    paths: points (n, 2) each, the start first; what is not finite ends one.
    """
    across, up = np.linspace(*x, GRID), np.linspace(*y, GRID)
    with np.errstate(all="ignore"):
        z = np.asarray(heights(*np.meshgrid(across, up)), dtype=np.float64) + np.zeros((GRID, GRID))
    height = round(WIDTH * min(max((y[1] - y[0]) / (x[1] - x[0]), 0.5), 1.5))

    def drawn(points: Array) -> str:
        places = np.stack(
            [(points[:, 0] - x[0]) / (x[1] - x[0]) * WIDTH, (y[1] - points[:, 1]) / (y[1] - y[0]) * height], axis=1
        ).clip(-WIDTH, 2 * WIDTH)
        return "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in places)

    known = z[np.isfinite(z)]
    levels = np.unique(np.quantile(known, np.linspace(0.02, 0.98, LEVELS))) if known.size else known
    lines = contour_generator(across, up, np.ma.masked_invalid(z))
    equal = "".join(drawn(np.asarray(line)) for level in levels for line in lines.lines(level))
    parts = [f'<path d="{equal}" {LAND}/>'] if equal else []
    for points in paths:
        going = points[: int(np.argmin(finite)) if not (finite := np.isfinite(points).all(axis=1)).all() else None]
        if len(going):
            (first, last) = (drawn(going[[place]])[1:].split() for place in (0, -1))
            parts += [
                f'<path d="{drawn(going)}" fill="none" stroke="{PATH}" stroke-width="1.6"/>',
                f'<circle cx="{first[0]}" cy="{first[1]}" r="4" fill="none" stroke="{START}" stroke-width="2"/>',
                f'<circle cx="{last[0]}" cy="{last[1]}" r="4" fill="{END}"/>',
            ]
    frame = f'<rect width="{WIDTH}" height="{height}" {LAND}/>'
    size = f'width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
    spans = f"Seen from above: x from {x[0]:g} to {x[1]:g}, y from {y[0]:g} to {y[1]:g}{_marked(paths, x, y)}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img"><title>{spans}</title>{frame}{"".join(parts)}</svg>'
        f"<p>{spans}.</p>"
    )


def _marked(paths: Sequence[Array], x: tuple[float, float], y: tuple[float, float]) -> str:
    """What the marks on the paths mean, and whether an end is seen."""
    if not paths:
        return ""
    if len(paths) > 1:
        return "; rings where they start, dots where they end"
    ends = paths[0][-1]
    seen = x[0] <= ends[0] <= x[1] and y[0] <= ends[1] <= y[1]
    return f"; a ring where it starts, {'a dot where it ends' if seen else 'and it ends outside'}"
