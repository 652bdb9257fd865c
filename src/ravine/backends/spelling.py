"""How the names of an equation are spelt in generated code, so that none can ever meet another word there.

The equation language has names of lower-case letters, digits and single underscores, and each generated one carries a
capital. Spelt, every name begins with a prefix with which no keyword, built-in or reserved family of JavaScript, GLSL,
WebGL, Python or Triton begins; what a backend writes on its own account never begins so. And what it derives from a
name adds a capital (v_m_S), which no name of an equation holds. So lists of words that are taken are not needed.
"""

VALUE, FUNCTION = "v_", "f_"


def value(name: str) -> str:
    """The variable of a parameter, a state, a hyperparameter or an assignment."""
    return f"{VALUE}{name}"


def function(name: str, part: str = "") -> str:
    """The function of an equation; `part` is a word with a capital, such as Parts, for others made of the same one."""
    return f"{FUNCTION}{name}{f'_{part}' if part else ''}"
