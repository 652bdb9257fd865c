"""Frames a second of a 720p race, drawn and encoded; and drawn alone, which is what Ravine adds to ffmpeg's work.

python benchmarks/film.py            # prints a table; takes about a minute
"""

import statistics
import tempfile
import time
from pathlib import Path

from ravine.film import race, write
from ravine.film.picture import draw
from ravine.film.write import frames

REPEATS = 3


def main() -> None:
    run = race("rosenbrock", ["sgd", "momentum", "nesterov", "adam"], steps=300)
    print(f"{'':8}frames a second, median of {REPEATS} (lowest to highest)")
    speeds: dict[str, list[float]] = {}
    for _ in range(REPEATS):  # the kinds take turns, so that a busy minute hurts all alike
        for ending in ("drawing", ".mp4", ".webm", ".gif"):
            speeds.setdefault(ending, []).append(_speed(run, ending))
    for ending, seen in speeds.items():
        print(f"{ending:8}{statistics.median(seen):6.1f} ({min(seen):.1f} to {max(seen):.1f})")


def _speed(run, ending: str) -> float:
    count = 0
    started = time.perf_counter()
    if ending == "drawing":
        for _ in frames(run, draw(run)):
            count += 1
    else:
        with tempfile.TemporaryDirectory() as folder:

            def heard(done: int, total: int) -> None:
                nonlocal count
                count = done

            write(run, Path(folder) / f"race{ending}", heard)
    return count / (time.perf_counter() - started)


if __name__ == "__main__":
    main()
