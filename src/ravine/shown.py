"""Text of somebody else's (labels, titles, what a shared folder holds) as it is shown: read as text, never as markup.

What a terminal, matplotlib, HTML and SVG take for more than text differs; characters that are not seen, or that turn
what follows around, are harmful in all of them.
"""

import html
import unicodedata

# Control characters, lone halves of a character, marks that change the direction of the text, and private ones.
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_HARMLESS = "\n\t\u00ad\u200c\u200d"  # a soft hyphen, and what scripts and emoji are joined with


def plain(text: str) -> str:
    """The text with whatever is not seen written out: an escape character is \\x1b."""
    return "".join(
        letter
        if letter in _HARMLESS or unicodedata.category(letter) not in _UNSEEN
        else letter.encode("unicode_escape", "surrogatepass").decode()
        for letter in text
    )


def drawn(text: str) -> str:
    r"""For matplotlib: no dollar begins a formula, and a label that begins with an underscore is not left out."""
    safe = plain(text).replace("$", r"\$")
    return f"\u200b{safe}" if safe.startswith("_") else safe


def marked_up(text: str) -> str:
    """For HTML and SVG, between tags or within quotes."""
    return html.escape(plain(text))


def filled(value: object) -> object:
    """For templates, which escape markup themselves: what a value is before it is filled in."""
    return plain(value) if type(value) is str else value
