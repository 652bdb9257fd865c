"""The whole site: every file by its path, made from rules, landscapes and lessons when it is first asked for."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from threading import RLock

from ravine.errors import RavineError
from ravine.lessons import course
from ravine.lessons.parts import OWN
from ravine.palette import looks
from ravine.rules import rules
from ravine.studio.about import licence_files
from ravine.studio.pages import pages
from ravine.studio.pictures import pictures
from ravine.studio.quizzes import quiz_files
from ravine.studio.rules_script import rules_script
from ravine.studio.script_check import check_script
from ravine.studio.training_script import digits_script, training_script
from ravine.studio.videos import find_videos, video_files

BUNDLES = ("ravine.js", "landscape.js", "matrix.js", "network.js")  # what web/build.mjs makes
SCORM = "scorm.js"  # likewise, for packages for learning platforms (scorm.py)
NOT_OF_THE_SITE = ("notebook.js", SCORM)

# The sheets of static/css/ in the order that they override one another; widgets' own stand between them by name.
FIRST_SHEETS = ("palette.css", "base.css", "controls.css", "pages.css")
LAST_SHEETS = ("forced_colors.css",)


class Site(Mapping[str, bytes]):
    """Files by path; each is made once, when it is first asked for, by one thread at a time."""

    def __init__(self, makers: Mapping[str, Callable[[], bytes]]) -> None:
        self._makers = makers
        self._made: dict[str, bytes] = {}
        self._lock = RLock()

    def __getitem__(self, path: str) -> bytes:
        with self._lock:
            if path not in self._made:
                self._made[path] = self._makers[path]()
            return self._made[path]

    def __contains__(self, path: object) -> bool:
        return path in self._makers

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


def build(videos: Path | None = None) -> Site:
    """Every file of the site: {"index.html": …, "lessons/adam.html": …, "static/ravine.js": …}.

    videos: a folder that `ravine videos` wrote to; without it their transcripts stand there with still pictures.
    All links are relative and name files, so that the site works below any path and from file://.
    Raises RavineError where the scripts were not built, or one that is generated would not run.
    """
    static = files("ravine.studio") / "static"
    if not all((static / name).is_file() for name in BUNDLES):
        raise RavineError(
            "the studio's scripts are not built: install ravine again (pip install .), "
            "or run `npm ci && npm run build` in src/ravine/studio/web"
        )
    check_script(script := rules_script())
    held = [file for file in static.iterdir() if file.is_file() and file.name not in NOT_OF_THE_SITE]
    written: dict[str, Callable[[], bytes]] = {f"static/{file.name}": file.read_bytes for file in held}
    written["static/rules.js"] = script.encode
    written["static/training.js"] = lambda: training_script().encode()
    written["static/digits.js"] = lambda: digits_script().encode()
    written["static/ravine.css"] = lambda: _style(static / "css").encode()
    shown = find_videos(videos)
    site = Site({**pages(shown), **video_files(shown), **pictures(), **quiz_files(), **licence_files(), **written})
    for lesson in course():
        if lesson.part == OWN:  # what is wrong with it is said at the start
            for path in (f"lessons/{lesson.name}.html", *(use.picture for use in lesson.widgets)):
                site[path]
    return site


def _style(folder: Traversable) -> str:
    return "\n".join([*_sheets(folder.iterdir()), _rule_colours()])


def _sheets(found: Iterable[Traversable]) -> list[str]:
    sheets = {file.name: file.read_text(encoding="utf-8") for file in found if file.name.endswith(".css")}
    first, last = ([sheets.pop(name) for name in names] for names in (FIRST_SHEETS, LAST_SHEETS))
    return [*first, *(sheets[name] for name in sorted(sheets)), *last]


def _rule_colours() -> str:
    """--rule-NAME of each rule, in light and in dark; what carries data-rule has its rule's as --rule."""
    look = {name: looks([name])[0] for name in rules}
    light = "".join(f"  --rule-{name}: {look[name].light};\n" for name in look)
    dark = "".join(f"  --rule-{name}: {look[name].dark};\n" for name in look)
    uses = "".join(f'[data-rule="{name}"] {{ --rule: var(--rule-{name}); }}\n' for name in look)
    dark = f"@media screen and (prefers-color-scheme: dark) {{\n:root:not(.on-paper) {{\n{dark}}}\n}}"
    return f":root {{\n{light}}}\n{dark}\n{uses}"
