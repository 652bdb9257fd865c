"""Races of rules on a landscape, as pictures (PNG, SVG) and films (MP4, WebM, GIF)."""

from ravine.film.encode import ENDINGS
from ravine.film.race import Race, race
from ravine.film.write import write

__all__ = ["ENDINGS", "Race", "race", "write"]
