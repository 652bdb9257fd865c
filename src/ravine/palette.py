"""How optimizers are told apart, in films, on pages and in reports alike: by colour, by marker and by dash."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from ravine.rules import rules

# Okabe & Ito's colours, which colour-blind readers tell apart, for light and for dark paper: darkened or lightened
# until they stand on it with 3:1 at least.
INK = "#111111"
COLOURS = (
    ("#d55e00", "#ff8a3d"),
    ("#0072b2", "#4ea6ec"),
    ("#009e73", "#2fcf9e"),
    ("#cc4f93", "#f58ac1"),
    ("#7b4ea3", "#bb9af0"),
    ("#a6761d", "#e0b04c"),
    (INK, "#f4f4f4"),
    ("#3294c6", "#8fdcff"),
)
# By matplotlib's names, with the outline as SVG path data about the origin, of radius 1.
MARKERS = {
    "o": "M1 0A1 1 0 1 1-1 0A1 1 0 1 1 1 0Z",
    "s": "M-.88-.88H.88V.88H-.88Z",
    "^": "M0-1.15L1.08.85H-1.08Z",
    "D": "M0-1.2L1.2 0L0 1.2L-1.2 0Z",
    "v": "M0 1.15L1.08-.85H-1.08Z",
    "P": "M-.4-1.1H.4V-.4H1.1V.4H.4V1.1H-.4V.4H-1.1V-.4H-.4Z",
    "X": "M0-.5L.6-1.1L1.1-.6L.5 0L1.1.6L.6 1.1L0 .5L-.6 1.1L-1.1.6L-.5 0L-1.1-.6L-.6-1.1Z",
    "<": "M-1.15 0L.85-1.08V1.08Z",
    ">": "M1.15 0L-.85-1.08V1.08Z",
    "h": "M0-1.15L1-.58V.58L0 1.15L-1 .58V-.58Z",
    "p": "M0-1.15L1.09-.36L.68.93H-.68L-1.09-.36Z",
}
STAR = "M0-1.15L.28-.39L1.09-.36L.46.15L.68.93L0 .48L-.68.93L-.46.15L-1.09-.36L-.28-.39Z"  # a minimum, and nobody
DASHES = ((), (7, 4), (2, 3), (9, 3, 2, 3))


@dataclass(frozen=True)
class Look:
    """How one optimizer is drawn.

    number: its place in the palette. light, dark: its colour on light and on dark paper. marker: one of `MARKERS`.
    dash: lengths of line and gap, in pixels of a page, where lines are 2 wide; () is unbroken.
    """

    number: int
    light: str
    dark: str
    marker: str
    dash: tuple[int, ...]

    @property
    def anywhere(self) -> str:
        """Its colour where nobody says how dark the paper is: ink has that of the text around."""
        return "currentColor" if self.light == INK else self.light

    @property
    def outline(self) -> str:
        """The marker's, as SVG path data."""
        return MARKERS[self.marker]

    @property
    def dash_array(self) -> str:
        """The dash, as SVG writes it."""
        return " ".join(map(str, self.dash))

    @property
    def dash_in_widths(self) -> tuple[float, ...]:
        """The dash, as matplotlib counts it: in widths of the line."""
        return tuple(length / 2 for length in self.dash)


# As many as differ; where the colours begin again, the dash changes.
LOOKS = tuple(
    Look(number, *COLOURS[number % len(COLOURS)], list(MARKERS)[number % len(MARKERS)], dash)
    for number, dash in enumerate(dash for dash in DASHES for _ in COLOURS)
)


def homes() -> dict[str, int]:
    """The number of each family's look, the oldest first: it looks the same in every picture."""
    main = [rule for rule in rules.values() if rule.name == rule.family]
    main.sort(key=lambda rule: (rule.name in rules.included, rule.published))  # a rule of one's own recolours no other
    return {rule.name: number for number, rule in enumerate(main)}


def looks(names: Sequence[str]) -> list[Look]:
    """A look for each rule, by name; all differ, up to as many as there are `LOOKS`.

    The first of a family has the family's own. Its other forms, and rules that are in no book, have what is free.
    """
    home = homes()
    numbers: dict[int, int] = {}  # place in `names` → number
    for place, name in enumerate(names):
        number = home.get(rules[name].family) if name in rules else None
        if number is not None and number not in numbers.values():
            numbers[place] = number
    free = (number for number in count() if number not in numbers.values())
    for place in range(len(names)):
        if place not in numbers:
            numbers[place] = next(free)
    return [LOOKS[numbers[place] % len(LOOKS)] for place in range(len(names))]
