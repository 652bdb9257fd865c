"""What the lab needs beyond the core, and what brings it."""

import importlib.util

from ravine.errors import RavineError, install

NEEDS = ("torch", "sklearn", "scipy", "loky", "cloudpickle")


def check_installed() -> None:
    """RavineError, with what to install, where a package is missing."""
    for package in NEEDS:
        if importlib.util.find_spec(package) is None:
            raise RavineError(f"comparing trains networks, and {package} is not installed: {install('torch')}")
