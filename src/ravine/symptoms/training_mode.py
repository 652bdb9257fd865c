"""Held-out data looked at in training mode."""

from ravine.symptoms.symptom import symptom


@symptom(
    title="Held-out data is looked at in train(): dropout and batch norm are on",
    source="by definition; two looks in a row, so that one by the way is none",
    evidence="{validated_in_training:.0f} looks in a row at held-out data were in training mode: its loss is noisy and "
    "too high, and batch norm learned from that data.",
    advice="model.eval() before held-out data, model.train() after it.",
    silent="without dropout or batch norm",
    persists=1,
    weight="fault",
    explains=("overfitting",),
)
def training_mode(validated_in_training, *, enough=2):
    return validated_in_training / enough
