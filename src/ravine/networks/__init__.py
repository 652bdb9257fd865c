"""Small networks in NumPy that a page trains too, to the same numbers: data, first weights, batches, dropout, training.

Random numbers come from a generator that both draw from (threefry.py), so that a recipe is all there is to say.
"""

from ravine.networks.first_weights import first_weights
from ravine.networks.recipe import Recipe
from ravine.networks.training import Score, Training, batches, masks

__all__ = ["Recipe", "Score", "Training", "batches", "first_weights", "masks"]
