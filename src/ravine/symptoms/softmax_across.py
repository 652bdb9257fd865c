"""A softmax over the examples of a batch."""

from ravine.symptoms.symptom import symptom


@symptom(
    title="Softmax runs over the examples, not over the classes: its dim is the wrong one",
    source="by definition: each column of the outputs sums to 1",
    evidence="The outputs are from 0 to 1 and sum to 1 over the examples of each batch, at {across_examples:.0%} of "
    "the last looks: what an example gets depends on the others.",
    advice="no softmax before cross_entropy; elsewhere dim=-1, or the axis of the classes.",
    silent="for batches of less than 8",
    persists=3,
    weight="fault",
    explains=("softmax_twice", "stuck", "still_improving", "held_out_at_chance", "vanishing_gradients", "overfitting"),
)
def softmax_across(across_examples, *, share=0.9):
    return across_examples / share
