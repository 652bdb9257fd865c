"""Training in evaluation mode."""

from ravine.symptoms.symptom import symptom


@symptom(
    title="The model is left in eval(): it trains in evaluation mode",
    source="by definition: dropout is off, and batch norm keeps its statistics",
    evidence="The last steps were taken with model.training False, so dropout and batch norm were as in evaluation.",
    advice="model.train() after each look at held-out data.",
    silent="without dropout or batch norm; where only batch norm is held in eval(), with statistics of its own",
    persists=3,
    weight="fault",
    explains=("norm_lags",),
)
def evaluation_mode(in_evaluation):
    return in_evaluation
