"""Whether a problem's file gives the same problem each time it is run: else no run of it is ever found again."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

from ravine.lab.problems.problem import Problem

PATIENCE = 120.0  # seconds that a second reading may take
SPLITS = ("train", "validation", "test")
_AGAIN = """
import json, sys
from pathlib import Path
from ravine.lab.problems.own.own_problem import read_problem
from ravine.lab.problems.own.repeatable import checksums
print(json.dumps(checksums(read_problem(Path(sys.argv[1])))))
"""


def checksums(problem: Problem) -> dict[str, str]:
    """One for the examples of each split, and one for all that the problem is."""
    data = problem.data()
    found = {name: hashlib.sha256() for name in SPLITS}
    for name, digest in found.items():
        for content in getattr(data, name).contents():
            digest.update(content)
    return {**{name: digest.hexdigest() for name, digest in found.items()}, "all": problem.fingerprint()}


def unlike(problem: Problem) -> str | None:
    """What is another when the problem's file is run again, in another process; None where nothing is, or no file."""
    if problem.file is None:
        return None
    settings = {**os.environ, "PYTHONHASHSEED": "12345", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", _AGAIN, str(Path(problem.file).absolute())]
    try:
        said = subprocess.run(command, capture_output=True, timeout=PATIENCE, env=settings, check=True).stdout
        again: dict[str, str] = json.loads(said.splitlines()[-1])
    except (subprocess.SubprocessError, OSError, ValueError, IndexError):
        return None  # it cannot be told
    before = checksums(problem)
    parts = [name for name in SPLITS if before[name] != again.get(name)]
    if not parts and before["all"] == again.get("all"):
        return None
    what = f"the examples ({', '.join(parts)})" if parts else "the network or the loss"
    return (
        f"{problem.name}: {what} come out otherwise each time {Path(problem.file).name} is run, so a store will never "
        "find its runs again: seed whatever is drawn (torch.manual_seed(0), random_state=0), and sort what comes out "
        "of a set or a folder"
    )
