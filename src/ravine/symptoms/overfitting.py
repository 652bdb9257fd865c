"""Training goes on, held-out data gets worse."""

from ravine.equations import minimum
from ravine.symptoms.symptom import symptom


@symptom(
    title="It overfits: held-out loss rises while training loss falls",
    source="a gap, as in SageMaker Debugger's Overfit, of a fifth where that takes a tenth: our own; several looks: "
    "Prechelt 1998",
    evidence="The held-out loss is {held_out:.4g}, up from {held_out_best:.4g} {held_out_rising:.0f} looks ago, while "
    "the training loss fell to {loss:.4g}.",
    advice="keep the weights of the best look (early stopping); more data, augmentation, dropout or weight decay.",
    silent="while both fall, and for a held-out loss that only levels off",
    persists=1,
    weight="fault",
    contradicts=("still_improving", "stuck"),
)
def overfitting(held_out, held_out_best, held_out_rising, loss, loss_in_the_middle, *, gap=1.2, looks=4, fall=0.95):
    rises = minimum(held_out / (gap * held_out_best), held_out_rising / looks)
    return minimum(rises, minimum(held_out / (gap * loss), fall * loss_in_the_middle / loss))
