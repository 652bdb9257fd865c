"""The landscapes against their published formulas, and what is claimed of each against its own derivatives."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ravine.errors import RavineError
from ravine.landscapes import from_formula, landscapes

PUBLISHED: dict[str, Callable] = {
    "ackley": lambda x, y: (
        -20 * jnp.exp(-0.2 * jnp.sqrt((x * x + y * y) / 2))
        - jnp.exp((jnp.cos(2 * jnp.pi * x) + jnp.cos(2 * jnp.pi * y)) / 2)
        + jnp.e
        + 20
    ),
    "beale": lambda x, y: sum((c - x * (1 - y**k)) ** 2 for k, c in ((1, 1.5), (2, 2.25), (3, 2.625))),
    "booth": lambda x, y: 5 * x**2 + 5 * y**2 + 8 * x * y - 34 * x - 38 * y + 74,
    "bowl": lambda x, y: 0.5 * jnp.hypot(x, y) ** 2,
    "cliff": lambda x, y: jax.nn.sigmoid(8 * x) + 0.025 * ((x + 1.5) ** 2 + y**2),
    "himmelblau": lambda x, y: jnp.square(x * x + y - 11) + jnp.square(x + y * y - 7),
    "monkey_saddle": lambda x, y: x * (x - jnp.sqrt(3.0) * y) * (x + jnp.sqrt(3.0) * y),
    "rastrigin": lambda x, y: sum(10 + z * z - 10 * jnp.cos(2 * jnp.pi * z) for z in (x, y)),
    "ravine": lambda x, y: 0.5 * x * x + 10 * y * y,
    "rosenbrock": lambda x, y: 100 * jnp.square(y - x * x) + jnp.square(1 - x),
    "saddle": lambda x, y: (x - y) * (x + y),
    "six_hump_camel": lambda x, y: 4 * x**2 - 2.1 * x**4 + x**6 / 3 + x * y - 4 * y**2 + 4 * y**4,
    "styblinski_tang": lambda x, y: 0.5 * sum(z**4 - 16 * z**2 + 5 * z for z in (x, y)),
    "three_hump_camel": lambda x, y: x * y + y * y + x * x * (2 - 1.05 * x**2 + x**4 / 6),
    "wells": lambda x, y: (
        0.05 * (x * x + y * y)
        - sum(
            depth * jnp.exp(-((x - a) ** 2 + (y - b) ** 2) / width)
            for depth, a, b, width in (
                (1.5, 1.2, -1, 0.5),
                (0.9, -1.4, -0.8, 0.6),
                (0.7, 0.6, 1.4, 0.4),
                (0.5, -1.6, 1.5, 0.4),
            )
        )
    ),
}

LOWEST = {
    "ackley": 0.0,
    "beale": 0.0,
    "booth": 0.0,
    "himmelblau": 0.0,
    "rastrigin": 0.0,
    "rosenbrock": 0.0,
    "six_hump_camel": -1.0316284534898774,
    "styblinski_tang": -39.16616570377142 * 2,
    "three_hump_camel": 0.0,
}


pytestmark = pytest.mark.usefixtures("float64_in_jax")


def grid(name: str, n: int = 23) -> tuple[np.ndarray, np.ndarray]:
    domain = landscapes[name].domain
    x, y = np.meshgrid(np.linspace(*domain.x, n), np.linspace(*domain.y, n))
    return x.ravel(), y.ravel()


def slopes(name: str, x, y) -> tuple[np.ndarray, np.ndarray]:
    by_x, by_y = (jax.vmap(jax.grad(PUBLISHED[name], argnums=i)) for i in (0, 1))
    return np.asarray(by_x(x, y)), np.asarray(by_y(x, y))


def hessian(name: str, point: tuple[float, float]) -> np.ndarray:
    """By central differences of the exact gradient."""
    f, h = landscapes[name], 1e-5
    columns = []
    for dx, dy in ((h, 0), (0, h)):
        ahead, behind = f.gradient(point[0] + dx, point[1] + dy), f.gradient(point[0] - dx, point[1] - dy)
        columns.append([(a - b) / (2 * h) for a, b in zip(ahead, behind, strict=True)])
    return np.array(columns, dtype=float)


def test_every_landscape_has_a_published_formula_here():
    assert sorted(PUBLISHED) == sorted(landscapes)
    assert len(landscapes) >= 14


@pytest.mark.parametrize("name", landscapes)
def test_values_are_those_of_the_published_formula(name):
    x, y = grid(name)
    expected = np.asarray(PUBLISHED[name](x, y))
    assert landscapes[name](x, y) == pytest.approx(expected, rel=1e-12, abs=1e-12 * np.abs(expected).max())


@pytest.mark.parametrize("name", landscapes)
def test_gradients_are_those_that_jax_takes_of_the_published_formula(name):
    x, y = grid(name)
    off_cusp = ~((x == 0) & (y == 0)) if name == "ackley" else np.full(x.shape, True)
    x, y = x[off_cusp], y[off_cusp]
    for ours, theirs in zip(landscapes[name].gradient(x, y), slopes(name, x, y), strict=True):
        ours = np.broadcast_to(ours, x.shape)
        assert ours == pytest.approx(theirs, rel=1e-12, abs=1e-12 * np.abs(theirs).max())


@pytest.mark.parametrize("name", LOWEST)
def test_the_lowest_minimum_has_the_published_height(name):
    heights = [landscapes[name](*point) for point in landscapes[name].minima]
    assert min(heights) == pytest.approx(LOWEST[name], rel=1e-14, abs=1e-14)


MINIMA = [(name, point) for name in landscapes for point in landscapes[name].minima]
SADDLES = [(name, point) for name in landscapes for point in landscapes[name].saddles]


@pytest.mark.parametrize("name", landscapes)
def test_the_gradient_vanishes_at_every_minimum_and_saddle(name):
    f = landscapes[name]
    steepest = np.abs(np.stack(np.broadcast_arrays(*f.gradient(*grid(name))))).max()
    for point in (*f.minima, *f.saddles):
        # The point is a float: its rounding times the curvature is what remains of the slope.
        assert np.abs(f.gradient(*point)).max() <= 1e-14 * max(steepest, 1), point


@pytest.mark.parametrize("name", sorted({name for name, _ in MINIMA}))
def test_every_minimum_is_lower_than_what_surrounds_it(name):
    f = landscapes[name]
    angles = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    for x, y in f.minima:
        assert f.domain.holds(np.array([x, y]))
        for radius in (1e-3, 1e-2):
            assert (f(x + radius * np.cos(angles), y + radius * np.sin(angles)) > f(x, y)).all(), (x, y)


@pytest.mark.parametrize(("name", "point"), SADDLES)
def test_every_saddle_falls_one_way_and_rises_another(name, point):
    low, high = np.linalg.eigvalsh(hessian(name, point))
    if name == "monkey_saddle":  # its curvature vanishes too; the third derivatives make the saddle
        assert max(abs(low), abs(high)) < 1e-8
        angles = np.linspace(0, 2 * np.pi, 12, endpoint=False)
        around = landscapes[name](0.1 * np.cos(angles), 0.1 * np.sin(angles))
        signs = np.sign(np.round(around, 12))
        assert np.count_nonzero(np.diff(signs[signs != 0])) == 5  # three falls and three rises around the circle
    else:
        assert low < 0 < high


@pytest.mark.parametrize("name", landscapes)
def test_the_start_and_the_range_make_a_picture(name):
    f = landscapes[name]
    heights = f(*grid(name, 101))
    low, high = f.range
    assert f.domain.holds(np.array(f.start))
    assert low < high
    assert low <= f(*f.start) <= high * 3
    assert np.abs(f.gradient(*f.start)).max() > 0
    assert np.mean((low <= heights) & (heights <= high)) > 0.4
    assert f.lesson
    assert f.source


def test_parameters_change_the_shape():
    steep = landscapes["ravine"].with_parameters(condition=100)
    assert steep(1.0, 1.0) == 50.5
    assert steep.gradient(1.0, 1.0) == (1.0, 100.0)
    assert landscapes["ravine"](1.0, 1.0) == 10.5
    assert steep.parameters == {"condition": 100.0}


@pytest.mark.parametrize(
    ("values", "message"),
    [({"conditon": 1.0}, "did you mean 'condition'"), ({"condition": float("nan")}, "must be finite")],
)
def test_wrong_parameters_are_refused(values, message):
    with pytest.raises(RavineError, match=message):
        landscapes["ravine"].with_parameters(**values)


def test_a_users_formula_is_a_landscape():
    f = from_formula("x**2 - y**2", {"x": (-1, 3), "y": (-2, 2)})
    assert f(2.0, 1.0) == 3.0
    assert f.gradient(2.0, 1.0) == (4.0, -2.0)
    assert f.range == (-4.0, 9.0)
    assert f.domain.holds(np.array(f.start))
    assert "x" in f.latex()


def test_a_formula_that_is_constant_along_y_still_descends_on_arrays():
    slope = from_formula("x**2").gradient(np.ones(3), np.ones(3))
    assert (np.broadcast_to(slope[1], 3) == 0).all()


@pytest.mark.parametrize(
    ("formula", "domain", "message"),
    [
        ("log(x - 9)", None, "no finite value"),
        ("x**2", {"x": (1.0, 1.0), "y": (0.0, 1.0)}, "finite x0 < x1"),
        ("x**2", {"x": (0.0, float("inf")), "y": (0.0, 1.0)}, "finite x0 < x1"),
        ("z**2", None, "unknown name 'z'"),
    ],
)
def test_formulas_that_draw_nothing_are_refused(formula, domain, message):
    with pytest.raises(RavineError, match=message):
        from_formula(formula, domain)


def test_an_unknown_landscape_suggests_the_nearest():
    with pytest.raises(RavineError, match="did you mean 'rosenbrock'"):
        landscapes["rosenbrok"]
