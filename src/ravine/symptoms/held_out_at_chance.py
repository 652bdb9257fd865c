"""Nothing of what is learned holds for other examples."""

from ravine.equations import minimum
from ravine.symptoms.symptom import symptom


@symptom(
    title="Nothing generalises: labels do not belong to the inputs (permuted?)",
    source="the held-out loss of guessing by the shares of the classes; Zhang et al. 2017 on random labels",
    evidence="The training loss has come down to {loss:.4g}, and the held-out loss was never better than "
    "{held_out_best:.4g}, where guessing has {guessing:.4g}.",
    advice="look at ten examples with their labels, in training and in held-out data; are inputs and labels shuffled "
    "together?",
    silent="once held-out loss was below guessing, however much it overfits later",
    persists=2,
    weight="fault",
    explains=("overfitting", "stuck", "still_improving"),
)
def held_out_at_chance(held_out_best, guessing, loss, unlearned, held_out_looks, *, share=0.97, fallen=0.98, enough=4):
    learned = fallen * unlearned / loss
    return minimum(minimum(held_out_best / (share * guessing), learned), held_out_looks / enough)
