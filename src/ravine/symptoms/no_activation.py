"""Layers without anything between them that bends."""

from ravine.equations import minimum
from ravine.symptoms.symptom import symptom


@symptom(
    title="No activation between the layers: together they are one linear map",
    source="by definition: a product of matrices is a matrix",
    evidence="Each of the {links:.0f} layers after the first takes what the one before gave as it is; the loss is "
    "{loss:.4g}, and guessing by the shares of the classes has {guessing:.4g}.",
    advice="a ReLU or GELU after each layer but the last.",
    silent="where the loss has fallen (what a line can part needs no more), and where no classes are told apart",
    persists=3,
    weight="fault",
    explains=("stuck", "still_improving", "held_out_at_chance"),
)
def no_activation(straight, links, loss, guessing, steps, *, share=0.5, enough=100):
    bent = minimum(straight, links)
    return minimum(bent, minimum(loss / (share * guessing), steps / enough))
