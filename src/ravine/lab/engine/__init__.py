"""The engine: turns configurations into runs, as fast as this machine can. Importing it imports torch."""

from ravine.lab.engine.calibration import Calibration, calibrate
from ravine.lab.engine.chunks import chunks
from ravine.lab.engine.training import train_chunk

__all__ = ["Calibration", "calibrate", "chunks", "train_chunk"]
