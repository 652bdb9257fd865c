"""A Jupyter of the tests' own: its settings and its kernel are this Python's, whatever stands on the machine."""

import json
import os
import sys
from pathlib import Path

import jupyterlab


def settings(folder: Path) -> dict[str, str]:
    """The environment for Jupyter's programs, with a kernel `python3` of this Python."""
    spec = folder / "data" / "kernels" / "python3"
    spec.mkdir(parents=True)
    start = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (spec / "kernel.json").write_text(json.dumps({"argv": start, "display_name": "Python", "language": "python"}))
    own = {f"JUPYTER_{name.upper()}_DIR": str(folder / name) for name in ("config", "data", "runtime")}
    installed = shared() / "labextensions"  # anywidget's is there
    path = {"JUPYTER_PATH": str(installed.parent), "IPYTHONDIR": str(folder / "ipython")}
    return {**os.environ, **own, **path, "OMP_NUM_THREADS": "1"}  # small networks: threads would only wait


def shared() -> Path:
    """What JupyterLab brings along, share/jupyter of where it is installed."""
    return Path(jupyterlab.__file__).parents[4] / "share" / "jupyter"
