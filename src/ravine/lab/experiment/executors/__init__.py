"""Where runs are trained: in this process, in others on this machine, or on the machines of Dask, Ray or Slurm.

Each is a `Workers`: something that takes chunks of configurations and gives futures of their runs. Importing this
package imports neither torch nor any of the engines that the files beside it speak to.
"""

from ravine.lab.experiment.executors.here import Here
from ravine.lab.experiment.executors.processes import Processes, cores
from ravine.lab.experiment.executors.work import packed
from ravine.lab.experiment.executors.workers import Workers

__all__ = ["Here", "Processes", "Workers", "cores", "packed"]
