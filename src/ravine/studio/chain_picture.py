"""The still picture of the chain widget: the gradient on its way back, factor by factor on an axis of powers of ten."""

import math
from collections.abc import Iterator
from itertools import pairwise

from ravine.activations import activations
from ravine.lessons.chain import Chain
from ravine.lessons.state import State
from ravine.studio.drawing import HEIGHT, WIDTH, svg, text

LEFT, RIGHT, TOP, BOTTOM = 70, 24, 44, 70
LEAST = -40  # powers of ten: what is smaller stands at the foot


def chain_of(state: State) -> Chain:
    """The chain that a state describes, with the widget's own defaults."""
    return Chain(
        activation=state.texts.get("activation", "sigmoid"),
        depth=int(state.numbers("depth", (8,))[0]),
        weight=state.numbers("weight", (1.0,))[0],
        bias=state.numbers("bias", (0.0,))[0],
        input=state.numbers("input", (1.0,))[0],
    )


def draw_chain(state: State) -> bytes:
    chain = chain_of(state)
    left = f"{abs(chain.gradients()[-1]):.2g} of the gradient is left at the input"
    title = f"{chain.depth} layers of {activations[chain.activation].title}, weight {chain.weight:g}: {left}"
    return svg([text(LEFT, 24, title.replace("-", "−")), *_stairs(chain)], [])


def _stairs(chain: Chain) -> Iterator[str]:
    sizes = [abs(value) for value in chain.gradients()]
    powers = [math.log10(size) for size in sizes if size]
    low = max(LEAST, math.floor(min(-2, *powers, -4 if 0 in sizes else 0)))
    high = math.ceil(max(1, *powers))

    def y(size: float) -> float:
        power = max(low, math.log10(size)) if size else low
        return TOP + (HEIGHT - TOP - BOTTOM) * (high - power) / (high - low)

    def x(place: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * place / chain.depth

    each = next(size for size in (1, 2, 5, 10) if (high - low) / size <= 8)
    for power in range(math.ceil(low / each) * each, high + 1, each):
        yield f'<path class="{"grid" if power else "zero"}" d="M{LEFT} {y(10.0**power):.1f}H{WIDTH - RIGHT}"/>\n'
        yield text(LEFT - 8, y(10.0**power) + 4, f"1e{power}".replace("-", "−") if power else "1", "end", soft=True)
    for number, (before, after) in enumerate(pairwise(sizes)):
        if not before:
            break
        place, dash = chain.depth - number / 2, ' stroke-dasharray="1 5"' if number % 2 else ""
        line = f"M{x(place):.1f} {y(before):.1f}L{x(place - 0.5):.1f} {y(after):.1f}"
        yield f'<path class="ink" stroke-width="2.4" stroke-linecap="round"{dash} d="{line}"/>\n'
    for layer in range(chain.depth):
        yield text(x(layer + 0.5), HEIGHT - BOTTOM + 22, str(layer + 1), "middle", soft=True)
    words = "layer; the gradient comes from the right: unbroken where a slope multiplies it, dotted where a weight does"
    yield text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 24, words, "middle", soft=True)
