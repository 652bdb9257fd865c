"""Formulas in TeX between dollars, as lessons and quizzes write them: found, refused in words, and made MathML."""

import re
from functools import cache

from latex2mathml.converter import convert

from ravine.errors import RavineError

FORMULA = re.compile(r"\$([^\s$](?:[^$]*[^\s$])?)\$")  # nothing but the formula between the signs


@cache
def written(tex: str) -> str:
    """Its MathML. Raises RavineError for what is no TeX, or more than the converter knows."""
    braces = re.sub(r"\\.", "", tex)
    if braces.count("{") != braces.count("}"):
        raise RavineError(f"${tex}$ has a brace too many or too few")
    try:
        math = convert(tex)
    except Exception as error:  # the converter's errors have nothing else in common
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(error).__name__.removesuffix("Error")).lower()
        raise RavineError(f"${tex}$ is no formula: {words}") from None
    if command := re.search(r"\\[A-Za-z]+", math):
        raise RavineError(f"${tex}$ has a command that is not known here: {command[0]}")
    return math
