"""How each optimizer's training went, in a line each: where it was best, and what is wrong with it."""

from ravine.lab.analysis.course import Course, Told, courses
from ravine.lab.analysis.evidence import Evidence
from ravine.lab.report import phrases


def lines(comparison: Evidence) -> list[str]:
    """As in "adam: best at epoch 7 of 20; it overfits (4 of 5 runs)": the leader first."""
    return [
        f"{course.name}: {'; '.join([_best(course), *(_short(one, course) for one in course.told)])}"
        for course in courses(comparison)
    ]


def details(comparison: Evidence) -> list[tuple[str, str]]:
    """The same for a page, with each symptom's numbers and what to try: (optimizer, sentences)."""
    return [
        (course.name, " ".join([f"{_best(course).capitalize()}.", *(_long(one, course) for one in course.told)]))
        for course in courses(comparison)
    ]


def _best(course: Course) -> str:
    if course.best is None:
        return "every run diverged"
    if course.best == 0:
        return "no look was better than the network before training"
    return f"best at epoch {course.best:.3g} of {course.epochs:.3g}"


def _short(one: Told, course: Course) -> str:
    head = one.symptom.title.partition(":")[0]
    return f"{head[0].lower()}{head[1:]}{_share(one, course)}"


def _long(one: Told, course: Course) -> str:
    return f"{one.symptom.title}{_share(one, course)}. {one.evidence} Try: {one.symptom.advice}"


def _share(one: Told, course: Course) -> str:
    return "" if course.runs == 1 else f" ({one.runs} of {phrases.count(course.runs, 'run')})"
