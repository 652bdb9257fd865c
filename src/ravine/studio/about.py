"""What the page About says of this copy: where its source is, and the licences of what it brings along."""

from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources import files
from pathlib import Path

LICENCE = Path(__file__).parents[3] / "LICENSE"  # of a clone


def project_links() -> list[tuple[str, str]]:
    """The names and addresses that the package's metadata gives: source, issues, documentation. Empty if none."""
    try:
        given = distribution("ravine").metadata.get_all("Project-URL") or []
    except PackageNotFoundError:
        return []
    return [(name.strip(), address.strip()) for name, _, address in (line.partition(",") for line in given)]


def licence_files() -> dict[str, Callable[[], bytes]]:
    """What reads Ravine's own licence, and those of the font, the charts and the digits, by path in the site."""
    brought = (files("ravine.studio") / "licences").iterdir()
    return {"licences/ravine.txt": lambda: _own().encode()} | {f"licences/{it.name}": it.read_bytes for it in brought}


def _own() -> str:
    try:
        installed = distribution("ravine").read_text("licenses/LICENSE")
    except PackageNotFoundError:
        installed = None
    return installed or LICENCE.read_text(encoding="utf-8")
