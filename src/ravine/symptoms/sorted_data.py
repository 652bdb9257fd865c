"""Batches of one class each."""

from ravine.equations import minimum
from ravine.symptoms.symptom import symptom


@symptom(
    title="The data is not shuffled: batches hold one class each",
    source="this project's own measurement",
    evidence="The commonest class makes up {purity:.0%} of a batch on average, and {commonest:.0%} of all examples "
    "seen.",
    advice="DataLoader(…, shuffle=True).",
    silent="where one class is common in all of the data, and for batches of less than 8",
    persists=3,
    weight="fault",
    explains=("loss_spikes", "stuck", "still_improving", "clipping", "step_too_big", "held_out_at_chance"),
)
def sorted_data(purity, commonest, batch, *, pure=0.8, half=0.5, fewest=8):
    return minimum(minimum(purity / pure, half / commonest), batch / fewest)
