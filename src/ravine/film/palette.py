"""How rules are told apart, in films and on pages alike: by colour, marker and dash."""

from collections.abc import Sequence
from dataclasses import dataclass

from ravine.rules import Rule, rules

# Okabe & Ito's colours, darkened where they were too light to stand on the map; and lighter ones for a dark map.
COLOURS = ("#d55e00", "#0072b2", "#009e73", "#cc4f93", "#7b4ea3", "#a6761d", "#111111", "#3aa0d1")
DARK_COLOURS = ("#ff8a3d", "#4ea6ec", "#2fcf9e", "#f58ac1", "#bb9af0", "#e0b04c", "#f4f4f4", "#8fdcff")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*", "<", ">", "h", "p")
COUNT = 24  # with as many numbers every colour and marker has met, dashed from the ninth on


@dataclass(frozen=True)
class Style:
    """The look of one rule; `number` is its place in the palette."""

    number: int

    @property
    def colour(self) -> str:
        return COLOURS[self.number % len(COLOURS)]

    @property
    def marker(self) -> str:
        return MARKERS[self.number % len(MARKERS)]

    @property
    def dashed(self) -> bool:
        return self.number >= len(COLOURS)


def homes() -> dict[str, int]:
    """The number of each family, the oldest first: it looks the same in every picture."""
    main = sorted((rule for rule in rules.values() if rule.name == rule.family), key=lambda rule: rule.year)
    return {rule.name: number % COUNT for number, rule in enumerate(main)}


def styles(entered: Sequence[Rule]) -> list[Style]:
    """A look for each rule: the first of a family has the family's own, the others what is free."""
    home = homes()
    numbers: dict[int, int] = {}  # place in `entered` → number
    for place, rule in enumerate(entered):
        number = home.get(rule.family)
        if number is not None and number not in numbers.values():
            numbers[place] = number
    for place in range(len(entered)):
        if place not in numbers:
            numbers[place] = next(number for number in range(COUNT) if number not in numbers.values())
    return [Style(numbers[place]) for place in range(len(entered))]


def colours() -> dict[str, tuple[str, str]]:
    """Each rule's colour on light and on dark paper: its family's."""
    home = homes()
    numbers = {name: home.get(rule.family, 0) for name, rule in rules.items()}
    return {name: (Style(number).colour, DARK_COLOURS[number % len(DARK_COLOURS)]) for name, number in numbers.items()}
