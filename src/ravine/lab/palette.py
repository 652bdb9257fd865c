"""How optimizers are told apart in pictures: by colour, by marker and by dash, so never by colour alone."""

from dataclasses import dataclass
from itertools import cycle


@dataclass(frozen=True)
class Look:
    """One optimizer's. light, dark: its colour on a light and on a dark page, at least 3:1 against either.

    marker: as matplotlib names it. dash: lengths of line and gap in points; () is unbroken.
    """

    light: str
    dark: str
    marker: str
    dash: tuple[int, ...]


# Okabe & Ito's colours, which colour-blind readers tell apart, darkened or lightened until they stand on the page.
COLOURS = (
    ("#0072b2", "#58aee6"),
    ("#d55e00", "#f28a4b"),
    ("#008a64", "#2fc79a"),
    ("#c2478a", "#ec8dbf"),
    ("#1f1f1f", "#f2f2f2"),
    ("#96690f", "#d9b04f"),
    ("#7b4ea3", "#bb9fe6"),
)
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
DASHES = ((), (6, 3), (2, 2))


def looks(count: int) -> list[Look]:
    """So many looks, up to 21 all different: where colours and markers begin again, the dash changes."""
    colours, markers = cycle(COLOURS), cycle(MARKERS)
    return [Look(*next(colours), next(markers), DASHES[k // len(COLOURS) % len(DASHES)]) for k in range(count)]
