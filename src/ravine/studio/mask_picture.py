"""The still picture of the mask widget: what comes in, one mask, what goes on and what is passed back."""

from collections.abc import Sequence

import numpy as np

from ravine.lessons.state import State
from ravine.networks.threefry import Stream, uniform
from ravine.studio.drawing import HEIGHT, WIDTH, svg, text

# As in web/src/mask/layer.ts.
UNITS = (1.2, 0.4, 2.0, 0.7, 1.6, 0.2, 1.0, 1.8, 0.5, 1.4, 0.9, 1.1)
LEFT = 24


def draw_mask(state: State) -> bytes:
    p = state.numbers("p", (0.5,))[0]
    share = p if state.texts.get("meaning", "drop") == "keep" else 1 - p
    mask = uniform(state.seed, Stream.DROPOUT, 1, len(UNITS)) >= 1 - share  # the page's first
    factor = mask / share if share else np.zeros(len(UNITS))
    count = f"{mask.sum()} of {len(UNITS)} are kept"
    rows: list[tuple[str, Sequence[float] | np.ndarray]] = [
        ("What comes in, a", UNITS),
        (f"The mask, m: {count}", mask.astype(float)),
        (f"What goes on, a · m × {1 / share if share else 0:.3g}", factor * np.array(UNITS)),
        ("The gradient, 1, on its way back", factor),
    ]
    return svg([part for number, (title, values) in enumerate(rows) for part in _row(number, title, values)], [])


def _row(number: int, title: str, values: Sequence[float] | np.ndarray) -> list[str]:
    height, wide = (HEIGHT - 20) / 4, (WIDTH - 2 * LEFT) / len(UNITS)
    bottom, most = 10 + height * (number + 1) - 8, max(1.0, *values)
    bars = "".join(
        f"M{LEFT + wide * (unit + 0.2):.1f} {bottom:.1f}v{-(height - 40) * value / most:.1f}h{wide * 0.6:.1f}"
        f"V{bottom:.1f}Z"
        for unit, value in enumerate(values)
        if value
    )
    ground = f'<path class="grid" d="M{LEFT} {bottom:.1f}H{WIDTH - LEFT}"/>\n'
    return [text(LEFT, bottom - height + 24, title), f'<path class="bar" d="{bars}"/>\n', ground]
