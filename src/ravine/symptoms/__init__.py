"""What can be wrong with a training, one file each: an equation over what is measured of it, and the words for it."""

from ravine.registry import Registry
from ravine.symptoms.measurement import MEASUREMENTS, Measurement
from ravine.symptoms.symptom import Symptom, symptom

__all__ = ["MEASUREMENTS", "Measurement", "Symptom", "symptom", "symptoms"]

symptoms = Registry("ravine.symptoms", Symptom, "symptom", example="dead_units")
