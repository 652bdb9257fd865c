"""Running statistics far from the batches'."""

from ravine.equations import maximum, minimum
from ravine.symptoms.symptom import symptom


@symptom(
    title="Batch norm's statistics lag: evaluation sees another network than training",
    source="this project's own measurement: half a deviation in the mean or a factor of four in the variance",
    evidence="After {norm_steps:.0f} steps the running mean of {layer} is {lag_of_mean:.2g} deviations from the "
    "batches', and its running variance differs by a factor of {lag_of_variance:.3g}.",
    advice="a larger momentum of the norm (0.1 is PyTorch's), or larger batches; or train on.",
    silent="in the first steps, for batches too small to tell, and where the norm is held in eval()",
    persists=3,
    weight="fault",
    explains=("overfitting", "held_out_at_chance"),
)
def norm_lags(lag_of_mean, lag_of_variance, norm_steps, *, mean=0.7, times=4, enough=50):
    return minimum(maximum(lag_of_mean / mean, lag_of_variance / times), norm_steps / enough)
