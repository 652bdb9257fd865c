"""A number that is not finite in the data."""

from ravine.symptoms.symptom import symptom


@symptom(
    title="NaN comes from the data: the inputs of a batch hold numbers that are not finite",
    source="by definition",
    evidence="At step {step:,} the inputs held NaN or infinity, before the network had any part in it.",
    advice="find and mend those examples: x.isfinite().flatten(1).all(1) says which they are.",
    silent="while every input is finite",
    persists=1,
    weight="broken",
    explains=("step_too_big", "stuck"),
)
def nan_in_inputs(nan_in_inputs):
    return nan_in_inputs
