"""A formula as people type it, respelt in the language: x², 2x, 3 − x and π where their meaning is certain.

Where it is not (1/2x, x^2y) the formula is refused. The page does the same in studio/web/src/formula/spelling.ts.
"""

import re
from typing import NoReturn

from ravine.equations.parse import EquationError

SIGNS = {"^": "**", "×": "*", "·": "*", "⋅": "*", "∙": "*", "÷": "/"} | dict.fromkeys("−–—", "-")
SIGNS |= {"≤": "<=", "≥": ">=", "≠": "!="}
CALLED = {"ln": "log", "max": "maximum", "min": "minimum", "sgn": "sign", "fabs": "abs"}
RAISED = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "+-0123456789")

DIVIDED = "this can be read in two ways: write * for the product, and brackets around what is divided by"
POWER = "this can be read in two ways: write * for the product, and brackets around the exponent"
TOWER = "this can be read in two ways: put one of the powers in brackets"

_DIGITS = r"[0-9](?:_?[0-9])*"
_EXPONENT = rf"[eE][+-]?{_DIGITS}"
_TOKEN = re.compile(
    rf"""
      (?P<comment>\#[^\r\n]*)
    | (?P<number>0[xX](?:_?[0-9a-fA-F])+ | 0[oO](?:_?[0-7])+ | 0[bB](?:_?[01])+
        | (?:(?:{_DIGITS})?\.{_DIGITS} | {_DIGITS}\.)(?:{_EXPONENT})? | {_DIGITS}{_EXPONENT} | {_DIGITS})
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<pi>π)
    | (?P<root>√(?=\())
    | (?P<raised>[⁺⁻]?[⁰¹²³⁴-⁹]+)
    | (?P<space>[\ \t\f\r\n\u00a0\\]+)
    | (?P<sign>\*\*|//|<=|>=|==|!=|.)
    """,
    re.VERBOSE | re.DOTALL,
)


class Spelling:
    """A text in the language's own spelling. `column(place)` is where `text[place]` stood in what was typed, from 1."""

    def __init__(self, typed: str):
        self.text = ""
        self._places: list[int] = []
        self._typed = typed
        self._operator = ""  # in front of the operand that is being read: "/" and "**" bind what follows them
        self._ended = ""  # the kind of operand that ends right here, without a space
        self._open: list[tuple[str, str]] = []  # of each open bracket: the operator in front of it, and its kind
        self._last = ""  # the last kind of token that was no space
        for match in _TOKEN.finditer(typed):
            self._take(str(match.lastgroup), match[0], match.start())

    def column(self, place: int) -> int:
        return (self._places[place] if place < len(self._places) else len(self._typed)) + 1

    def _take(self, kind: str, token: str, at: int) -> None:
        if kind in ("word", "pi", "root") or token == "(":
            called = self._ended == "word" and token == "("
            if self._ended and self._ended != "word":
                self._multiply(at)
            if token == "(":
                self._open.append((self._operator, "call" if called else "group"))
                self._operator = ""
        if kind == "raised":
            if self._operator == "**":
                self._refuse(at, TOWER)
            self._write(f" **{token.translate(RAISED)} ", at)
        elif kind == "pi":
            self._write(" pi ", at)
        elif kind == "root":
            self._write(" sqrt", at)
        elif kind == "sign" and token in SIGNS:
            self._write(f" {SIGNS[token]} ", at)
        elif token in CALLED and self._typed[at + len(token) : at + len(token) + 1] == "(":
            self._write(CALLED[token], at)
        else:
            self._write(token.replace("\u00a0", " "), at, verbatim=True)
        self._after(kind, SIGNS.get(token, token), at)

    def _after(self, kind: str, token: str, at: int) -> None:
        """Remembers what has been read."""
        if kind in ("comment", "space"):
            self._ended = ""
            return
        if kind == "sign":
            self._ended = ""
            if token == ")" and self._open:
                self._operator, self._ended = self._open.pop()
            elif token == "**" and self._last == "raised":
                self._refuse(at, TOWER)
            elif not (token in ("+", "-") and self._last == "operator"):  # a sign belongs to its number
                self._operator = "" if token in ("(", ")", ",") else token
            self._last = "operand" if token == ")" else "operator"
            return
        self._ended = "word" if kind == "root" else kind
        self._last = "raised" if kind == "raised" else "operand"

    def _multiply(self, at: int) -> None:
        """A product without its sign: after a number, a bracket, π or a raised exponent."""
        if self._operator == "/":
            self._refuse(at, DIVIDED)
        if self._operator == "**" and self._ended != "group":
            self._refuse(at, POWER)
        self._write(" * ", at)
        self._operator, self._ended = "*", ""

    def _write(self, text: str, at: int, verbatim: bool = False) -> None:
        self.text += text
        self._places += [at + place if verbatim else at for place in range(len(text))]

    def _refuse(self, at: int, message: str) -> NoReturn:
        raise EquationError(f"formula, column {at + 1}: {message}")
