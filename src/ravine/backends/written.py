"""What has an equation can be written out: the methods that rules and landscapes share, one for each language."""

from ravine.equations.equation import Equation


class Written:
    """Anything with an `equation`."""

    equation: Equation

    def python(self) -> str:
        """The equation language itself: the body of the definition, or what composing it made."""
        from ravine.backends import python

        return python.write(self.equation)

    def latex(self) -> str:
        """LaTeX, in the symbols of the papers: an `aligned` block, a line for each assignment."""
        from ravine.backends import latex

        return latex.write(self.equation)

    def mathml(self) -> str:
        """The same as one MathML element, for a page without script."""
        from ravine.backends import mathml

        return mathml.write(self.equation)

    def javascript(self) -> str:
        """A JavaScript function of one element; it expects the prelude of `ravine.backends.javascript`."""
        from ravine.backends import javascript

        return javascript.write(self.equation)

    def glsl(self) -> str:
        """A GLSL function of one element; it expects the prelude of `ravine.backends.glsl`."""
        from ravine.backends import glsl

        return glsl.write(self.equation)
