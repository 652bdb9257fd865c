"""A class that held-out data does not have."""

from ravine.symptoms.symptom import symptom


@symptom(
    title="A class is missing from the held-out data",
    source="by definition, once twenty held-out examples for each class were seen",
    evidence="{missing_class:.0f} of the classes in the training batches were in no held-out example.",
    advice="split the data by class (train_test_split(…, stratify=y)), or shuffle before the split.",
    silent="until enough held-out data was seen",
    persists=1,
    weight="fault",
)
def missing_class(missing_class):
    return missing_class
