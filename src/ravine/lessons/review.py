"""The review: every rule side by side, written from the book of rules; then activations and first weights."""

from collections.abc import Iterator

from ravine.backends import mathml
from ravine.equations.fix import fixed
from ravine.equations.stages import split
from ravine.lessons.lesson import Lesson
from ravine.lessons.markdown import scrolling
from ravine.lessons.networks_review import networks_review
from ravine.lessons.parts import course
from ravine.lessons.references import linked
from ravine.rules import Rule, rules
from ravine.shown import marked_up


def main_rules() -> list[Rule]:
    """The main form of each rule, the oldest first."""
    return sorted(
        (rule for rule in rules.values() if rule.name == rule.family), key=lambda rule: (rule.published, rule.name)
    )


def memory(rule: Rule) -> int:
    """How many numbers the rule keeps for each parameter."""
    return len(split(rule.equation).element_state)


def review() -> str:
    """The body of the review page; links are those of a page in the site's root."""
    return f'{_overview()}\n<div class="rule-cards">\n{"".join(map(_card, main_rules()))}</div>\n{networks_review()}'


def _overview() -> str:
    rows = "".join(_row(rule) for rule in main_rules())
    titles = ("rule", "year", "remembers, for each float32 parameter", "settings and defaults", "lesson")
    head = "".join(f'<th scope="col">{title}</th>' for title in titles)
    return (
        '<h2 id="overview">At a glance</h2>\n'
        f"{scrolling('All rules')}<table class='overview'>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{rows}</tbody></table></div>\n"
    )


def _row(rule: Rule) -> str:
    count = memory(rule)
    size = f"{count} number{'s' if count > 1 else ''}, {4 * count} bytes" if count else "nothing"
    cells = (str(rule.year or "–"), size, ", ".join(_settings(rule)), ", ".join(map(_link, _lessons(rule))) or "–")
    return (
        f'<tr><th scope="row"><a href="#{rule.name}">{marked_up(rule.title)}</a></th>'
        f"{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>\n"
    )


def _card(rule: Rule) -> str:
    off = {name: known.default for name, known in rule.hyperparameters.items() if known.default == 0}
    state = ", ".join(f"{mathml.symbol(name)} from {_start(start)}" for name, start in rule.state.items()) or "nothing"
    forms = [f"{form.name} ({form.dialect})" for form in rules.values() if form.family == rule.family and form != rule]
    facts = {
        "Source": linked(rule.source, ""),
        "Remembers": state,
        "Settings": "; ".join(_settings(rule)),
        "Good at": linked(rule.good_at, ""),
        "Where it hurts": linked(rule.hurts, ""),
        "Other forms": marked_up(", ".join(forms)),
    }
    listed = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>\n" for name, value in facts.items() if value)
    note = f'<p class="small soft">With {_names(off)} at 0, as by default.</p>\n' if _shown(rule, off) else ""
    return (
        f'<section class="rule-card" id="{rule.name}" aria-labelledby="{rule.name}-title">\n'
        f'<h2 id="{rule.name}-title">{marked_up(rule.title)} <small class="soft">{rule.year or ""}</small></h2>\n'
        f'<div class="equations" tabindex="0" role="group" aria-label="Formula of {marked_up(rule.title)}">'
        f"{mathml.write(fixed(rule.equation, off))}</div>\n{note}<dl>\n{listed}</dl>\n</section>\n"
    )


def _shown(rule: Rule, off: dict[str, float]) -> bool:
    """Whether a setting at 0 leaves the formula shorter."""
    return bool(off) and mathml.write(fixed(rule.equation, off)) != rule.mathml()


def _settings(rule: Rule) -> Iterator[str]:
    for name, known in rule.hyperparameters.items():
        usual = f'<span class="glued">{known.default:g}</span>'.replace("e-0", "e-")
        yield f'<span class="setting-of">{mathml.symbol(name)} <code>{name}</code> {usual}</span>'


def _names(names: dict[str, float]) -> str:
    return " and ".join(f"<code>{name}</code>" for name in names)


def _start(start: float | str) -> str:
    if start == "theta":
        return mathml.symbol(start)
    return f"<code>{start}</code>" if isinstance(start, str) else f"{start:g}"


def _lessons(rule: Rule) -> list[Lesson]:
    """The lessons that have the rule in their list, or whose main rule is a form of it."""
    return [
        lesson
        for lesson in course()
        if rule.name in lesson.rules or any(rules[name].family == rule.family for name in lesson.rules[:1])
    ]


def _link(lesson: Lesson) -> str:
    return f'<a href="lessons/{lesson.name}.html">{lesson.number} {marked_up(lesson.title)}</a>'
