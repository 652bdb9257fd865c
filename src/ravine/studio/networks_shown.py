"""What the page of the living network begins with, the experiments that it offers, and the first one's numbers."""

from dataclasses import dataclass

from ravine.studio.network_picture import runs_of

FIRST = "data=spiral&activation=relu&init=he_uniform&adam.lr=0.01&steps=1500"
PICTURE = "static/pictures/network.svg"
ROWS = 10

# Title, state, what is to be seen.
EXPERIMENTS = (
    ("A spiral, learned", FIRST, "A thousand steps bend straight lines into a spiral."),
    (
        "Gradients that vanish",
        "data=moons&layers=8,8,8,8,8,8,8,8&activation=sigmoid&adam.lr=0.01&twin.activation=tanh",
        "Eight layers of sigmoid: read the gradient’s norm from the last layer to the first. The twin has tanh.",
    ),
    (
        "A start at zero",
        "data=circles&init=zeros&activation=relu&adam.lr=0.01&twin.init=he_uniform",
        "Nothing but the last biases ever moves. The twin starts as He does.",
    ),
    (
        "Units that died",
        "data=moons&activation=relu&bias=-10&adam.lr=0.01&twin.bias=0",
        "With biases of −10 no unit of the first layer is on for any example.",
    ),
    (
        "Learned by heart",
        "data=digits&examples=300&random=1&layers=64,128&activation=relu&init=he_uniform&adam.lr=0.003"
        "&steps=1500&twin.random=0",
        "Labels drawn by lot are learned to the last one, and say nothing of new digits. The twin has the true ones.",
    ),
    (
        "Weights held small",
        "data=moons&examples=40&random=0.2&layers=64,64&activation=relu&init=he_uniform&adam.lr=0.01&steps=1500"
        "&twin.decay=l2&lambda=0.01",
        "A fifth of the labels are wrong. The twin pays for large weights, and draws a smoother line.",
    ),
    (
        "Units left out",
        "data=moons&examples=60&random=0.2&layers=64,64&activation=relu&init=he_uniform&adam.lr=0.01&steps=1500"
        "&twin.dropout=0.5",
        "The twin trains with half of its hidden units off: on points held out its loss is less than half.",
    ),
    (
        "A step too large",
        "data=moons&rule=sgd&sgd.lr=30&batch=all&steps=300&twin.sgd.lr=0.3",
        "Thirty times the length of the slope: the loss leaps instead of falling.",
    ),
)


@dataclass(frozen=True)
class Row:
    """Losses and shares of examples named right, at one step."""

    step: int
    loss: float
    held_out_loss: float
    accuracy: float
    held_out_accuracy: float


def numbers(query: str = FIRST) -> list[Row]:
    """The run of the still picture, as numbers."""
    run = runs_of(query)[0]
    every = max(1, len(run.steps) // ROWS)
    kept = list(zip(run.steps, run.train, run.held_out, strict=True))[::every]
    return [Row(step, train.loss, held.loss, train.accuracy, held.accuracy) for step, train, held in kept]
