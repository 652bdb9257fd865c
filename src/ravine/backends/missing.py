"""What some languages lack, in words that all have: erf and erfc, expm1, log1p and tanh, each an equation.

A backend writes them into its prelude like any equation. In float64 each is within 2e-15 of the true value, relatively;
in float32 within a few units in the last place.
"""

from dataclasses import replace

from ravine.equations import Equation, exp, expm1, floor, log, minimum, parse_formula, parse_function, where


def _erfc(x):
    # W. J. Cody, "Rational Chebyshev approximations for the error function", Math. Comp. 23 (1969): below 0.46875, to
    # 4 and beyond, coefficients as in his CALERF. Beyond 30 all formats have 0.
    y = minimum(abs(x), 30)
    s = y * y
    above = ((1.85777706184603153e-1 * s + 3.16112374387056560) * s + 113.864154151050156) * s
    below = (((s + 23.6012909523441209) * s + 244.024637934444173) * s + 1282.61652607737228) * s
    near = x * ((above + 377.485237685302021) * s + 3209.37758913846947) / (below + 2844.23683343917062)

    above = ((2.15311535474403846e-8 * y + 0.564188496988670089) * y + 8.88314979438837594) * y
    above = (((above + 66.1191906371416295) * y + 298.635138197400131) * y + 881.952221241769090) * y
    above = ((above + 1712.04761263407058) * y + 2051.07837782607147) * y + 1230.33935479799725
    below = ((y + 15.7449261107098347) * y + 117.693950891312499) * y
    below = (((below + 537.181101862009858) * y + 1621.38957456669019) * y + 3290.79923573345963) * y
    below = ((below + 4362.61909014324716) * y + 3439.36767414372164) * y + 1230.33935480374942
    middle = above / below

    i = 1 / s
    above = ((1.63153871373020978e-2 * i + 3.05326634961232344e-1) * i + 3.60344899949804439e-1) * i
    above = ((above + 1.25781726111229246e-1) * i + 1.60837851487422766e-2) * i + 6.58749161529837803e-4
    below = ((i + 2.56852019228982242) * i + 1.87295284992346725) * i
    below = ((below + 5.27905102951428412e-1) * i + 6.05183413124413191e-2) * i + 2.33520497626869185e-3
    far = (0.56418958354775628695 - i * above / below) / y

    # exp(-y²) of a y with few digits and the rest, since rounding y² would cost exp its last digits.
    c = floor(16 * y) / 16
    tail = exp(-c * c) * exp(-(y - c) * (y + c)) * where(y <= 4, middle, far)
    return where(y <= 0.46875, 1 - near, where(x < 0, 2 - tail, tail))


def _log1p(x):
    # 2 artanh(x / (2 + x)) as its series where 1 + x would lose digits.
    s = x / (2 + x)
    q = s * s
    series = q / 15 + 1 / 13
    series = ((series * q + 1 / 11) * q + 1 / 9) * q + 1 / 7
    series = ((series * q + 1 / 5) * q + 1 / 3) * q + 1
    return where(abs(x) < 0.125, 2 * s * series, log(1 + x))


def _expm1(x):
    series = 1 + x / 9 * (1 + x / 10 * (1 + x / 11 * (1 + x / 12 * (1 + x / 13 * (1 + x / 14)))))
    series = 1 + x / 5 * (1 + x / 6 * (1 + x / 7 * (1 + x / 8 * series)))
    series = 1 + x / 2 * (1 + x / 3 * (1 + x / 4 * series))
    return where(abs(x) < 0.5, x * series, exp(x) - 1)


def _tanh(x):
    e = expm1(-2 * abs(x))
    size = -e / (2 + e)
    return where(x < 0, -size, size)


_ERFC = replace(parse_function(_erfc), name="erfc")
_ERF = parse_formula("where(y <= 0.46875, near, where(x < 0, tail - 1, 1 - tail))", ("x", "y", "near", "tail"))

# In the order in which they need each other.
FUNCTIONS: dict[str, Equation] = {
    "erfc": _ERFC,
    "erf": replace(_ERFC, name="erf", results=(_ERF,)),
    "log1p": replace(parse_function(_log1p), name="log1p"),
    "expm1": replace(parse_function(_expm1), name="expm1"),
    "tanh": replace(parse_function(_tanh), name="tanh"),
}
