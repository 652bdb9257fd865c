"""Looks over the script of the rules before anybody is served it. It needs no engine: that script is of one shape.

All that equations bring into it are names, which bear a prefix (ravine.backends.spelling), numbers, and texts in
quotes. So it is sound if every other word is one that the generator itself writes, each function is defined once in
its entry, and all brackets close. Tests hold the generator, with names as hostile as any, to real engines.
"""

import re
from collections.abc import Iterator

from ravine.backends.spelling import FUNCTION, VALUE
from ravine.errors import RavineError

_TOKEN = re.compile(
    r"""(?P<text>"(?:[^"\\\n]|\\.)*")|(?P<number>\d+(?:\.\d+)?(?:e[+-]?\d+)?\b)|(?P<word>[^\W\d]\w*)"""
    r"""|(?P<opens>[([{])|(?P<closes>[)\]}])|(?P<sign>=>|\.\.\.|[=!]==|[<>=!]=|&&|\|\||[-+*/<>=?:;,.])|(?P<space>\s+)"""
)
_WORDS = frozenset(
    "RAVINE const let function return true false null Infinity NaN x y size numbers"
    " power power2 power3 power4 erf erfc Math sqrt abs exp log sin cos sign floor max min pow tanh expm1 log1p"
    " functions rules landscapes activations schedules step parts gradientPoint pixel once value slope gradient"
    " factor over sum norm mean rows columns map reduce length together A X a b p"
    " LINES SETTINGS hyperparameters lines".split()
)
_CLOSING = {"(": ")", "[": "]", "{": "}"}


def check_script(script: str) -> None:
    """RavineError, with the line, for a script that the generator should not have written."""
    open_brackets: list[str] = []
    defined: set[str] = set()
    before = ""
    for line, kind, token in _tokens(script):
        if kind == "word":
            if before == "function":
                if token in defined:
                    raise _unsound(line, f"{token} is defined twice")
                defined.add(token)
            elif before == "const" and len(open_brackets) == 1:
                defined = set()
            if not token.startswith((VALUE, FUNCTION)) and token not in _WORDS:
                raise _unsound(line, f"{token!r} is no word of a rule's")
        elif kind == "opens":
            open_brackets.append(_CLOSING[token])
        elif kind == "closes" and (not open_brackets or open_brackets.pop() != token):
            raise _unsound(line, f"{token!r} closes nothing")
        elif kind == "text" and len(open_brackets) == 4:  # the name of an entry, whose scope is its own
            defined = set()
        before = token
    if open_brackets:
        raise _unsound(script.count("\n") + 1, f"{open_brackets[-1]!r} is missing")


def _tokens(script: str) -> Iterator[tuple[int, str, str]]:
    at, line = 0, 1
    while at < len(script):
        match = _TOKEN.match(script, at)
        if match is None or match.lastgroup is None:
            raise _unsound(line, f"{script[at : at + 20]!r} cannot be read")
        if match.lastgroup != "space":
            yield line, match.lastgroup, match.group()
        line += match.group().count("\n")
        at = match.end()


def _unsound(line: int, what: str) -> RavineError:
    return RavineError(f"the script of the rules would not run, which is a fault of Ravine's (line {line}: {what})")
