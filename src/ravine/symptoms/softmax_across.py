"""A softmax over the examples of a batch, or over the places of a sequence."""

from ravine.symptoms.symptom import symptom


@symptom(
    title="Softmax runs over the examples or over a sequence, not over the classes: its dim is the wrong one",
    source="by definition: the outputs of each class sum to 1",
    evidence="The outputs are from 0 to 1, and those of one class sum to 1 over the examples of a batch or the places "
    "of a sequence, at {across_examples:.0%} of the last looks: what one gets depends on the others.",
    advice="no softmax before cross_entropy; elsewhere dim=-1, or the axis of the classes.",
    silent="for batches of less than 8",
    persists=3,
    weight="fault",
    explains=("softmax_twice", "stuck", "still_improving", "held_out_at_chance", "vanishing_gradients", "overfitting"),
)
def softmax_across(across_examples, *, share=0.9):
    return across_examples / share
