"""The pages: templates filled with the course."""

import json
from collections.abc import Callable, Iterable
from functools import cache, partial

from jinja2 import Environment, PackageLoader, StrictUndefined

from ravine.lessons import Lesson, Part, course, part_of, parts
from ravine.lessons.quiz import Question
from ravine.lessons.quiz_file import quizzes
from ravine.lessons.references import KINDS, references
from ravine.lessons.review import review
from ravine.shown import filled
from ravine.studio import networks_shown
from ravine.studio.about import project_links
from ravine.studio.hero import draw_hero
from ravine.studio.quizzes import FILTERS, all_questions
from ravine.studio.videos import Video
from ravine.version import __version__

# The policy of every page, as a header of the server and as a tag in the page, for file servers and file://.
POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'"

# Section, file, title.
MENU = (
    ("home", "index.html", "Home"),
    ("lessons", "lessons/index.html", "Lessons"),
    ("videos", "videos/index.html", "Videos"),
    ("playground", "playground.html", "Playground"),
    ("network", "network.html", "Network"),
    ("review", "review.html", "Review"),
    ("quiz", "quiz.html", "Quiz"),
)


# What widgets need beside the scripts of every page.
OWN_SCRIPTS = {
    **dict.fromkeys(("landscape", "anatomy", "basin", "stream"), ("landscape.js",)),
    "matrix": ("matrix.js",),
    "network": ("training.js", "network.js"),
}


def pages(videos: tuple[Video, ...]) -> dict[str, Callable[[], bytes]]:
    """What renders each of the site's HTML files, by path."""
    found: dict[str, Callable[[], bytes]] = {}

    def add(path: str, section: str, template: str, facts: Callable[[], dict[str, object]] = dict) -> None:
        root = "../" * path.count("/")
        found[path] = lambda: _fill(template, root=root, here=path, section=section, **facts()).encode()

    add("index.html", "home", "home", lambda: {"hero": draw_hero()})
    add("lessons/index.html", "lessons", "lessons", lambda: {"videos": videos})
    add("videos/index.html", "videos", "videos", lambda: {"videos": videos})
    for video in videos:
        add(f"videos/{video.name}.html", "videos", "video", partial(_of_video, video, videos))
    around = [None, *course(), None]
    for before, lesson, after in zip(around, course(), around[2:], strict=False):
        add(f"lessons/{lesson.name}.html", "lessons", "lesson", partial(_of_lesson, before, lesson, after))
    add("playground.html", "playground", "playground")
    add("stream.html", "playground", "stream")
    add("network.html", "network", "network", _of_network)
    add("review.html", "review", "review", lambda: {"review": review()})
    add("quiz.html", "quiz", "quiz", lambda: {"questions": all_questions()})
    add("references.html", "lessons", "references", lambda: {"kinds": KINDS, "references": references().values()})
    add("about.html", "", "about", lambda: {"links": project_links()})
    add("teachers.html", "", "teachers")
    for lesson in course():
        for name, answers in ((lesson.name, False), (f"{lesson.name}-answers", True)):
            add(f"sheets/{name}.html", "", "sheet", partial(_of_sheet, lesson, answers))
    return found


def _of_lesson(before: Lesson | None, lesson: Lesson, after: Lesson | None) -> dict[str, object]:
    asked = quizzes().get(lesson.name, ())
    return {"lesson": lesson, "part": part_of(lesson), "before": before, "after": after, "questions": asked}


def _of_video(video: Video, videos: tuple[Video, ...]) -> dict[str, object]:
    opened = [part for part in parts() if part.name in video.script.parts]
    return {"video": video, "opened": opened, "others": [other for other in videos if other is not video]}


def _of_sheet(lesson: Lesson, answers: bool) -> dict[str, object]:
    asked = [question for question in quizzes().get(lesson.name, ()) if question.variant == 1]
    return {"lesson_": lesson, "questions": asked, "answers": answers}


def _of_network() -> dict[str, object]:
    return {
        "first": networks_shown.FIRST,
        "picture": networks_shown.PICTURE,
        "experiments": networks_shown.EXPERIMENTS,
        "numbers": networks_shown.numbers(),
    }


def own_scripts(main: str) -> list[str]:
    """The scripts that only these of a page's widgets need, in the order to load them."""
    kinds = [kind for kind in OWN_SCRIPTS if f'data-widget="{kind}"' in main]
    return list(dict.fromkeys(script for kind in kinds for script in OWN_SCRIPTS[kind]))


def scripts_of(question: Question) -> list[str]:
    """Those of the widget that a question brings, which the page asks for when it is due."""
    kinds = {"landscape": question.play, "network": question.run}
    return [script for kind, state in kinds.items() if state for script in OWN_SCRIPTS[kind]]


def opening(videos: Iterable[Video], part: Part) -> list[Video]:
    """Those that open a part of the course."""
    return [video for video in videos if part.name in video.script.parts]


def missing_page() -> str:
    """What the server says where there is no page. It stands at any depth, so its links begin at the server's root."""
    return _fill("missing", root="/", here="", section="")


def scorm_page() -> str:
    """What a learning platform starts: the site in a frame, and beside it what counts as done."""
    asked = [lesson.name for lesson in course() if quizzes().get(lesson.name)]
    told = {"lessons": [lesson.name for lesson in course()], "quizzes": [*asked, "final"]}
    return _fill("scorm", told=json.dumps(told))


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("ravine.studio"),
        autoescape=True,
        finalize=filled,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {**FILTERS, "opening": opening, "own_scripts": own_scripts, "scripts_of": scripts_of}
    return environment


def _fill(template: str, **facts: object) -> str:
    shared = {
        "page": template,
        "menu": MENU,
        "policy": POLICY,
        "version": __version__,
        "course": course(),
        "parts": parts(),
    }
    return _templates().get_template(f"{template}.html").render(shared, **facts)
