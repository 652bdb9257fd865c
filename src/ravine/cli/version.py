"""`ravine --version`: what is installed and what is found, as text for a report of an error."""

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import ravine
from ravine.cli.terminal import end_with_the_reader
from ravine.errors import RavineError, install
from ravine.version import __version__

CORE = ("numpy", "matplotlib", "typer")
EXTRAS = {  # an extra → what it brings
    "torch": ("torch", "llvmlite", "scikit-learn", "scipy"),
    "results": ("duckdb",),
    "dask": ("distributed",),
    "ray": ("ray",),
    "slurm": ("submitit",),
    "notebook": ("anywidget", "ipykernel"),
    "videos": ("hibari-tts",),
}


def print_version() -> None:
    """The version in the first line, at once; then a line for each thing that an error may depend on."""
    end_with_the_reader()
    print(f"ravine {__version__}", flush=True)
    place = Path(ravine.__file__).parent
    lines = {
        "python": f"{platform.python_version()}, {platform.platform()}, {os.cpu_count()} cores",
        "installed": f"{place}, in {sys.prefix}",
        "core": ", ".join(f"{name} {_version_of(name)}" for name in CORE),
    }
    for extra, names in EXTRAS.items():
        have = {name: _version_of(name) for name in names}
        lines[extra] = ", ".join(f"{name} {found or 'missing'}" for name, found in have.items())
        if not all(have.values()):
            lines[extra] += f" ({install(extra)})"
    for about, text in (lines | {"device": _device(), "ffmpeg": _ffmpeg(), "voice": _voice(), "data": _data()}).items():
        print(f"{about + ':':<11}{text}")


def _version_of(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _device() -> str:
    """What torch trains on. It is imported for it: a broken install says so here."""
    if _version_of("torch") is None:
        return "none, without torch"
    try:
        import torch
    except Exception as error:
        return f"torch cannot be imported: {type(error).__name__}: {' '.join(str(error).split())}"
    processor = f"cpu, {torch.get_num_threads()} threads"
    if not torch.cuda.is_available():
        return processor
    return f"{processor}; {torch.cuda.get_device_name()} by CUDA {torch.version.cuda}"


def _ffmpeg() -> str:
    from ravine.film.encode import find_ffmpeg

    try:
        return find_ffmpeg()
    except RavineError as error:
        return f"none: {error}"


def _voice() -> str:
    from ravine.film.speech import find_voice

    voice = find_voice()
    return voice.name if voice else "none: videos are silent, with captions"


def _data() -> str:
    """Which published sets lie where the lab looks; whether they are whole is seen when they are read."""
    from ravine.lab.problems.published import cifar, files

    given = os.environ.get("RAVINE_DATA")
    if given is None and _version_of("platformdirs") is None:
        return "digits alone, without the extra torch"
    if given:
        base, said = Path(given), f"RAVINE_DATA={given}"
    else:
        import platformdirs

        base, said = platformdirs.user_cache_path("ravine"), "RAVINE_DATA is not set"
    there = [name for name in (*files.SETS, *cifar.FOLDERS, cifar.ARCHIVE) if (base / name).exists()]
    return f"{', '.join(there) or 'no set'} in {base} ({said})"
