"""What still pictures are drawn with: SVG by hand, small, in light and dark, without a font of its own."""

from collections.abc import Iterable, Sequence

import numpy as np

from ravine.palette import STAR, Look
from ravine.rules import Rule
from ravine.shown import marked_up

WIDTH, HEIGHT = 720, 450

# Land from low to high, as in ravine.film, and its dark twin.
LAND = ("#8fa9bd", "#b7c9d6", "#dbe5eb", "#f3f6f7", "#fdfcf8")
DARK_LAND = ("#0c141c", "#16222e", "#223343", "#304557", "#3d5468")

_STYLE = """\
text { font: 14px system-ui, sans-serif; fill: #20252b; }
.soft { fill: #535d69; font-size: 12px; }
.paper { fill: #ffffff; }
.grid { stroke: #dcd9d1; fill: none; }
.pixel { fill: #20252b; }
.zero { stroke: #7c8590; fill: none; }
.bar { fill: #0a5a96; }
.run { fill: none; stroke-width: 2.2; stroke-linejoin: round; }
.dash { stroke-dasharray: 8 4; }
.hat { stroke-dasharray: 2 4; stroke-linecap: round; }
.head { stroke: #ffffff; stroke-width: 0.25; }
.ink { stroke: #20252b; fill: none; }
.star { fill: #ffffff; stroke: #20252b; stroke-width: 0.15; }
.contours { stroke: #5d7486; stroke-width: 0.4; }
"""
_DARK = """\
text { fill: #e9ebed; }
.soft { fill: #a9b3bd; }
.paper { fill: #1b2128; }
.grid { stroke: #323b45; }
.pixel { fill: #e9ebed; }
.zero { stroke: #77828d; }
.bar { fill: #7fc1f3; }
.head { stroke: #1b2128; }
.ink { stroke: #f2f4f5; }
.star { fill: #1b2128; stroke: #f2f4f5; }
.contours { stroke: #8aa3b5; }
"""

Stops = Sequence[str]


def svg(
    parts: Iterable[str], looks: Sequence[Look], levels: int = 0, stops: tuple[Stops, Stops] = (LAND, DARK_LAND)
) -> bytes:
    """The whole file. `looks` have the classes r0, r1, … and f0, f1, …

    levels: how many colours between the stops, light and dark, there are; they have the classes l0, l1, …
    """
    light = [*_rules([look.light for look in looks]), *_levels(stops[0], levels)]
    dark = [*_rules([look.dark for look in looks]), *_levels(stops[1], levels)]
    style = f"{_STYLE}{''.join(light)}@media screen and (prefers-color-scheme: dark) {{\n{_DARK}{''.join(dark)}}}"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
    paper = f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}"/>'
    return f"{head}\n<style>\n{style}\n</style>\n{paper}\n{''.join(parts)}</svg>\n".encode()


def _rules(colours: Sequence[str]) -> list[str]:
    return [f".r{i} {{ stroke: {colour}; }}\n.f{i} {{ fill: {colour}; }}\n" for i, colour in enumerate(colours)]


def _levels(stops: Stops, count: int) -> list[str]:
    """`count` colours between the stops."""
    channels = np.array([[int(stop[i : i + 2], 16) for i in (1, 3, 5)] for stop in stops])
    places = np.linspace(0, len(stops) - 1, count)
    mixed = [np.interp(places, range(len(stops)), channels[:, i]) for i in range(3)]
    return [
        f".l{i} {{ fill: rgb({r:.0f} {g:.0f} {b:.0f}); }}\n" for i, (r, g, b) in enumerate(zip(*mixed, strict=True))
    ][:count]


def path(x: Sequence[float] | np.ndarray, y: Sequence[float] | np.ndarray, digits: int = 1) -> str:
    """Path data through the points up to the first that is not finite; those on a straight line are left out."""
    points = np.column_stack((x, y)).astype(float)
    finite = np.isfinite(points).all(axis=1)
    if not finite.all():
        points = points[: int(np.argmin(finite))]
    rounded = np.round(np.clip(points, -2000, 3000), digits)
    keep = np.ones(len(rounded), bool)
    keep[1:] = (rounded[1:] != rounded[:-1]).any(axis=1)
    rounded, keep = rounded[keep], np.ones(int(keep.sum()), bool)
    before, after = np.diff(rounded[:-1], axis=0), np.diff(rounded[1:], axis=0)
    straight = (before[:, 0] * after[:, 1] == before[:, 1] * after[:, 0]) & ((before * after).sum(axis=1) > 0)
    keep[1:-1] = ~straight
    return "M" + " ".join(f"{a:g} {b:g}" for a, b in rounded[keep])


def run(look: Look, number: int, data: str, hat: bool = False) -> str:
    """The line of a rule; that of a corrected value, `hat`, is dotted whatever the look."""
    dash = f' stroke-dasharray="{look.dash_array}"' if look.dash else ""
    return f'<path class="run r{number}{" hat" * hat}"{dash} d="{data}"/>\n'


def marker(look: Look, number: int, x: float, y: float, radius: float = 6.5) -> str:
    at = f"translate({x:.1f} {y:.1f}) scale({radius:g})"
    return f'<path class="head f{number}" transform="{at}" d="{look.outline}"/>\n'


def star(x: float, y: float) -> str:
    return f'<path class="star" transform="translate({x:.1f} {y:.1f}) scale(8)" d="{STAR}"/>\n'


def text(x: float, y: float, words: str, anchor: str = "start", soft: bool = False) -> str:
    kind = ' class="soft"' if soft else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{kind}>{marked_up(words)}</text>\n'


def legend(rules: Sequence[Rule], looks: Sequence[Look], y: float) -> str:
    """The rules' markers and titles, two or three to a line, upwards from the bottom where they need it."""
    columns = 2 if len(rules) <= 4 else 3
    rows = -(-len(rules) // columns)
    parts = []
    for number, (rule, look) in enumerate(zip(rules, looks, strict=True)):
        left = 16 + (WIDTH - 24) / columns * (number % columns)
        line = y + 24 * (number // columns - rows + 1)
        parts += [marker(look, number, left, line - 5), text(left + 14, line, rule.title)]
    return "".join(parts)
